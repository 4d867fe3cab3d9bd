"""What the ear cannot follow: signs, long numbers, long lists, brackets and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from german.findings import Finding
from german.prose import Sentence

_ITEM = r"(?:[a-zäöüß]+ ){0,2}[A-ZÄÖÜ][\w-]*"
_LIST = (
    rf"(?<!\w)(?:{_ITEM}, ){{2,}}{_ITEM},? (?:und|oder|sowie) {_ITEM}|(?<!\w)(?:{_ITEM}, ){{3,}}{_ITEM}"
    r"|(?<!\w)(?:[\w-]+, ){2,}[\w-]+ (?:und|oder|sowie) [\w-]+"
)
_ADDRESS = r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|\b[\w-]+\.(?:de|com|org|net|eu|nrw)\b(?:/\S*)?"
_SIGN = r"[§&=<>|→•#~^\\]|\w+[/*_:](?=[a-zäöüA-Z])\w+| [+×] "
_PATTERNS = [
    (r"\d+(?:,\d+)? ?(?:%|‰|Prozent\b)", "Prozent-Zahl", "Sag zum Beispiel „jede dritte Person“."),
    (_ADDRESS, "Internet-Adresse", "Sag, wie die Seite heißt, und zeig die Adresse nur."),
    (r"[(\[{][^)\]}]*[)\]}]?", "Klammer", "Mach einen eigenen Satz daraus oder lass es weg."),
    (_LIST, "Liste mit mehr als drei Dingen", "Nenn höchstens drei Dinge oder mach zwei Sätze."),
    (_SIGN, "Zeichen, das man nicht hört", "Schreib es als Wort."),
]
_NUMBER = re.compile(r"(?<![\w.,:])\+?\d[\d .,:/-]*\d|\d")
_KNOWN = frozenset({"112", "110", "116117", "116 117"})
_TIME = re.compile(r"\d{1,2}[:.]\d\d")
_MOST_DIGITS = 3
"""Digits other than closing zeros that a listener keeps in mind."""


def for_the_ear(sentence: Sentence) -> Iterator[Finding]:
    """Everything in a spoken sentence that is made for the eye."""
    for pattern, what, better in _PATTERNS:
        if match := re.search(pattern, sentence.text):
            yield Finding("ear", sentence.line, match[0], f"{what}: „{match[0]}“ ist schlecht zu hören.", better)
    for match in _NUMBER.finditer(sentence.text):
        if _hard_number(match[0]):
            yield Finding(
                "ear", sentence.line, match[0], f"Lange Zahl: „{match[0]}“ ist schlecht zu hören.",
                "Runde die Zahl, lass sie weg oder zeig sie nur. Grenzwerte und Fristen bleiben genau.",
            )  # fmt: skip


def _hard_number(number: str) -> bool:
    if number in _KNOWN or _TIME.fullmatch(number):
        return False
    digits = re.sub(r"\D", "", number)
    if len(digits) == 4 and digits[:2] in ("18", "19", "20", "21") and digits == number:
        return False  # a year
    return (number[0] in "0+" and len(digits) > 2) or len(digits.rstrip("0")) > _MOST_DIGITS
