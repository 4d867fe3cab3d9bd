"""Where vectors are kept: embedded Chroma, the only importer of chromadb.

An index is written as a new generation under a name of its own, renamed when it is whole, and only then are the old
ones removed. What a crash leaves behind keeps its unfinished name, is never served and goes at the next writing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from retrieval.dense import Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_BATCH = 1000
_UNFINISHED = "unfinished"
_GRAPH = {"space": "cosine", "ef_construction": 300, "ef_search": 300, "max_neighbors": 32}
"""Wider than Chroma's defaults, so that a few thousand entries are found as an exact search would find them."""


class VectorStore:
    """Named sets of vectors. One process writes; reading may come from any thread."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keeps its data in `folder`, or in memory for None."""
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        self._client: ClientAPI
        if folder is None:
            self._client = chromadb.EphemeralClient(settings)
            self._prefix = f"m{uuid4().hex[:8]}-"  # all clients in memory share one database
        else:
            self._client = chromadb.PersistentClient(str(folder), settings)
            self._prefix = ""
        self._open: dict[str, Collection] = {}

    def publish(self, name: str, generation: str, ids: Sequence[str], vectors: Callable[[], Vectors]) -> None:
        """Serves a generation of `name` and removes the others; writes it first if it is not there.

        `vectors` is called only then and yields the shape (ids, dimensions).
        """
        whole = f"{self._prefix}{name}-{generation}"
        if whole not in self._names():
            self._write(f"{self._prefix}{name}-{_UNFINISHED}", ids, vectors()).modify(name=whole)
        self._open[name] = self._client.get_collection(whole, embedding_function=None)
        for other in self._names():
            if other.startswith(f"{self._prefix}{name}-") and other != whole:
                self._client.delete_collection(other)

    def _write(self, name: str, ids: Sequence[str], vectors: Vectors) -> Collection:
        if name in self._names():
            self._client.delete_collection(name)
        configuration: Any = {"hnsw": _GRAPH}
        collection = self._client.create_collection(name, embedding_function=None, configuration=configuration)
        for start in range(0, len(ids), _BATCH):
            end = start + _BATCH
            collection.add(ids=list(ids[start:end]), embeddings=vectors[start:end])
        return collection

    def nearest(self, name: str, vectors: Vectors, limit: int) -> list[list[tuple[str, float]]]:
        """For each vector the ids nearest to it with their cosine, best first. Raises KeyError before `publish`."""
        found = self._open[name].query(query_embeddings=vectors, n_results=limit, include=["distances"])
        distances = found["distances"] or []
        return [
            [(id_, 1.0 - distance) for id_, distance in zip(ids, row, strict=True)]
            for ids, row in zip(found["ids"], distances, strict=True)
        ]

    def _names(self) -> list[str]:
        return [collection.name for collection in self._client.list_collections()]
