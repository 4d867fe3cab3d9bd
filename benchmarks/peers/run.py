"""Asks every peer every question: `PEERS_PYTHON benchmarks/peers/run.py FOLDER`.

Stands alone and imports nothing of ours, since it runs where only requirements.txt is installed.
In: texts.json {"documents": [{"text", "lesson"}], "questions": [text]} and vectors.npz with `documents` and
`questions`, one float32 unit vector for each text. Out: rankings.json {peer: {"rankings", "query_ms_p50",
"query_ms_p95", "version"}}, or {peer: {"error"}} for one that is missing or fails. A query's time is without the
embedder's, whose vectors are looked up.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SETTINGS = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "HF_HUB_OFFLINE": "1",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
}
"""Nothing is reported or fetched; peers read these when they are imported."""
DOCUMENTS = 10
"""Documents asked for; bm25s and Chroma have the same number as their default."""
LESSONS = 10
WARM_UP = 20
CHROMA_BATCH = 1000

Search = Callable[[str], list[str]]
"""A question -> the lessons of the documents found, best first; a lesson may come more than once."""


class UnknownText(KeyError):
    """A text that came without a vector."""


class Vectors:
    """The embedder of all peers: text -> the vector that our process made of it."""

    def __init__(self, texts: Sequence[str], rows: NDArray[np.float32]) -> None:
        self._rows: dict[str, list[float]] = {text: row.tolist() for text, row in zip(texts, rows, strict=True)}

    def of(self, text: str) -> list[float]:
        """The vector of a text; raises UnknownText."""
        try:
            return self._rows[text]
        except KeyError:
            raise UnknownText(text) from None


@dataclass(frozen=True)
class Material:
    """What every peer searches."""

    texts: list[str]
    lessons: list[str]
    """The lesson of each text."""
    vectors: Vectors


def bm25(material: Material) -> Search:
    """bm25s as its README shows it, with the stop words and the stemmer for German."""
    import Stemmer  # type: ignore[import-not-found]

    return _bm25(material, stopwords="de", stemmer=Stemmer.Stemmer("german"))


def bm25_plain(material: Material) -> Search:
    """bm25s over lower-case words, nothing left out and nothing stemmed."""
    return _bm25(material, stopwords=None, stemmer=None)


def _bm25(material: Material, **words: Any) -> Search:
    import bm25s

    index = bm25s.BM25()
    index.index(bm25s.tokenize(material.texts, show_progress=False, **words), show_progress=False)
    count = min(DOCUMENTS, len(material.texts))

    def search(question: str) -> list[str]:
        asked = bm25s.tokenize(question, show_progress=False, **words)
        found = index.retrieve(asked, k=count, show_progress=False).documents[0]
        return [material.lessons[place] for place in found]

    return search


def chroma(material: Material) -> Search:
    """Chroma in memory with its default index."""
    import chromadb
    from chromadb.config import Settings

    client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
    collection: Any = client.create_collection("peers", embedding_function=None)
    for start in range(0, len(material.texts), CHROMA_BATCH):
        texts = material.texts[start : start + CHROMA_BATCH]
        collection.add(
            ids=[str(start + i) for i in range(len(texts))],
            documents=texts,
            embeddings=[material.vectors.of(text) for text in texts],
            metadatas=[{"lesson": lesson} for lesson in material.lessons[start : start + CHROMA_BATCH]],
        )

    def search(question: str) -> list[str]:
        found = collection.query(query_embeddings=[material.vectors.of(question)], n_results=DOCUMENTS)
        return [metadata["lesson"] for metadata in found["metadatas"][0]]

    return search


def llama_index(material: Material) -> Search:
    """LlamaIndex's default retriever over nodes that are ready, so that nothing splits or counts words."""
    from llama_index.core import VectorStoreIndex  # type: ignore[import-not-found]
    from llama_index.core.embeddings import BaseEmbedding  # type: ignore[import-not-found]
    from llama_index.core.schema import TextNode  # type: ignore[import-not-found]

    class LookedUp(BaseEmbedding):  # type: ignore[misc]
        def _get_text_embedding(self, text: str) -> list[float]:
            return material.vectors.of(text)

        def _get_query_embedding(self, query: str) -> list[float]:
            return material.vectors.of(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return material.vectors.of(query)

    nodes = [
        TextNode(text=text, metadata={"lesson": lesson}, excluded_embed_metadata_keys=["lesson"])
        for text, lesson in zip(material.texts, material.lessons, strict=True)
    ]
    embedder = LookedUp()
    # Ready nodes are not transformed; without `transformations` a splitter would be made, which looks for NLTK's data.
    index = VectorStoreIndex(nodes, embed_model=embedder, transformations=[embedder])
    retriever = index.as_retriever(similarity_top_k=DOCUMENTS)
    return lambda question: [found.node.metadata["lesson"] for found in retriever.retrieve(question)]


def langchain(material: Material) -> Search:
    """LangChain's ensemble as documented: its BM25 retriever splits at spaces and minds upper case."""
    return _langchain(material)


def langchain_german(material: Material) -> Search:
    """The same ensemble whose BM25 retriever sees the words as `bm25` does: an upper bound for a careful user."""
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("german")

    def words(text: str) -> list[str]:
        found: list[list[str]] = bm25s.tokenize(
            text, stopwords="de", stemmer=stemmer, return_ids=False, show_progress=False
        )
        return found[0]

    return _langchain(material, preprocess_func=words)


def _langchain(material: Material, **lexical: Any) -> Search:
    from langchain_classic.retrievers import EnsembleRetriever  # type: ignore[import-not-found]
    from langchain_community.retrievers import BM25Retriever  # type: ignore[import-not-found]
    from langchain_core.documents import Document  # type: ignore[import-not-found]
    from langchain_core.embeddings import Embeddings  # type: ignore[import-not-found]
    from langchain_core.vectorstores import InMemoryVectorStore  # type: ignore[import-not-found]

    class LookedUp(Embeddings):  # type: ignore[misc]
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [material.vectors.of(text) for text in texts]

        def embed_query(self, text: str) -> list[float]:
            return material.vectors.of(text)

    documents = [
        Document(page_content=text, metadata={"lesson": lesson})
        for text, lesson in zip(material.texts, material.lessons, strict=True)
    ]
    by_words = BM25Retriever.from_documents(documents, k=DOCUMENTS, **lexical)
    by_meaning = InMemoryVectorStore.from_documents(documents, LookedUp()).as_retriever(search_kwargs={"k": DOCUMENTS})
    ensemble = EnsembleRetriever(retrievers=[by_words, by_meaning], weights=[0.5, 0.5])
    return lambda question: [document.metadata["lesson"] for document in ensemble.invoke(question)]


PEERS: dict[str, tuple[Callable[[Material], Search], tuple[str, ...]]] = {
    "bm25": (bm25, ("bm25s", "PyStemmer")),
    "bm25_plain": (bm25_plain, ("bm25s",)),
    "chroma": (chroma, ("chromadb",)),
    "llama_index": (llama_index, ("llama-index-core",)),
    "langchain": (langchain, ("langchain-classic", "langchain-community", "rank-bm25")),
    "langchain_german": (langchain_german, ("langchain-classic", "langchain-community", "rank-bm25", "PyStemmer")),
}
"""Name -> how it is built, and the packages whose versions say what it is."""


def ask(search: Search, questions: Sequence[str]) -> dict[str, Any]:
    """The first lessons for each question, and how long a query takes."""
    for question in questions[:WARM_UP]:
        search(question)
    rankings, times = [], []
    for question in questions:
        began = time.perf_counter()
        found = search(question)
        times.append((time.perf_counter() - began) * 1000)
        rankings.append(list(dict.fromkeys(found))[:LESSONS])
    p50, p95 = np.percentile(times, [50, 95])
    return {"rankings": rankings, "query_ms_p50": round(float(p50), 2), "query_ms_p95": round(float(p95), 2)}


def main() -> None:
    """Reads the folder, asks the peers one after the other, writes what each found."""
    os.environ.update(SETTINGS)
    folder = Path(sys.argv[1])
    texts = json.loads((folder / "texts.json").read_text("utf-8"))
    documents, questions = [document["text"] for document in texts["documents"]], texts["questions"]
    with np.load(folder / "vectors.npz") as rows:
        vectors = Vectors([*documents, *questions], np.concatenate([rows["documents"], rows["questions"]]))
    material = Material(documents, [document["lesson"] for document in texts["documents"]], vectors)
    results: dict[str, Any] = {}
    for name, (build, packages) in PEERS.items():
        print(f"  {name} …", file=sys.stderr, flush=True)
        try:
            versions = ", ".join(f"{package} {version(package)}" for package in packages)
            results[name] = {**ask(build(material), questions), "version": versions}
        except Exception as error:  # whatever a peer fails with, the others go on
            results[name] = {"error": f"{type(error).__name__}: {error}"}
    (folder / "rankings.json").write_text(json.dumps(results, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
