"""Long words of a question, written apart where the material knows only their parts."""

from __future__ import annotations

import re
from collections.abc import Callable

SHORTEST_PART = 4
"""Letters."""
_LINKS = ("", "s", "es", "n", "en", "er", "e", "-")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def apart(text: str, knows: Callable[[str], bool]) -> str:
    """`text` with compounds that `knows` does not know in two known parts, where there are such.

    >>> apart("Wo ist der Hydraulikdruckschalter?", lambda word: word.lower() in ("hydraulik", "druckschalter"))
    'Wo ist der Hydraulik Druckschalter?'
    """
    return _WORD.sub(lambda match: match[0] if knows(match[0]) else _parted(match[0], knows), text)


def _parted(word: str, knows: Callable[[str], bool]) -> str:
    """The cut whose shorter part is longest: two real words rather than a word and an ending."""
    best, parted = 0, word
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        rest = word[cut:]
        if not knows(rest):
            continue
        for link in _LINKS:
            head = word[:cut].removesuffix(link) if link else word[:cut]
            if len(head) >= SHORTEST_PART and min(len(head), len(rest)) > best and knows(head):
                best, parted = min(len(head), len(rest)), f"{head} {rest[0].upper()}{rest[1:]}"
    return parted
