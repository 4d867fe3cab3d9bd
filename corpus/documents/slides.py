"""PPTX as blocks: every slide a page with its title as heading, text boxes as they are read, tables, notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER

from corpus.documents.archive import harmless
from corpus.documents.clean import cleaned, without_bullet
from corpus.documents.extract import Limits, Refused
from corpus.documents.parsing import Parsed, Progress
from corpus.documents.passages import Block
from corpus.documents.tables import row_texts

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_EDGES = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.HEADER}
"""Placeholders that repeat on every slide."""
_SAME_HEIGHT = 360_000
"""EMU, a centimetre: shapes whose tops differ less stand side by side and are read from the left."""
_SURE_COLUMNS = 3
"""From how many columns on the first row is a head if its style says so; every table is styled that way at first."""


def read_pptx(data: bytes, limits: Limits, progress: Progress) -> Parsed:
    """A PowerPoint presentation; hidden slides are counted but not read. Raises Refused, and python-pptx's errors."""
    presentation = pptx.Presentation(harmless(data, limits))
    slides = list(presentation.slides)
    if len(slides) > limits.pages:
        raise Refused(f"hat mehr als {limits.pages} Folien: Teil die Datei in kleinere auf")
    blocks: list[Block] = []
    for number, slide in enumerate(slides, 1):
        if slide.element.get("show") not in ("0", "false"):
            blocks += _slide(slide, number)
        progress(number, len(slides))
    return Parsed(presentation.core_properties.title or "", len(slides), blocks)


def _slide(slide: Any, number: int) -> Iterator[Block]:
    title = slide.shapes.title
    yield Block(cleaned(title.text_frame.text) if title is not None else "", number, 1)
    own = [shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id]
    texts = [text for shape in _as_read(own) for text in _texts(shape, slide.part)]
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        texts += _frame(slide.notes_slide.notes_text_frame)
    yield from (Block(text, number) for text in texts)


def _as_read(shapes: Iterable[Any]) -> list[Any]:
    """Shapes from top to bottom; those about as high side by side, from left to right."""
    placed = sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0))
    rows: list[list[Any]] = []
    for shape in placed:
        if rows and (shape.top or 0) - (rows[-1][0].top or 0) < _SAME_HEIGHT:
            rows[-1].append(shape)
        else:
            rows.append([shape])
    return [shape for row in rows for shape in sorted(row, key=lambda shape: shape.left or 0)]


def _texts(shape: Any, part: Any) -> Iterator[str]:
    """The paragraphs and rows of a shape and of those in it."""
    if shape.is_placeholder and shape.placeholder_format.type in _EDGES:
        return
    if hasattr(shape, "shapes"):
        for inner in _as_read(shape.shapes):
            yield from _texts(inner, part)
    elif getattr(shape, "has_table", False):
        yield from _table(shape.table)
    elif shape.has_text_frame:
        yield from _frame(shape.text_frame)
    else:
        yield from _diagram(shape, part)


def _frame(frame: Any) -> Iterator[str]:
    for paragraph in frame.paragraphs:
        if text := without_bullet(cleaned(paragraph.text.replace("\v", " "))):
            yield text


def _table(table: Any) -> list[str]:
    rows: list[list[str]] = []
    for row in table.rows:
        texts: list[str] = []
        for column, cell in enumerate(row.cells):
            below = cell.is_spanned and rows and cell._tc.vMerge
            texts.append(rows[-1][column] if below else "" if cell.is_spanned else " ".join(_frame(cell.text_frame)))
        rows.append(texts)
    width = max(map(len, rows), default=0)
    return row_texts(rows, True if table.first_row and width >= _SURE_COLUMNS else None)


def _diagram(shape: Any, part: Any) -> Iterator[str]:
    """The words of a SmartArt drawing, which python-pptx does not know."""
    from lxml import etree

    for ids in shape.element.iter(f"{_DIAGRAM}relIds"):
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        if (relation := ids.get(f"{_RELATION}dm")) not in part.rels:
            continue
        root = etree.fromstring(part.related_part(relation).blob, parser)
        for point in root.iter(f"{_DIAGRAM}pt"):
            if text := cleaned(" ".join(words.text or "" for words in point.iter(f"{_A}t"))):
                yield text
