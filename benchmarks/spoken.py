"""Spoken test questions: the bank's test side, said by voices that no training heard."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.questions import Question, load_questions
from speech.audio import resample
from speech.espeak import ESPEAK_RATE, EspeakLibrary
from training.splits import voices

SEED = 4
SPOKEN_KINDS = ("std", "reg", "inc", "l2")
"""Questions of kind "asr" are written as a recogniser mishears them; nobody says them so."""
SILENCE = 0.01
"""Share of the loudest sample below which the end of a recording is silence."""


@dataclass(frozen=True)
class SpokenQuestion:
    """A test question as sound."""

    text: str
    lesson: str
    kind: str
    voice: str
    samples: NDArray[np.float32]
    """Mono at `rate`, within ±1, ending with the last sample of speech."""
    rate: int = 16000


def spoken_questions(count: int | None, seed: int = SEED) -> list[SpokenQuestion]:
    """`count` test questions (all for None), drawn evenly over lessons, each by the next test voice."""
    chooser = random.Random(seed)
    questions = [q for q in load_questions("test") if q.kind in SPOKEN_KINDS]
    chooser.shuffle(questions)
    by_lesson: dict[str, list[Question]] = {}
    for question in questions:
        by_lesson.setdefault(str(question.lesson), []).append(question)
    rounds = max(len(group) for group in by_lesson.values())
    drawn = [by_lesson[lesson][i] for i in range(rounds) for lesson in sorted(by_lesson) if i < len(by_lesson[lesson])]
    names = voices("test")
    chooser.shuffle(names)
    return [_speak(q, names[i % len(names)], chooser) for i, q in enumerate(drawn[:count])]


def _speak(question: Question, voice: str, chooser: random.Random) -> SpokenQuestion:
    said = EspeakLibrary.get().say(
        question.text, f"de+{voice}", chooser.randint(135, 185), chooser.randint(35, 65), chooser.randint(35, 65)
    )
    samples = said.as_float()
    loud = np.flatnonzero(np.abs(samples) > SILENCE * np.abs(samples).max())
    samples = resample(samples[: loud[-1] + 1], ESPEAK_RATE, 16000)
    lead = np.zeros(int(0.3 * 16000), np.float32)
    return SpokenQuestion(
        question.text, str(question.lesson), str(question.kind), voice, np.concatenate([lead, samples])
    )
