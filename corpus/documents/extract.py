"""What reading a file gives: passages with heading and page, or one German sentence why not.

DocumentError   what callers see: one sentence that names the file and says what to do
Refused         the same without the name, raised by the readers of the single formats
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from corpus.documents.clean import cleaned

DAMAGED = "ist beschädigt: Öffne sie in ihrem Programm und speicher sie neu"
TOO_SLOW = "zu lesen dauert zu lange: Teil die Datei in kleinere auf"
TOO_HUNGRY = "ist zu groß, sie braucht zu viel Speicher: Teil die Datei in kleinere auf"
CRASHED = "ist beschädigt oder zu groß: Öffne sie in ihrem Programm und speicher sie neu oder in Teilen"
TOO_MUCH_TEXT = "ist zu groß, sie enthält zu viel Text: Teil die Datei in kleinere auf"
NO_TEXT = "enthält keinen Text: Nimm eine Datei mit Text"
_LONGEST_NAME = 80
"""Characters of a file's name in a message."""


@dataclass(frozen=True)
class Section:
    """A passage: what is searched and spoken as one."""

    heading: str
    """The nearest heading above, with the one over it: "Wartung – Schmierstoffe"; empty where there is none."""
    page: int | None
    """Counted from 1; the slide of a PPTX; None where the format knows no pages."""
    text: str
    """Sentences or table rows, single spaces, about 40 to 120 words; never across a page or a heading."""


@dataclass(frozen=True)
class Extract:
    """A file that was read."""

    title: str
    """The document's own title, else its first heading, else the file's name made readable."""
    format: str
    """PDF, DOCX, PPTX, HTML, Markdown or Text."""
    pages: int | None
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Limits:
    """What one file may cost. Where the system knows no limit on memory, only the time is limited."""

    seconds: float = 120
    memory_mb: int = 1024
    """Address space of the reading process."""
    file_mb: int = 50
    pages: int = 1000
    text_chars: int = 5_000_000
    unpacked_mb: int = 200
    """All parts of a DOCX or PPTX together."""
    parts: int = 10_000
    """Files inside a DOCX or PPTX."""
    packing: int = 400
    """How many times larger than packed a part may be; real XML seldom reaches 50."""


DEFAULT_LIMITS = Limits()


class Refused(Exception):
    """Why a file is not read: the end of a German sentence whose subject is the file's name."""


class DocumentError(ValueError):
    """A file that is not read; the message is one German sentence for trainers."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"„{name}“ {problem}.")
        self.name = name
        self.problem = problem


def shown_name(path: PurePath) -> str:
    """A file's name as a message or a title can show it: visible characters of one line, not too many."""
    name = cleaned(path.name) or "Datei"
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 20]}…{name[-19:]}"
