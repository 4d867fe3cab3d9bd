"""Rows of a page: what stands on one base line, from left to right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corpus.documents.grid import Grid
from corpus.documents.pdf_page import Word

_SAME_ROW = 0.35
"""Parts of the font's size by which base lines of one row may differ: figures may be raised."""
_SHORT, _FEW_WORDS = 0.5, 5
"""Part of the width that an item fills at most, and its words; longer ones cannot be told from prose."""
_BACK = 3
"""Rows that are tried for a word, since columns may have lines of different heights."""


@dataclass(slots=True)
class Row:
    """Words on one base line, or a ruled table."""

    y: float
    words: list[Word]
    grid: Grid | None = None

    @property
    def size(self) -> float:
        """Of the font of most letters, in points: bullets and raised figures are of others."""
        letters: dict[float, int] = {}
        for word in self.words:
            letters[word.size] = letters.get(word.size, 0) + len(word.text)
        return max(letters, key=lambda size: letters[size], default=10.0)

    @property
    def x0(self) -> float:
        """Left end."""
        return self.grid.xs[0] if self.grid else self.words[0].x0

    @property
    def x1(self) -> float:
        """Right end."""
        return self.grid.xs[-1] if self.grid else max(word.x1 for word in self.words)

    @property
    def top(self) -> float:
        """Upper end."""
        return self.grid.ys[0] if self.grid else self.y - self.size * 0.8

    @property
    def bottom(self) -> float:
        """Lower end."""
        return self.grid.ys[-1] if self.grid else self.y + self.size * 0.25

    @property
    def spans(self) -> list[tuple[float, float]]:
        """From where to where each word reaches."""
        return [(self.grid.xs[0], self.grid.xs[-1])] if self.grid else [(word.x0, word.x1) for word in self.words]

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(word.text for word in self.words)

    @property
    def bold(self) -> bool:
        """Whether all its words are bold."""
        return bool(self.words) and all(word.bold for word in self.words)

    def within(self, left: float, right: float) -> Row | None:
        """The part whose words have their middle between two places, if there is any."""
        if self.grid:
            return self if left <= (self.grid.xs[0] + self.grid.xs[-1]) / 2 < right else None
        words = [word for word in self.words if left <= (word.x0 + word.x1) / 2 < right]
        return Row(_base_line(words), words) if words else None


def _base_line(words: list[Word]) -> float:
    """Of the longest word in the largest print, since figures may be raised."""
    return max(words, key=lambda word: (word.size, word.x1 - word.x0)).y


def breaks_off(row: Row, following: Row, left: float, right: float) -> bool:
    """Whether a row is an item of its own: short, although more would have fitted, and the next begins anew."""
    short = row.x1 - left < _SHORT * (right - left) and len(row.words) <= _FEW_WORDS
    return short and row.text[-1] not in ",-\u00ad" and not following.text[0].islower()


def rows_of(words: Iterable[Word], grids: Iterable[Grid] = ()) -> list[Row]:
    """Words as rows, and ruled tables as one row each, from top to bottom."""
    rows: list[Row] = []
    for word in sorted(words, key=lambda word: word.y):
        for row in reversed(rows[-_BACK:]):
            if word.y - row.y <= _SAME_ROW * max(word.size, row.words[0].size):
                row.words.append(word)
                break
        else:
            rows.append(Row(word.y, [word]))
    for row in rows:
        row.words.sort(key=lambda word: word.x0)
        row.y = _base_line(row.words)
    rows += [Row(grid.ys[0], [], grid) for grid in grids]
    return sorted(rows, key=lambda row: row.y)
