"""Everything that is taught, read from its folders and checked as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from corpus.files import ROOT, MaterialError, read_text, shown
from corpus.handout import Handout, parse_handout
from corpus.lesson import Lesson, parse
from corpus.lines import line_of
from corpus.relations import Piece, lesson_errors, link_errors

LESSONS = ROOT / "corpus" / "lessons"
HANDOUTS = ROOT / "corpus" / "handouts"

T = TypeVar("T", Lesson, Handout)
Read = tuple[list[Piece[T]], list[MaterialError]]
"""The files that could be read, and the errors of the others."""


def load_lessons(folder: Path = LESSONS) -> dict[str, Lesson]:
    """Every lesson below `folder` by its id, in the order of the ids.

    Links may lead to lessons and to the handouts beside them. Raises MaterialError, the first of all errors: half a
    library is never served.
    """
    pieces, errors = read_lessons(folder)
    errors += lesson_errors(pieces)
    errors += link_errors(pieces, [piece.content.id for piece in pieces] + _ids(folder.parent / HANDOUTS.name))
    return _whole(pieces, errors)


def load_handouts(folder: Path = HANDOUTS) -> dict[str, Handout]:
    """Every handout below `folder` by its id. Raises MaterialError."""
    pieces, errors = read_handouts(folder)
    errors += link_errors(pieces, [piece.content.id for piece in pieces] + _ids(folder.parent / LESSONS.name))
    return _whole(pieces, errors)


def read_lessons(folder: Path) -> Read[Lesson]:
    """The lesson files below `folder`, each for itself."""
    return _read(sorted(folder.rglob("*.md")), parse)


def read_handouts(folder: Path) -> Read[Handout]:
    """The handout files below `folder`, each for itself."""
    return _read(sorted(folder.rglob("*.md")), parse_handout)


def read_candidates(paths: Sequence[Path]) -> tuple[list[Piece[Lesson]], list[Piece[Handout]], list[MaterialError]]:
    """Files that may become part of the material: lessons, handouts, and the errors of the others."""
    lessons, errors = _read([path for path in paths if _is_lesson(path)], parse)
    handouts, more = _read([path for path in paths if not _is_lesson(path)], parse_handout)
    return lessons, handouts, errors + more


def _is_lesson(path: Path) -> bool:
    """Whether a file means to be a lesson, whatever else is wrong with it."""
    try:
        return bool(re.search(r"^(?:module|short_answer):|^## Lektion", read_text(path), re.MULTILINE))
    except MaterialError:
        return False


def read_piece(path: Path, parse: Callable[[str, str], T]) -> Piece[T]:
    """One file. Raises MaterialError."""
    text = read_text(path)
    content = parse(text, shown(path))
    if path.stem != content.id:
        problem = f"ist {content.id}, die Datei heißt aber {path.name}: Gib beiden denselben Namen"
        raise MaterialError(shown(path), line_of(text, "id"), "id", problem)
    return Piece(path, text, content)


def _read(paths: Sequence[Path], parse: Callable[[str, str], T]) -> Read[T]:
    pieces: list[Piece[T]] = []
    errors: list[MaterialError] = []
    for path in paths:
        try:
            pieces.append(read_piece(path, parse))
        except MaterialError as error:
            errors.append(error)
    return pieces, errors


def _ids(folder: Path) -> list[str]:
    return [path.stem for path in folder.rglob("*.md")]


def _whole(pieces: list[Piece[T]], errors: list[MaterialError]) -> dict[str, T]:
    if errors:
        raise errors[0]
    return {piece.content.id: piece.content for piece in sorted(pieces, key=lambda piece: piece.content.id)}
