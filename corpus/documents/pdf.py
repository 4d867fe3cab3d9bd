"""PDF as blocks: page by page, without what repeats on every page, headings told by their print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pypdfium2

from corpus.documents.clean import cleaned
from corpus.documents.extract import DAMAGED, TOO_MUCH_TEXT, Limits, Refused
from corpus.documents.layout import in_reading_order
from corpus.documents.parsing import Parsed, Progress
from corpus.documents.passages import Block
from corpus.documents.pdf_page import Sheet, read_page
from corpus.documents.print_styles import Style, blocks_of
from corpus.documents.running import without_running

_WRONG_PASSWORD = 4
"""pdfium's error code."""
_SCANNED = "enthält nur Bilder von Seiten: Lass den Text erst erkennen (OCR) und speicher die Datei neu"
_UNREADABLE = "enthält Schriften, die ich nicht lesen kann: Nimm die Datei, aus der das PDF gemacht ist"
_LEGIBLE = 0.7
"""Part of a document's characters that must be known ones."""
_PARTS = 2
"""A page counts twice in the progress: when its words are read and when they are put in order."""


def read_pdf(data: bytes, limits: Limits, progress: Progress) -> Parsed:
    """A PDF file. Raises Refused, and what pypdfium2 raises for a damaged one."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _WRONG_PASSWORD:
            raise Refused("ist mit einem Passwort geschützt: Speicher sie ohne Passwort") from error
        raise
    try:
        count = len(document)
        if count > limits.pages:
            raise Refused(f"hat mehr als {limits.pages} Seiten: Teil die Datei in kleinere auf")
        sheets = list(_sheets(document, count, limits, progress))
        title = str(document.get_metadata_dict().get("Title") or "")
    finally:
        document.close()
    _check(sheets)
    sheets = without_running(sheets)
    style = Style.of(sheets)
    blocks: list[Block] = []
    for number, sheet in enumerate(sheets, 1):
        blocks += blocks_of(in_reading_order(sheet.words, sheet.rules), style, number)
        progress((count + number) // _PARTS, count)
    return Parsed(title, count, blocks)


def _sheets(document: Any, count: int, limits: Limits, progress: Progress) -> Iterator[Sheet]:
    """The pages; one that is damaged counts as empty."""
    chars = 0
    for number in range(count):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            yield Sheet([], [], drawn=False)
            continue
        try:
            sheet = read_page(page)
        finally:
            page.close()
        chars += sum(len(word.text) for word in sheet.words)
        if chars > limits.text_chars:
            raise Refused(TOO_MUCH_TEXT)
        yield sheet
        progress((number + 1) // _PARTS, count)


def _check(sheets: list[Sheet]) -> None:
    """Refuses a document without pages, without text or with signs instead of letters."""
    if not sheets:
        raise Refused(DAMAGED)
    text = "".join(word.text for sheet in sheets for word in sheet.words)
    if not text and any(sheet.drawn for sheet in sheets):
        raise Refused(_SCANNED)
    if text and len(cleaned(text).replace("\ufffd", "")) < _LEGIBLE * len(text):
        raise Refused(_UNREADABLE)
