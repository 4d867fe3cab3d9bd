"""Long words of a question, written apart where the material knows only their parts.

Nothing is guessed from a dictionary: who calls says what is known, so that "Hydraulikdruckschalter" finds the passage
on the "Druckschalter" of the "Hydraulik", and a word of which no parts are known stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

SHORTEST_PART = 4
"""Letters; what is shorter fits into a word by chance."""
LONGEST_WORD = 60
"""Letters; nobody says longer ones, and the time to cut grows with the square."""
_LINKS = ("", "s", "es", "n", "en", "er", "e")
"""What German puts between the parts of a compound; a hyphen may follow."""
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def apart(text: str, knows: Callable[[str], bool]) -> str:
    """`text` with words that `knows` does not know in the parts it knows, where these make up the whole word.

    The fewest parts are best, and of as many those whose shortest is longest.

    >>> apart("Wo ist der Hydraulikdruckschalter?", lambda word: word.lower() in ("hydraulik", "druckschalter"))
    'Wo ist der Hydraulik Druckschalter?'
    """
    known = cache(knows)
    return _WORD.sub(lambda match: _apart(match[0], known), text)


def _apart(word: str, knows: Callable[[str], bool]) -> str:
    if not 2 * SHORTEST_PART <= len(word) <= LONGEST_WORD or knows(word):
        return word
    parts = _parts(word, knows)
    if word[0].isupper():
        parts = tuple(part[0].upper() + part[1:] for part in parts)
    return " ".join(parts) or word


def _parts(word: str, knows: Callable[[str], bool]) -> tuple[str, ...]:
    """The known parts of `word`, none where it has no such parts."""

    @cache
    def best_from(start: int) -> tuple[str, ...]:
        rest = word[start:]
        if len(rest) < SHORTEST_PART:
            return ()
        if start and knows(rest):
            return (rest,)
        cuts = (
            (head, *tail)
            for cut in range(start + SHORTEST_PART, len(word) - SHORTEST_PART + 1)
            if (tail := best_from(cut)) and (head := _head(word[start:cut], knows))
        )
        return max(cuts, key=lambda parts: (-len(parts), min(map(len, parts))), default=())

    return best_from(0)


def _head(part: str, knows: Callable[[str], bool]) -> str:
    """A part that others follow, without its link: the longest that is known, "" where none is."""
    bare = part.removesuffix("-")
    heads = (bare.removesuffix(link) for link in _LINKS if bare.endswith(link))
    return max((head for head in heads if len(head) >= SHORTEST_PART and knows(head)), key=len, default="")
