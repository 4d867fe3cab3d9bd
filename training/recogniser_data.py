"""Endless batches for the starter recogniser, made in worker processes while the model trains."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.utils.data import IterableDataset, get_worker_info

from training.acoustics import FRAME_SECONDS, HOP, WINDOW_SECONDS, Example, example
from training.noise import RATE
from training.splits import voices
from training.utterances import Utterances

BATCH = 32
POOL = 8
"""Batches drawn at once and sorted by length, so that little is padding."""
SLACK_SECONDS = (0.15, 0.25)
"""How much earlier and later than its word a token may be looked for."""


class Batches(IterableDataset[dict[str, Any]]):
    """Collated batches without end; `start` moves the seed on when a run is resumed."""

    def __init__(self, tokenizer_json: str, seed: int, start: int = 0) -> None:
        self._tokenizer_json, self._seed, self._start = tokenizer_json, seed, start

    def __iter__(self) -> Iterator[dict[str, Any]]:
        torch.set_num_threads(1)
        info = get_worker_info()
        seed = self._seed + 1000 * self._start + (info.id if info else 0)
        chooser, rng = random.Random(seed), np.random.default_rng(seed)
        tokenizer, texts = Tokenizer.from_str(self._tokenizer_json), Utterances(seed)
        names = voices("train")
        while True:
            texts.refresh()
            pool: list[Example] = []
            while len(pool) < BATCH * POOL:
                made = example(texts.draw(), chooser.choice(names), tokenizer, rng)
                if made is not None:
                    pool.append(made)
            pool.sort(key=lambda e: e.features.shape[1])
            batches = [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
            chooser.shuffle(batches)
            yield from (collate(batch, tokenizer, full=chooser.random() < 0.15) for batch in batches)


def collate(batch: list[Example], tokenizer: Tokenizer, full: bool) -> dict[str, Any]:
    """Pads a batch; `full` pads to the whole window, as the product does when it recognises."""
    window = WINDOW_SECONDS * RATE // HOP
    frames = window if full else max(e.features.shape[1] for e in batch)
    longest = max(len(e.tokens) for e in batch)
    start, plain_mode, end = (
        tokenizer.token_to_id(t) or 0 for t in ("<|startoftranscript|>", "<|notimestamps|>", "<|endoftext|>")
    )
    size = len(batch)
    features = torch.zeros(size, 80, frames)
    inputs = torch.full((size, longest + 2), end)
    targets = torch.full((size, longest + 2), -100)
    phonemes = torch.full((size, frames // 2), -100)
    windows = torch.zeros(size, longest + 2, frames // 2, dtype=torch.bool)
    early, late = (s / FRAME_SECONDS for s in SLACK_SECONDS)
    for i, e in enumerate(batch):
        length, steps, count = e.features.shape[1], e.features.shape[1] // 2, len(e.tokens)
        features[i, :, :length] = torch.from_numpy(e.features)
        features[i, :, length:] = float(e.features.min())  # silence, as a padded signal would give
        inputs[i, : count + 2] = torch.tensor([start, plain_mode, *e.tokens])
        targets[i, 1 : count + 2] = torch.tensor([*e.tokens, end])
        phonemes[i, :steps] = torch.from_numpy(e.phonemes)
        for k, (a, b) in enumerate(e.spans):
            windows[i, k + 1, max(0, int(a - early)) : max(1, int(b + late) + 1)] = True
    return {
        "features": features, "inputs": inputs, "targets": targets, "phonemes": phonemes, "windows": windows,
        "letters": torch.tensor([c for e in batch for c in e.letters]),
        "letter_counts": torch.tensor([len(e.letters) for e in batch]),
        "steps": torch.tensor([e.features.shape[1] // 2 for e in batch]),
    }  # fmt: skip
