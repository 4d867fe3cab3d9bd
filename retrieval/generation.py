"""A generation: texts in named shelves, made searchable together and then only read.

A generation on disk lies in a folder that is named by the hash of everything that shaped it: the texts, the embedder,
the form of the index. So the same texts are never indexed twice, different ones never mix, and whoever knows what is
to be served knows its folder. While it is written the folder lacks the mark `whole`; then it is not served, and the
next attempt goes on where the last one broke off.
"""

from __future__ import annotations

import fcntl
import logging
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from retrieval.dense import Embedder, Role, Vectors
from retrieval.lexical import Lexical, Scores, grams, stems
from retrieval.store import BATCH, VectorStore

FORMAT = "1"
"""Changes whenever an old index would be read wrongly."""
KEPT = 2
"""Generations of one kind that stay on disk: the one in use and the one before, which others may still read."""
NEIGHBOURS = 80
"""Vectors fetched for a query; texts beyond them get the least similarity seen."""
ROLES: Mapping[str, Role] = {"passages": "passage", "documents": "passage"}
"""Shelves whose texts answer; those of all others ask."""
_MARK = "whole"
_log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with (texts done, texts in all)."""


@dataclass(frozen=True)
class Shelf:
    """The indexes over one list of texts."""

    words: Lexical
    pieces: Lexical
    size: int

    @classmethod
    def of(cls, texts: Sequence[str]) -> Shelf:
        """The indexes over `texts`, in memory."""
        return cls(Lexical(texts, stems), Lexical(texts, grams), len(texts))

    @classmethod
    def load(cls, folder: Path, size: int) -> Shelf:
        """What `save` wrote. Raises whatever a damaged file makes of it."""
        return cls(Lexical.load(folder / "words", stems), Lexical.load(folder / "pieces", grams), size)

    def save(self, folder: Path) -> None:
        """Writes both indexes into `folder`."""
        self.words.save(folder / "words")
        self.pieces.save(folder / "pieces")


class Generation:
    """Every shelf of one hash. Read-only, so that threads may share it."""

    def __init__(self, name: str, shelves: Mapping[str, Shelf], store: VectorStore) -> None:
        self.name = name
        self.shelves = shelves
        self._store = store

    def meaning(self, shelf: str, vectors: Vectors) -> Scores:
        """Cosine of the nearest texts, for the rest the least one seen; the best over the vectors, shape (texts,)."""
        size = self.shelves[shelf].size
        best = np.full(size, -1.0, np.float32)
        if not size:
            return best
        for found in self._store.nearest(shelf, vectors, min(NEIGHBOURS, size)):
            scores = np.full(size, found[-1][1], np.float32)
            for row, cosine in found:
                scores[row] = cosine
            best = np.maximum(best, scores)
        return best

    def close(self) -> None:
        """Lets go of files and memory."""
        self._store.close()


def build(
    texts: Mapping[str, Sequence[str]], embedder: Embedder, folder: Path | None = None, progress: Progress | None = None
) -> Generation:
    """The generation of these shelves: read where it lies whole in `folder`, else written first.

    None keeps it in memory. Raises OSError for a folder that cannot be written to; a full disk may also make Chroma
    raise errors of its own.
    """
    name = _hash(texts, embedder)
    if folder is not None:
        with _alone(folder):
            return _on_disk(name, texts, embedder, folder / name, progress)
    store = VectorStore()
    shelves = {shelf: Shelf.of(items) for shelf, items in texts.items()}
    _embed(texts, embedder, store, progress)
    return Generation(name, shelves, store)


def tidy(folder: Path, current: str) -> None:
    """Removes generations that nobody serves any more, all but the `KEPT` youngest."""
    with _alone(folder):
        others = [path for path in folder.iterdir() if path.is_dir() and path.name != current]
        for path in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT - 1 :]:
            shutil.rmtree(path, ignore_errors=True)


def _hash(texts: Mapping[str, Sequence[str]], embedder: Embedder) -> str:
    parts = [FORMAT, embedder.name]
    for shelf, items in sorted(texts.items()):
        parts += [shelf, str(len(items)), *items]
    return sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:24]


def _on_disk(
    name: str, texts: Mapping[str, Sequence[str]], embedder: Embedder, folder: Path, progress: Progress | None
) -> Generation:
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / _MARK).exists():
        try:
            shelves = {shelf: Shelf.load(folder / shelf, len(items)) for shelf, items in texts.items()}
            return Generation(name, shelves, VectorStore(folder / "chroma"))
        except Exception as error:  # a damaged disk, a file that somebody removed: the texts are all that is needed
            _log.warning("the index %s is damaged and is made anew (%s)", folder, type(error).__name__)
            shutil.rmtree(folder)
            folder.mkdir()
    store = VectorStore(folder / "chroma")
    shelves = {shelf: Shelf.of(items) for shelf, items in texts.items()}
    for shelf, made in shelves.items():
        made.save(folder / shelf)
    _embed(texts, embedder, store, progress)
    (folder / _MARK).touch()
    return Generation(name, shelves, store)


def _embed(
    texts: Mapping[str, Sequence[str]], embedder: Embedder, store: VectorStore, progress: Progress | None
) -> None:
    """Appends the vectors that the store lacks."""
    total, done = sum(map(len, texts.values())), 0
    for shelf, items in texts.items():
        there = store.count(shelf)
        for start in range(there, len(items), BATCH):
            store.append(shelf, embedder.embed(items[start : start + BATCH], ROLES.get(shelf, "query")))
            if progress is not None:
                progress(done + min(start + BATCH, len(items)), total)
        done += len(items)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Waits until no other process writes in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
