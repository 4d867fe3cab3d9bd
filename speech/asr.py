"""The seam for recognisers, and the gate that keeps phantom words out."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from german.text import plain

ASR_RATE = 16000
"""Hertz of the samples that recognisers take."""


@dataclass(frozen=True)
class Transcript:
    """What a recogniser understood of one utterance."""

    text: str
    confidence: float
    """0 to 1: the exponential of the mean log probability of its tokens."""
    rejected: str | None = None
    """Why the gate refused it ("silence", "credits", "loop", "unsure"), or None."""


class Transcriber(Protocol):
    """A recogniser. One loaded model serves many sessions, one call at a time."""

    name: str

    def transcribe(self, samples: NDArray[np.float32], *, hotwords: tuple[str, ...] = ()) -> Transcript:
        """Recognises one utterance: mono, `ASR_RATE`, within ±1, shape (n,)."""
        ...


CREDITS = (
    "untertitel im auftrag des zdf",
    "untertitelung im auftrag des zdf",
    "untertitel der amara",
    "untertitel von stephanie geiges",
    "untertitelung des zdf",
    "untertitelung aufgrund der amara",
    "copyright wdr",
    "deutsche bibelgesellschaft",
)
"""What Whisper hears in silence: credits from the films it learned from, as `german.text.plain` writes them."""

CLOSINGS = frozenset({"vielen dank", "vielen dank fürs zuschauen", "danke", "danke schön", "tschüss"})
"""What it also hears in silence, but people say as well: refused only where the sound is faint."""


@dataclass(frozen=True)
class GateSettings:
    """Levels are in dB below full scale, of the loudest 50 ms."""

    silence_db: float = -55.0
    faint_db: float = -42.0
    max_compression: float = 2.4
    """zlib ratio above which a text repeats itself; Whisper's own value."""
    max_repeats: int = 4
    """How often the same words in a row make a loop."""
    min_confidence: float = 0.3
    """Below this nothing is guessed; a profile sets it for its model."""


def gate(transcript: Transcript, samples: NDArray[np.float32], settings: GateSettings) -> Transcript:
    """The transcript of `samples` (16 kHz), `rejected` set when it must not be answered."""
    return replace(transcript, rejected=_reason(transcript, samples, settings))


def _reason(transcript: Transcript, samples: NDArray[np.float32], settings: GateSettings) -> str | None:
    heard, level = plain(transcript.text), loudness_db(samples)
    if (
        not any(char.isalnum() for char in transcript.text)
        or level < settings.silence_db
        or (level < settings.faint_db and heard in CLOSINGS)
    ):
        return "silence"
    if any(phrase in heard for phrase in CREDITS):
        return "credits"
    if compression_ratio(transcript.text) > settings.max_compression or repeats(heard.split()) >= settings.max_repeats:
        return "loop"
    return "unsure" if transcript.confidence < settings.min_confidence else None


def loudness_db(samples: NDArray[np.float32]) -> float:
    """The level of the loudest 50 ms, in dB below full scale; -120 for nothing."""
    window = ASR_RATE // 20
    if not len(samples):
        return -120.0
    padded = np.pad(samples.astype(np.float64), (0, -len(samples) % window))
    power = float((padded.reshape(-1, window) ** 2).mean(axis=1).max())
    return float(10 * np.log10(max(power, 1e-12)))


def compression_ratio(text: str) -> float:
    """How many times smaller zlib makes the text; ordinary speech stays below 2."""
    encoded = text.encode()
    return len(encoded) / len(zlib.compress(encoded)) if encoded else 0.0


def repeats(words: list[str]) -> int:
    """How often the same run of up to six words comes back to back, at most; 1 without repetition."""
    most = 1
    for length in range(1, 7):
        for start in range(len(words) - 2 * length + 1):
            unit, count = words[start : start + length], 1
            while words[start + count * length : start + (count + 1) * length] == unit:
                count += 1
            most = max(most, count)
    return most
