"""The seam for answerers, and the default one: the lesson's own words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from corpus.lesson import Lesson
from german.text import sentences
from retrieval.lexical import stems
from retrieval.passages import Passage


@dataclass(frozen=True)
class Grounds:
    """What an answer may be made of."""

    question: str
    lesson: Lesson
    passage: Passage


class Answerer(Protocol):
    """Answers from one lesson. One loaded model serves many sessions, one call at a time."""

    name: str

    def answer(self, grounds: Grounds) -> Iterator[str]:
        """Sentences to say, one by one, as soon as each is known. Closing the iterator stops the work."""
        ...


class LessonWords:
    """Says the lesson's short answer as its authors wrote it."""

    name = "lesson"

    def answer(self, grounds: Grounds) -> Iterator[str]:
        """The short answer's sentences."""
        yield from grounds.lesson.short_answer


MOST_SENTENCES = 3


def page_words(question: str, passage: Passage) -> list[str]:
    """The sentences of a document's passage that answer: those that share most words with the question, and what
    stands between them, in their order and as they stand."""
    told = sentences(passage.text)
    asked = set(stems(question))
    shared = [len(asked.intersection(stems(sentence))) / (1 + len(sentence.split())) ** 0.5 for sentence in told]
    first = max(range(len(told)), key=lambda place: shared[place], default=0)
    return told[first : first + MOST_SENTENCES]
