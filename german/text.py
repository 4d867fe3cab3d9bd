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


_SENTENCE_END = re.compile(r"[.!?…]+[\"'“”«»)\]]*(?=\s+\S)")
_LAST_WORD = re.compile(r"[^\s(„\"»]*$")
_ABBREVIATIONS = {
    "abb", "abs", "art", "bd", "bsp", "bzgl", "bzw", "ca", "co", "dipl", "dr", "evtl", "frl", "gegr", "geb", "ggf",
    "hr", "hrsg", "inkl", "ing", "jh", "jr", "kap", "max", "min", "mind", "nr", "prof", "sog", "st", "std", "str",
    "tel", "vgl", "vs", "zit", "zt", "zzgl",
}  # fmt: skip
"""Abbreviations within a sentence, without their full stop; "usw." and "etc." may end one."""
_OPENERS = {
    "aber", "alle", "also", "am", "auch", "auf", "aus", "bei", "beim", "bitte", "da", "dabei", "dafür", "damit",
    "danach", "dann", "daran", "darum", "das", "dein", "deine", "dem", "den", "denn", "der", "des", "deshalb", "die",
    "dies", "diese", "dieser", "dieses", "dort", "du", "ein", "eine", "einem", "einen", "einer", "er", "erst", "es",
    "frag", "für", "gegen", "heute", "hier", "hinter", "ich", "ihr", "ihre", "im", "in", "ist", "ja", "jede", "jeder",
    "jedes", "jetzt", "kann", "kein", "keine", "man", "manche", "manchmal", "mein", "meine", "mit", "nach", "neben",
    "nicht", "noch", "nur", "ob", "oder", "ohne", "schon", "sehr", "sei", "sein", "seine", "sie", "sind", "so",
    "über", "und", "uns", "unser", "unter", "viele", "vielleicht", "vom", "von", "vor", "wann", "warum", "was",
    "welche", "wenn", "wer", "wie", "wieso", "wir", "wo", "während", "zu", "zuerst", "zwischen", "zum", "zur",
}  # fmt: skip
"""Words that open a sentence but never follow an ordinal number, which wants a noun: "3. Oktober"."""

NUMBERED_NOUNS = frozenset({"paragraf", "artikel", "absatz", "nummer", "seite", "lektion"})
"""Nouns whose number follows them: after "Paragraf 83." a sentence has ended."""


def sentences(text: str) -> list[str]:
    """The sentences of `text`, their marks kept. Abbreviations, ordinals and numbers do not end one.

    >>> sentences("Das geht, z. B. am 3. Oktober. Dr. Schmidt zahlt 1.000 Euro!")
    ['Das geht, z. B. am 3. Oktober.', 'Dr. Schmidt zahlt 1.000 Euro!']
    """
    text = " ".join(text.split())
    found, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        before, after = text[start : match.start()], text[match.end() :].lstrip()
        speech_goes_on = match[0][-1] in "“”«»\"'" and after[0].islower()
        if speech_goes_on or (match[0] == "." and not _ends(before, after)):
            continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    rest = text[start:].strip()
    return [*found, rest] if rest else found


def _ends(before: str, after: str) -> bool:
    """Whether the full stop between two texts ends a sentence."""
    match = _LAST_WORD.search(before)
    last = match[0].lower().rsplit(".", 1)[-1] if match else ""
    following = plain(after.split()[0])
    if last.isdigit():
        counted = before.lower().split()[-2:-1]
        return len(last) > 2 or following in _OPENERS or not NUMBERED_NOUNS.isdisjoint(counted)
    if len(last) == 1 or last in _ABBREVIATIONS:
        return False
    return not after[0].islower()
