"""Whether an answer to a check is right, said or typed in any kind of German.

The key decides alone: an option's place or words, true or false, or the ideas that an answer in one's own words has to
hold. Nothing is guessed: an answer that cannot be placed is `None`, and a person is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from snowballstemmer import stemmer

from corpus.lesson import Check
from german.dialect import standardise

SPREAD = 3
"""Words that may stand between the words of one wording."""
INSIDE = 5
"""Letters from which on a word of the key may also stand inside a compound: "helfer" in "Ersthelfer"."""
LIKE_WORDS = 80
"""Likeness, 0 to 100, from which two words count as the same one."""
_CLEAR_LEAD = 1.5
"""How much better one option must fit than the next one."""

_NEGATIONS = frozenset({"nicht", "nichts", "kein", "keine", "keinen", "keinem", "keiner", "nie", "niemals", "ohne"})
_DENIALS = frozenset({"nicht", "nichts", "nie", "niemals"})
"""Of these, what denies the word before it: "sie rät nicht"."""
_BETWEEN = frozenset(
    {
        "mehr", "immer", "einfach", "gleich", "sofort", "die", "den", "das", "der", "dem", "eine", "einen", "ein", "so",
        "auch", "gerne", "mal", "da", "dort", "erst", "noch", "selbst", "selber", "wirklich",
    }
)  # fmt: skip
"""Small words that may stand between "nicht" and what it negates."""
_ONLY = frozenset({"nur", "bloss", "allein", "alleine"})
"""After "nicht" they take the negation back: "nicht nur raten"."""
_HESITATION = frozenset({"also", "aeh", "aehm", "na", "hm", "ach", "och", "du", "joa", "naja", "ich", "sag", "sage"})
_YES = frozenset(
    {"ja", "jo", "jau", "jep", "genau", "klar", "jawohl", "sicher", "sischer", "logisch", "natuerlich", "doch"}
)
"""At the beginning they judge; later they are only colour: "das ist ja falsch"."""
_NO = frozenset({"nein", "nee", "noe", "nae"})
_TRUE = frozenset({"stimmt", "richtig", "wahr", "korrekt"})
_FALSE = frozenset({"falsch", "unwahr", "quatsch", "unsinn", "bloedsinn", "gelogen", "kappes", "driss"})
_PLACES = (
    {"a", "1", "eins", "erste", "ersten", "erstes", "erster"},
    {"b", "2", "be", "zwei", "zwo", "zweite", "zweiten", "zweites", "zweiter", "mittlere", "mitte"},
    {"c", "3", "ce", "drei", "dritte", "dritten", "drittes", "dritter"},
    {"d", "4", "de", "vier", "vierte", "vierten", "viertes", "vierter"},
)
_LAST = frozenset({"letzte", "letzten", "letztes", "letzter"})
_FILLERS = frozenset(
    {
        "antwort", "nummer", "also", "ich", "nehme", "nehm", "nimm", "glaube", "glaub", "denke", "sage", "sag", "die",
        "das", "der", "den", "ist", "es", "ja", "aeh", "aehm", "wohl", "mal", "dann", "na", "hm", "und", "zwar",
        "doch", "so", "bitte", "waere", "meine", "mein", "mit", "fuer", "wuerde", "sagen", "nehmen", "moeglichkeit",
        "natuerlich", "auf", "jeden", "fall", "muss", "sein", "kann", "nur",
    }
)  # fmt: skip
"""Words around a chosen option that choose nothing."""
_CLAUSE_END = re.compile(r"[.,;:!?–]+")
_TOKEN = re.compile(r"[a-z0-9]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "'": "", "’": ""})


@dataclass(frozen=True)
class Grade:
    """What an answer is worth."""

    right: bool | None
    """None: the answer could not be placed; ask again."""
    missing: tuple[int, ...] = ()
    """own_words: the ideas that were not found, counted from 0."""


_STEMMER = stemmer("german")


def grade(check: Check, answer: str) -> Grade:
    """Grades one answer. Regional and clipped forms are made standard first.

    >>> grade(Check("true_false", "Stimmt das?", "", answer=False), "Nee, dat is falsch").right
    True
    """
    spoken = [_words(clause) for clause in _CLAUSE_END.split(standardise(answer))]
    spoken = [part for part in spoken if part]
    if not spoken:
        return Grade(None)
    if check.kind == "choice":
        chosen = _chosen(check, spoken)
        return Grade(None if chosen is None else chosen == check.answer)
    if check.kind == "true_false":
        said = _verdict(spoken)
        return Grade(None if said is None else said == check.answer)
    spoken = [[word for part in spoken for word in part]]
    missing = tuple(place for place, idea in enumerate(check.ideas) if not _holds(spoken, idea))
    return Grade(not missing, missing)


# --- choice ---


def _chosen(check: Check, spoken: Sequence[Sequence[str]]) -> int | None:
    """The option that somebody names by its place, or says again in part; None where two fit alike."""
    if (place := _place(spoken[0], len(check.options))) is not None:
        return place
    words = [word for part in spoken for word in part]
    if check.ideas and all(_holds([words], idea) for idea in check.ideas):
        return int(check.answer or 0)
    scores = [_likeness(option, check.options, words) for option in check.options]
    ranked = sorted(range(len(scores)), key=lambda place: -scores[place])
    best, next_best = ranked[0], ranked[1]
    return best if scores[best] > 0 and scores[best] >= _CLEAR_LEAD * scores[next_best] else None


def _place(words: Sequence[str], count: int) -> int | None:
    """The place that the first words name: "die zweite", "ich nehm B", "dat letzte mit dem …"."""
    said = [word for word in words[:6] if word not in _FILLERS][:1]
    for place in range(count):
        if said and said[0] in _PLACES[place]:
            return place
    return count - 1 if said and said[0] in _LAST else None


def _likeness(option: str, options: Sequence[str], words: Sequence[str]) -> float:
    """Share of the option's own words, those that no other option has, that were said; "nicht" counts as one."""
    own = _content(option) - set().union(*(_content(other) for other in options if other != option))
    if not own:
        return 0.0
    return sum(any(_alike(word, said) for said in words) for word in own) / len(own)


def _content(text: str) -> set[str]:
    """The words that say something: not the short ones, unless they are spelled in capitals or deny."""
    short = {word.strip(".").lower() for word in text.split() if word.strip(".").isupper()} | {"nie", "kein"}
    return {word for word in _words(text) if word not in _FILLERS and (len(word) > 3 or word in short)}


def _alike(word: str, said: str) -> bool:
    """Whether two words have the same stem, one within a compound perhaps, or sound much alike ("frage", "frach")."""
    if min(len(word), len(said)) < 4:
        return word == said
    stem: str = _STEMMER.stemWord(word)
    return (len(stem) >= 4 and stem in said) or fuzz.ratio(word, said) >= LIKE_WORDS


# --- true or false ---


def _verdict(spoken: Sequence[Sequence[str]]) -> bool | None:
    """True, False, or None where nobody can tell: the first word that judges, with the "nicht" beside it."""
    first = [word for word in spoken[0] if word not in _HESITATION]
    if first and first[0] in _YES and not (len(first) > 1 and first[1] in _NO | _NEGATIONS | {"falsch"}):
        return True
    for words in spoken:
        for place, word in enumerate(words):
            if word in _NO:
                return False
            if word in _TRUE or word in _FALSE:
                return (word in _TRUE) != _negated(words, place, place)
            if word == "so" and place and (words[place - 1] in ("ist", "nicht") and words[0] in ("das", "ist", "so")):
                return words[place - 1] != "nicht"
    if spoken[-1][0] in _YES and len(spoken[-1]) <= 2:  # "…, sicher dat"
        return True
    return False if first and first[0] in _NEGATIONS else None


# --- in one's own words ---


def _holds(spoken: Iterable[Sequence[str]], idea: Iterable[str]) -> bool:
    """Whether one wording of the idea was said, and none that it forbids ("!Betrieb baut")."""
    parts = list(spoken)
    forbidden = [_words(wording[1:]) for wording in idea if wording.startswith("!")]
    if any(_in_a_row(words, wording) for words in parts for wording in forbidden):
        return False
    wordings = [_words(wording) for wording in idea if not wording.startswith("!")]
    return any(_said(words, wording) for words in parts for wording in wordings if wording)


def _in_a_row(words: Sequence[str], wording: Sequence[str]) -> bool:
    rows = (words[start : start + len(wording)] for start in range(len(words) - len(wording) + 1))
    return any(all(map(_begins, row, wording)) for row in rows)


def _said(words: Sequence[str], wording: Sequence[str]) -> bool:
    """Whether the words of a wording stand near each other, in any order, and nothing negates them."""
    negates = bool(set(wording) & _NEGATIONS)
    for start, word in enumerate(words):
        if not any(_begins(word, wanted) for wanted in wording):
            continue
        window = words[start : start + len(wording) + (SPREAD if len(wording) > 1 else 0)]
        ends = _covers(window, wording)
        if ends is not None and (negates or not _negated(words, start, start + ends)):
            return True
    return False


def _covers(window: Sequence[str], wording: Sequence[str]) -> int | None:
    """Where the last word of the wording stands in the window, or None when one is missing."""
    free = list(range(len(window)))
    for wanted in sorted(wording, key=len, reverse=True):
        place = next((place for place in free if _begins(window[place], wanted)), None)
        if place is None:
            return None
        free.remove(place)
    return max(place for place in range(len(window)) if place not in free)


def _begins(word: str, wanted: str) -> bool:
    if wanted in _NEGATIONS:
        return word == wanted or (wanted == "kein" and word in _NEGATIONS and word.startswith("kein"))
    return word.startswith(wanted) or (len(wanted) >= INSIDE and wanted in word)


def _negated(words: Sequence[str], start: int, end: int) -> bool:
    """Whether "nicht" or "kein" stands right before words[start] or soon after words[end]."""
    before = start - 1
    while before >= 0 and words[before] in _BETWEEN:
        before -= 1
    if before >= 0 and words[before] in _NEGATIONS:
        return True
    after = end + 1
    while after < min(end + 3, len(words)) and words[after] not in _DENIALS:
        after += 1
    if after >= min(end + 3, len(words)):
        return False
    return not (after + 1 < len(words) and words[after + 1] in _ONLY)


def _words(text: str) -> list[str]:
    """Small letters with umlauts written out; digits stay, since "112" is an answer."""
    return re.sub(r"\bk i\b", "ki", " ".join(_TOKEN.findall(text.lower().translate(_UMLAUTS)))).split()
