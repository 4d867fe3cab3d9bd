"""DOCX as blocks: headings by style, lists, tables, text boxes; pages where the file notes its page breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import docx

from corpus.documents.archive import harmless
from corpus.documents.clean import cleaned, without_bullet
from corpus.documents.extract import Limits, Refused
from corpus.documents.parsing import Parsed, Progress
from corpus.documents.passages import Block, ended
from corpus.documents.tables import TableReader
from corpus.documents.word_styles import Styles, W, all_bold, switched_on

_COPY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""A second copy of a text box, for old programs."""
_WRAPPERS = {f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "smartTag", "moveTo")}
_SKIPPED = {_COPY, *(f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "sdtEndPr"))}
_PAGE_STARTS = {None, "nextPage", "oddPage", "evenPage"}
"""Kinds of section breaks that start a page; a break without a kind does."""
_FAKE_LEVEL = 12
"""A short bold paragraph stands under every true heading."""
_LONGEST_FAKE = 12
"""Words of a bold paragraph that is a heading."""
_MOST_COLUMNS = 63
"""What Word allows."""


def read_docx(data: bytes, limits: Limits, progress: Progress) -> Parsed:
    """A Word document. Raises Refused, and what python-docx raises for a damaged one."""
    document = docx.Document(harmless(data, limits))
    reader = _Reader(Styles(document.styles), limits, progress)
    blocks = list(reader.read(document.element.body))
    title = document.core_properties.title or ""
    if not reader.paged:
        return Parsed(title, None, [Block(block.text, None, block.level) for block in blocks])
    return Parsed(title, reader.page, blocks)


class _Reader:
    """Goes through the document once and counts its pages."""

    def __init__(self, styles: Styles, limits: Limits, progress: Progress) -> None:
        self._styles = styles
        self._limits = limits
        self._progress = progress
        self.page = 1
        self.paged = False
        """Whether a page break was met."""
        self._begun_by_hand = False
        """Whether the page was begun by hand and has no text yet: Word notes the same break once more."""

    def read(self, parent: Any) -> Iterator[Block]:
        """The blocks of an element that holds paragraphs and tables."""
        for done, child in enumerate(parent, 1):
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
            elif child.tag in _WRAPPERS:
                yield from self.read(child)
            if parent.tag == f"{W}body" and done % 50 == 0:
                self._progress(done, len(parent))

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        if self._styles.starts_page(paragraph):
            self._break(by_hand=True)
        pieces, boxes = self._pieces(paragraph)
        level = self._styles.level(paragraph)
        if level is not None:
            if level == 0 and len(pieces) == 1 and _looks_like_heading(paragraph, pieces[0][1]):
                level = _FAKE_LEVEL
            yield from (Block(without_bullet(text), page, level) for page, text in pieces)
        for box in boxes:
            yield from self.read(box)
        section = paragraph.find(f"{W}pPr/{W}sectPr")
        if section is not None:
            kind = section.find(f"{W}type")
            if (None if kind is None else kind.get(f"{W}val")) in _PAGE_STARTS:
                self._break(by_hand=True)

    def _pieces(self, paragraph: Any) -> tuple[list[tuple[int, str]], list[Any]]:
        """The text of a paragraph, parted at page breaks, each part with its page; and the text boxes in it."""
        pieces: list[tuple[int, str]] = []
        boxes: list[Any] = []
        words: list[str] = []

        def end_piece() -> None:
            if text := cleaned("".join(words)):
                pieces.append((self.page, text))
            words.clear()

        for element in _seen(paragraph):
            name = element.tag.removeprefix(W)
            if name == "t":
                words.append(element.text or "")
                self._begun_by_hand = self._begun_by_hand and not (element.text or "").strip()
            elif name == "noBreakHyphen":
                words.append("-")
            elif name == "txbxContent":
                boxes.append(element)
            elif name == "lastRenderedPageBreak" or (name == "br" and element.get(f"{W}type") == "page"):
                end_piece()
                self._break(by_hand=name == "br")
            elif name in ("br", "cr", "tab"):
                words.append(" ")
        end_piece()
        return pieces, boxes

    def _break(self, by_hand: bool) -> None:
        if by_hand or not self._begun_by_hand:
            self.page += 1
        if self.page > self._limits.pages:
            raise Refused(f"hat mehr als {self._limits.pages} Seiten: Teil die Datei in kleinere auf")
        self.paged = True
        self._begun_by_hand = by_hand

    def _table(self, table: Any) -> Iterator[Block]:
        """Rows as text; a cell that is alone in its row is read as paragraphs, since many forms are one big table."""
        reader: TableReader | None = None
        rows: list[list[str]] = []
        above: list[str] = []
        page = self.page
        for row in _children(table, f"{W}tr"):
            blocks, texts = self._row(row, above)
            above = texts
            alone = sum(map(bool, texts)) <= 1
            here = next((block.page for block in blocks if block.page), self.page)
            if reader is not None and (alone or here != page):
                yield from (Block(text, page) for text in reader.texts(rows))
                rows = []
            page = here
            if alone:
                yield from blocks
                continue
            if reader is None:
                named = switched_on(row.find(f"{W}trPr"), "tblHeader") or all_bold(row)
                reader = TableReader(True if named else None)
            rows.append(texts)
        if reader is not None:
            yield from (Block(text, page) for text in reader.texts(rows))

    def _row(self, row: Any, above: list[str]) -> tuple[list[Block], list[str]]:
        """The blocks in a row, and its cells as text: a cell that is merged with the one above repeats it."""
        blocks: list[Block] = []
        texts: list[str] = []
        for cell in _children(row, f"{W}tc"):
            read = list(self.read(cell))
            merged, span = cell.find(f"{W}tcPr/{W}vMerge"), cell.find(f"{W}tcPr/{W}gridSpan")
            if merged is not None and merged.get(f"{W}val") != "restart":
                texts.append(above[len(texts)] if len(texts) < len(above) else "")
            else:
                blocks += read
                texts.append(" ".join([*(ended(block.text) for block in read[:-1]), *(b.text for b in read[-1:])]))
            wide = int(span.get(f"{W}val") or 1) if span is not None else 1
            texts += [""] * (min(wide, _MOST_COLUMNS) - 1)
        return blocks, texts


def _looks_like_heading(paragraph: Any, text: str) -> bool:
    if paragraph.find(f"{W}pPr/{W}numPr") is not None or text[-1] in ".!?;,":
        return False
    return len(text.split()) <= _LONGEST_FAKE and all_bold(paragraph)


def _seen(element: Any) -> Iterator[Any]:
    """All in a paragraph that is seen: nothing deleted, hidden or stored twice; text boxes are not entered."""
    for child in element:
        if child.tag in _SKIPPED or not isinstance(child.tag, str):
            continue
        if child.tag == f"{W}r" and switched_on(child.find(f"{W}rPr"), "vanish"):
            continue
        yield child
        if child.tag != f"{W}txbxContent":
            yield from _seen(child)


def _children(parent: Any, tag: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, also where they are wrapped."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, tag)
