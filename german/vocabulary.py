"""Words that are long or rare, nouns in place of verbs, and images."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from german.compounds import commonness, parts
from german.findings import LISTS, Finding, is_explained, is_noun, listed, zipf
from german.prose import Sentence

# --- nominal style ---

_ABSTRACT = re.compile("(?:" + "|".join(LISTS["nominal"]["endings"].split()) + ")$")
_EVERYDAY = tuple(listed("nominal", "everyday"))
_PREFIX = re.compile("|".join(LISTS["nominal"]["prefixes"].split()))
_PHRASES = [re.compile(pattern) for pattern in LISTS["nominal"]["phrases"]]


def nominal(sentence: Sentence, explained: Collection[str]) -> Iterator[Finding]:
    """Abstract nouns in a chain ("Einhaltung der Regeln") or with an empty verb ("zur Anwendung bringen")."""
    tokens = sentence.tokens
    places = [i for i, token in enumerate(tokens) if _abstract(token) and not is_explained(token, explained)]
    chains = [i for i in places if _chained(tokens, i)]
    match = next((match for pattern in _PHRASES if (match := pattern.search(sentence.text))), None)
    if match:
        words = match[0]
    elif chains:
        words = " ".join(tokens[chains[0] : chains[0] + 3])
    elif len(places) > 1:
        words = ", ".join(tokens[i] for i in places)
    else:
        return
    yield Finding(
        "nominal", sentence.line, words, f"Hauptwörter statt Tätigkeit: „{words}“.",
        "Mach ein Verb daraus: nicht „die Prüfung erfolgt“, sondern „wir prüfen“.",
    )  # fmt: skip


def _abstract(token: str) -> bool:
    """Whether a noun names a doing or a state and is none of everyday life, alone or as the end of a compound."""
    low = token.lower().removesuffix("en")
    if not token[0].isupper() or len(token) <= 5 or not _ABSTRACT.search(low):
        return False
    return not any(low.endswith(noun) and not _PREFIX.fullmatch(low.removesuffix(noun)) for noun in _EVERYDAY)


def _chained(tokens: Sequence[str], i: int) -> bool:
    """Whether a genitive hangs another noun on the one at `i`."""
    if i + 2 >= len(tokens) or tokens[i + 1] not in ("der", "des", "einer", "eines"):
        return False
    return any(is_noun(token) for token in tokens[i + 2 : i + 4])


# --- long and rare words ---

LONGEST_WORD = 16
"""Letters without a hyphen."""
RARE = 2.9
"""Zipf below which a word is rare."""
RARE_NOUN = 2.6
"""For nouns, which may be names."""
RARE_LATIN = 3.4
"""For words with a Latin ending, which come from books: "ambivalent", "Redundanz"."""


def long_words(sentence: Sentence, explained: Collection[str]) -> Iterator[Finding]:
    """Words of more than sixteen letters without a hyphen."""
    for token in sentence.tokens:
        if max(len(part) for part in token.split("-")) <= LONGEST_WORD or is_explained(token, explained):
            continue
        pieces = parts(token) if "-" not in token else ()
        hyphenated = "-".join(piece.capitalize() for piece in pieces)
        way = f"Schreib „{hyphenated}“" if len(pieces) > 1 else "Trenn es mit einem Bindestrich"
        yield Finding(
            "long_word", sentence.line, token, f"Langes Wort: „{token}“ hat {len(token)} Buchstaben.",
            f"{way}, nimm ein kürzeres Wort oder erklär es.",
        )  # fmt: skip


def rare_words(sentence: Sentence, explained: Collection[str]) -> Iterator[Finding]:
    """Words that most people seldom meet; compounds of common words, names and explained words pass."""
    tokens = sentence.tokens
    for place, token in enumerate(tokens):
        if is_explained(token, explained) or _name(tokens, place):
            continue
        for part in token.split("-"):
            if len(part) < 4 or not part.isalpha() or not (part.islower() or part.istitle()):
                continue
            rare = (
                len(part) > 4
                and commonness(part) < _limit(part)
                and len(parts(part)) == 1
                and not is_explained(part, _KNOWN)
            )
            if (rare or _hard(part)) and not is_explained(part, explained):
                yield Finding(
                    "rare_word", sentence.line, part, f"Seltenes Wort: „{part}“.",
                    "Nimm ein Wort aus dem Alltag oder erklär es in einem Satz.",
                )  # fmt: skip


_HARD = listed("rare", "hard")
_KNOWN = listed("rare", "known")
_HARD_VERBS = tuple(verb.removesuffix("en") for verb in _HARD if verb.endswith("ieren"))
_LATIN = re.compile(r".{3,}(?:iv|ent|ant|är|ös|abel|ibel|[^m]al|uell|iell|il|id|let|istisch|orisch)(?:e|en|er|es|em)?")
_LEARNED = re.compile(
    r"(?:hetero|homo|extra|hypo|hyper|kontra|pseudo|infra|infin|retro|semi|quasi|trans|inter|dis|des|kon|prä|re)[a-zäöüß]{4,}"
    r"(?:ier(?:t|en|e|te|ten)|gen|al|iv|ent|ant|är|isch|abel)(?:e|en|er|es|em)?|.{4,}ier(?:t|en|te|ten)"
)
_LATIN_NOUN = re.compile(r".{2,}(?:anz|enz|ismus|igma|isse|ose|these|ität)(?:en|n)?")
_NOUN_ENDING = re.compile(
    r"(?:anz|enz|ung|heit|keit|ion|tät|ismus|schaft|ose|these|ment|tur|gramm|logie|nis|age|igma|isse)(?:en|n|s)?$"
)
_BEFORE_NOUN = re.compile(
    r"der|die|das|dem|den|des|im|am|vom|beim|zum|zur|mit|ohne|kein|mein|dein|ein|[a-zäöüß]{3,}(?:e|en|er|es|em)"
)


def _hard(part: str) -> bool:
    return is_explained(part, _HARD) or part.lower().startswith(_HARD_VERBS)


def _limit(part: str) -> float:
    if part[0].islower():
        return RARE_LATIN if _LATIN.fullmatch(part) or _LEARNED.fullmatch(part) else RARE
    return RARE_LATIN if _LATIN_NOUN.fullmatch(part.lower()) else RARE_NOUN


def _name(tokens: Sequence[str], place: int) -> bool:
    """Whether a word with a capital stands where names stand: without an article or an adjective before it."""
    if not tokens[place][0].isupper() or _NOUN_ENDING.search(tokens[place]):
        return False
    if place == 0 or not tokens[place - 1].isalpha():
        return len(tokens) > 1 and zipf(tokens[place]) > 0 and not _LATIN.fullmatch(tokens[place].lower())
    return not _BEFORE_NOUN.fullmatch(tokens[place - 1].lower())


# --- images ---

_METAPHORS = [re.compile(pattern) for pattern in LISTS["metaphors"]["patterns"]]


def metaphors(sentence: Sentence) -> Iterator[Finding]:
    """Figures of speech that somebody who learns German takes at their word; only those of the list."""
    for pattern in _METAPHORS:
        if match := pattern.search(sentence.text):
            yield Finding(
                "metaphor", sentence.line, match[0], f"Sprachbild: „{match[0]}“.", "Sag direkt, was du meinst.",
            )  # fmt: skip
            return
