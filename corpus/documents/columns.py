"""Columns: strips of a page that no word crosses for several rows, and the rows beside them.

    Wartung der Führung          <- crosses: ends the band above
    Jede Woche    Das Öl wird
    wird Fett     nach 2000      <- a band with two columns
    geprüft.      Stunden

A table without lines makes such strips too; `corpus.documents.layout` tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpus.documents.clean import BULLETS
from corpus.documents.rows import Row

_GAP, _CLEAR_GAP, _SURE_GAP = 0.6, 1.5, 2.2
"""Parts of the font's size: the least gap; one that cannot be a wide space; one that two rows are enough for."""
_WIDER = 1.8
"""How much wider than its row's spaces a gap is that might be one of them."""
_FLUSH, _EVEN = 2.0, 0.06
"""Points to the edge, and parts of the font's size: how flush a justified line is, and how even its spaces are."""
_BEFORE = 1.5
"""Points left of a column's edge, where its gap is looked for."""
_ROWS = 3
"""Rows that a band needs on either side of its gap."""
_LARGER = 1.15
"""How much larger than the text a heading is."""
_PARTED = 4.0
"""Parts of the font's size: farther below what ends the other column, text does not belong to this one."""
_LEVEL = 2.5
"""Parts of the font's size by which columns of equal length may differ."""
_LABEL = re.compile(rf"^(?:[{re.escape(BULLETS)}]|\(?(?:\d{{1,3}}|[a-zA-Z]|[ivxIVX]+)[.):]|\d{{1,2}}(?:\.\d{{1,2}})+)$")
"""What stands before an item or a heading, with a gap after it."""


@dataclass(slots=True)
class Band:
    """Rows `first` to `last`, the latter not counted in, that stand in columns."""

    first: int
    last: int
    columns: list[tuple[float, float]]
    """From where to where each one reaches; they meet in the middle of the gaps."""


def find_band(rows: list[Row]) -> Band | None:
    """The band with the most rows on both sides of a gap, if there is one."""
    if len(rows) < 2:
        return None
    size = median(row.size for row in rows)
    best: tuple[tuple[int, float, float], int, int] | None = None
    for x in _places(rows, size):
        for first, last in _runs(rows, x, size):
            found = _worth(rows[first:last], x, size)
            if found is not None and (best is None or found > best[0]):
                best = found, first, last
    if best is None:
        return None
    (_, _, x), first, last = best
    beside = [first + i for i in _side_by_side(rows[first:last], x)]
    start, end = beside[0], beside[-1] + 1  # what stands on the left before it is read before it anyway
    while start > first and rows[start - 1].x0 > x and rows[start].top - rows[start - 1].y <= _PARTED * size:
        start -= 1
    columns = _columns(rows[start:end], size)
    while end < last and not _is_below(rows[end - 1], rows[end], rows[beside[-1]].bottom, size):
        if _crosses(rows[end], columns):
            break
        end += 1
    while end - 1 > beside[-1] and _like_heading(rows[end - 1], size):  # of what follows below the columns
        end -= 1
    return Band(start, end, columns) if len(columns) > 1 else None


def _is_below(before: Row, row: Row, ended: float, size: float) -> bool:
    """Whether a row follows all columns, the other one of which has ended, and does not go on with its own.

    So does what is far below, and a table about where both columns end, since they are often made equally long.
    """
    return row.y - before.bottom > _PARTED * size or (row.grid is not None and row.top - ended <= _LEVEL * size)


def _crosses(row: Row, columns: list[tuple[float, float]]) -> bool:
    return any(x0 < right < x1 for x0, x1 in row.spans for _, right in columns[:-1])


def is_label(word: str) -> bool:
    """Whether a word is a bullet or a number before an item."""
    return _LABEL.match(word) is not None


def cut(rows: list[Row], column: tuple[float, float]) -> list[Row]:
    """What of the rows stands in a column."""
    return [part for row in rows if (part := row.within(*column)) is not None]


def _places(rows: list[Row], size: float) -> list[float]:
    """Where a gap may be: left of what stands after a space, or of what is set in."""
    left = min(row.x0 for row in rows)
    places = {}
    for row in rows:
        spans = row.spans
        for (_, before), (after, _) in pairwise(spans):
            if after - before >= _GAP * size:
                for place in (after - _BEFORE, (before + after) / 2):
                    places[round(place / 3)] = place
        if spans[0][0] - left > 2 * size:
            places[round((spans[0][0] - _BEFORE) / 3)] = spans[0][0] - _BEFORE
    return list(places.values())


def _runs(rows: list[Row], x: float, size: float) -> Iterator[tuple[int, int]]:
    """Stretches of rows that leave a gap at x free, as first row and row after the last."""
    start, low, high = 0, -1e9, 1e9
    seen_right = False
    edge = max(row.x1 for row in rows)
    for i, row in enumerate(rows):
        left = max((x1 for x0, x1 in row.spans if x1 <= x), default=-1e9)
        right = min((x0 for x0, _ in row.spans if x0 >= x), default=1e9)
        both = left > -1e9 and right < 1e9
        crossed = any(x0 < x < x1 for x0, x1 in row.spans)
        crossed = crossed or (both and (_is_stretched(row, edge) or not _stands_out(row, x, right - left, right)))
        narrow = min(high, right) - max(low, left) < _GAP * size
        lone = right == 1e9 and seen_right and _is_lone_heading(rows, i, x, size)
        if crossed or narrow or lone:
            if i - start > 1:
                yield start, i
            start, low, high, seen_right = (i + 1, -1e9, 1e9, False) if crossed else (i, left, right, right < 1e9)
        else:
            low, high, seen_right = max(low, left), min(high, right), seen_right or right < 1e9
    if len(rows) - start > 1:
        yield start, len(rows)


def _gaps(row: Row) -> list[float]:
    return [after - before for (_, before), (after, _) in pairwise(row.spans)]


def _is_stretched(row: Row, edge: float) -> bool:
    """Whether a row is a justified line, whose spaces are all as wide, however wide they are."""
    gaps = _gaps(row)
    return len(gaps) > 1 and edge - row.x1 < _FLUSH and max(gaps) - min(gaps) < _EVEN * row.size


def _stands_out(row: Row, x: float, gap: float, right: float) -> bool:
    """Whether a gap in a row is more than a space between words, which may be wide where lines are justified."""
    if gap >= _CLEAR_GAP * row.size or row.grid or right - x < 2 * _BEFORE:  # what follows begins where others do
        return True
    gaps = _gaps(row)
    return len(gaps) < 4 or gap >= _WIDER * sorted(gaps)[len(gaps) // 4]


def _like_heading(row: Row, size: float) -> bool:
    return row.bold or (not row.grid and row.size >= _LARGER * size)


def _is_lone_heading(rows: list[Row], i: int, x: float, size: float) -> bool:
    """Whether a row left of x is a heading over all columns: nothing stands beside it, but much before and after."""
    row = rows[i]
    if not _like_heading(row, size):
        return False
    beside = [
        other
        for other in rows[max(0, i - 4) : i + 5]
        if other.x1 > x and other.top < row.bottom and other.bottom > row.top
    ]
    return not beside and any(other.x1 > x for other in rows[i + 1 :])


def _worth(rows: list[Row], x: float, size: float) -> tuple[int, float, float] | None:
    """Rows on the side of a gap that has fewer, the gap's width and place; None if it is no gap between columns."""
    beside = [rows[i] for i in _side_by_side(rows, x)]
    left = [row for row in beside if row.spans[0][0] < x]
    right = [row for row in beside if row.spans[-1][1] > x]
    if not left or not right:
        return None
    before = [max(x1 for x0, x1 in row.spans if x0 < x) for row in left]
    width = min(x0 for row in right for x0, _ in row.spans if x0 >= x) - max(before)
    fewest = sum(2 if row.grid else 1 for row in left), sum(2 if row.grid else 1 for row in right)
    if min(fewest) < (2 if width >= _SURE_GAP * size else _ROWS):
        return None
    labels = [row for row in left if not row.grid and is_label(_last_before(row, x))]
    if 2 * len(labels) > len(left):
        return None
    return min(fewest), width, x


def _side_by_side(rows: list[Row], x: float) -> list[int]:
    """The rows that are as high on the page as what stands on the other side of x, though lines may be offset."""
    left = [row for row in rows if row.spans[0][0] < x]
    right = [row for row in rows if row.spans[-1][1] > x]
    if not left or not right:
        return []
    start, end = max(left[0].top, right[0].top), min(left[-1].bottom, right[-1].bottom)
    return [i for i, row in enumerate(rows) if row.bottom > start and row.top < end]


def _last_before(row: Row, x: float) -> str:
    return [word.text for word in row.words if word.x0 < x][-1]


def _columns(rows: list[Row], size: float) -> list[tuple[float, float]]:
    """The columns of a band: what the rows together leave free parts them."""
    spans = sorted(span for row in rows for span in row.spans)
    merged: list[tuple[float, float]] = []
    for x0, x1 in spans:
        if merged and x0 - merged[-1][1] < _GAP * size:
            merged[-1] = merged[-1][0], max(merged[-1][1], x1)
        else:
            merged.append((x0, x1))
    kept: list[tuple[float, float]] = []
    label_from: float | None = None
    for x0, x1 in merged:
        words = [word.text for row in rows for word in row.words if x0 <= word.x0 <= x1]
        start = x0 if label_from is None else label_from
        if words and all(map(is_label, words)):
            label_from = start
        else:
            kept.append((start, x1))
            label_from = None
    if label_from is not None:
        kept.append((label_from, merged[-1][1]))
    bounds = [-1e9, *((a[1] + b[0]) / 2 for a, b in pairwise(kept)), 1e9]
    return list(pairwise(bounds))
