"""Passages of documents that trainers have added: searched without questions that people ask: nobody wrote any."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.dense import Embedder
from retrieval.fusion import PASSAGE_FEATURES, Fusion
from retrieval.generation import Progress, build
from retrieval.passages import Hit, Passage

NEAREST = 30
"""Passages that are looked at."""
_SHELF = "documents"


class DocumentSearch:
    """The indexes over the passages of all documents. Read-only after construction, so that threads may share it."""

    def __init__(
        self,
        passages: Sequence[Passage],
        embedder: Embedder,
        fusion: Fusion,
        folder: Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        """In `folder` the index is kept, None: in memory; an index that lies there whole is not built again."""
        self.passages = tuple(passages)
        self._embedder, self._fusion = embedder, fusion
        texts = {_SHELF: [searched(passage) for passage in self.passages]}
        self.generation = build(texts, embedder, folder, progress)

    def hits(self, variants: Sequence[str], limit: int = 3) -> list[Hit]:
        """The best passage of each document, best first."""
        rows, evidence = self.evidence(variants)
        best: dict[str, Hit] = {}
        for row, score in zip(rows, self._fusion.passage_scores(evidence), strict=True):
            passage = self.passages[int(row)]
            best.setdefault(passage.source, Hit(passage.source, float(score), passage))
        return list(best.values())[:limit]

    def evidence(self, variants: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """The rows of the passages that share most words and pieces with the question, best first, and what words,
        pieces and meaning say about each, shape (nearest, 3).

        Meaning does not rank: a small embedder has never read a trainer's words.
        """
        if not self.passages:
            return np.zeros(0, np.intp), np.zeros((0, PASSAGE_FEATURES), np.float32)
        shelf = self.generation.shelves[_SHELF]
        words, pieces = shelf.words.best(variants), shelf.pieces.best(variants)
        meaning = self.generation.meaning(_SHELF, self._embedder.embed(variants))
        rows = np.argsort(-(words + pieces), kind="stable")[:NEAREST].astype(np.intp)
        return rows, np.stack([words[rows], pieces[rows], meaning[rows]], axis=1)

    def knows(self, word: str) -> bool:
        """Whether a passage holds the word, in any of its forms."""
        return self.generation.shelves[_SHELF].words.knows(word)


def searched(passage: Passage) -> str:
    """A passage with its heading, which often names what the text only points to."""
    return f"{passage.heading}. {passage.text}" if passage.heading else passage.text
