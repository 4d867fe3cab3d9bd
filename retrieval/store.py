"""Where vectors are kept: embedded Chroma, the only importer of chromadb."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from retrieval.dense import Vectors

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

BATCH = 1000
_GRAPH = {"space": "cosine", "ef_construction": 200, "ef_search": 150, "max_neighbors": 24}
"""Wider than Chroma's defaults, so that the nearest of 100,000 are found nearly as an exact search would find them."""


class VectorStore:
    """Named rows of vectors, appended in order. One process writes; reading may come from any thread."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keeps its data in `folder`, or in memory for None."""
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        self._client: Any  # its type lacks `close`
        if folder is None:
            self._client = chromadb.EphemeralClient(settings)
            self._prefix = f"m{uuid4().hex[:8]}-"  # all clients in memory share one database
        else:
            self._client = chromadb.PersistentClient(str(folder), settings)
            self._prefix = ""
        self._open: dict[str, Collection] = {}

    def count(self, name: str) -> int:
        """How many vectors `name` has."""
        return self._collection(name).count()

    def append(self, name: str, vectors: Vectors) -> None:
        """Adds rows, shape (n, dimensions), after those that are there."""
        collection = self._collection(name)
        first = collection.count()
        for start in range(0, len(vectors), BATCH):
            rows = vectors[start : start + BATCH]
            ids = [str(first + start + i) for i in range(len(rows))]
            collection.add(ids=ids, embeddings=rows)

    def nearest(self, name: str, vectors: Vectors, limit: int) -> list[list[tuple[int, float]]]:
        """For each vector the rows nearest to it with their cosine, best first; `limit` is at most `count`."""
        found = self._collection(name).query(query_embeddings=vectors, n_results=limit, include=["distances"])
        distances = found["distances"] or []
        return [
            [(int(id_), 1.0 - distance) for id_, distance in zip(ids, row, strict=True)]
            for ids, row in zip(found["ids"], distances, strict=True)
        ]

    def close(self) -> None:
        """Lets go of files and memory; the store is of no use afterwards."""
        self._client.close()

    def _collection(self, name: str) -> Collection:
        if name not in self._open:
            configuration: Any = {"hnsw": _GRAPH}
            self._open[name] = self._client.get_or_create_collection(
                self._prefix + name, embedding_function=None, configuration=configuration
            )
        return self._open[name]
