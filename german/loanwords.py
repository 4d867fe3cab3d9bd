"""Foreign words and abbreviations that the text does not explain."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from german.findings import LISTS, Finding, is_explained, listed, zipf
from german.lexicon import SHOUTED
from german.prose import Sentence

_FOREIGN = listed("foreign", "words")
_EVERYDAY_VERBS = tuple(listed("foreign", "everyday_verbs"))
_IEREN = re.compile(r"(.*?)ier(?:e|st|t|en|te|test|ten|tet|te[nrsm]|ung|ungen|bar|end|ende[nrsm]?)$")
_ENGLISH = re.compile(
    r"(?:ing|ness|ow|ew|igh|tch|ship|ware|ture|out|up|line|able|ity|ly|ment)s?$|oo|ee|wh|th|(?<!c)sh|gh"
)
_SHORT = "|".join(LISTS["abbreviations"]["short"].split())
_TITLED = "|".join(short.title() for short in _SHORT.split("|") if short not in ("max", "min", "eig", "gem"))
_ABBREVIATIONS = re.compile(
    rf"\b[A-Za-z]\. ?(?:[A-Za-zÄä]\. ?)*[A-Za-zÄä]\.(?!\w)|\b(?:{_SHORT}|{_TITLED})\.|\b(?:usw|bzw|zB|ggf|evtl|bspw)\b"
    rf"|\b(?:{'|'.join(LISTS['abbreviations']['before_number'].split())})\. ?\d+"
    rf"|\d+ ?(?:{'|'.join(LISTS['abbreviations']['after_number'].split())})\b"
)
_LETTERS = re.compile(r"(?:[A-ZÄÖÜ][a-zäöü]{0,5}){1,4}[A-ZÄÖÜ]+(?:s|[a-z]{1,4})?|[A-ZÄÖÜ]{2,7}s?")
_ALLOWED = listed("abbreviations", "allowed")
_COMMON_SHOUT = 4.2
"""Zipf from which on a word in capitals is a word, and a verb in -ieren belongs to everyday life."""
_CALLS = listed("abbreviations", "calls")
_NEXT_EXPLAINS = re.compile(
    r"(?:Das|Dies|Es|Sie|Er) (?:ist|sind) (?:also )?(?:ein|eine|einen|der|die|das|dein|deine|unser|unsere|[A-ZÄÖÜ])\b"
    r"|(?:Das|Dies|Es|Sie|Er|Die Abkürzung|Das Wort) (?:bedeutet|heißt|meint|steht für|kommt aus|nennt man)"
    r"|So nennt|So heißt|Damit (?:ist|sind|meint|meinen)|Gemeint (?:ist|sind)|Auf Deutsch"
)


def foreign_words(document: Sequence[Sentence], explained: Collection[str]) -> Iterator[Finding]:
    """Foreign words of the trade that neither this nor the next sentence explains; each once."""
    yield from _unexplained(
        document, explained, _foreign_in, "foreign_word", "Fremdwort ohne Erklärung: „{}“.",
        "Sag es auf Deutsch oder erklär es gleich: „Ein Prompt ist eine Frage an die KI.“", once=True,
    )  # fmt: skip


def abbreviations(document: Sequence[Sentence], explained: Collection[str]) -> Iterator[Finding]:
    """Abbreviations that nobody explained before; those that everybody says (KI, USB, PIN) pass."""
    yield from _unexplained(
        document, explained, _short_in, "abbreviation", "Abkürzung: „{}“.",
        "Schreib es aus: „zum Beispiel“ statt „z. B.“.", once=False,
    )  # fmt: skip


def _unexplained(
    document: Sequence[Sentence], explained: Collection[str], find: Callable[[Sentence], Iterator[str]],
    rule: str, message: str, better: str, once: bool,
) -> Iterator[Finding]:  # fmt: skip
    done: set[str] = set()
    for place, sentence in enumerate(document):
        following = document[place + 1].text if place + 1 < len(document) else ""
        for word in find(sentence):
            if word.lower() in done or is_explained(word, explained):
                continue
            if _explained_by(word, sentence.text, following):
                done.add(word.lower())
                continue
            if once:
                done.add(word.lower())
            yield Finding(rule, sentence.line, word, message.format(word), better)


_ARTICLE = r"(?:ein|eine|einen|der|die|das|den|wenn|dass|dein|deine)\b"


def _explained_by(word: str, text: str, following: str) -> bool:
    """Whether one of two sentences says what the word means: "Ein Prompt ist eine Frage"."""
    term = re.escape(word)
    definitions = (
        rf"(?:^|[.:„] ?|(?:Ein|Eine|Einen|Der|Die|Das|Das Wort|Das Kürzel) „?){term}“? "
        r"(?:ist|sind|bedeutet|heißt|meint|steht für|nennt man)(?: also| auf Deutsch| kurz)? ?"
        rf"(?:,|:|für|„|{_ARTICLE}|[A-ZÄÖÜ])",
        rf"\b(?:nennt|nennen|nennst|heißt|heißen|genannt)\b[^.]*\b{term}\b",
        rf"\b{term}“? \(|\({term}\)|\bWort „?{term}\b|\b{term}“?, (?:das ist|also|das heißt|auf Deutsch)\b",
        rf"\bMit „?{term}“? (?:meint|meinen|ist|sind)\b",
    )
    said = any(re.search(definition, sentence) for definition in definitions for sentence in (text, following))
    return said or bool(_NEXT_EXPLAINS.match(following))


def _foreign_in(sentence: Sentence) -> Iterator[str]:
    joined = sentence.text.replace(" ", "-").lower()
    for phrase in ("machine-learning", "deep-learning", "large-language-model", "open-source"):
        if phrase in joined:
            at = joined.index(phrase)
            yield sentence.text[at : at + len(phrase)]
    for place, token in enumerate(sentence.tokens):
        for part in (token, *(token.split("-") if "-" in token else ())):
            unknown = _uncommon_ieren(part) or (_english(part) and not _person(sentence.tokens, place))
            if is_explained(part, _FOREIGN) or unknown:
                yield part
                break


def _person(tokens: Sequence[str], place: int) -> bool:
    """Whether an English word with a capital may be somebody's name: first, or after a title or "und"."""
    before = tokens[place - 1] if place else ""
    return tokens[place][0].isupper() and (
        before in ("", "Herr", "Frau", "Kollege", "Kollegin", "und") or before == "."
    )


def _uncommon_ieren(word: str) -> bool:
    """Verbs in -ieren beyond those of everyday life."""
    match = _IEREN.fullmatch(word.lower())
    return bool(
        match and len(match[1]) > 2 and not match[1].endswith(_EVERYDAY_VERBS) and zipf(word.lower()) < _COMMON_SHOUT
    )


def _english(word: str) -> bool:
    """A word that looks English and is far more common there than in German."""
    low = word.lower()
    if len(low) < 4 or not _ENGLISH.search(low):
        return False
    english, german = zipf(low, "en"), zipf(low)
    return english >= 2.2 and german < 4 and english - german > 0.25


def _short_in(sentence: Sentence) -> Iterator[str]:
    for match in _ABBREVIATIONS.finditer(sentence.text):
        yield match[0]
    for token in sentence.tokens:
        for part in token.split("-"):
            if _LETTERS.fullmatch(part) and part not in _ALLOWED and part not in SHOUTED and not _shouted(part):
                yield part


def _shouted(word: str) -> bool:
    """Whether somebody wrote a common word in capitals: "STOPP"."""
    low = word.lower()
    return len(word) > 3 and word.isupper() and (zipf(low) >= _COMMON_SHOUT or low in _CALLS)
