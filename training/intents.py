"""Makes assistant/dialogue/intents.npz: `python -m training.intents`, on one core, minutes.

Softmax regression over hashed pieces of words, from training/text/intents.tsv. Ordinary sentences are those in the
file that are labelled `none` and the training side of the bank. The phrases in tests/phrasings/ are for testing:
nothing here reads them.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F

from assistant.dialogue.intents import BUCKETS, CLASSES, MODEL, IntentRecogniser, buckets
from corpus.questions import load_training
from german.dialect import standardise
from training.slips import slip

PHRASES = Path(__file__).with_name("text") / "intents.tsv"
SEED = 20261125
FOLDS = 5
STEPS, BATCH, RATE, DECAY = 600, 512, 0.05, 1e-6
SLIPS, STRENGTH = 3, 0.6
ORDINARY = 9000
"""Questions of the bank that stand for everything else."""
FALSE_ALARMS = 0.004
"""Share of ordinary sentences that may be taken for an emergency, or for distress, in cross-validation."""
FALSE_STEERING = 0.0004
"""The same for each steering word."""
LEAST = 0.3

Examples = Sequence[tuple[str, str]]
"""(text, class)."""


def main() -> None:
    """Cross-validates the thresholds, trains on everything and writes the model."""
    parser = argparse.ArgumentParser(description="Makes the recogniser of intents.")
    parser.add_argument("--out", type=Path, default=MODEL)
    options = parser.parse_args()
    torch.set_num_threads(1)
    examples = load()
    thresholds = cross_validated(examples)
    weights, shift = train(examples)
    np.savez_compressed(options.out, weights=weights.astype(np.float16), shift=shift, thresholds=thresholds)
    print(f"{options.out}: {options.out.stat().st_size // 1000} kB from {len(examples)} phrases")


def load() -> list[tuple[str, str]]:
    """The phrases and what each wants."""
    lines = PHRASES.read_text("utf-8").splitlines()
    phrases = [(text, label) for label, text in (line.split("\t") for line in lines if line.strip())]
    questions = [question.text for question in load_training()]
    return phrases + [(text, "none") for text in random.Random(SEED).sample(questions, min(ORDINARY, len(questions)))]


def train(examples: Examples) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights (BUCKETS, CLASSES) and shift (CLASSES,)."""
    rng = random.Random(SEED)
    torch.manual_seed(SEED)
    rows, labels = [], []
    for text, label in examples:
        ways = {text, standardise(text), *(slip(text, rng, STRENGTH) for _ in range(SLIPS))}
        for way in sorted(ways):
            rows.append(torch.from_numpy(buckets(way)))
            labels.append(CLASSES.index(label))
    counts = np.bincount(labels, minlength=len(CLASSES))
    # Rare classes are drawn more often than they are, common ones less: else "none" would silence all the rest.
    chance = torch.tensor(1 / np.sqrt(counts[labels]), dtype=torch.float64)
    bag = nn.EmbeddingBag(BUCKETS, len(CLASSES), mode="sum")
    nn.init.zeros_(bag.weight)
    shift = nn.Parameter(torch.zeros(len(CLASSES)))
    optimizer = torch.optim.Adam([bag.weight, shift], lr=RATE)
    truth = torch.tensor(labels)
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = RATE * (1 - step / STEPS)
        drawn = torch.multinomial(chance, BATCH, replacement=True)
        logits = _logits(bag, shift, [rows[i] for i in drawn.tolist()])
        loss = F.cross_entropy(logits, truth[drawn]) + DECAY * bag.weight.square().sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return bag.weight.detach().numpy(), shift.detach().numpy()


def cross_validated(examples: Examples) -> NDArray[np.float32]:
    """For each class the chance from which it is believed, so that few ordinary sentences are taken for it."""
    order = list(range(len(examples)))
    random.Random(SEED).shuffle(order)
    chances = np.zeros((len(examples), len(CLASSES)), np.float32)
    for fold in range(FOLDS):
        weights, shift = train([examples[i] for k, i in enumerate(order) if k % FOLDS != fold])
        model = IntentRecogniser.of(weights, shift)
        for i in order[fold::FOLDS]:
            chances[i] = model.chances(examples[i][0])
    labels = np.array([label for _, label in examples])
    thresholds = np.full(len(CLASSES), LEAST, np.float32)
    for place, name in enumerate(CLASSES[1:], 1):
        rare = FALSE_ALARMS if name in ("emergency", "distress") else FALSE_STEERING
        thresholds[place] = max(float(np.quantile(chances[labels == "none", place], 1 - rare)), LEAST)
        found = chances[labels == name, place] >= thresholds[place]
        print(f"{name}: {found.mean():.3f} of {len(found)} from {thresholds[place]:.3f} on", flush=True)
    return thresholds


def _logits(bag: nn.EmbeddingBag, shift: torch.Tensor, rows: Sequence[torch.Tensor]) -> torch.Tensor:
    sizes = torch.tensor([len(row) for row in rows])
    starts = torch.cat([torch.zeros(1, dtype=torch.int64), sizes.cumsum(0)[:-1]])
    summed: torch.Tensor = bag(torch.cat(list(rows)), starts)
    return summed / sizes.clamp(min=1).sqrt()[:, None] + shift


if __name__ == "__main__":
    main()
