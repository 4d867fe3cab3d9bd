"""How the pieces of the material hang together: ids, what comes first, links, and one meaning for every word."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Generic, TypeVar

from corpus.files import MaterialError, links, shown
from corpus.lesson import Lesson, Term
from corpus.lines import line_of
from corpus.record import Record

T = TypeVar("T", bound=Record, covariant=True)


@dataclass(frozen=True)
class Piece(Generic[T]):
    """A file of the material and what it says."""

    path: Path
    text: str
    content: T

    def error(self, field: str, problem: str, line: int | None = None) -> MaterialError:
        """The error for one field of this file."""
        return MaterialError(shown(self.path), line or line_of(self.text, field), field, problem)


def lesson_errors(pieces: Sequence[Piece[Lesson]]) -> Iterator[MaterialError]:
    """What is wrong between lessons: an id twice, an unknown or circular prerequisite, a word with two meanings."""
    ids = {piece.content.id: piece for piece in pieces}
    for piece in pieces:
        if ids[piece.content.id] is not piece:
            yield piece.error("id", f"gibt es schon: {piece.content.id}")
        for id_ in piece.content.requires:
            if id_ not in ids:
                yield piece.error("requires", f"nennt {id_}, aber diese Lektion gibt es nicht{_meant(id_, ids)}")
    yield from _circle(ids)
    yield from _two_meanings(pieces)


def link_errors(pieces: Sequence[Piece[Record]], targets: Collection[str]) -> Iterator[MaterialError]:
    """Links that lead nowhere: neither to one of `targets` nor to a secure address."""
    for piece in pieces:
        for line, target in links(piece.text):
            if target not in targets and not target.startswith("https://"):
                problem = f"führt zu „{target}“, das gibt es nicht{_meant(target, targets)}"
                yield piece.error("Link", problem, line)


def _meant(id_: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(id_, known, n=1)
    return f": Meinst du {near[0]}?" if near else ": Nimm ihn heraus oder schreib eine id, die es gibt"


def _circle(ids: dict[str, Piece[Lesson]]) -> Iterator[MaterialError]:
    try:
        TopologicalSorter({id_: piece.content.requires for id_, piece in ids.items()}).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        problem = f"führt im Kreis: {' → '.join(reversed(circle))}. Nimm eine davon heraus"
        yield ids[max(circle)].error("requires", problem)


def _two_meanings(pieces: Sequence[Piece[Lesson]]) -> Iterator[MaterialError]:
    first: dict[str, tuple[str, Term]] = {}
    for piece in sorted(pieces, key=lambda piece: piece.content.id):
        for place, term in enumerate(piece.content.terms, 1):
            owner, known = first.setdefault(term.term.lower(), (piece.content.id, term))
            for field in ("meaning", "translations"):
                if getattr(term, field) != getattr(known, field):
                    problem = f"ist bei „{term.term}“ anders als in {owner}: Übernimm es von dort oder lass es weg"
                    yield piece.error(f"terms[{place}].{field}", problem)
