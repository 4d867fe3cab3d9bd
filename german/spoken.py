"""Written German -> spoken clauses for a voice.

`clauses` cuts a text where a speaker would breathe, `spoken` says what stands there: numbers, dates, abbreviations,
acronyms, links. German voices read what comes out letter by letter; no rule depends on one of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from german import lexicon
from german.reading import STEPS
from german.text import NUMBERED_NOUNS

FIRST_SOFT_CUT, SOFT_CUT = 25, 40
"""Characters after which a clause may end at a comma; the first one is short, so that the voice starts early."""
SHORTEST_REST = 12
"""No comma is cut that leaves less than this behind it."""


@dataclass(frozen=True)
class Clause:
    """One piece for the voice: as it is written (caption) and as it is spoken (may be empty)."""

    written: str
    spoken: str


def clauses(text: str) -> Iterator[Clause]:
    """Cuts at . ? ! ; : and, in long sentences, at a comma or before "und", "aber", "weil".

    The written parts, joined by spaces, are the text with its white space made simple. What cannot be spoken alone
    (an emoji, a lone mark) stays with the clause before it.

    >>> [clause.written for clause in clauses("Das ist z. B. am 3. Oktober so. Und dann?")]
    ['Das ist z. B. am 3. Oktober so.', 'Und dann?']
    """
    waiting: Clause | None = None
    for written, last in _pieces(_paragraphs(text)):
        said = spoken(written)
        if said and not last and said[-1].isalnum():
            said += ","  # the voice must not fall before "und" as it does at an end
        if waiting is None:
            waiting = Clause(written, said)
        elif said:
            yield waiting
            waiting = Clause(written, said)
        else:
            waiting = Clause(f"{waiting.written} {written}", waiting.spoken)
    if waiting is not None:
        yield waiting


def spoken(text: str) -> str:
    """The text as words for a voice, on one line.

    >>> spoken("Am 3. Oktober um 14:30 Uhr sind 33 % der Kolleg*innen da.")
    'Am dritten Oktober um vierzehn Uhr dreißig sind dreiunddreißig Prozent der Kolleginnen und Kollegen da.'
    """
    text = unicodedata.normalize("NFC", text)
    for step in STEPS:
        text = step(text)
    return _tidy(text)


_UNSPEAKABLE = re.compile(r"[^0-9A-Za-zÀ-ÖØ-öø-ɏ\s.,;:?!'()-]")
"""Everything but Latin letters, digits and marks. Other scripts are dropped: espeak-ng, under every voice, crashes on
some mixtures of them."""


def _tidy(text: str) -> str:
    text = _UNSPEAKABLE.sub(" ", text).replace("_", " ")
    text = re.sub(r"\(\s*\)", " ", text)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([.,;:?!)])", r"\1", text)
    text = re.sub(r"([,;:])(?:[,;:])+", r"\1", text)
    text = re.sub(r"[,;:]([.?!])", r"\1", text).strip(" -").lstrip(" .,;:!?")
    return text if re.search(r"\w", text) else ""


# --- where to cut ---

_NEW_LINE = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*•#>]|\d{1,2}[.)])\s)|(?<=:)\n")
_END = re.compile(r"[.?!;:…]+[\"'“”»«)\]*_]*\s+")
_LAST_WORD = re.compile(r"[^\s(„“\"'»«*_.]*$")
_NEXT_WORD = re.compile(r"[\"'„“»«(*_]*([\w-]+)")
_SOFT = re.compile(r",[\"'“”]*\s+|\s+(?=(?:und|aber|weil|oder|denn|sondern|damit)\s)")


def _paragraphs(text: str) -> list[str]:
    """Blocks and list items, each on one line."""
    return [" ".join(part.split()) for part in _NEW_LINE.split(text) if part.strip()]


def _pieces(paragraphs: list[str]) -> Iterator[tuple[str, bool]]:
    """The written pieces, each with whether it ends its sentence."""
    least = FIRST_SOFT_CUT
    for paragraph in paragraphs:
        for sentence in _sentences(paragraph):
            pieces = list(_soft_pieces(sentence, least))
            least = SOFT_CUT
            yield from ((piece, piece is pieces[-1]) for piece in pieces)


def _sentences(line: str) -> Iterator[str]:
    start = 0
    for mark in _END.finditer(line):
        if _ends_sentence(line, mark):
            yield line[start : mark.end()].strip()
            start = mark.end()
    if line[start:].strip():
        yield line[start:].strip()


def _ends_sentence(line: str, mark: re.Match[str]) -> bool:
    if not mark.group().startswith(".") or mark.group().startswith(".."):
        return True
    found = _LAST_WORD.search(line, 0, mark.start())
    before = (found.group() if found else "") + "."
    following = _NEXT_WORD.match(line, mark.end())
    after = following.group(1) if following else ""
    if re.fullmatch(r"\d{1,2}\.", before):  # "3. Oktober", "2. Schritt", but "Du hast 3. Dann …"
        counted = line[: mark.start()].lower().split()[-2:-1]
        return after in lexicon.SENTENCE_STARTS or not NUMBERED_NOUNS.isdisjoint(counted)
    if before in lexicon.NUMBERED and after[:1].isdigit():
        return False
    if line[: mark.start() + 1].endswith(tuple(lexicon.CLOSING)):
        return after[:1].isupper()
    if re.fullmatch(r"[^\W\d]\.", before):  # "z. B.", but "Nimm Antwort B. Dann …"
        return after in lexicon.SENTENCE_STARTS and not re.search(r"\w\.\s?\w$", line[: mark.start()])
    return before not in lexicon.ABBREVIATIONS and not after[:1].islower()


def _soft_pieces(sentence: str, least: int) -> Iterator[str]:
    start = 0
    for mark in _SOFT.finditer(sentence):
        if mark.end() - start >= least and len(sentence) - mark.end() >= SHORTEST_REST:
            yield sentence[start : mark.end()].strip()
            start, least = mark.end(), SOFT_CUT
    yield sentence[start:]
