"""Everything a question is compared with, and what each channel says about each lesson.

Channels: words (BM25 over stems), pieces (BM25 over letters as they sound, for misheard words) and meaning (vectors),
each over the passages, over the questions people ask, and words and pieces over all questions of a lesson as one text.
Questions live in indexes of their own: added to the passages they would drown them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from corpus.lesson import Lesson
from corpus.questions import Question
from german.dialect import standardise
from german.text import plain
from retrieval.dense import Embedder, Vectors
from retrieval.lexical import Lexical, Scores, grams, stems
from retrieval.passages import Passage, passages_of
from retrieval.store import VectorStore

CHANNELS = (
    "words_passages",
    "pieces_passages",
    "meaning_passages",
    "words_questions",
    "pieces_questions",
    "meaning_questions",
    "words_lesson",
    "pieces_lesson",
)
OUTSIDE = CHANNELS[3:]
"""The channels that also compare with questions that no lesson answers."""
NEIGHBOURS = 60
"""Vectors fetched per channel; lessons beyond them get the least similarity seen."""


@dataclass(frozen=True)
class Evidence:
    """What the channels say about one question; every score is about 0 to 1, higher is nearer."""

    channels: NDArray[np.float32]
    """Shape (lessons, CHANNELS)."""
    outside: NDArray[np.float32]
    """Nearness to questions that no lesson answers, shape (OUTSIDE,)."""
    passages: Scores
    """All passage channels together, shape (passages,)."""


class Index:
    """The indexes over lessons and questions. Read-only after construction, so that threads may share it."""

    def __init__(
        self, lessons: Mapping[str, Lesson], questions: Sequence[Question], embedder: Embedder, store: VectorStore
    ) -> None:
        """Questions of lessons that are not here count as unanswered."""
        self.lessons = tuple(lessons)
        self.passages: tuple[Passage, ...] = tuple(p for lesson in lessons.values() for p in passages_of(lesson))
        asked: dict[str, tuple[str | None, str]] = {}
        asked |= {plain(ask.text): (lesson.id, ask.text) for lesson in lessons.values() for ask in lesson.asks}
        asked |= {plain(q.text): (q.lesson if q.lesson in lessons else None, q.text) for q in questions if q.lesson}
        asked |= {plain(q.text): (None, q.text) for q in questions if not q.lesson}
        places = {lesson: i for i, lesson in enumerate(self.lessons)}
        outside = len(places)  # the row after the last lesson
        texts = [standardise(text) for _, text in asked.values()]
        self._of_passage = np.array([places[p.lesson] for p in self.passages], np.intp)
        self._of_question = np.array([places[id_] if id_ else outside for id_, _ in asked.values()], np.intp)
        per_lesson = [
            " ".join(text for text, at in zip(texts, self._of_question, strict=True) if at == place)
            for place in range(outside + 1)
        ]
        passages = [passage.text for passage in self.passages]
        self._word_passages, self._piece_passages = Lexical(passages, stems), Lexical(passages, grams)
        self._word_questions, self._piece_questions = Lexical(texts, stems), Lexical(texts, grams)
        self._word_lessons, self._piece_lessons = Lexical(per_lesson, stems), Lexical(per_lesson, grams)
        self._embedder, self._store = embedder, store
        self._publish("passages", passages)
        self._publish("questions", texts)

    def _publish(self, name: str, texts: list[str]) -> None:
        generation = sha256("\0".join((self._embedder.name, *texts)).encode()).hexdigest()[:24]
        ids = [str(i) for i in range(len(texts))]
        self._store.publish(name, generation, ids, lambda: self._embedder.embed(texts))

    def evidence(self, variants: Sequence[str]) -> Evidence:
        """What speaks for each lesson; every channel takes its best variant."""
        vectors = self._embedder.embed(variants)
        meaning_passages = self._nearest("passages", vectors, len(self.passages))
        meaning_questions = self._nearest("questions", vectors, len(self._of_question))
        word_passages, piece_passages = _best(self._word_passages, variants), _best(self._piece_passages, variants)
        rows = [
            self._per_lesson(word_passages, self._of_passage),
            self._per_lesson(piece_passages, self._of_passage),
            self._per_lesson(meaning_passages, self._of_passage),
            self._per_lesson(_best(self._word_questions, variants), self._of_question),
            self._per_lesson(_best(self._piece_questions, variants), self._of_question),
            self._per_lesson(meaning_questions, self._of_question),
            _best(self._word_lessons, variants),
            _best(self._piece_lessons, variants),
        ]
        table = np.stack(rows, axis=1)
        outside = table[-1, [CHANNELS.index(name) for name in OUTSIDE]]
        return Evidence(table[:-1], outside, word_passages + piece_passages + meaning_passages)

    def best_passage(self, lesson: str, evidence: Evidence) -> Passage:
        """The lesson's passage that spoke most for it."""
        mine = np.flatnonzero(self._of_passage == self.lessons.index(lesson))
        return self.passages[int(mine[np.argmax(evidence.passages[mine])])]

    def _per_lesson(self, scores: Scores, owners: NDArray[np.intp]) -> Scores:
        best = np.zeros(len(self.lessons) + 1, np.float32)
        np.maximum.at(best, owners, scores)
        return best

    def _nearest(self, name: str, vectors: Vectors, size: int) -> Scores:
        """Cosine of the nearest entries, for the rest the least one seen; shape (size,), best over the vectors."""
        best = np.full(size, -1.0, np.float32)
        for found in self._store.nearest(name, vectors, min(NEIGHBOURS, size)):
            floor = found[-1][1]
            scores = np.full(size, floor, np.float32)
            for id_, cosine in found:
                scores[int(id_)] = cosine
            best = np.maximum(best, scores)
        return best


def _best(index: Lexical, variants: Sequence[str]) -> Scores:
    scores: Scores = np.max([index.scores(variant) for variant in variants], axis=0)
    return scores
