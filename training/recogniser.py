"""Trains the starter recogniser on espeak-ng's speech of our own text.

    python -m training.recogniser --steps 7000            starts, or goes on from runs/recogniser/
    python -m training.export_recogniser                  writes speech/starter/

The learning rate rises over 200 steps, stays, and falls linearly over the last quarter; a run that is resumed with
another --steps follows the new end. What is exported is a running average of the weights.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path
from typing import cast

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader

from german.text import plain
from training.acoustics import Example, example
from training.recogniser_data import Batches, collate
from training.recogniser_model import Recogniser, train_tokenizer
from training.splits import ROOT, voices
from training.utterances import Utterances

RUN = ROOT / "runs" / "recogniser"
SEED = 1
PEAK = 1.6e-3
WARMUP = 200
AVERAGE = 0.998
CHECK_EVERY, SAVE_EVERY = 250, 250


def learning_rate(step: int, steps: int) -> float:
    """Trapezoid: warm-up, plateau, linear decay over the last quarter."""
    return PEAK * min(1.0, (step + 1) / WARMUP, max(0.01, (steps - step) / (0.25 * steps)))


def aid_weights(step: int) -> tuple[float, float, float]:
    """Weights of the letters', phonemes' and attention's losses: strong while attention is still blind."""
    fade = max(0.1, 1 - step / 3000)
    return 0.3, fade, 0.5 * fade


def word_errors(reference: str, heard: str) -> tuple[int, int]:
    """(edits, words): Levenshtein distance over the words of `plain` text."""
    from rapidfuzz.distance import Levenshtein

    words = plain(reference).split()
    return Levenshtein.distance(words, plain(heard).split()), len(words)


def dev_error(model: Recogniser, tokenizer: Tokenizer, count: int = 48) -> tuple[float, list[tuple[str, str]]]:
    """Greedy word error on development voices; texts come from the training text, never from the test."""
    chooser, rng, texts, names = random.Random(7), np.random.default_rng(7), Utterances(7), voices("dev")
    pairs: list[tuple[str, Example]] = []
    while len(pairs) < count:
        text = texts.draw()
        made = example(text, chooser.choice(names), tokenizer, rng)
        if made:
            pairs.append((text, made))
    model.eval()
    tokens = model.transcribe(collate([e for _, e in pairs], tokenizer, full=True)["features"])
    model.train()
    heard = [tokenizer.decode(row) for row in tokens]
    counts = [word_errors(text, h) for (text, _), h in zip(pairs, heard, strict=True)]
    shown = [(text, h) for (text, _), h in zip(pairs, heard, strict=True)]
    return sum(e for e, _ in counts) / sum(n for _, n in counts), shown


def load_tokenizer(run: Path) -> Tokenizer:
    """The run's tokenizer, trained on its text at the first start."""
    path = run / "tokenizer.json"
    if not path.exists():
        texts = Utterances(SEED)
        train_tokenizer([plain(texts.draw()) for _ in range(40000)]).save(str(path))
    return Tokenizer.from_file(str(path))


def train(steps: int, run: Path, workers: int) -> None:
    """Trains to `steps`, saving a checkpoint every SAVE_EVERY steps."""
    run.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    tokenizer = load_tokenizer(run)
    model = Recogniser(tokenizer)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(AVERAGE))  # type: ignore[no-untyped-call]
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    step, checkpoint = 0, run / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        step = state["step"]
    batches = iter(
        DataLoader(
            Batches(tokenizer.to_str(), SEED, step),
            batch_size=None,
            num_workers=workers,
            prefetch_factor=8 if workers else None,
        )
    )
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, from step {step}", flush=True)
    began, first, waited = time.monotonic(), step, 0.0
    while step < steps:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, steps)
        asked = time.monotonic()
        batch = next(batches)
        waited += time.monotonic() - asked
        with torch.autocast("cpu", dtype=torch.bfloat16):
            losses = model.losses(batch)
        letters, phonemes, looking = aid_weights(step)
        total = (
            losses["words"] + letters * losses["letters"] + phonemes * losses["phonemes"] + looking * losses["looking"]
        )
        optimizer.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update_parameters(model)
        step += 1
        if step % 25 == 0:
            each = (time.monotonic() - began) / (step - first)
            shown = " ".join(f"{name} {value.item():.3f}" for name, value in losses.items())
            print(f"{step}/{steps} {each:.2f} s/step ({waited / (step - first):.2f} waiting) {shown}", flush=True)
        if step % SAVE_EVERY == 0 or step == steps:
            partial = checkpoint.with_suffix(".part")
            torch.save(
                {
                    "model": model.state_dict(),
                    "average": average.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "step": step,
                },
                partial,
            )
            partial.replace(checkpoint)
        if step % CHECK_EVERY == 0:
            error, pairs = dev_error(cast(Recogniser, average.module), tokenizer)
            print(f"  word error on development voices {error:.3f} {pairs[:3]}", flush=True)
            (run / "log.jsonl").open("a").write(json.dumps({"step": step, "dev_wer": round(error, 4)}) + "\n")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=7000)
    parser.add_argument("--run", type=Path, default=RUN)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    train(given.steps, given.run, given.workers)


if __name__ == "__main__":
    main()
