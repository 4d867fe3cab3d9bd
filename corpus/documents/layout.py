"""The reading order of a page: column by column, but tables, ruled or not, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from corpus.documents.clean import joined, without_bullet
from corpus.documents.columns import Band, cut, find_band, is_label
from corpus.documents.grid import Grid, grids
from corpus.documents.passages import ended
from corpus.documents.pdf_page import Rule, Word
from corpus.documents.rows import Row, breaks_off, rows_of
from corpus.documents.tables import TableReader, row_texts

_BROKEN_IN_PROSE, _BROKEN_IN_TABLE = 0.2, 0.5
"""Parts of the lines that end early: with fewer than the first it is prose, with more than the second a table."""
_LOWER_IN_TABLE, _LOWER_IN_PROSE = 0.2, 0.35
"""Part of the lines that begin with a small letter, since a sentence goes on: less in a table, more in prose."""
_FEW_WORDS, _MANY_WORDS = 2.5, 5.0
"""Mean number of words of a line: with fewer than the first it is a table, with more bold words above are no head."""
_LABELS_IN_PROSE = 0.2
"""Part of the lines that begin with a bullet or number: with more it is two lists side by side."""
_PITCH = 1.3
"""How much farther apart lines of two entries are than lines of one."""
_MOST_WORDS = 6000
"""A page with more is a drawing or a trap; looking for columns on it would take minutes."""
_CELL_WORDS = 40
"""Words in a cell from which on a grid only arranges the page."""


@dataclass(slots=True)
class Line:
    """A line of text, and from where to where the column reaches in which it stands."""

    row: Row
    left: float
    right: float


@dataclass(slots=True)
class Table:
    """The rows of a table as text."""

    texts: list[str]


def in_reading_order(words: list[Word], rules: list[Rule]) -> list[Line | Table]:
    """The lines and tables of a page."""
    if len(words) > _MOST_WORDS:
        return [Line(row, row.x0, row.x1) for row in rows_of(words)]
    tables, words = grids(words, rules)
    read: list[Line | Table] = []
    for part in _flow(rows_of(words, tables), [rule for rule in rules if rule.horizontal]):
        read += _read_grid(part) if isinstance(part, Grid) else [part]
    return read


def _flow(rows: list[Row], rules: list[Rule]) -> list[Line | Table | Grid]:
    """Rows of an area in reading order."""
    band = find_band(rows)
    if band is None:
        left, right = min((row.x0 for row in rows), default=0.0), max((row.x1 for row in rows), default=0.0)
        return [row.grid or Line(row, left, right) for row in rows]
    table = _trimmed(rows, band)
    read: list[Line | Table | Grid] = []
    if _is_table(rows[table.first : table.last], table, rules):
        band = table
        read.append(_table(rows[band.first : band.last], band, rules))
    else:
        for column in band.columns:
            read += _flow(cut(rows[band.first : band.last], column), rules)
    return [*_flow(rows[: band.first], rules), *read, *_flow(rows[band.last :], rules)]


def _filled(row: Row, band: Band) -> list[Row | None]:
    return [row.within(*column) for column in band.columns]


def _trimmed(rows: list[Row], band: Band) -> Band:
    """The band without rows before and after it that stand in one column only, as a caption does."""
    paired = [i for i in range(band.first, band.last) if sum(part is not None for part in _filled(rows[i], band)) > 1]
    if not paired:
        return band
    first, last = paired[0], paired[-1] + 1
    pitch = min((b.y - a.y for a, b in zip(rows[first:last], rows[first + 1 : last], strict=False)), default=1e9)
    while last < band.last and rows[last].y - rows[last - 1].y <= min(pitch, 1.4 * rows[last].size) * 1.05:
        last += 1
    return Band(first, last, band.columns)


def _is_table(rows: list[Row], band: Band, rules: list[Rule]) -> bool:
    """Whether what stands in columns is a table's entries and no text in columns."""
    if any(row.grid for row in rows):
        return False
    lines = [_filled(row, band) for row in rows]
    entries = [part for line in lines for part in line if part is not None]
    if sum(is_label(part.words[0].text) for part in entries) > _LABELS_IN_PROSE * len(entries):
        return False
    if len(entries) > len(lines) and _is_margin(lines):
        return True
    broken = _broken_off(lines)
    ruled = sum(_crosses(rule, rows, band) for rule in rules)
    if broken >= _BROKEN_IN_TABLE or (ruled > 1 and broken >= _BROKEN_IN_PROSE):
        return True
    words = sum(len(part.words) for part in entries) / len(entries)
    if words < _FEW_WORDS:
        return True
    lower = sum(part.text[0].islower() for part in entries) / len(entries)
    headed = _has_bold_head(lines) and lower < _LOWER_IN_PROSE and words < _MANY_WORDS
    return broken >= _BROKEN_IN_PROSE and (headed or ruled > 0 or lower < _LOWER_IN_TABLE)


def _broken_off(lines: list[list[Row | None]]) -> float:
    """The part of the lines that end although the next word would have fitted, as entries do and prose does not."""
    broken = pairs = 0
    for column in zip(*lines, strict=True):
        parts = [part for part in column if part is not None]
        right = max((part.x1 for part in parts), default=0.0)
        for part, following in pairwise(parts):
            if is_label(following.words[0].text) or part.bold:
                continue
            pairs += 1
            first = following.words[0]
            broken += right - part.x1 > first.x1 - first.x0 + part.size / 2
    return broken / pairs if pairs else 1.0


def _has_bold_head(lines: list[list[Row | None]]) -> bool:
    first, rest = lines[0], [part for line in lines[1:] for part in line if part is not None]
    if not all(part is not None and part.bold for part in first):
        return False
    return bool(rest) and sum(part.bold for part in rest) * 2 < len(rest) and sum(map(all, lines[1:])) > 0


def _is_margin(lines: list[list[Row | None]]) -> bool:
    """Whether words on the left each name the text beside them."""
    names = [line for line in lines if line[0] is not None]
    paired = all(line[1] is not None for line in names)
    return len(lines[0]) == 2 and paired and 2 * len(names) <= len(lines)


def _crosses(rule: Rule, rows: list[Row], band: Band) -> bool:
    """Whether a ruled line runs between the rows across a gap."""
    middle = band.columns[0][1]
    return rows[0].top - 6 < rule.y0 < rows[-1].bottom + 6 and rule.x0 < middle < rule.x1


def _table(rows: list[Row], band: Band, rules: list[Rule]) -> Table:
    """The entries of a table without a grid; lines of one entry are joined."""
    lines = [_filled(row, band) for row in rows]
    gaps = [b.y - a.y for a, b in pairwise(rows)]
    even = not gaps or max(gaps) <= _PITCH * min(gaps)
    entries: list[list[list[str]]] = []
    for i, line in enumerate(lines):
        parted = i > 0 and (
            any(rows[i - 1].y < rule.y0 < rows[i].y - rows[i].size / 4 and _crosses(rule, rows, band) for rule in rules)
            or (not even and gaps[i - 1] > _PITCH * min(gaps))
        )
        opens = line[0] is not None and (even or (all(line) and not line[0].text[0].islower()))
        if not entries or parted or opens:
            entries.append([[] for _ in line])
        for texts, part in zip(entries[-1], line, strict=True):
            texts += [part.text] if part is not None else []
    cells = [[joined(cell) for cell in entry] for entry in entries]
    return Table(row_texts(cells, True if _has_bold_head(lines) else None))


def _read_grid(grid: Grid) -> list[Line | Table]:
    """A ruled table; a cell that is alone in its row, or all of them if they are long, as lines."""
    filled = [cell for cell in grid.cells if cell.words]
    if sum(len(cell.words) for cell in filled) > _CELL_WORDS * len(filled):
        return [line for cell in filled for line in _lines(cell.words)]
    read: list[Line | Table] = []
    rows: list[list[str]] = []
    reader: TableReader | None = None
    for number in range(grid.rows):
        cells = [cell for cell in filled if number in cell.rows]
        if len(cells) == 1:
            read += [Table(reader.texts(rows))] if reader else []
            read += _lines(cells[0].words) if number == min(cells[0].rows) else []
            rows = []
            continue
        if reader is None and cells:
            named = all(word.bold for cell in cells for word in cell.words)
            reader = TableReader(True if named else None)
        texts = [""] * grid.columns
        for cell in cells:
            texts[min(cell.columns)] = _cell_text(rows_of(cell.words), *grid.reach(cell))
        rows.append(texts)
    return [*read, Table(reader.texts(rows))] if reader else read


def _cell_text(rows: list[Row], left: float, right: float) -> str:
    """What stands in a cell; items one below the other are parted by full stops."""
    items: list[list[str]] = []
    for i, row in enumerate(rows):
        text = without_bullet(row.text)
        if not items or text != row.text or breaks_off(rows[i - 1], row, left, right):
            items.append([])
        items[-1].append(text)
    texts = [joined(item) for item in items]
    return " ".join([*map(ended, texts[:-1]), *texts[-1:]])


def _lines(words: list[Word]) -> list[Line | Table]:
    return [part for part in _flow(rows_of(words), []) if not isinstance(part, Grid)]
