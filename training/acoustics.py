"""A text becomes an example for the recogniser: speech of a random voice, noise, room, features and labels."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
import soxr
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray
from tokenizers import Tokenizer

from german.text import plain
from speech.espeak import ESPEAK_RATE, EspeakLibrary, Speech
from training.noise import RATE, Samples, add_noise, add_room

WINDOW_SECONDS = 10
HOP = 320
"""Samples between feature frames: 50 frames a second, half of Whisper's, twice as fast to train and run."""
FRAME_SECONDS = 2 * HOP / RATE
"""The encoder halves the frame rate."""
PHONEMES = 96
LETTERS = " abcdefghijklmnopqrstuvwxyzäöüß"

_extractor = FeatureExtractor(feature_size=80, sampling_rate=RATE, hop_length=HOP, chunk_length=WINDOW_SECONDS)


@dataclass(frozen=True)
class Example:
    """One utterance with everything that the losses need."""

    features: NDArray[np.float32]
    """Shape (80, frames)."""
    tokens: list[int]
    letters: list[int]
    """Indices into LETTERS, from 1 (0 is CTC's blank)."""
    phonemes: NDArray[np.int64]
    """Shape (frames // 2,): which phoneme sounds in each encoder frame, hashed to PHONEMES classes."""
    spans: NDArray[np.float32]
    """Shape (tokens, 2): where each token is heard, in encoder frames."""


def features(samples: Samples) -> NDArray[np.float32]:
    """Log-mel features as faster-whisper computes them, shape (80, frames), frames even."""
    mel = _extractor(samples, padding=0)
    frames = mel.shape[-1] - mel.shape[-1] % 2
    return np.asarray(mel[:, :frames], np.float32)


def speak(text: str, voice: str, rng: np.random.Generator) -> tuple[Speech, Samples]:
    """`text` in a random manner of speaking; the samples are at 16 kHz."""
    speech = EspeakLibrary.get().say(
        text, f"de+{voice}", int(rng.integers(125, 215)), int(rng.integers(20, 80)), int(rng.integers(20, 85))
    )
    return speech, np.asarray(soxr.resample(speech.as_float(), ESPEAK_RATE, RATE), np.float32)


def augment(samples: Samples, rng: np.random.Generator) -> Samples:
    """Room, noise and loudness, each at random; one in five stays clean."""
    if rng.random() < 0.3:
        samples = add_room(rng, samples)
    if rng.random() < 0.8:
        samples = add_noise(rng, samples, rng.uniform(5, 40))
    return np.asarray(samples * (rng.uniform(0.1, 0.9) / (np.abs(samples).max() + 1e-6)), np.float32)


def example(text: str, voice: str, tokenizer: Tokenizer, rng: np.random.Generator) -> Example | None:
    """One training example, or None when the utterance does not fit the window."""
    speech, samples = speak(text, voice, rng)
    lead = int(rng.uniform(0.05, 0.6) * RATE)
    samples = np.concatenate(
        [np.zeros(lead, np.float32), samples, np.zeros(int(rng.uniform(0.1, 0.7) * RATE), np.float32)]
    )
    if len(samples) >= WINDOW_SECONDS * RATE or not speech.words:
        return None
    mel = features(augment(samples, rng))
    steps = mel.shape[-1] // 2
    encoding = tokenizer.encode(plain(text))
    seconds = lead / RATE
    return Example(
        mask_bands(mel, rng),
        encoding.ids,
        [LETTERS.index(c) + 1 for c in plain(text)],
        _phoneme_frames(speech, seconds, steps),
        _token_spans(text, speech, seconds, encoding.offsets),
    )


def mask_bands(mel: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """SpecAugment, lightly: one band of frequencies and two short spans of time go silent."""
    if rng.random() < 0.4:
        return mel
    mel, floor = mel.copy(), mel.min()
    band, width = int(rng.integers(0, 70)), int(rng.integers(1, 10))
    mel[band : band + width] = floor
    for _ in range(2):
        start, length = int(rng.integers(0, max(1, mel.shape[1] - 8))), int(rng.integers(0, 6))
        mel[:, start : start + length] = floor
    return mel


def _phoneme_frames(speech: Speech, lead: float, steps: int) -> NDArray[np.int64]:
    labels = np.zeros(steps, np.int64)
    starts = [int((p.start + lead) / FRAME_SECONDS) for p in speech.phonemes] + [steps]
    for phoneme, start, end in zip(speech.phonemes, starts, starts[1:], strict=False):
        symbol = phoneme.symbol.strip("',|%=").rstrip(":")
        if symbol and not symbol.startswith("_"):
            labels[start : max(end, start + 1)] = 1 + crc32(symbol.encode()) % (PHONEMES - 1)
    return labels


def _token_spans(text: str, speech: Speech, lead: float, offsets: list[tuple[int, int]]) -> NDArray[np.float32]:
    """From espeak-ng's word events: when each letter of `plain(text)` is heard, hence each token."""
    offset, word_of_letter, position = 0, [], []
    for index, word in enumerate(text.split()):
        offset = text.index(word, offset)
        letters = len(plain(word)) + 1 if plain(word) else 0
        word_of_letter += [index] * letters
        position += [k / letters for k in range(letters)]
        offset += len(word)
    count = word_of_letter[-1] + 1
    starts = _word_starts(text, speech, count)
    letter_times = [starts[w] + p * (starts[w + 1] - starts[w]) for w, p in zip(word_of_letter, position, strict=True)]
    last = len(letter_times) - 1
    spans = [(letter_times[min(a, last)], letter_times[min(b, last)]) for a, b in offsets]
    return np.asarray(spans, np.float32).reshape(-1, 2) / FRAME_SECONDS + lead / FRAME_SECONDS


def _word_starts(text: str, speech: Speech, count: int) -> list[float]:
    """Start of each whitespace word in seconds, and the end of the last; missing events are interpolated."""
    offsets, position = [], 0
    for word in text.split():
        position = text.index(word, position)
        offsets.append(position)
        position += len(word)
    known: dict[int, float] = {}
    for event in speech.words:
        index = max(0, int(np.searchsorted(offsets, event.offset, side="right")) - 1)
        known.setdefault(index, event.start)
    known.setdefault(0, 0.0)
    known[count] = len(speech.samples) / ESPEAK_RATE
    order = sorted(known)
    return [float(np.interp(i, order, [known[k] for k in order])) for i in range(count + 1)]
