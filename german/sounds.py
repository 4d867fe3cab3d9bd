"""How German sounds, roughly: what a recogniser or a hurried hand confuses is written alike."""

from __future__ import annotations

import re

from german.text import plain

_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("äu|eu|oy|oi", "oi"),
        ("ei|ai|ay|ey|äi", "ai"),
        ("ä", "e"),
        ("ö", "o"),
        ("ü|y", "u"),
        ("ie|ih|ieh", "i"),
        ("(?<=[aeou])h", ""),
        ("tsch", "c"),
        ("sch", "s"),
        ("ph|v", "f"),
        ("b", "p"),
        ("pf", "p"),
        ("qu", "kw"),
        ("ck|q", "k"),
        ("tz|ts|zz", "z"),
        ("x|chs|gs|ks", "x"),
        ("ß", "s"),
        ("th|dt|d", "t"),
        ("g", "k"),
        (r"er\b", "a"),
        (r"([a-z])\1+", r"\1"),
    )
]
"""Spellings and the one letter that stands for them, applied in this order."""


def sounds(text: str) -> str:
    """`plain(text)` with letters that sound alike written alike.

    >>> sounds("woran erkänne ich") == sounds("woran erkenne ich")
    True
    """
    text = plain(text)
    for pattern, sound in _SOUNDS:
        text = pattern.sub(sound, text)
    return text
