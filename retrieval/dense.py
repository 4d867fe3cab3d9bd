"""Search by meaning: the only importer of sentence_transformers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from german.sounds import sounds

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

STARTER = Path(__file__).resolve().parent / "starter"


class EmbedderError(Exception):
    """A folder that holds no embedder or only part of one."""


class Embedder(Protocol):
    """Texts -> unit vectors. Calls may come from any thread."""

    name: str
    """Changes whenever the vectors would: a stored index belongs to one embedder."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (texts, dimensions)."""
        ...


class StarterEmbedder:
    """The small embedder that ships: a mean of trained vectors of word pieces, of words as they sound."""

    def __init__(self, folder: Path = STARTER) -> None:
        """Loads from disk; nothing is downloaded. Raises EmbedderError."""
        os.environ["HF_HUB_OFFLINE"] = "1"
        from hashlib import sha256

        from sentence_transformers import SentenceTransformer

        try:
            weights = (folder / "model.safetensors").read_bytes()
            pieces = (folder / "tokenizer.json").read_bytes()
            self._model: SentenceTransformer = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except Exception as error:
            raise EmbedderError(f"{folder} holds no embedder: {error}") from error
        self.name = "starter-" + sha256(weights + pieces).hexdigest()[:12]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (texts, dimensions)."""
        vectors = self._model.encode(
            [sounds(text) for text in texts], normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)
