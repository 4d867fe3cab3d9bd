"""The seam for voices: text in, frames of speech out, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class SpeechFrame:
    """One clause as sound."""

    samples: NDArray[np.int16]
    """Mono PCM, shape (n,)."""
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
