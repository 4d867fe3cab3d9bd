"""Ruled tables: the grid that lines on a page make, and the words in its cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from corpus.documents.pdf_page import Rule, Word

_NEAR = 3.5
"""Points within which lines meet, or are the same."""
_FULL = 0.4
"""Part of the cells that has text; with less it is a drawing or a form's frame."""
_MOST_LINES = 600
"""Lines in one direction; with more it is a drawing."""
_MOST_CELLS = 3000


@dataclass(slots=True)
class Cell:
    """A cell, perhaps merged of several, and the columns and rows that it covers."""

    words: list[Word] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """A ruled table: cells from left to right and from top to bottom."""

    xs: list[float]
    ys: list[float]
    """Where its lines are."""
    cells: list[Cell] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Their number."""
        return len(self.ys) - 1

    @property
    def columns(self) -> int:
        """Their number."""
        return len(self.xs) - 1

    def reach(self, cell: Cell) -> tuple[float, float]:
        """From where to where a cell reaches."""
        return self.xs[min(cell.columns)], self.xs[max(cell.columns) + 1]

    def holds(self, word: Word) -> bool:
        """Whether a word stands in it."""
        x, y = (word.x0 + word.x1) / 2, word.y - word.size / 3
        return self.xs[0] < x < self.xs[-1] and self.ys[0] < y < self.ys[-1]


def grids(words: list[Word], rules: list[Rule]) -> tuple[list[Grid], list[Word]]:
    """The ruled tables of a page, and the words that stand in none."""
    found = []
    for lines in _together(rules):
        grid = _grid(lines)
        if grid is not None and _fill(grid, lines, [word for word in words if grid.holds(word)]):
            found.append(grid)
            words = [word for word in words if not grid.holds(word)]
    return found, words


def _together(rules: list[Rule]) -> list[list[Rule]]:
    """Lines that meet, directly or through others. Only those that have a crossing one are returned."""
    across = [rule for rule in rules if rule.horizontal]
    down = [rule for rule in rules if not rule.horizontal]
    if len(across) > _MOST_LINES or len(down) > _MOST_LINES:
        return []
    root = list(range(len(across) + len(down)))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for i, flat in enumerate(across):
        for j, steep in enumerate(down, len(across)):
            if (
                flat.x0 - _NEAR <= steep.x0 <= flat.x1 + _NEAR
                and steep.y0 - _NEAR <= flat.y0 <= steep.y1 + _NEAR
            ):  # fmt: skip
                root[find(i)] = find(j)
    groups: dict[int, list[Rule]] = {}
    for i, rule in enumerate([*across, *down]):
        groups.setdefault(find(i), []).append(rule)
    return [group for group in groups.values() if len(group) > 3]


def _grid(lines: list[Rule]) -> Grid | None:
    """The lines' places, if they part at least two columns and two rows; open sides count as closed."""
    across = [rule for rule in lines if rule.horizontal]
    down = [rule for rule in lines if not rule.horizontal]
    xs = _distinct([*(rule.x0 for rule in down), min(r.x0 for r in across), max(r.x1 for r in across)])
    ys = _distinct([*(rule.y0 for rule in across), min(r.y0 for r in down), max(r.y1 for r in down)])
    return Grid(xs, ys) if len(xs) > 2 and len(ys) > 2 else None


def _distinct(places: Iterable[float]) -> list[float]:
    kept: list[float] = []
    for place in sorted(places):
        if not kept or place - kept[-1] > _NEAR:
            kept.append(place)
    return kept


def _fill(grid: Grid, lines: list[Rule], words: list[Word]) -> bool:
    """Adds the cells, merged where no line parts them; False if too few have text."""
    columns, rows = grid.columns, grid.rows
    if columns * rows > _MOST_CELLS:
        return False
    root = list(range(columns * rows))

    def find(i: int) -> int:
        while root[i] != i:
            i = root[i]
        return i

    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            middle_x = (grid.xs[column] + grid.xs[column + 1]) / 2
            middle_y = (grid.ys[row] + grid.ys[row + 1]) / 2
            if column + 1 < columns and not _ruled_down(lines, grid.xs[column + 1], middle_y):
                root[find(here + 1)] = find(here)
            if row + 1 < rows and not _ruled_across(lines, grid.ys[row + 1], middle_x):
                root[find(here + columns)] = find(here)
    cells: dict[int, Cell] = {}
    for i in range(columns * rows):
        cell = cells.setdefault(find(i), Cell())
        cell.columns.append(i % columns)
        cell.rows.append(i // columns)
    for word in words:
        column = sum(x < (word.x0 + word.x1) / 2 for x in grid.xs[1:-1])
        row = sum(y < word.y - word.size / 3 for y in grid.ys[1:-1])
        cells[find(row * columns + column)].words.append(word)
    grid.cells = sorted(cells.values(), key=lambda cell: (min(cell.rows), min(cell.columns)))
    full = sum(len(cell.rows) for cell in grid.cells if cell.words)
    return len(grid.cells) > 2 and full >= _FULL * columns * rows


def _ruled_down(lines: list[Rule], x: float, y: float) -> bool:
    return any(not rule.horizontal and abs(rule.x0 - x) <= _NEAR and rule.y0 <= y <= rule.y1 for rule in lines)


def _ruled_across(lines: list[Rule], y: float, x: float) -> bool:
    return any(rule.horizontal and abs(rule.y0 - y) <= _NEAR and rule.x0 <= x <= rule.x1 for rule in lines)
