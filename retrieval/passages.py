"""What is searched and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from corpus.lesson import Lesson

Verdict = Literal["answer", "ask", "abstain"]
"""Answer from the best hit; ask which hit was meant, since two are near; say that the material does not answer."""


@dataclass(frozen=True)
class Passage:
    """A piece of a lesson or of a document that is searched as one."""

    id: str
    """Id of its source and number, "m06-1/3"."""
    source: str
    """Id of the lesson or the document."""
    heading: str
    text: str
    page: int | None = None
    """Counted from 1, in documents that have pages."""


@dataclass(frozen=True)
class Hit:
    """A lesson or a passage of a document that may answer the question."""

    source: str
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
    verdict: Verdict

    @property
    def abstained(self) -> bool:
        """Whether no hit is good enough to answer from."""
        return self.verdict != "answer"

    @property
    def best(self) -> Hit | None:
        """The hit to answer from, or None when there is none."""
        return self.hits[0] if self.verdict == "answer" and self.hits else None


class Retriever(Protocol):
    """Finds lessons and passages. Calls may come from any thread."""

    def search(self, query: str, limit: int = 3) -> Found:
        """What is nearest to `query`, or an honest abstention."""
        ...


def passages_of(lesson: Lesson) -> tuple[Passage, ...]:
    """What a lesson is searched by: answer and goal, every step and example, "Mehr wissen", its terms."""
    pieces = [(lesson.title, " ".join((lesson.title + ".", *lesson.short_answer, lesson.goal)))]
    pieces += [("Lektion", step) for step in lesson.steps]
    pieces += [(f"Beispiel {sector}", text) for sector, text in lesson.examples.items()]
    pieces.append(("Mehr wissen", lesson.more))
    pieces += [(term.term, f"{term.term}: {term.meaning}") for term in lesson.terms]
    return tuple(Passage(f"{lesson.id}/{i}", lesson.id, *piece) for i, piece in enumerate(pieces, 1))
