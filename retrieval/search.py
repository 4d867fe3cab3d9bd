"""A question finds its lesson, or learns honestly that the material does not answer it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from corpus.lesson import Lesson
from corpus.material import load_lessons
from corpus.questions import Question, load_training
from german.dialect import variants
from german.terms import AI_TERMS, repair
from german.text import plain
from retrieval.dense import Embedder, StarterEmbedder
from retrieval.fusion import Fusion
from retrieval.index import Index
from retrieval.passages import Found, Hit
from retrieval.store import VectorStore

LONGEST_QUERY = 400
"""Characters that are searched; more than a long spoken question has."""


class LessonSearch:
    """Variants -> every channel -> one score per lesson -> hits, or an abstention. Threads may share it."""

    def __init__(
        self,
        lessons: Mapping[str, Lesson],
        questions: Sequence[Question],
        embedder: Embedder,
        store: VectorStore,
        fusion: Fusion,
        vocabulary: Iterable[str] = AI_TERMS,
    ) -> None:
        """Builds the indexes; vectors that the store has already are not computed again."""
        self._vocabulary = tuple(vocabulary)
        self._fusion = fusion
        self.index = Index(lessons, questions, embedder, store)

    def search(self, query: str, limit: int = 3) -> Found:
        """The lessons nearest to `query`, or an honest abstention."""
        searched = query_variants(query, self._vocabulary)
        if not plain(query) or not self.index.lessons:
            return Found(query, searched, (), abstained=True)
        evidence = self.index.evidence(searched)
        scores = self._fusion.scores(evidence)
        best = np.argsort(-scores, kind="stable")[:limit]
        hits = tuple(
            Hit(lesson, float(scores[place]), self.index.best_passage(lesson, evidence))
            for place, lesson in ((place, self.index.lessons[place]) for place in best)
        )
        return Found(query, searched, hits, abstained=bool(scores.max() < self._fusion.threshold))


def query_variants(query: str, vocabulary: Sequence[str] = AI_TERMS) -> tuple[str, ...]:
    """What is searched for `query`: itself, its standard form, and both with misheard terms repaired."""
    query = query[:LONGEST_QUERY]
    forms = variants(query)
    return tuple(dict.fromkeys((*forms, *(repair(form, vocabulary) for form in forms))))


def open_search(folder: Path | None = None) -> LessonSearch:
    """The search over the shipped lessons with the shipped embedder; vectors are kept in `folder`, None: in memory.

    Raises MaterialError and EmbedderError.
    """
    return LessonSearch(load_lessons(), load_training(), StarterEmbedder(), VectorStore(folder), Fusion.load())
