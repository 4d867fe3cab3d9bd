"""The seam for voices: text in, frames of speech out, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

SENTENCE_PAUSE_MS = 120
"""Silence after a sentence, so that two don't run together."""
SLOWEST, FASTEST = 0.5, 2.0
"""Relative speeds beyond which speech is hard to follow."""


@dataclass(frozen=True)
class SpeechFrame:
    """One clause as sound."""

    samples: NDArray[np.int16]
    """Mono PCM, shape (n,); may be empty when nothing in the clause can be spoken."""
    rate: int
    """Hertz."""
    text: str
    """The clause as it stands in the caption."""


class Synthesizer(Protocol):
    """A voice. One loaded voice serves many sessions; calls may come from any thread."""

    name: str
    rate: int
    """Hertz of the frames it makes."""

    def synthesize(self, text: str, *, speed: float = 1.0) -> Iterator[SpeechFrame]:
        """Speaks `text`; the first frame comes before the last clause is computed.

        `speed` is relative: 0.8 is slower than usual, 1.2 faster.
        """
        ...


def with_pause(samples: NDArray[np.int16], rate: int, written: str) -> NDArray[np.int16]:
    """The clause's samples, and a short silence when it ends a sentence."""
    if not written.rstrip("\"'“”»«)*_ ").endswith((".", "?", "!", "…", ":")):
        return samples
    return np.concatenate([samples, np.zeros(rate * SENTENCE_PAUSE_MS // 1000, np.int16)])


def usual_speed(speed: float) -> float:
    """The speed within what can be followed. Raises ValueError for what is no positive number."""
    if not speed > 0:
        raise ValueError(f"speed must be a positive number, not {speed}")
    return min(FASTEST, max(SLOWEST, speed))
