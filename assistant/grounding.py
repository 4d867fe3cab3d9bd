"""A small, honest check that a sentence says nothing which its lesson does not say.

It compares words, not meanings: every content word and every number must stand in the lesson or in the question, and
each clause must deny where the lesson's nearest clause denies. What passes can still be wrong in a way that uses
only the lesson's words; therefore whatever must be exact is never rephrased at all.
"""

from __future__ import annotations

import re

from corpus.lesson import Lesson
from german.text import sentences, words
from retrieval.lexical import stems

_CLAUSE_END = re.compile(r"[,;:–]|\b(?:und|oder|aber|sondern)\b")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_DENYING_WORDS = "nicht nichts nie niemals niemand niemanden niemandem nirgends ohne weder kaum"
_FUNCTION_WORDS_LIST = (
    "der die das den dem des ein eine einen einem einer eines und oder aber denn sondern auch doch ja so also dann da "
    "dabei damit daran darauf daraus darin darum davon dazu deshalb dadurch hier dort es er sie ich du wir ihr man "
    "mich dich sich uns euch mir dir ihm ihn ihnen mein meine meinen dein deine deinen deinem deiner sein seine "
    "seinen seinem seiner ihre ihren ihrem ihrer unser unsere euer eure dies diese dieser dieses diesen diesem jener "
    "wer was wie wo wann warum wenn weil dass ob als bis seit während in im ins an am ans auf aus bei beim mit nach "
    "von vom vor zu zum zur für über unter um durch gegen zwischen bin bist ist sind seid war waren wird werden wirst "
    "hat haben hast habe hatte hatten noch schon nun mal etwas"
)
_DENIALS = frozenset(_DENYING_WORDS.split())
_FUNCTION_WORDS = frozenset(_FUNCTION_WORDS_LIST.split())


class Grounding:
    """What a lesson and the question say, ready to compare sentences with."""

    def __init__(self, lesson: Lesson, question: str) -> None:
        texts = [
            lesson.title, lesson.goal, *lesson.short_answer, *lesson.steps, *lesson.examples.values(), lesson.more,
            *(f"{term.term}. {term.meaning}" for term in lesson.terms),
        ]  # fmt: skip
        self._said = [clause for text in texts for sentence in sentences(text) for clause in _clauses(sentence)]
        self._known = _content(question).union(*(content for content, _ in self._said))
        self._numbers = set(_NUMBER.findall(" ".join([question, *texts])))

    def holds(self, sentence: str) -> bool:
        """Whether the sentence may be said."""
        clauses = _clauses(sentence)
        known = all(content <= self._known for content, _ in clauses)
        numbers_known = self._numbers.issuperset(_NUMBER.findall(sentence))
        return bool(clauses) and known and numbers_known and all(self._agrees(*clause) for clause in clauses)

    def _agrees(self, content: frozenset[str], denies: bool) -> bool:
        """Whether one of the lesson's clauses nearest to this one denies, or not, as it does."""
        shared = [len(content & said) for said, _ in self._said]
        nearest = max(shared, default=0)
        near = [denied for (_, denied), count in zip(self._said, shared, strict=True) if count == nearest]
        return nearest > 0 and denies in near  # words of the question alone answer nothing


def _clauses(sentence: str) -> list[tuple[frozenset[str], bool]]:
    """The content stems of each clause that has some, and whether it denies."""
    parts = _CLAUSE_END.split(sentence)
    return [(found, any(map(_is_denial, words(part)))) for part in parts if (found := _content(part))]


def _content(text: str) -> frozenset[str]:
    telling = (word for word in words(text) if word not in _FUNCTION_WORDS and not _is_denial(word))
    return frozenset(stems(" ".join(telling)))


def _is_denial(word: str) -> bool:
    return word in _DENIALS or word.startswith("kein")
