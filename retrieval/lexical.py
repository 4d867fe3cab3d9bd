"""Search by words and by pieces of words: BM25 with scores that compare between questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray

from german.sounds import sounds
from german.text import fold, plain

Scores = NDArray[np.float32]

MOST_POSTINGS = 600_000
"""Entries of the index that one query reads. Its commonest units are passed over beyond them: they tell least and
cost most. Below some thousand texts this never happens."""


@dataclass(frozen=True)
class Units:
    """What a text is cut into."""

    words: Callable[[str], list[str]]
    of_word: Callable[[str], tuple[str, ...]]

    def __call__(self, text: str) -> list[str]:
        """The units of `text`, in order."""
        return [unit for word in self.words(text) for unit in self.of_word(word)]


class Lexical:
    """BM25 over texts. Read-only after construction, so that threads may share it."""

    def __init__(self, texts: Sequence[str], units: Units) -> None:
        import bm25s

        vocabulary: dict[str, int] = {"": 0}
        known: dict[str, NDArray[np.int32]] = {}
        documents = []
        for text in texts:
            words = units.words(text)
            for word in words:
                if word not in known:
                    ids = [vocabulary.setdefault(unit, len(vocabulary)) for unit in units.of_word(word)]
                    known[word] = np.array(ids, np.int32)
            documents.append(np.concatenate([known[word] for word in words]) if words else np.zeros(1, np.int32))
        index = bm25s.BM25(method="lucene")
        with catch_warnings():
            simplefilter("ignore", RuntimeWarning)  # without texts it averages over nothing, which hurts nobody
            index.index((documents, vocabulary), show_progress=False)
        self._use(index, units)

    @classmethod
    def load(cls, folder: Path, units: Units) -> Lexical:
        """What `save` wrote. Raises OSError, ValueError or KeyError for anything else."""
        import bm25s

        loaded = cls.__new__(cls)
        loaded._use(bm25s.BM25.load(str(folder), show_progress=False), units)
        return loaded

    def save(self, folder: Path) -> None:
        """Writes the index into `folder`."""
        self._index.save(str(folder), show_progress=False)

    def _use(self, index: Any, units: Units) -> None:
        self._index, self._units = index, units
        self._vocabulary: dict[str, int] = index.vocab_dict
        self._texts = int(index.scores["num_docs"])
        self._counts = np.diff(index.scores["indptr"])
        self._weights = np.log(1 + (self._texts - self._counts + 0.5) / (self._counts + 0.5))
        self._unknown = float(np.log(1 + (self._texts + 0.5) / 0.5))

    def best(self, variants: Sequence[str]) -> Scores:
        """`scores` of the variant that fits each text best, shape (texts,)."""
        scores: Scores = np.max([self.scores(variant) for variant in variants], axis=0)
        return scores

    def scores(self, query: str) -> Scores:
        """How much of the query each text holds, 0 to 1, shape (texts,); units that no text knows count as missed."""
        units = self._units(query)
        known = np.array([self._vocabulary[unit] for unit in units if unit in self._vocabulary], np.intp)
        if not known.size:
            return np.zeros(self._texts, np.float32)
        possible = float(self._weights[known].sum()) + self._unknown * (len(units) - len(known))
        return np.asarray(self._index.get_scores_from_ids(self._telling(known)) / possible, np.float32)

    def knows(self, word: str) -> bool:
        """Whether some text holds the word."""
        return all(unit in self._vocabulary for unit in self._units(word))

    def _telling(self, units: NDArray[np.intp]) -> NDArray[np.intp]:
        """The rarest of the units, as many as `MOST_POSTINGS` allows, and at least one."""
        rarest = units[np.argsort(self._counts[units], kind="stable")]
        read = np.cumsum(self._counts[rarest])
        return rarest[: max(1, int(np.searchsorted(read, MOST_POSTINGS, side="right")))]


@lru_cache(maxsize=50_000)
def _grams(word: str) -> tuple[str, ...]:
    marked = f"<{word}>"
    return tuple(marked[i : i + n] for n in (3, 4, 5) for i in range(len(marked) - n + 1))


@lru_cache(maxsize=1)
def _stemmer() -> Callable[[str], str]:
    import snowballstemmer

    stem: Callable[[str], str] = snowballstemmer.stemmer("german").stemWord
    return stem


@lru_cache(maxsize=50_000)
def _stem(word: str) -> tuple[str, ...]:
    return (fold(_stemmer()(word)),)


stems = Units(lambda text: plain(text).split(), _stem)
"""The stems of the words, umlauts written out."""
grams = Units(lambda text: sounds(text).split(), _grams)
"""The pieces of 3 to 5 letters of every word as it sounds, its ends marked: misheard words share most of them."""
