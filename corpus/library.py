"""What trainers have added: documents as drafts, approved or retired. Pure; where they are kept is a `LibraryStore`'s.

A document keeps its id when a newer file takes its place: the new version is a draft beside the approved one until a
named person approves it, and from then on the older one is history.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Protocol

from corpus.documents.extract import Extract, Section
from german.text import fold

State = Literal["draft", "approved", "retired"]

_LONGEST_ID = 40


class LibraryError(ValueError):
    """What cannot be done with a document; the message is one German sentence."""


@dataclass(frozen=True)
class Document:
    """One version of a document."""

    id: str
    version: int
    """Counted from 1."""
    title: str
    file: str
    """The file's name, without its folder."""
    format: str
    digest: str
    """SHA-256 of the file."""
    pages: int | None
    sections: tuple[Section, ...]
    findings: int
    """What the plain-language gate found."""
    state: State
    added: date
    approved_by: str | None = None
    changed: date | None = None
    """The day of the approval or retirement."""

    @property
    def key(self) -> str:
        """Tells this version from every other document and version."""
        return f"{self.id}.v{self.version}"


class LibraryStore(Protocol):
    """Where documents are kept. Writing one is whole or not at all."""

    def load(self) -> list[Document]:
        """All versions of all documents. Raises LibraryError for a store that cannot be read."""
        ...

    def save(self, document: Document) -> None:
        """Writes a version, in the place of the same one. Raises OSError."""
        ...


def draft(
    extract: Extract,
    file: str,
    digest: str,
    findings: int,
    today: date,
    known: Sequence[Document],
    id_: str | None = None,
) -> Document:
    """A draft from a file that was read; `id_` makes it the next version of that document.

    Raises LibraryError for a file that is there already, and for an id that nobody has.
    """
    twin = next((document for document in known if document.digest == digest and document.state != "retired"), None)
    if twin is not None:
        raise LibraryError(f"{file} ist schon da: {twin.id}, Version {twin.version}.")
    if id_ is not None and id_ not in {document.id for document in known}:
        raise LibraryError(f"{id_} gibt es nicht: Lass --as weg, dann bekommt die Datei eine neue id.")
    chosen = id_ or _new_id(extract.title, known)
    version = 1 + max((document.version for document in known if document.id == chosen), default=0)
    return Document(
        chosen, version, extract.title, file, extract.format, digest, extract.pages, extract.sections, findings,
        "draft", today,
    )  # fmt: skip


def approve(known: Sequence[Document], id_: str, by: str, today: date) -> Document:
    """The youngest draft of a document, approved. Raises LibraryError."""
    name = " ".join(by.split())
    if len(name) < 3 or not any(letter.isalpha() for letter in name):
        raise LibraryError('Zur Freigabe gehört der Name eines Menschen: --by "Vorname Nachname".')
    versions = _versions(known, id_)
    if versions[-1].state != "draft":
        state = GERMAN[versions[-1].state]
        raise LibraryError(f"{id_} hat keinen Entwurf: Version {versions[-1].version} ist schon {state}.")
    return replace(versions[-1], state="approved", approved_by=name, changed=today)


def retire(known: Sequence[Document], id_: str, today: date) -> list[Document]:
    """Every version of a document that is not retired yet, retired. Raises LibraryError."""
    active = [document for document in _versions(known, id_) if document.state != "retired"]
    if not active:
        raise LibraryError(f"{id_} ist schon zurückgezogen.")
    return [replace(document, state="retired", changed=today) for document in active]


def live(known: Iterable[Document]) -> list[Document]:
    """What is searched: of every document its youngest approved version, in the order of the ids."""
    youngest: dict[str, Document] = {}
    for document in sorted(known, key=lambda document: (document.id, document.version)):
        if document.state == "approved":
            youngest[document.id] = document
    return list(youngest.values())


GERMAN: dict[State, str] = {"draft": "Entwurf", "approved": "freigegeben", "retired": "zurückgezogen"}


def _versions(known: Sequence[Document], id_: str) -> list[Document]:
    versions = sorted((document for document in known if document.id == id_), key=lambda document: document.version)
    if not versions:
        raise LibraryError(f"{id_} gibt es nicht. Alle ids nennt: kumpel corpus list")
    return versions


def _new_id(title: str, known: Sequence[Document]) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", _folded(title)).strip("-")
    base = words[:_LONGEST_ID].strip("-") or "dokument"
    taken = {document.id for document in known}
    number = 1
    while (chosen := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return chosen


def _folded(title: str) -> str:
    """Letters folded, digits kept: they tell "Presse 4" from "Presse 5"."""
    return "".join(part if part.isdigit() else f" {fold(part)} " for part in re.split(r"(\d+)", title))
