"""The documents that trainers have added: published by swapping an index, while others go on searching the old one.

What is live is decided by the library's files alone. A new index is built first; then the one file is written that
makes the change; then the search takes the new index. Whatever ends in between, a restart finds either the old
state or the new one, and no half of any.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Lock

from assistant.errors import BadInput, Unavailable
from corpus.library import Document, LibraryError, LibraryStore, approve, live, retire
from retrieval.dense import Embedder
from retrieval.documents import DocumentSearch
from retrieval.fusion import Fusion
from retrieval.generation import Progress, tidy
from retrieval.passages import Passage

LIBRARY, INDEX = Path("library"), Path("index") / "documents"
"""Where documents and their index lie in the data folder."""
_log = logging.getLogger(__name__)


class Publisher:
    """The one writer of a machine's documents. `published` takes each new state."""

    def __init__(
        self,
        store: LibraryStore,
        embedder: Embedder,
        fusion: Fusion,
        folder: Path,
        published: Callable[[DocumentSearch, list[Document]], None] = lambda search, documents: None,
    ) -> None:
        self._store, self._embedder, self._fusion, self._folder = store, embedder, fusion, folder
        self._published = published
        self._lock = Lock()

    def open(self, progress: Progress | None = None) -> None:
        """Publishes what is live. A folder that cannot be used is done without. Raises BadInput for a damaged file."""
        with _told():
            documents = live(self._store.load())
        try:
            search = self._search(documents, progress)
        except Exception as error:  # a read-only or full disk, and whatever Chroma makes of it
            _log.warning("the documents' index is kept in memory (%s: %s)", type(error).__name__, error)
            search = DocumentSearch(passages_of_documents(documents), self._embedder, self._fusion)
        self._published(search, documents)

    def approve(self, id_: str, by: str, today: date, progress: Progress | None = None) -> Document:
        """Makes the youngest draft of a document live. Raises BadInput or Unavailable, and then nothing has changed."""
        with self._lock, _told():
            known = self._store.load()
            document = approve(known, id_, by, today)
            self._publish(known, [document], progress)
            return document

    def retire(self, id_: str, today: date, progress: Progress | None = None) -> Document:
        """Takes a document out of the search. Raises BadInput or Unavailable, and then nothing has changed."""
        with self._lock, _told():
            known = self._store.load()
            documents = retire(known, id_, today)
            self._publish(known, documents, progress)
            return documents[-1]

    def _publish(self, known: list[Document], changed: list[Document], progress: Progress | None) -> None:
        keys = {document.key for document in changed}
        future = live([*(document for document in known if document.key not in keys), *changed])
        try:
            search = self._search(future, progress)
            for document in sorted(changed, key=lambda one: -one.version):  # the live one first: the rest is history
                self._store.save(document)
        except Exception as error:  # a full disk, and whatever Chroma makes of it
            raise Unavailable(f"Das ließ sich nicht speichern ({error}). Es hat sich nichts geändert.") from error
        self._published(search, future)
        tidy(self._folder, search.generation.name)

    def _search(self, documents: Iterable[Document], progress: Progress | None) -> DocumentSearch:
        passages = passages_of_documents(documents)
        return DocumentSearch(passages, self._embedder, self._fusion, self._folder, progress)


def passages_of_documents(documents: Iterable[Document]) -> list[Passage]:
    """What documents are searched by."""
    return [
        Passage(f"{document.id}/{number}", document.id, section.heading, section.text, section.page)
        for document in documents
        for number, section in enumerate(document.sections, 1)
    ]


@contextmanager
def _told() -> Iterator[None]:
    """A LibraryError as BadInput, whose sentence is the same."""
    try:
        yield
    except LibraryError as error:
        raise BadInput(str(error), spoken=str(error)) from error
