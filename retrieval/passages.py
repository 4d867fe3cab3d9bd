"""What is searched and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from corpus.lesson import Lesson


@dataclass(frozen=True)
class Passage:
    """A piece of a lesson that is searched as one."""

    id: str
    """Lesson id and number, "m06-1/3"."""
    lesson: str
    heading: str
    text: str


@dataclass(frozen=True)
class Hit:
    """A lesson that may answer the question."""

    lesson: str
    score: float
    """Calibrated, 0 to 1; comparable between questions."""
    passage: Passage
    """The passage that spoke most for it."""


@dataclass(frozen=True)
class Found:
    """The outcome of one search."""

    query: str
    variants: tuple[str, ...]
    """What was searched: the original first, then its repaired and normalised forms."""
    hits: tuple[Hit, ...]
    """Best first, one per lesson, at most `limit`."""
    abstained: bool
    """True: no hit is good enough to answer from."""

    @property
    def best(self) -> Hit | None:
        """The hit to answer from, or None when the search abstained."""
        return None if self.abstained or not self.hits else self.hits[0]


class Retriever(Protocol):
    """Finds lessons. Calls may come from any thread."""

    def search(self, query: str, limit: int = 3) -> Found:
        """The lessons nearest to `query`, or an honest abstention."""
        ...


def passages_of(lesson: Lesson) -> tuple[Passage, ...]:
    """What a lesson is searched by: answer and goal, every step and example, "Mehr wissen", its terms."""
    pieces = [(lesson.title, " ".join((lesson.title + ".", *lesson.short_answer, lesson.goal)))]
    pieces += [("Lektion", step) for step in lesson.steps]
    pieces += [(f"Beispiel {sector}", text) for sector, text in lesson.examples.items()]
    pieces.append(("Mehr wissen", lesson.more))
    pieces += [(term.term, f"{term.term}: {term.meaning}") for term in lesson.terms]
    return tuple(Passage(f"{lesson.id}/{i}", lesson.id, *piece) for i, piece in enumerate(pieces, 1))
