"""Words, folding and sentences of German text."""

from __future__ import annotations

import re
import unicodedata

_NOT_A_LETTER = re.compile(r"[^a-zäöüß ]+")
_APOSTROPHE = re.compile(r"['’`´]")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def plain(text: str) -> str:
    """Lower-case words without punctuation or digits, as recognisers write and scores compare.

    >>> plain("Wat is'n dat, mit dieser KI da?")
    'wat isn dat mit dieser ki da'
    """
    text = unicodedata.normalize("NFC", text).lower()
    text = _NOT_A_LETTER.sub(" ", _APOSTROPHE.sub("", text))
    return " ".join(text.split())


def words(text: str) -> list[str]:
    """The words of `plain(text)`."""
    return plain(text).split()


def fold(text: str) -> str:
    """`plain(text)` with umlauts written out, so that "Grösse", "Größe" and "Groesse" meet.

    >>> fold("Größe")
    'groesse'
    """
    return plain(text).translate(_UMLAUTS)
