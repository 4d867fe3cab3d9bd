"""Noise and rooms for training, synthesised. Test noises are other families, see `benchmarks/`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

Samples = NDArray[np.float32]
RATE = 16000


def white(rng: np.random.Generator, n: int) -> Samples:
    """Hiss."""
    return rng.standard_normal(n, dtype=np.float32)


def brown(rng: np.random.Generator, n: int) -> Samples:
    """Rumble: integrated white noise without its drift."""
    steps = np.cumsum(rng.standard_normal(n, dtype=np.float32))
    window = 800
    drift = np.convolve(steps, np.ones(window, np.float32) / window, "same")
    return np.asarray(steps - drift, np.float32)


def hum(rng: np.random.Generator, n: int) -> Samples:
    """A motor: a low tone, its harmonics and a little hiss."""
    t = np.arange(n, dtype=np.float32) / RATE
    tone = sum(np.sin(2 * np.pi * rng.uniform(45, 320) * k * t) / k for k in range(1, 4))
    return np.asarray(tone + 0.2 * white(rng, n), np.float32)


def coloured(rng: np.random.Generator, n: int) -> Samples:
    """Hiss through a random smoothing, slowly louder and quieter: a fan, a hall."""
    kernel = rng.standard_normal(int(rng.integers(4, 40))).astype(np.float32)
    t = np.arange(n, dtype=np.float32) / RATE
    swell = 1 + 0.6 * np.sin(2 * np.pi * rng.uniform(0.2, 4) * t + rng.uniform(0, 6))
    return np.asarray(np.convolve(white(rng, n), kernel, "same") * swell, np.float32)


FAMILIES = (white, brown, hum, coloured)


def add_noise(rng: np.random.Generator, speech: Samples, snr_db: float) -> Samples:
    """Adds a random noise at `snr_db` decibels below the speech."""
    noise = FAMILIES[int(rng.integers(len(FAMILIES)))](rng, len(speech))
    gain = np.std(speech) / (np.std(noise) + 1e-9) * 10 ** (-snr_db / 20)
    return np.asarray(speech + gain * noise, np.float32)


def add_room(rng: np.random.Generator, speech: Samples) -> Samples:
    """A room of random size: direct sound and decaying diffuse echo; the length stays."""
    length = int(rng.uniform(0.05, 0.35) * RATE)
    echo = rng.standard_normal(length) * np.exp(-6 * np.arange(length) / length)
    echo[0] = rng.uniform(2, 8)
    wet = fftconvolve(speech, echo)[: len(speech)]
    return np.asarray(wet * (np.std(speech) / (np.std(wet) + 1e-9)), np.float32)
