"""What repeats at the upper and lower edge of the pages, with page numbers, is no text of the document."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from corpus.documents.pdf_page import Sheet, Word
from corpus.documents.rows import Row, rows_of

_EDGE_ROWS = 3
"""Rows at each edge that may repeat."""
_MOST_PAGES = 0.4
"""Part of the pages on which a row repeats; left and right pages often have rows of their own."""
_FEWEST_PAGES, _FEWEST_HEADINGS = 2, 3
"""On how many pages at least; a row printed as a heading is more often one."""
_PAGE_NUMBER = re.compile(r"(?i)^(?:[-–|]\s*)?(?:seite|page|s\.)?\s*#(?:\s*(?:von|of|/|\|)\s*#)?(?:\s*[-–|])?$")
_ROMAN = re.compile(r"^[ivxl]{1,6}\.?$")
_FIGURES = re.compile(r"\d+")
_PLACE = 6.0
"""Points by which the places of a repeated row may differ."""

Mark = tuple[object, ...]
"""By what a row is known again on another page: its text with # for figures, or its page number, and its place."""


def without_running(sheets: list[Sheet]) -> list[Sheet]:
    """The pages without running headers and footers and without page numbers."""
    edges = [_edges(sheet) for sheet in sheets]
    size = 1.05 * text_size(sheets)
    counts: Counter[Mark] = Counter()
    for number, edge in enumerate(edges):
        counts.update({mark for row in edge for mark in _marks(row, number, size)})
    written = sum(bool(sheet.words) for sheet in sheets)
    kept = []
    for number, (sheet, edge) in enumerate(zip(sheets, edges, strict=True)):
        dropped: set[Word] = set()
        for row in edge:
            fewest = _FEWEST_HEADINGS if row.bold or row.size > size else _FEWEST_PAGES
            least = max(fewest, _MOST_PAGES * written)
            repeated = any(counts[mark] >= least for mark in _marks(row, number, size))
            if repeated or _PAGE_NUMBER.match(_pattern(row)) or _ROMAN.match(row.text):
                dropped.update(row.words)
        kept.append(replace(sheet, words=[word for word in sheet.words if word not in dropped]))
    return kept


def text_size(sheets: list[Sheet]) -> float:
    """The size in points, to the half, in which most of the text is printed."""
    chars: Counter[float] = Counter()
    for sheet in sheets:
        for word in sheet.words:
            chars[rounded(word.size)] += len(word.text)
    return chars.most_common(1)[0][0] if chars else 10.0


def rounded(size: float) -> float:
    """A size to the half point."""
    return round(size * 2) / 2


def _edges(sheet: Sheet) -> list[Row]:
    rows = rows_of(sheet.words)
    return rows if len(rows) < 2 * _EDGE_ROWS else [*rows[:_EDGE_ROWS], *rows[-_EDGE_ROWS:]]


def _marks(row: Row, number: int, size: float) -> list[Mark]:
    """The marks of a row on the page `number`, each for two roundings of its place so that none falls between.

    A header often names the chapter, which changes; then the page number at its end counts up with the pages. The
    numbers of chapters may do so too, but are printed as headings.
    """
    places = [("even", round(row.y / _PLACE)), ("odd", round(row.y / _PLACE + 0.5))]
    ends = {row.words[0].text, row.words[-1].text} if row.size <= size and not row.bold else set()
    counted = [int(end) - number for end in ends if end.isdecimal() and len(end) < 5]
    return [mark for place in places for mark in [(_pattern(row), place), *((count, place) for count in counted)]]


def _pattern(row: Row) -> str:
    return _FIGURES.sub("#", row.text)
