"""From bytes to passages, in this process: what the worker does behind its fence."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import NamedTuple

from corpus.documents.clean import cleaned
from corpus.documents.extract import (
    DAMAGED,
    DEFAULT_LIMITS,
    NO_TEXT,
    TOO_HUNGRY,
    TOO_MUCH_TEXT,
    DocumentError,
    Extract,
    Limits,
    Refused,
    shown_name,
)
from corpus.documents.kinds import EXTENSIONS, told_format
from corpus.documents.passages import Block, sections

_NO_TITLE = re.compile(
    r"(?i)^\W*(?:microsoft |anonymous|untitled|unbenannt|ohne titel|powerpoint|folie \d|slide \d|vorlage|template"
    r"|(?:dokument|document|präsentation|presentation|titel|title|inhalt|inhaltsverzeichnis) ?\d*$|scan\b|img_|https?:)"
    r"|\.(?:docx?|pptx?|pdf|html?|indd|qxd|typ|tex)$"
)
"""Titles that programs make up, and headings that are none of a document."""
_LONGEST_TITLE = 150
"""Characters."""
_SEPARATORS = re.compile(r"[_\s]+|(?<=\w)-(?=\w)")


class Parsed(NamedTuple):
    """What the reader of one format gives."""

    title: str
    """The document's own, perhaps empty."""
    pages: int | None
    blocks: Sequence[Block]


Progress = Callable[[int, int], None]
Reader = Callable[[bytes, Limits, Progress], Parsed]


def parse(data: bytes, name: str, limits: Limits = DEFAULT_LIMITS, progress: Progress | None = None) -> Extract:
    """The passages of a file called `name`. Raises DocumentError and nothing else."""
    shown = shown_name(PurePath(name))
    try:
        format_ = told_format(data, name)
        parsed = _reader(format_)(data, limits, progress or (lambda done, of: None))
        chars = sum(len(block.text) for block in parsed.blocks)
        if chars > limits.text_chars:
            raise Refused(TOO_MUCH_TEXT)
        title = _title(parsed, name)
        passages = sections(parsed.blocks, title)
        if not passages:
            raise Refused(NO_TEXT)
        return Extract(title, format_, parsed.pages, passages)
    except Refused as refusal:
        raise DocumentError(shown, str(refusal)) from refusal.__cause__
    except MemoryError as error:
        raise DocumentError(shown, TOO_HUNGRY) from error
    except Exception as error:  # whatever a parser stumbles over in a strange file
        raise DocumentError(shown, DAMAGED) from error


def _reader(format_: str) -> Reader:
    """The reader of a format; its library is loaded only when it is needed."""
    if format_ == "PDF":
        from corpus.documents.pdf import read_pdf

        return read_pdf
    if format_ == "DOCX":
        from corpus.documents.word import read_docx

        return read_docx
    if format_ == "PPTX":
        from corpus.documents.slides import read_pptx

        return read_pptx
    from corpus.documents.markup import read_html, read_markdown, read_plain

    return {"HTML": read_html, "Markdown": read_markdown}.get(format_, read_plain)


def _title(parsed: Parsed, name: str) -> str:
    own = cleaned(parsed.title)
    if _sensible(own):
        return own
    for block in parsed.blocks:
        if block.level and _sensible(block.text):
            return block.text
    stem = name
    if PurePath(name).suffix.lower() in {ending for endings in EXTENSIONS.values() for ending in endings}:
        stem = PurePath(name).stem
    readable = cleaned(_SEPARATORS.sub(" ", stem))
    return readable[:1].upper() + readable[1:]


def _sensible(title: str) -> bool:
    return sum(map(str.isalpha, title)) >= 3 and len(title) <= _LONGEST_TITLE and not _NO_TITLE.search(title)
