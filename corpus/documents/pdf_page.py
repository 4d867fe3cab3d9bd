"""A page of a PDF as words and ruled lines with their places, as pdfium finds them.

Places are in points, from the upper left corner of the page. A page whose text runs another way is turned first, so
that lines always run from left to right; what then runs another way still, as a note on the margin, is left out.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

_BOLD = re.compile(rb"bold|black|heavy|semibd|demi|[-,]bd\b|cmbx|sfbx", re.IGNORECASE)
_FORCED_BOLD = 1 << 18
"""Bit of a font's flags."""
_FILLED_AND_STROKED = 2
"""How text is drawn that a program makes bold without a bold font."""
_BREAKS = {0, 9, 10, 13, 32, 0xA0, 0x2007, 0x202F, 0x3000}
_BROKEN_HYPHENS = {0x02: "\u00ad", 0xFFFE: "\u00ad"}
"""pdfium's signs for a hyphen at a line's end."""
_SYMBOL_BULLETS = {chr(code): "•" for code in (0xF0B7, 0xF0A7, 0xF0D8, 0xF076, 0xF06E, 0xF0FC, 0xF0E0, 0xF02D)}
"""Bullets of the fonts Symbol and Wingdings."""
_WIDE_GAP = 0.6
"""Parts of the font's size: what is farther apart is two words, whatever pdfium says."""
_THIN = 3.0
_LONG = 8.0
"""Points: how thin and how long a ruled line is."""
_MOST_RULES = 3000
"""A page with more is a drawing."""
_DEEPEST = 4
"""How deep drawings may lie in one another."""


Box = tuple[float, float, float, float]
"""Left, bottom, right and top, as PDF counts them."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its place in points."""

    text: str
    x0: float
    x1: float
    y: float
    """Of the base line, from the upper edge of the page."""
    size: float
    """Of the font."""
    bold: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruled line, from its left or upper end on."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def horizontal(self) -> bool:
        """Whether it runs from left to right."""
        return self.x1 - self.x0 >= self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is on a page."""

    words: list[Word]
    rules: list[Rule]
    drawn: bool
    """Whether there is anything but text, such as a scanned picture."""


@dataclass(slots=True)
class _Run:
    """A word as it is found, before the page is turned."""

    chars: list[str]
    left: float
    right: float
    bottom: float
    top: float
    origin: tuple[float, float]
    size: float
    bold: bool
    quarter: int


def read_page(page: Any) -> Sheet:
    """The words and rules of a page of pypdfium2."""
    textpage = page.get_textpage()
    try:
        runs = list(_runs(textpage))
    finally:
        textpage.close()
    box = page.get_cropbox()
    runs = [run for run in runs if _inside(run, box)]
    quarter = Counter(run.quarter for run in runs for _ in run.chars).most_common(1)[0][0] if runs else 0
    turn = _Turn(quarter, box)
    words = {}
    for run in runs:
        if run.quarter == quarter and (text := "".join(run.chars).strip()):
            (x0, _), (x1, _) = sorted((turn(run.left, run.bottom), turn(run.right, run.top)))
            y = turn(*run.origin)[1]
            word = Word(text, x0, x1, y, run.size, run.bold)
            words[text, round(x0 / 2), round(y / 2)] = word  # some programs print a word twice to make it bold
    rules, drawn = _rules(page, turn)
    return Sheet(list(words.values()), rules, drawn)


class _Turn:
    """Turns places by quarters, so that the text runs from left to right, and lets y point down."""

    def __init__(self, quarter: int, box: Box) -> None:
        self._quarter = quarter
        self._shift = 0.0, 0.0
        corners = [self(box[0], box[1]), self(box[2], box[3])]
        self._shift = min(x for x, _ in corners), min(y for _, y in corners)

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        for _ in range(self._quarter):
            x, y = y, -x
        return x - self._shift[0], -y - self._shift[1]


def _inside(run: _Run, box: Box) -> bool:
    left, bottom, right, top = box
    return left - 1 <= (run.left + run.right) / 2 <= right + 1 and bottom - 1 <= (run.bottom + run.top) / 2 <= top + 1


def _runs(textpage: Any) -> Iterator[_Run]:
    """The words in the order in which they were written."""
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    run: _Run | None = None
    for i in range(pdfium.FPDFText_CountChars(textpage)):
        code = pdfium.FPDFText_GetUnicode(textpage, i)
        if code in _BREAKS:
            if run is not None:
                yield run
            run = None
            continue
        if not pdfium.FPDFText_GetLooseCharBox(textpage, i, box):
            continue
        if run is not None:
            ahead = box.left - run.right if run.quarter == 0 else 0.0
            level = abs(box.bottom - run.bottom) < run.size / 2 if run.quarter == 0 else True
            if not level or ahead > _WIDE_GAP * run.size or ahead < -2 * run.size:
                yield run
                run = None
        char = _BROKEN_HYPHENS.get(code) or (chr(code) if code <= 0x10FFFF else "")
        char = _SYMBOL_BULLETS.get(char, char)
        if run is None:
            size, bold = _font(textpage, i)
            pdfium.FPDFText_GetCharOrigin(textpage, i, x, y)
            quarter = -round(pdfium.FPDFText_GetCharAngle(textpage, i) / (math.pi / 2)) % 4
            run = _Run([char], box.left, box.right, box.bottom, box.top, (x.value, y.value), size, bold, quarter)
        else:
            run.chars.append(char)
            run.left, run.right = min(run.left, box.left), max(run.right, box.right)
            run.bottom, run.top = min(run.bottom, box.bottom), max(run.top, box.top)
    if run is not None:
        yield run


def _font(textpage: Any, i: int) -> tuple[float, bool]:
    """Size in points, as printed, and whether it is bold."""
    matrix, flags, name = pdfium.FS_MATRIX(), ctypes.c_int(), ctypes.create_string_buffer(128)
    scale = 1.0
    if pdfium.FPDFText_GetMatrix(textpage, i, matrix):
        scale = math.hypot(matrix.c, matrix.d)
    size = pdfium.FPDFText_GetFontSize(textpage, i) * scale
    pdfium.FPDFText_GetFontInfo(textpage, i, name, len(name), flags)
    bold = bool(_BOLD.search(name.value)) or bool(flags.value & _FORCED_BOLD)
    if not bold:
        thing = pdfium.FPDFText_GetTextObject(textpage, i)
        bold = bool(thing) and pdfium.FPDFTextObj_GetTextRenderMode(thing) == _FILLED_AND_STROKED
    return round(size if 1 <= size <= 400 else 10.0, 1), bold


def _rules(page: Any, turn: _Turn) -> tuple[list[Rule], bool]:
    """The ruled lines, edges of boxes too, and whether anything is drawn at all."""
    found: list[Rule] = []
    drawn = False
    for thing in page.get_objects(max_depth=_DEEPEST):
        if thing.type == pdfium.FPDF_PAGEOBJ_TEXT:
            continue
        drawn = True
        if thing.type != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        filled, stroked = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(thing, filled, stroked)
        if filled.value or stroked.value:
            found += _edges(thing, turn)
        if len(found) > _MOST_RULES:
            return [], True
    return found, drawn


def _edges(path: Any, turn: _Turn) -> Iterator[Rule]:
    """Of a thin path one line, of a box its four edges, of others every straight piece."""
    left, bottom, right, top = path.get_bounds()
    count = pdfium.FPDFPath_CountSegments(path)
    if min(right - left, top - bottom) <= _THIN:
        pieces = [(left, (bottom + top) / 2, right, (bottom + top) / 2)]
        if right - left < top - bottom:
            pieces = [((left + right) / 2, bottom, (left + right) / 2, top)]
    elif count <= 6:
        flat = [(left, y, right, y) for y in (bottom, top)]
        pieces = [*flat, (left, bottom, left, top), (right, bottom, right, top)]
    else:
        pieces = list(_pieces(path, count))
    for x0, y0, x1, y1 in pieces:
        (xa, ya), (xb, yb) = turn(x0, y0), turn(x1, y1)
        wide, high = abs(xb - xa), abs(yb - ya)
        if min(wide, high) <= _THIN and max(wide, high) >= _LONG:
            yield Rule(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))


def _pieces(path: Any, count: int) -> Iterator[tuple[float, float, float, float]]:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(path, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    last: tuple[float, float] | None = None
    for i in range(min(count, _MOST_RULES)):
        segment = pdfium.FPDFPath_GetPathSegment(path, i)
        if not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        here = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        if last is not None and pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_LINETO:
            yield (*last, *here)
        last = here
