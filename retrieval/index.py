"""Everything a question is compared with, and what each channel says about each lesson.

Channels: words (BM25 over stems), pieces (BM25 over letters as they sound, for misheard words) and meaning (vectors),
each over the passages, over the questions people ask, over the few questions of a lesson that are nearest together,
and over all questions of a lesson as one text. Questions live in indexes of their own: added to the passages they
would drown them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.lesson import Lesson
from corpus.questions import Question
from german.dialect import standardise
from german.text import plain
from retrieval.dense import Embedder
from retrieval.generation import Progress, build, tidy
from retrieval.lexical import Scores
from retrieval.passages import Passage, passages_of

KINDS = ("words", "pieces", "meaning")
PLACES = ("passages", "questions", "nearby", "lesson")
CHANNELS = tuple(f"{kind}_{place}" for place in PLACES for kind in KINDS)
OUTSIDE = CHANNELS[len(KINDS) :]
"""The channels that also compare with questions that no lesson answers."""
NEARBY = 5
"""So many questions of a lesson speak for it together."""


@dataclass(frozen=True)
class Evidence:
    """What the channels say about one question; every score is about 0 to 1, higher is nearer."""

    channels: NDArray[np.float32]
    """Shape (lessons, CHANNELS)."""
    outside: NDArray[np.float32]
    """Nearness to questions that no lesson answers, shape (OUTSIDE,)."""
    passages: NDArray[np.float32]
    """What words, pieces and meaning say about each passage, shape (passages, KINDS)."""


class Index:
    """The indexes over lessons and questions. Read-only after construction, so that threads may share it."""

    def __init__(
        self,
        lessons: Mapping[str, Lesson],
        questions: Sequence[Question],
        embedder: Embedder,
        folder: Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Questions of lessons that are not here count as unanswered. The index is kept in `folder`, or in memory."""
        self.lessons = tuple(lessons)
        self.passages: tuple[Passage, ...] = tuple(p for lesson in lessons.values() for p in passages_of(lesson))
        places = {lesson: i for i, lesson in enumerate(self.lessons)}
        outside = len(places)  # the row after the last lesson
        asked: dict[str, tuple[int, str]] = {}
        asked |= {plain(ask.text): (places[id_], ask.text) for id_, lesson in lessons.items() for ask in lesson.asks}
        asked |= {plain(q.text): (places.get(q.lesson or "", outside), q.text) for q in questions}
        rows = sorted((place, standardise(text)) for place, text in asked.values())
        self._of_passage = np.array([places[p.source] for p in self.passages], np.intp)
        self._of_question = np.array([place for place, _ in rows], np.intp)
        per_lesson: list[list[str]] = [[] for _ in range(outside + 1)]
        for place, text in rows:
            per_lesson[place].append(text)
        texts = {
            "passages": [passage.text for passage in self.passages],
            "questions": [text for _, text in rows],
            "lessons": [" ".join(its) for its in per_lesson],
        }
        self._embedder = embedder
        self._generation = build(texts, embedder, folder, progress)
        if folder is not None:
            tidy(folder, self._generation.name)

    def evidence(self, variants: Sequence[str]) -> Evidence:
        """What speaks for each lesson; every channel takes its best variant."""
        vectors = self._embedder.embed(variants)
        scores = {}
        for name, shelf in self._generation.shelves.items():
            meaning = self._generation.meaning(name, vectors)
            scores[name] = (shelf.words.best(variants), shelf.pieces.best(variants), meaning)
        columns = [
            *(self._most(one, self._of_passage) for one in scores["passages"]),
            *(self._most(one, self._of_question) for one in scores["questions"]),
            *(self._nearby(one) for one in scores["questions"]),
            *scores["lessons"],
        ]
        table = np.stack(columns, axis=1)
        return Evidence(table[:-1], table[-1, len(KINDS) :], np.stack(scores["passages"], axis=1))

    def knows(self, word: str) -> bool:
        """Whether a lesson's passage holds the word, in any of its forms."""
        return self._generation.shelves["passages"].words.knows(word)

    def best_passage(self, lesson: str, evidence: Evidence) -> Passage:
        """The lesson's passage that spoke most for it."""
        mine = np.flatnonzero(self._of_passage == self.lessons.index(lesson))
        return self.passages[int(mine[np.argmax(evidence.passages[mine].sum(axis=1))])]

    def _most(self, scores: Scores, owners: NDArray[np.intp]) -> Scores:
        best = np.zeros(len(self.lessons) + 1, np.float32)
        np.maximum.at(best, owners, scores)
        return best

    def _nearby(self, scores: Scores) -> Scores:
        """The mean of each lesson's `NEARBY` best questions."""
        means = np.zeros(len(self.lessons) + 1, np.float32)
        bounds = np.searchsorted(self._of_question, np.arange(len(means) + 1))
        for place, (start, end) in enumerate(pairwise(bounds.tolist())):
            if end > start:
                nearest = min(NEARBY, end - start)
                means[place] = np.partition(scores[start:end], -nearest)[-nearest:].mean()
        return means
