"""Blocks of a document, as its reader found them, become passages that are searched and spoken as one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from corpus.documents.extract import Section
from german.text import sentences

TARGET = 80
"""Words that a passage should have."""
MOST = 120
"""Words that a passage has at most."""
_ENDED = re.compile(r"[.!?…:;,][\"'“”«»)\]]*$")
_LONGEST_HEADING = 150
"""Characters; what is longer is shortened at a word."""


@dataclass(frozen=True)
class Block:
    """A paragraph, item or row, or a heading."""

    text: str
    page: int | None = None
    level: int = 0
    """0 for text; 1 for the highest heading. A heading without text only ends those above of its level and lower."""


def sections(blocks: Iterable[Block], title: str = "") -> tuple[Section, ...]:
    """The passages of a document whose headings need not repeat its `title`."""
    return tuple(
        Section(heading, page, text)
        for (heading, page), group in groupby(_placed(blocks, title), key=lambda placed: placed[:2])
        for text in _passages([text for _, _, text in group])
    )


def _placed(blocks: Iterable[Block], title: str) -> Iterator[tuple[str, int | None, str]]:
    """Every text with its heading and page. A heading with nothing under it is a text itself."""
    above: list[Block] = []
    bare = False
    for block in blocks:
        if not block.level:
            if block.text:
                yield _heading(above, title), block.page, block.text
                bare = False
            continue
        if bare and block.level <= above[-1].level:
            yield _heading(above[:-1], title), above[-1].page, above[-1].text
        above = [heading for heading in above if heading.level < block.level]
        if bare := bool(block.text):
            above.append(block)
    if bare:
        yield _heading(above[:-1], title), above[-1].page, above[-1].text


def _heading(above: list[Block], title: str) -> str:
    names = [block.text for block in above[-2:]]
    if len(names) == 2 and names[0].casefold() in (title.casefold(), names[1].casefold()):
        del names[0]
    return " – ".join(_shortened(name) for name in names)


def _shortened(name: str) -> str:
    name = name.rstrip(" :")
    return name if len(name) <= _LONGEST_HEADING else name[:_LONGEST_HEADING].rsplit(" ", 1)[0] + " …"


def _passages(texts: list[str]) -> Iterator[str]:
    """Texts of one heading and page in passages of about TARGET words, cut at sentences."""
    units = [unit for text in texts for unit in _units(ended(text))]
    counts = [len(unit.split()) for unit in units]
    left = sum(counts)  # words that are in no finished passage yet
    passage: list[str] = []
    size = 0
    for unit, count in zip(units, counts, strict=True):
        full = size + count / 2 > left / max(1, round(left / TARGET))
        if passage and (size + count > MOST or (full and left > MOST)):
            yield " ".join(passage)
            left -= size
            passage, size = [], 0
        passage.append(unit)
        size += count
    if passage:
        yield " ".join(passage)


def ended(text: str) -> str:
    """`text` with a full stop if nothing ends it, so that items and rows can be spoken one after the other."""
    return text if not text or _ENDED.search(text) else f"{text}."


def _units(text: str) -> Iterator[str]:
    """What is not cut: sentences, or pieces of one that is too long for a passage."""
    for sentence in sentences(text) if len(text.split()) > MOST / 4 else [text]:
        words = sentence.split()
        while len(words) > MOST:
            marked = [i for i, word in enumerate(words[:MOST], 1) if word[-1] in ";,:"]
            cut = next((i for i in reversed(marked) if i > MOST / 2), MOST)
            yield " ".join(words[:cut])
            words = words[cut:]
        yield " ".join(words)
