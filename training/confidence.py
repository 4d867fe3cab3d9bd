"""Finds the confidence below which the starter recogniser had better ask again: `python -m training.confidence`.

Development voices, voices too distorted for either side and foreign voices that read German ask training questions,
clean, in noise and through a telephone. The floor is the highest that refuses at most one in fifty of the utterances
that were heard right; printed beside it is how many of those that were misheard it refuses. No test question, no test
voice and no recording of a person has a part in it. The value goes into `assistant.wiring`.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import NamedTuple

import numpy as np

from assistant.wiring import starter_whisper
from speech.asr import GateSettings
from speech.audio import resample
from speech.espeak import ESPEAK_RATE, EspeakLibrary
from speech.whisper import WhisperTranscriber
from training.export_recogniser import STARTER
from training.noise import RATE, Samples, add_noise
from training.recogniser import word_errors
from training.splits import UNVOICED, voices
from training.utterances import Utterances

SEED = 11
FOREIGN = ("en", "fr", "tr", "pl", "ru", "es", "nl", "it")
HEARD, MISHEARD = 0.2, 0.6
"""Word error up to which an utterance was heard right, and from which it was misheard."""
REFUSED_RIGHT = 0.02


class Trial(NamedTuple):
    """One utterance: how sure the recogniser was, and how wrong."""

    confidence: float
    word_error: float


def trials(transcriber: WhisperTranscriber, count: int) -> list[Trial]:
    """`count` utterances, two thirds of them by development voices."""
    chooser, rng, texts = random.Random(SEED), np.random.default_rng(SEED), Utterances(SEED)
    done = []
    for i in range(count):
        text = texts.draw()
        if i % 3:
            voice, levels = f"de+{chooser.choice(voices('dev'))}", (60, 20, 10, 5)
        else:
            odd = [*FOREIGN, *(f"de+{name}" for name in sorted(UNVOICED))]
            voice, levels = chooser.choice(odd), (60, 20, 5, -5)
        said = EspeakLibrary.get().say(text, voice, chooser.randint(125, 200)).as_float()
        samples = _through(resample(said, ESPEAK_RATE, RATE), chooser.choice(levels), chooser.random() < 0.15, rng)
        heard = transcriber.transcribe(samples)
        errors, words = word_errors(text, heard.text)
        done.append(Trial(heard.confidence, errors / max(1, words)))
    return done


def _through(samples: Samples, snr_db: float, telephone: bool, rng: np.random.Generator) -> Samples:
    if telephone:
        samples = resample(resample(samples, RATE, 8000), 8000, RATE)
    noisy = add_noise(rng, samples, snr_db)
    return np.asarray(0.5 * noisy / (np.abs(noisy).max() + 1e-6), np.float32)


def floor(done: list[Trial]) -> float:
    """The highest confidence, in hundredths, that refuses at most REFUSED_RIGHT of what was heard right."""
    right = np.array([trial.confidence for trial in done if trial.word_error <= HEARD])
    return float(np.floor(100 * np.quantile(right, REFUSED_RIGHT)) / 100)


def main() -> None:
    """Prints the floor and what it does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=STARTER)
    parser.add_argument("--count", type=int, default=900)
    given = parser.parse_args()
    done = trials(
        WhisperTranscriber(given.model, starter_whisper(threads=2), GateSettings(min_confidence=0.0)), given.count
    )
    least = floor(done)
    right = [trial for trial in done if trial.word_error <= HEARD]
    wrong = [trial for trial in done if trial.word_error >= MISHEARD]
    print(f"{len(done)} utterances, {len(right)} heard right, {len(wrong)} misheard; floor {least:.2f}")
    for name, group in (("heard right", right), ("misheard", wrong)):
        print(f"refused of what was {name}: {np.mean([trial.confidence < least for trial in group]):.3f}")


if __name__ == "__main__":
    main()
