"""From printed lines to blocks: which are headings, where a paragraph ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from corpus.documents.clean import cleaned, joined, without_bullet
from corpus.documents.layout import Line, Table
from corpus.documents.passages import Block
from corpus.documents.pdf_page import Sheet
from corpus.documents.rows import Row, breaks_off
from corpus.documents.running import rounded, text_size

_LARGER = 1.12
"""How much larger than the text a heading is."""
_LONGEST_HEADING = 16
"""Words."""
_BOLD_LEVEL = 20
"""A bold line of the text's size stands under every larger heading."""
_PARTED = 1.35
"""How much farther apart than usual the lines of two paragraphs are."""
_SHORT = 0.75
"""Part of the column that a last line fills at most, if a new paragraph follows without a gap."""
_ITEM = re.compile(r"^(?:[•‣▪■□▫●○◦◆◇➢➔→✓✔☐☑–*·-]|\(?(?:\d{1,3}|[a-z])[.)])\s+\S")
_NUMBERED = re.compile(r"^\d+(?:\.\d+)*\.?\s+\S")
_SIGNAL = re.compile(r"(?i)^(?:achtung|gefahr|hinweis|merke|tipp|verboten|vorsicht|warnung|wichtig)\s*[!:]?$")
"""Words before a sentence that look like a heading but belong to it."""
_LEADERS = re.compile(r"(?:[.·…_]\s?){4,}\s*\w*$")
"""A line of a table of contents: dots and a page's number."""


@dataclass(frozen=True)
class Style:
    """How a document is printed."""

    size: float
    """Points, of most of its text."""
    levels: dict[float, int]
    """Of the larger sizes, the largest first."""

    @classmethod
    def of(cls, sheets: list[Sheet]) -> Style:
        """Told by all pages, since one of them may be mostly headings."""
        size = text_size(sheets)
        sizes = {rounded(word.size) for sheet in sheets for word in sheet.words}
        larger = sorted((other for other in sizes if other >= _LARGER * size), reverse=True)
        return cls(size, {other: level for level, other in enumerate(larger, 1)})

    def level(self, row: Row) -> int:
        """Of a heading by its print, 0 for text."""
        text = row.text
        if len(row.words) > _LONGEST_HEADING or not any(map(str.isalpha, text)) or _SIGNAL.match(text):
            return 0
        if level := self.levels.get(rounded(row.size), 0):
            return level
        return _BOLD_LEVEL if row.bold and row.size >= 0.95 * self.size and text[-1] not in ".;,!?" else 0


def blocks_of(parts: Iterable[Line | Table], style: Style, page: int) -> Iterator[Block]:
    """The blocks of a page."""
    open_: list[Line] = []
    level = 0
    for part in parts:
        if isinstance(part, Line) and _LEADERS.search(part.row.text):
            continue
        new = style.level(part.row) if isinstance(part, Line) else 0
        if open_ and (isinstance(part, Table) or new != level or _starts(open_, part, level)):
            yield from _block(open_, level, page)
            open_ = []
        level = new
        if isinstance(part, Line):
            open_.append(part)
        else:
            yield from (Block(text, page) for text in part.texts)
    if open_:
        yield from _block(open_, level, page)


def _block(lines: list[Line], level: int, page: int) -> Iterator[Block]:
    text = joined([without_bullet(lines[0].row.text), *(line.row.text for line in lines[1:])])
    if text and len(text.split()) > _LONGEST_HEADING:  # a whole paragraph in large print
        level = 0
    if _SIGNAL.match(text):
        text = f"{text.rstrip(' !:')}:"
    if text:
        yield Block(text, page, level)


def _starts(open_: list[Line], line: Line, level: int) -> bool:
    """Whether a line starts a new paragraph or heading after those before it."""
    last, text = open_[-1], line.row.text
    size = max(line.row.size, last.row.size)
    down = line.row.y - last.row.y
    if level:
        return not 0 < down < 1.8 * size or bool(_NUMBERED.match(text))
    filled = (last.row.x1 - last.left) / max(1.0, last.right - last.left)
    if _ITEM.match(text) or _SIGNAL.match(text) or _SIGNAL.match(last.row.text):
        return True
    if down <= 0 or line.left != last.left:  # the next column, perhaps in mid-sentence
        return _ends_sentence(last.row.text) or filled < _SHORT or abs(line.row.size - last.row.size) > 1
    gaps = (b.row.y - a.row.y for a, b in pairwise(open_))
    usual = min((gap for gap in gaps if gap > 0), default=1.45 * size)
    if down > _PARTED * usual or breaks_off(last.row, line.row, last.left, last.right):
        return True
    return filled < _SHORT and _ends_sentence(last.row.text) and not text[0].islower()


def _ends_sentence(text: str) -> bool:
    return cleaned(text)[-1:] in ".!?:"
