"""A text file of the material: read whole or refused, its head and body parted, its links found and taken out.

Error messages are German and name the file, the line and the field, since a trainer reads them.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from corpus.fields import FieldError
from corpus.lines import HEAD, DuplicateKey, OnceLoader

ROOT = Path(__file__).resolve().parent.parent
LARGEST_FILE = 200_000
"""Bytes; the longest lesson has a tenth of it."""
LINK = re.compile(r"\[([^\[\]\n]+)\]\(([^()\s]*)\)")
"""A Markdown link: what is read and where it leads."""

_BOM = "\ufeff"
_MARKUP = re.compile(r"<(?=[a-zA-Z/!])[^<>\n]{0,80}>?")


class MaterialError(ValueError):
    """A file of the material that cannot be used; the message is German and names file, line and field."""

    def __init__(self, file: str, line: int, field: str, problem: str) -> None:
        super().__init__(f"{file}:{line}: '{field}' {problem}")
        self.file = file
        self.line = line
        """Counted from 1."""
        self.field = field
        self.problem = problem


def shown(path: Path) -> str:
    """A file's name for messages: from the project's folder on, where it lies in it."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def read_text(path: Path) -> str:
    """The text of a file. Raises MaterialError for one that is too large, not there or not UTF-8."""
    name = shown(path)
    try:
        if path.stat().st_size > LARGEST_FILE:
            problem = f"ist größer als {LARGEST_FILE // 1000} Kilobyte: Teile die Datei auf"
            raise MaterialError(name, 1, "Datei", problem)
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise MaterialError(name, 1, "Datei", "ist nicht in UTF-8 gespeichert: Speicher sie als UTF-8") from None
    except OSError as error:
        raise MaterialError(name, 1, "Datei", f"kann ich nicht lesen: {error.strerror}") from None


def refuse_foreign(text: str, name: str) -> None:
    """Refuses marks of other editors and markup, which would be spoken or shown. Raises MaterialError."""
    repair = "Speicher die Datei als UTF-8 mit LF, oder nimm kumpel corpus check --fix"
    if text.startswith(_BOM):
        raise MaterialError(name, 1, "Datei", f"beginnt mit einem unsichtbaren Zeichen (BOM): {repair}")
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        raise MaterialError(name, line, "Datei", f"hat Zeilenenden von Windows: {repair}")
    if tag := _MARKUP.search(text):
        line = text.count("\n", 0, tag.start()) + 1
        raise MaterialError(name, line, "Text", f"enthält „{tag[0]}“: Schreib den Text ohne HTML")


def repaired(text: str) -> str:
    """`text` without a BOM and with plain line ends."""
    return text.removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")


def split(text: str) -> tuple[object, str]:
    """The YAML head as Python values, and the body. Raises FieldError."""
    match = HEAD.match(text)
    if match is None:
        raise FieldError("---", "fehlt: Der Kopf muss zwischen zwei Zeilen mit --- stehen")
    try:
        return yaml.load(match[1], Loader=OnceLoader), match[2]
    except DuplicateKey as error:
        raise FieldError(str(error.problem), "steht zweimal da: Lass nur eines stehen") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise FieldError("Kopf", "ist nicht lesbar: Prüfe Einrückung und Anführungszeichen") from None


def without_links(text: str) -> str:
    """`text` as it is read: of a link only its words.

    >>> without_links("Druck die [Notfall-Karte](emergency-card) aus.")
    'Druck die Notfall-Karte aus.'
    """
    return LINK.sub(r"\1", text)


def links(text: str) -> list[tuple[int, str]]:
    """The links of a text: the line, counted from 1, and where each leads."""
    return [(text.count("\n", 0, match.start()) + 1, match[2]) for match in LINK.finditer(text)]
