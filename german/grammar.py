"""Genitive, Konjunktiv II and nested clauses, by rules over words and lists that a person can read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from german.findings import Finding, is_noun, listed
from german.prose import Sentence

# --- genitive ---

_MASCULINE_FORMS = listed("genitive", "masculine")
_FEMININE_FORMS = listed("genitive", "feminine")
_ALSO_NOMINATIVE = listed("genitive", "neuter_nominative")
_QUANTIFIERS = listed("genitive", "quantifiers")
_MASCULINE_NOUNS = tuple(listed("genitive", "masculine_nouns") | listed("genitive", "weak_masculine_e"))
_FEMININE_ER = tuple(listed("genitive", "feminine_er"))
_PERSONS = tuple(listed("genitive", "persons"))
_DATIVE_VERBS = tuple(listed("genitive", "dative_verbs"))
_TIMES = tuple(listed("genitive", "time_nouns"))
_FIRST_NOUN = re.compile(r"(?:ung|heit|keit|ion|tät|schaft|nis)(?:en|se)?$|en$")
_NO_FIRST_NOUN = listed("genitive", "no_first_noun")
_LIKE_ADJECTIVE = re.compile(r"[a-zäöüß]+(?:en|er)$")
_MAY_BE_MASCULINE = frozenset({"der", "jeder", "dieser", "jener", "mancher", "solcher"})


def genitive(sentence: Sentence) -> Iterator[Finding]:
    """Attributes in the genitive: "des Betriebs", "die Antwort der Maschine", "einer der Gründe"."""
    tokens = sentence.tokens
    gives = any(token.lower().startswith(_DATIVE_VERBS) for token in tokens)
    for i, token in enumerate(tokens):
        form = token.lower()
        head = _head(tokens, i)
        if head is None:
            continue
        if form == "des" or (form in _MASCULINE_FORMS and _masculine(tokens, i, head)):
            start = i
        elif form in _FEMININE_FORMS and i and _feminine(tokens, i, head, gives):
            start = i - 1
        else:
            continue
        words = " ".join(tokens[start : head + 1])
        yield Finding(
            "genitive", sentence.line, words, f"Genitiv: „{words}“.",
            f"Schreib es mit „von“ oder als eigenen Satz, zum Beispiel: „von {_dative(tokens, i, head)}“.",
        )  # fmt: skip


def _head(tokens: Sequence[str], i: int) -> int | None:
    """Where the noun stands that the article at `i` belongs to; adjectives may come between."""
    for j in range(i + 1, min(i + 4, len(tokens))):
        if is_noun(tokens[j]):
            adjective = tokens[j].endswith("en") and j + 1 < len(tokens) and is_noun(tokens[j + 1])
            return j + 1 if adjective else j  # "der Europäischen Union"
        if not tokens[j].isalpha() and not tokens[j].isdigit():
            return None
    return None


def _masculine(tokens: Sequence[str], i: int, head: int) -> bool:
    noun, form = tokens[head], tokens[i].lower()
    if form == "eines" and noun in ("Tages", "Morgens", "Abends", "Nachts"):
        return False  # says when
    if not all(_LIKE_ADJECTIVE.fullmatch(word) for word in tokens[i + 1 : head]):
        return False
    if form in _ALSO_NOMINATIVE:  # "dieses Haus" is no genitive, "Ende dieses Jahres" is
        return i > 0 and is_noun(tokens[i - 1]) and noun.endswith("s")
    return noun.endswith(("s", "n"))


def _feminine(tokens: Sequence[str], i: int, head: int, gives: bool) -> bool:
    before, form, noun = tokens[i - 1], tokens[i].lower(), tokens[head].lower()
    if not all(_LIKE_ADJECTIVE.fullmatch(word) for word in tokens[i + 1 : head]):
        return False
    if before.lower() in _QUANTIFIERS and form in ("der", "dieser", "meiner", "unserer"):
        return noun.endswith(("n", "s", "e", "r"))
    if not is_noun(before) or (i == 1 and not _noun_at_start(before)):
        return False
    if gives and (noun.endswith(_PERSONS) or before.lower().endswith(_TIMES)):
        return False
    if form not in _MAY_BE_MASCULINE or not _is_masculine(noun):
        return True
    after_article = i > 1 and tokens[i - 2].lower() in ("die", "das", "den")
    return form == "der" and noun.endswith("er") and after_article and not (i > 2 and tokens[i - 3].islower())


def _noun_at_start(word: str) -> bool:
    """Whether the first word of a sentence, which has a capital in any case, is a noun."""
    low = word.lower()
    return bool(_FIRST_NOUN.search(low)) and low not in _NO_FIRST_NOUN and not low.startswith(_DATIVE_VERBS)


def _is_masculine(noun: str) -> bool:
    """Whether "der" before it may be the nominative."""
    if noun.endswith(_MASCULINE_NOUNS) or noun.endswith(("ling", "ismus", "or", "ist", "ant", "ent")):
        return True
    return noun.endswith("er") and not noun.endswith(_FEMININE_ER)


def _dative(tokens: Sequence[str], i: int, head: int) -> str:
    """The same words after "von", as far as the article tells."""
    articles = {"des": "dem", "eines": "einem", "meines": "meinem", "deines": "deinem", "seines": "seinem",
                "ihres": "ihrem", "unseres": "unserem", "dieses": "diesem"}  # fmt: skip
    form = tokens[i].lower()
    noun = tokens[head]
    if form in articles:
        noun = re.sub(r"(?<=[^aeiouäöüs])s$|(?<=[bdfgktpmnlr])es$", "", noun)
    return " ".join([articles.get(form, form), *tokens[i + 1 : head], noun])


# --- Konjunktiv II ---

_SHOULD = listed("subjunctive", "should")
_PAST_TIME = listed("subjunctive", "past_time")


def _subjunctive_forms() -> frozenset[str]:
    past = listed("subjunctive", "past_plural")
    forms = set()
    for stem in listed("subjunctive", "forms"):
        endings = ["e", "est", "et"] if stem in past else ["e", "est", "et", "en"]
        if stem not in past and stem[-1] not in "td":
            endings += ["st", "t"]
        forms |= {stem + ending for ending in endings}
    return frozenset(forms)


_SUBJUNCTIVE = _subjunctive_forms()


def subjunctive(sentence: Sentence) -> Iterator[Finding]:
    """Konjunktiv II: "würde", "könnte", "käme"; "sollte" unless it tells of the past. "möchte" is a wish and passes."""
    tokens = sentence.tokens
    low = {token.lower() for token in tokens}
    for i, token in enumerate(tokens):
        if token[0].isupper() and i and tokens[i - 1].isalpha():
            continue  # a noun
        form = token.lower()
        if form in _SUBJUNCTIVE or (form in _SHOULD and not low & _PAST_TIME):
            yield Finding(
                "subjunctive", sentence.line, token, f"Konjunktiv: „{token}“ macht unsicher, was gilt.",
                "Schreib in der Gegenwart, was ist: „kann“, „soll“, „ist“ oder „vielleicht“.",
            )  # fmt: skip


# --- nested clauses ---

_START = listed("clauses", "start")
_INSIDE = listed("clauses", "inside")
_ONLY_WITH_VERB = frozenset({"als", "bis", "seit", "während", "damit"})
_RELATIVE = listed("clauses", "relative")
_PREPOSITIONS = listed("clauses", "prepositions")
_NO_VERB = listed("clauses", "no_verb")


def nested(sentence: Sentence, commas_allowed: int, clauses_allowed: int) -> Iterator[Finding]:
    """Too many commas or subordinate clauses in one sentence."""
    commas = sentence.tokens.count(",")
    clauses = subordinate_clauses(sentence)
    if commas > commas_allowed:
        message = f"Der Satz hat {commas} Kommas, erlaubt ist {commas_allowed}."
    elif clauses > clauses_allowed:
        message = (
            f"Der Satz hat {clauses} {'Nebensatz' if clauses == 1 else 'Nebensätze'}, erlaubt ist {clauses_allowed}."
        )
    else:
        return
    yield Finding("nested", sentence.line, sentence.text, message, "Mach aus jeder Aussage einen eigenen Hauptsatz.")


def subordinate_clauses(sentence: Sentence) -> int:
    """How many subordinate clauses a sentence has; infinitives with "zu" behind a comma count too."""
    segments = [segment for segment in _segments(sentence.tokens) if segment]
    if not segments:
        return 0
    first = [word.lower() for word in segments[0]]
    count = int(len(segments) > 1 and first[0] in _START and len(first) > 2 and _verb_like(segments[0][-1]))
    for before, segment in pairwise(segments):
        count += _is_subordinate(before, segment)
    return count + sum(_joined(segment, i) for segment in segments for i in range(len(segment) - 2))


def _segments(tokens: Sequence[str]) -> list[list[str]]:
    segments: list[list[str]] = [[]]
    for token in tokens:
        if token == ",":
            segments.append([])
        elif token[0].isalnum():
            segments[-1].append(token)
    return segments


def _joined(segment: Sequence[str], i: int) -> bool:
    """Whether a second clause hangs on with "und": "weil es brennt und weil …"."""
    return segment[i].lower() in ("und", "oder") and segment[i + 1].lower() in ("wenn", "weil", "dass", "ob", "damit")


def _is_subordinate(before: Sequence[str], segment: Sequence[str]) -> bool:
    low = [word.lower() for word in segment]
    if low[0] in ("und", "oder", "aber", "sondern", "auch", "nur", "besonders") and len(low) > 1:
        if low[0] in ("und", "oder") and low[1] in ("wenn", "weil", "dass", "ob", "damit"):
            return False  # counted as joined
        low, segment = low[1:], segment[1:]
    verb_last = len(low) > 1 and _verb_like(segment[-1])
    if low[0] in _INSIDE:
        return verb_last if low[0] in _ONLY_WITH_VERB else True
    if "zu" in low[:-1] or re.search(
        r"(?:ab|an|auf|aus|ein|vor|nach|mit|weg|zurück|weiter|um)zu[a-zäöüß]+en$", low[-1]
    ):
        return _verb_like(segment[-1]) and low[-1].endswith("n")
    if low[0] in _PREPOSITIONS and len(low) > 2 and low[1] in _RELATIVE | {"denen", "deren", "dessen", "welchen"}:
        return verb_last and is_noun(before[-1])
    return low[0] in _RELATIVE and len(low) > 1 and verb_last and is_noun(before[-1])


def _verb_like(word: str) -> bool:
    """Whether the last word of a clause may be its finite verb."""
    return word.islower() and word.endswith(("t", "e", "en", "st", "n", "ss", "ß", "d")) and word not in _NO_VERB
