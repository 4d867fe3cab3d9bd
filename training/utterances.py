"""What the starter recogniser hears in training: the project's own questions, lessons and sentences, recombined.

Whole sentences teach what people ask; splices, swapped words and words drawn by frequency keep the small model from
learning its text by heart. A text that equals a test question of the bank is never given out.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import wordfreq

from corpus.lesson import Lesson
from corpus.material import load_lessons
from corpus.questions import load_paraphrases, load_questions, load_unanswerable
from german.text import plain, sentences
from retrieval.passages import passages_of
from training.splits import ROOT

TEXT_DIR = ROOT / "training" / "text"


class Utterances:
    """Draws texts to be spoken. `refresh` reads the files again, so that material may still grow."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        common = [w for w in wordfreq.top_n_list("de", 15000, wordlist="large") if re.fullmatch(r"[a-zäöüß]{2,}", w)]
        weights = np.array([wordfreq.word_frequency(w, "de") for w in common]) ** 0.6
        self._common, self._cumulated = common, np.cumsum(weights / weights.sum())
        self._openings, self._topics, self._endings = (
            _lines(TEXT_DIR / f"{name}.txt") for name in ("openings", "topics", "endings")
        )
        self.refresh()

    def refresh(self) -> None:
        """Reads questions, lessons and sentences from the repository."""
        self._forbidden = {plain(q.text) for q in load_questions("test") + load_unanswerable("test")}
        lessons = load_lessons().values()
        questions = [q.text for q in load_questions("train") if q.kind != "asr"]
        questions += [q.text for q in load_paraphrases() + load_unanswerable("train")]
        questions += [ask.text for lesson in lessons for ask in lesson.asks if ask.kind != "asr"]
        questions += _lines(TEXT_DIR / "fragen.txt")
        self._questions = self._speakable(questions)
        self._sentences = self._speakable(
            _lines(TEXT_DIR / "alltag.txt") + [text for lesson in lessons for text in _lesson_sentences(lesson)]
        )
        self._own_words = [w for text in self._questions + self._sentences for w in text.split()]

    def _speakable(self, texts: list[str]) -> list[str]:
        kept = (t for t in dict.fromkeys(texts) if not re.search(r"\d", t) and 1 <= len(t.split()) <= 16)
        return [text for text in kept if plain(text) and plain(text) not in self._forbidden]

    def draw(self) -> str:
        """One text: a question, a sentence, a recombination or words by frequency."""
        while True:
            text = self._draw()
            if plain(text) and plain(text) not in self._forbidden:
                return text

    def _draw(self) -> str:
        pick, choose = self._random.random(), self._random.choice
        if pick < 0.24:
            return choose(self._questions)
        if pick < 0.36:
            return choose(self._sentences)
        if pick < 0.52:
            return self._spliced(choose(self._questions), choose(self._questions))
        if pick < 0.66:
            return self._swapped(choose(self._questions + self._sentences))
        if pick < 0.82:
            return self._frame()
        if pick < 0.90:
            return " ".join(choose(self._own_words) for _ in range(self._random.randint(2, 8)))
        return self._words(2, 7)

    def _words(self, low: int, high: int) -> str:
        draws = [self._random.random() for _ in range(self._random.randint(low, high))]
        indices = np.minimum(np.searchsorted(self._cumulated, draws), len(self._common) - 1)
        return " ".join(self._common[i] for i in indices)

    def _frame(self) -> str:
        topic = self._random.choice(self._topics) if self._random.random() < 0.55 else self._words(1, 3)
        ending = self._random.choice(self._endings) if self._random.random() < 0.4 else ""
        return f"{self._random.choice(self._openings)} {topic} {ending}".strip()

    def _spliced(self, first: str, second: str) -> str:
        head, tail = first.split(), second.split()
        return " ".join(head[: max(1, len(head) * 2 // 3)] + tail[len(tail) // 2 :])

    def _swapped(self, text: str) -> str:
        parts = text.split()
        for _ in range(max(1, len(parts) // 4)):
            new = self._random.choice(self._own_words) if self._random.random() < 0.5 else self._words(1, 1)
            parts[self._random.randrange(len(parts))] = new
        return " ".join(parts)


def _lines(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()] if path.exists() else []


def _lesson_sentences(lesson: Lesson) -> list[str]:
    texts = [passage.text for passage in passages_of(lesson)]
    texts += [text for check in lesson.checks for text in (check.question, check.hint)]
    return [sentence for text in (*texts, lesson.task) for sentence in sentences(text)]
