"""The library as a folder: one JSON file for every version of every document, each written whole or not at all."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from corpus.documents.extract import Section
from corpus.library import Document, LibraryError


class FolderLibrary:
    """A `LibraryStore` in a folder, which is made when something is saved."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self) -> list[Document]:
        """All versions, by file name. Raises LibraryError that names a file which cannot be read."""
        documents = []
        for path in sorted(self.folder.glob("*.json")):
            try:
                documents.append(_document(json.loads(path.read_text("utf-8"))))
            except (OSError, ValueError, KeyError, TypeError) as error:
                problem = "ist beschädigt: Nimm sie aus dem Ordner und lade das Dokument neu."
                raise LibraryError(f"Die Datei {path} {problem}") from error
        return documents

    def save(self, document: Document) -> None:
        """Writes the file beside its place and moves it there, so that a crash leaves the old one. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{document.key}.json"
        half = path.with_suffix(".half")
        try:
            with half.open("w", encoding="utf-8") as file:
                json.dump(asdict(document), file, ensure_ascii=False, default=date.isoformat)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        except OSError:
            half.unlink(missing_ok=True)
            raise


def _document(values: dict[str, Any]) -> Document:
    values["sections"] = tuple(Section(**section) for section in values["sections"])
    values["added"] = date.fromisoformat(values["added"])
    values["changed"] = values["changed"] and date.fromisoformat(values["changed"])
    return Document(**values)
