"""Search by words and by pieces of words: BM25 with scores that compare between questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

from german.sounds import sounds
from german.text import fold, plain

Scores = NDArray[np.float32]


def stems(text: str) -> list[str]:
    """The stems of the words, umlauts written out."""
    return [_stem(word) for word in plain(text).split()]


def grams(text: str) -> list[str]:
    """The pieces of 3 to 5 letters of every word as it sounds, its ends marked: misheard words share most of them."""
    return [
        word[i : i + n]
        for word in (f"<{word}>" for word in sounds(text).split())
        for n in (3, 4, 5)
        for i in range(len(word) - n + 1)
    ]


class Lexical:
    """BM25 over texts. Read-only after construction, so that threads may share it."""

    def __init__(self, texts: Sequence[str], units: Callable[[str], list[str]]) -> None:
        import bm25s

        documents = [units(text) or [""] for text in texts]
        self._units = units
        self._index = bm25s.BM25(method="lucene")
        self._index.index(documents, show_progress=False)
        counts = Counter(unit for document in documents for unit in set(document))
        n = len(documents)
        self._weights = {unit: log(1 + (n - count + 0.5) / (count + 0.5)) for unit, count in counts.items()}
        self._unknown = log(1 + (n + 0.5) / 0.5)

    def scores(self, query: str) -> Scores:
        """How much of the query each text holds, 0 to 1, shape (texts,); units that no text knows count as missed."""
        units = self._units(query)
        possible = sum(self._weights.get(unit, self._unknown) for unit in units)
        known = [unit for unit in units if unit in self._weights]
        if not known:
            return np.zeros(self._index.scores["num_docs"], np.float32)
        return np.asarray(self._index.get_scores(known) / possible, np.float32)


@lru_cache(maxsize=1)
def _stemmer() -> Callable[[str], str]:
    import snowballstemmer

    stem: Callable[[str], str] = snowballstemmer.stemmer("german").stemWord
    return stem


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return fold(_stemmer()(word))
