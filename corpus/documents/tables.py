"""Tables as text: one line for each row, every cell with the name of its column."""

from __future__ import annotations

import re
from collections.abc import Sequence

_DIGIT = re.compile(r"\d")
_LONGEST_HEAD = 6
"""Words that the name of a column has at most."""

Rows = Sequence[Sequence[str]]
"""Cells as text, row by row; a merged cell stands in each row and, but for the first, empty in each column."""


def row_texts(rows: Rows, head: bool | None = None) -> list[str]:
    """The rows of a whole table as text; `head`: whether the first names the columns, None where nothing says so.

    >>> row_texts([["Maschine", "Druck"], ["Presse 4", "120 bar"]])
    ['Maschine: Presse 4; Druck: 120 bar.']
    """
    filled = [row for row in rows if any(row)]
    return TableReader(head if len(filled) > 1 else False).texts(filled)


class TableReader:
    """Reads a table that pages or lines of text cut into pieces: the first names the columns of them all."""

    def __init__(self, head: bool | None = None) -> None:
        self._head = head
        self._names: Sequence[str] = ()
        self._begun = False

    def texts(self, piece: Rows) -> list[str]:
        """The rows of a piece as text."""
        filled = [row for row in piece if any(row)]
        if filled and not self._begun:
            self._begun = True
            if looks_like_head(filled) if self._head is None else self._head:
                self._names = [cell.rstrip(" :") for cell in filled.pop(0)]
        repeated = [row for row in filled if [cell.rstrip(" :") for cell in row] == self._names]
        return [_row(row, self._names) for row in filled if row not in repeated]


def looks_like_head(rows: Rows) -> bool:
    """Whether the first row seems to name the columns: short, whole, no figures, while others have some."""
    first, rest = rows[0], rows[1:]
    if not rest or len(first) < 2 or not all(first) or len(set(first)) < len(first):
        return False
    if any(_DIGIT.search(cell) or len(cell.split()) > _LONGEST_HEAD for cell in first):
        return False
    return len(first) > 2 or (not first[0].endswith(":") and sum(bool(_DIGIT.search(row[-1])) for row in rest) > 0)


def _row(row: Sequence[str], names: Sequence[str]) -> str:
    cells = [(name, cell) for name, cell in zip([*names, *[""] * len(row)], row, strict=False) if cell]
    if len(cells) == 1:
        return cells[0][1]
    if names:
        text = "; ".join(f"{name}: {_open(cell)}" if name else _open(cell) for name, cell in cells)
    elif len(cells) == 2 and len(row) == 2:
        text = f"{cells[0][1].rstrip(' :')}: {cells[1][1]}"
    else:
        text = "; ".join(_open(cell) for _, cell in cells)
    return text if text[-1] in ".!?" else f"{text}."


def _open(cell: str) -> str:
    """A cell without the full stop that would end the row's sentence."""
    return cell[:-1] if cell.endswith(".") and not cell.endswith("..") else cell
