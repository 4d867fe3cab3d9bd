"""A question finds its lesson or its page, or learns honestly that the material does not answer it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from corpus.lesson import Lesson
from corpus.material import load_lessons
from corpus.questions import Question, load_training
from german.apart import apart
from german.dialect import variants
from german.terms import AI_TERMS, repair
from german.text import plain
from retrieval.dense import Embedder, SentenceEmbedder
from retrieval.documents import DocumentSearch
from retrieval.fusion import Fusion, Values
from retrieval.generation import Progress
from retrieval.index import Evidence, Index
from retrieval.passages import Found, Hit

LONGEST_QUERY = 400
"""Characters that are searched; more than a long spoken question has."""


class Search:
    """Variants -> every channel -> one score per lesson and passage -> hits, a question back or an abstention.

    Threads may share it; `documents` may be replaced while others search.
    """

    def __init__(
        self,
        lessons: Mapping[str, Lesson],
        questions: Sequence[Question],
        embedder: Embedder,
        fusion: Fusion,
        folder: Path | None = None,
        vocabulary: Iterable[str] = AI_TERMS,
        progress: Progress | None = None,
    ) -> None:
        """Builds the index, or opens it where it lies in `folder` already."""
        self._vocabulary = tuple(vocabulary)
        self.embedder, self.fusion = embedder, fusion
        self.index = Index(lessons, questions, embedder, folder, progress)
        self.documents: DocumentSearch | None = None

    def search(self, query: str, limit: int = 3) -> Found:
        """What is nearest to `query`, or an honest abstention."""
        documents = self.documents
        searched = query_variants(query, self._vocabulary, self._knows(documents))
        if not plain(query):
            return Found(query, searched, (), "abstain")
        pages = documents.hits(searched, limit) if documents else []
        pages = [hit for hit in pages if hit.score >= self.fusion.passage_from]
        evidence = self.index.evidence(searched)
        scores = self.fusion.scores(evidence) if self.index.lessons else np.zeros(0)
        lessons = self._hits(scores, evidence, limit)
        hits = tuple(sorted((*lessons, *pages), key=lambda hit: -hit.score)[:limit])
        if pages and hits[0] is pages[0]:
            return Found(query, searched, hits, "answer")
        best, second = (*(hit.score for hit in lessons), 0.0, 0.0)[:2]
        return Found(query, searched, hits, self.fusion.verdict(best, second))

    def _hits(self, scores: Values, evidence: Evidence, limit: int) -> list[Hit]:
        best = np.argsort(-scores, kind="stable")[:limit]
        found = [(self.index.lessons[int(place)], float(scores[place])) for place in best]
        return [Hit(lesson, score, self.index.best_passage(lesson, evidence)) for lesson, score in found]

    def _knows(self, documents: DocumentSearch | None) -> Callable[[str], bool]:
        return lambda word: self.index.knows(word) or (documents is not None and documents.knows(word))


def query_variants(
    query: str, vocabulary: Sequence[str] = AI_TERMS, knows: Callable[[str], bool] | None = None
) -> tuple[str, ...]:
    """What is searched for `query`: itself, its standard form, and both with misheard terms repaired and with long
    words that the material does not know written apart (`knows` tells)."""
    query = query[:LONGEST_QUERY]
    forms = list(variants(query))
    forms += [repair(form, vocabulary) for form in forms]
    if knows is not None:
        forms += [apart(form, knows) for form in forms]
    return tuple(dict.fromkeys(forms))


def open_search(folder: Path | None = None) -> Search:
    """The search over the shipped lessons with the shipped embedder; the index is kept in `folder`, None: in memory.

    Raises MaterialError and EmbedderError.
    """
    return Search(load_lessons(), load_training(), SentenceEmbedder(), Fusion.load(), folder)
