"""A text as paragraphs of sentences that know on which line they begin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from german.text import sentences

_HEADING = re.compile(r"\s*#{1,6}\s+")
_ITEM = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s+")
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:[-'’*]\w+)*|\w+|[^\w\s]")


@dataclass(frozen=True)
class Sentence:
    """One sentence, white space made simple."""

    line: int
    """Counted from 1; where the sentence begins."""
    text: str

    @property
    def words(self) -> tuple[str, ...]:
        """What stands between spaces and holds a letter or a digit: "z. B." is two words, a dash is none."""
        return tuple(part for part in self.text.split() if any(map(str.isalnum, part)))

    @property
    def tokens(self) -> tuple[str, ...]:
        """Words, numbers and marks, each by itself."""
        return tuple(_TOKEN.findall(self.text))


@dataclass(frozen=True)
class Paragraph:
    """Lines that belong together: between blank lines, one item of a list, or a heading."""

    line: int
    sentences: tuple[Sentence, ...]
    heading: bool


def paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of plain text or simple Markdown; the marks of headings and list items are left out.

    >>> [s.line for p in paragraphs("Das geht, z. B. am\\n3. Oktober. Ja.\\n\\n- Gut.") for s in p.sentences]
    [1, 2, 4]
    """
    return [_paragraph(block, heading) for block, heading in _blocks(text)]


def _blocks(text: str) -> Iterator[tuple[list[tuple[int, str]], bool]]:
    """Numbered lines that belong together, and whether they are a heading."""
    block: list[tuple[int, str]] = []
    in_list = False
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        heading, item = _HEADING.match(raw), _ITEM.match(raw)
        if item and block and raw.lstrip()[:1].isdigit() and not in_list:
            item = None  # a date that a line break cut off: "am / 3. Oktober"
        starts_new = bool(heading or item) or not raw.strip()
        if starts_new and block:
            yield block, False
            block = []
        mark = heading or item
        line = " ".join(raw[mark.end() if mark else 0 :].split())
        if heading and line:
            yield [(number, line)], True
        elif line:
            block.append((number, line))
        in_list = bool(item) or (in_list and not starts_new)
    if block:
        yield block, False


def _paragraph(block: list[tuple[int, str]], heading: bool) -> Paragraph:
    joined = " ".join(line for _, line in block)
    starts, place = [], 0
    for number, line in block:
        starts.append((place, number))
        place += len(line) + 1
    found, place = [], 0
    for text in sentences(joined):
        at = joined.index(text, place)
        place = at + len(text)
        found.append(Sentence(max(number for start, number in starts if start <= at), text))
    return Paragraph(block[0][0], tuple(found), heading)
