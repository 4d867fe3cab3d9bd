"""Misheard terms -> the terms: "Haluzination", "halle zination", "Ka I" and "Dipfejk" are repaired.

Kölner Phonetik is made for names and finds many false friends, so a term is accepted only from a given vocabulary of
AI terms, only if its code has at least three digits, differs by one at most, and the spelling is near as well. What
sounds spell out letter by letter stands in an explicit list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import cologne_phonetics
from rapidfuzz.distance import JaroWinkler, Levenshtein

from german.text import fold, plain

SHORTEST_CODE = 3
"""Digits of a phonetic code that says enough."""
FARTHEST_CODE = 1
"""Digits in which two codes may differ."""
NEAREST_SPELLING = 0.78
"""Jaro-Winkler similarity of folded spellings, 0 to 1, that is near enough."""
NEAREST_JOINED = 0.9
"""The same for words that only together make the term."""
LONGEST_RUN = 3
"""Words that may have been one term before the recogniser cut it up."""

AI_TERMS = (
    "KI", "künstliche Intelligenz", "Halluzination", "Deepfake", "Prompt", "Bias", "Chatbot", "ChatGPT", "Copilot",
    "Sprachmodell", "Spracherkennung", "Algorithmus", "Cobot", "Roboter", "Not-Halt", "maschinelles Lernen", "Phishing",
    "Hacker", "Datenschutz", "Token", "Training", "Automatisierung",
)  # fmt: skip
"""The terms that a question is repaired to by default."""

SPELLED = {
    "KI": "ka i|k i|ka ih|kah i|kah ih|ka ie|kaih|ka y|kei ei|kai",
    "ChatGPT": "tschätt dschi pi ti|tschät dschi pi ti|tschet dschi pi ti|schatz gpt|chat gpd|chat gpt|tschätt gpt|"
    "schät gpt|chat ge pe te|tschätt ge pe te|tschat gpt|tschättgpt|chatgpd|tschatt gpt",
    "Prompt": "pronnt|promt|brombt|bromt|prommt|promd|pront|prombt",
    "Bias": "bais|beis|baius|beias|beies|bayas",
    "Token": "tocken|token|tokken",
    "Copilot": "ko peilot|ko pilot|kopeilot|kopilot|co peilot",
    "Deepfake": "dipfejk|diepfejk|dipfeik|diepfeik|diepfäik|dipfäik|dip fejk|diep fejk|dip feik|diep feik|dip fake|"
    "diep fake|deep feik|deep fake|tiefake|tief fake|die fake",
    "Cobot": "kobott|kobot|ko bot|kobo|co bot|kobold|ko bott",
    "Phishing": "fisching|fishing|physching|phisching",
    "Hacker": "häcker|hecker|haker",
    "gehackt": "gehäckt|geheckt|gehakt",
    "AI Act": "ei äkt|ai äkt|ei ekt",
    "Machine Learning": "maschin lörning|maschien lörning|maschin lerning",
    "Large Language Model": "lartsch längwitsch model|lartsch längwitsch modell|lartsch längwitsch",
    "Not-Halt": "not hald|nothald|not alt|nott halt|nothalt|not aus|notaus",
}
"""What spelling by sound cannot reach: acronyms, English words, one-letter slips in short words."""


def repair(text: str, vocabulary: Iterable[str]) -> str:
    """`text` with misheard words replaced by terms of `vocabulary`; unchanged where nothing is misheard.

    >>> repair("was ist eine halle zination", ["Halluzination"])
    'was ist eine Halluzination'
    """
    terms = _coded(tuple(vocabulary))
    known = {word for term in terms for word in term.folded.split()}
    tokens = text.split()
    repaired: list[str] = []
    at = 0
    while at < len(tokens):
        runs = range(min(_LONGEST_HEARD, len(tokens) - at), 0, -1)
        heard = [(_term(tokens[at : at + length], terms, known), length) for length in runs]
        (likeness, term), length = max(heard, key=lambda found: found[0][0])
        if likeness:
            mark = re.search(r"\W*$", tokens[at + length - 1])
            repaired.append(term + (mark[0] if mark else ""))
            at += length
        else:
            repaired.append(tokens[at])
            at += 1
    return " ".join(repaired) if repaired != tokens else text


class _Coded:
    """A term, how it is spelled without frills and how it sounds."""

    def __init__(self, term: str) -> None:
        self.term = term
        self.folded = fold(term)
        self.spelling = self.folded.replace(" ", "")
        self.code = _sound(self.spelling)


@lru_cache(maxsize=8)
def _coded(vocabulary: tuple[str, ...]) -> tuple[_Coded, ...]:
    return tuple(_Coded(term) for term in vocabulary)


_HEARD = {heard: term for term, spellings in SPELLED.items() for heard in spellings.split("|")}
_LONGEST_HEARD = max(len(heard.split()) for heard in _HEARD)


def _term(run: list[str], terms: tuple[_Coded, ...], known: set[str]) -> tuple[float, str]:
    """How much a run of words is like the nearest term, above 0, and that term; 0 when none is near enough."""
    heard = plain(" ".join(run))
    if heard in _HEARD:
        return 1.0 + len(run), _HEARD[heard]  # of two listed spellings the longer one was meant
    folded = fold(heard)
    spelling = folded.replace(" ", "")
    code = _sound(spelling)
    if len(run) > LONGEST_RUN or len(code) < SHORTEST_CODE or known.intersection(folded.split()):
        return 0.0, ""
    near = [
        (JaroWinkler.similarity(spelling, term.spelling), term.term)
        for term in terms
        if len(term.code) >= SHORTEST_CODE and Levenshtein.distance(code, term.code) <= FARTHEST_CODE
    ]
    likeness, term = max(near, default=(0.0, ""))
    if likeness < (NEAREST_SPELLING if len(run) == 1 else NEAREST_JOINED):
        return 0.0, ""
    if len(run) > 1 and max(_term(part, terms, known)[0] for part in (run[1:], run[:-1])) >= likeness:
        return 0.0, ""  # the term is in there, a word beside it is not part of it
    return likeness, term


@lru_cache(maxsize=4096)
def _sound(spelling: str) -> str:
    """The code of Kölner Phonetik, "" for what has no letters."""
    return "".join(code for _, code in cologne_phonetics.encode(spelling)) if spelling else ""
