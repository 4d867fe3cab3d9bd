"""What a sentence wants of the assistant: a linear model over pieces of words, trained by `training.intents`.

Not asked by any turn yet: it misses one emergency in eight, so rules have to stand beside it. It is made to stand
before every search, since an emergency waits for nothing. A sentence is an ordinary question (None) unless the model
is sure of something else; for an emergency it need not be sure.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, cast, get_args
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from german.dialect import variants
from german.text import plain
from retrieval.lexical import grams, stems

Intent = Literal[
    "emergency", "distress", "repeat", "slower", "faster", "louder", "quieter", "stop", "continue", "example", "source",
    "wrong", "human", "help", "first", "second", "yes", "no", "easier", "deeper",
]  # fmt: skip
INTENTS: tuple[str, ...] = get_args(Intent)
CLASSES = ("none", *INTENTS)
BUCKETS = 2**15
"""Pieces are counted in so many buckets by a hash."""
LONGEST_STEERING = 14
"""Words; who says more asks a question. Emergencies may take more."""
URGENT: tuple[Literal["emergency"], Literal["distress"]] = ("emergency", "distress")
"""What goes before everything else, in this order."""
MODEL = Path(__file__).with_name("intents.npz")


class IntentRecogniser:
    """Tells intents apart. Read-only, so that threads may share it."""

    def __init__(self, path: Path = MODEL) -> None:
        """Reads what `training.intents` wrote. Raises OSError, ValueError or KeyError for anything else."""
        with np.load(path) as values:
            self._weights: NDArray[np.float32] = values["weights"].astype(np.float32)
            self._shift: NDArray[np.float32] = values["shift"].astype(np.float32)
            self._from: NDArray[np.float32] = values["thresholds"].astype(np.float32)

    @classmethod
    def of(cls, weights: NDArray[np.float32], shift: NDArray[np.float32]) -> IntentRecogniser:
        """One that is being trained: weights (BUCKETS, CLASSES), shift (CLASSES,), and no thresholds yet."""
        made = cls.__new__(cls)
        made._weights, made._shift, made._from = weights, shift, np.ones(len(CLASSES), np.float32)
        return made

    def recognise(self, text: str) -> Intent | None:
        """What `text` wants, or None for anything to be searched."""
        chances = self.chances(text)
        for urgent in URGENT:
            place = CLASSES.index(urgent)
            if chances[place] >= self._from[place]:
                return urgent
        if len(plain(text).split()) > LONGEST_STEERING:
            return None
        sure = np.where(chances >= self._from, chances, 0.0)
        place = int(np.argmax(sure))
        return cast(Intent, CLASSES[place]) if place and sure[place] > 0 else None

    def chances(self, text: str) -> NDArray[np.float32]:
        """Probability of each class, shape (CLASSES,); the best over the text and its standard form."""
        found = np.stack([self._chances(form) for form in variants(text)])
        return np.asarray(found.max(axis=0), np.float32)

    def _chances(self, text: str) -> NDArray[np.float32]:
        here = buckets(text)
        logits = self._weights[here].sum(axis=0) / max(1.0, np.sqrt(len(here))) + self._shift
        raised = np.exp(logits - logits.max())
        return np.asarray(raised / raised.sum(), np.float32)


@cache
def recogniser() -> IntentRecogniser:
    """The one that ships."""
    return IntentRecogniser()


def buckets(text: str) -> NDArray[np.int64]:
    """Where the pieces of a text are counted: stems, pairs of stems, and letters as they sound; each once."""
    words = stems(text)
    units = [f"s {word}" for word in words]
    units += [f"p {first} {second}" for first, second in zip(["<", *words], [*words, ">"], strict=True)]
    units += [f"g {gram}" for gram in grams(text)]
    return np.array(sorted({crc32(unit.encode()) % BUCKETS for unit in units}), np.int64)
