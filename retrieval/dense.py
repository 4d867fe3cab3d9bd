"""Search by meaning: the only importer of sentence_transformers."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from german.sounds import sounds

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

Role = Literal["query", "passage"]
"""What people ask, or what may answer it: some models want to be told which."""

STARTER = Path(__file__).resolve().parent / "starter"


class EmbedderError(Exception):
    """A folder that holds no embedder or only part of one."""


class Embedder(Protocol):
    """Texts -> unit vectors. Calls may come from any thread."""

    name: str
    """Changes whenever the vectors would: a stored index belongs to one embedder."""

    def embed(self, texts: Sequence[str], role: Role = "query") -> Vectors:
        """Unit vectors, shape (texts, dimensions)."""
        ...


@dataclass(frozen=True)
class EmbedderForm:
    """How texts are prepared for a model."""

    query: str = ""
    """What stands before a question."""
    passage: str = ""
    """What stands before a passage."""
    spelling: Callable[[str], str] | None = None
    """What happens to every text first."""


STARTER_FORM = EmbedderForm(spelling=sounds)
E5_FORM = EmbedderForm("query: ", "passage: ")
"""The prefixes that multilingual-e5 was trained with (its model card)."""


class SentenceEmbedder:
    """Any model of sentence-transformers in a folder: the small one that ships, or a larger one."""

    def __init__(self, folder: Path = STARTER, form: EmbedderForm = STARTER_FORM) -> None:
        """Loads from disk; nothing is downloaded. Raises EmbedderError."""
        os.environ["HF_HUB_OFFLINE"] = "1"
        from sentence_transformers import SentenceTransformer

        try:
            digest = sha256(repr((form.query, form.passage, form.spelling is not None)).encode())
            for file in ("model.safetensors", "tokenizer.json"):
                digest.update((folder / file).read_bytes())
            self._model: SentenceTransformer = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except Exception as error:
            raise EmbedderError(f"{folder} holds no embedder: {error}") from error
        self._form = form
        self.name = digest.hexdigest()[:12]

    def embed(self, texts: Sequence[str], role: Role = "query") -> Vectors:
        """Unit vectors, shape (texts, dimensions)."""
        prefix = self._form.query if role == "query" else self._form.passage
        spelling = self._form.spelling or str
        prepared = [prefix + spelling(text) for text in texts]
        vectors = self._model.encode(prepared, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)
