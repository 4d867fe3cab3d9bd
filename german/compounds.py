"""Long German words in parts: "Schichtleiterin" is "schicht" and "leiterin"."""

from __future__ import annotations

from functools import lru_cache

from german.findings import listed, zipf

SHORTEST_PART = 3
COMMON_SHORT = 4.0
"""Zipf of a part with three letters; the shorter a part, the more often it fits by chance."""
COMMON = 3.2
"""Zipf of a longer part."""
_LINKS = ("", "s", "es", "n", "en", "er", "e")
_ENDINGS = (
    "e", "n", "s", "en", "er", "es", "em", "in", "innen", "t", "st", "te", "ten", "et", "est", "ere", "eren",
    "keit", "heit", "keiten", "heiten",
)  # fmt: skip
_KNOWN = listed("rare", "known")
_NO_HEADS = listed("rare", "heads_of_no_compound")
_PREFIXES = ("be", "ver", "ent", "er", "zer", "um", "unter", "über", "un", "miss", "vor", "nach", "ein", "aus", "auf",
             "ab", "an", "weg", "mit", "zurück")  # fmt: skip


@lru_cache(maxsize=20_000)
def parts(word: str) -> tuple[str, ...]:
    """The parts of a compound in small letters, each a common word; one part where it cannot be cut.

    >>> parts("Sicherheitsfachkraft")
    ('sicherheits', 'fachkraft')
    """
    low = word.lower()
    best: tuple[float, tuple[str, ...]] = (0.0, (low,))
    for cut in range(SHORTEST_PART, len(low) - SHORTEST_PART + 1):
        head, rest = low[:cut], low[cut:]
        score = min(_as_head(head), _as_word(rest))
        if score > best[0]:
            best = (score, (head, rest))
    return best[1]


@lru_cache(maxsize=20_000)
def commonness(word: str) -> float:
    """Zipf of a word or of its most common base form: "tippst" is as common as "tippen"."""
    low = word.lower()
    found = max(zipf(low), COMMON if low in _KNOWN else 0.0)
    for ending in _ENDINGS:
        if low.endswith(ending) and len(low) - len(ending) >= 4:
            stem = low.removesuffix(ending)
            found = max(found, *(zipf(stem + other) for other in ("", "e", "en", "n")))
    for prefix in ("ge", "zu"):
        for start in ("", "ab", "an", "auf", "aus", "ein", "vor", "weg", "mit", "zurück"):
            if low.startswith(start + prefix) and len(low) > len(start) + 6:
                stem = start + low.removeprefix(start + prefix)
                found = max(found, zipf(stem.removesuffix("t") + "en"), zipf(stem))
    for prefix in _PREFIXES:
        rest = low.removeprefix(prefix)
        if low.startswith(prefix) and len(rest) > 2 and zipf(rest) >= COMMON:
            found = max(found, COMMON)
    return found


def _as_head(head: str) -> float:
    """How common the first part is, its link ("s", "en") taken off; 0 where it is no word."""
    if head in _NO_HEADS:
        return 0.0
    scores = [
        zipf(head.removesuffix(link))
        for link in _LINKS
        if len(head) - len(link) >= SHORTEST_PART and head.endswith(link)
    ]
    scores.append(COMMON if head in _KNOWN else 0.0)
    scores.append(zipf(head + "e") if len(head) > 3 else 0.0)
    scores.append(zipf(head + "en") if len(head) > 3 else 0.0)
    return _enough(head, max(scores))


def _as_word(rest: str) -> float:
    found = _enough(rest, commonness(rest))
    if not found and len(rest) > 8:
        inner = parts(rest)
        return COMMON if len(inner) > 1 else 0.0
    return found


def _enough(part: str, score: float) -> float:
    return score if score >= (COMMON_SHORT if len(part) <= 4 else COMMON) else 0.0
