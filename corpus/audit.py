"""What `kumpel corpus check` reports: every error of the material, and how plain it is, as figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from corpus.files import MaterialError, shown
from corpus.handout import Handout
from corpus.lesson import KINDS, Lesson
from corpus.lines import line_of
from corpus.material import HANDOUTS, LESSONS, read_candidates, read_handouts, read_lessons
from corpus.plainness import (
    Problem,
    corpus_figures,
    handout_figures,
    handout_problems,
    lesson_figures,
    lesson_problems,
)
from corpus.questions import FOLDER as QUESTIONS
from corpus.questions import load_questions
from corpus.relations import Piece, lesson_errors, link_errors

FIRST_LESSONS = ("m01-1", "m01-2", "m01-3")
"""What everybody has heard before any other lesson; their words need no explanation again."""
FEWEST_ASKS = 10
"""Ways to ask that every lesson has in the bank."""


@dataclass
class Audit:
    """The whole report."""

    lessons: list[dict[str, Any]] = field(default_factory=list)
    handouts: list[dict[str, Any]] = field(default_factory=list)
    corpus: dict[str, Any] = field(default_factory=dict)
    """The figures of all lessons as one text."""
    errors: list[Problem] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report as one object."""
        return asdict(self)


def audit(
    today: date,
    lessons: Path = LESSONS,
    handouts: Path = HANDOUTS,
    questions: Path | None = QUESTIONS,
    candidates: Sequence[Path] = (),
    watch: Callable[[Sequence[Piece[Any]]], Iterable[Piece[Any]]] = iter,
) -> Audit:
    """Reads both folders and checks everything in them; nothing is written.

    `questions`: the bank, or None for material without one. `candidates`: files that are checked as if they stood in
    the folders; then only they are reported. `watch` passes the pieces on, one by one, for a progress bar.
    """
    taught, errors = read_lessons(lessons)
    pages, more = read_handouts(handouts)
    errors += more
    if candidates:
        new_lessons, new_pages, errors = read_candidates(candidates)
        taught, pages = _with(taught, new_lessons), _with(pages, new_pages)
    everything: list[Piece[Any]] = [*taught, *pages]
    errors += [*lesson_errors(taught), *link_errors(everything, [piece.content.id for piece in everything])]
    errors += [error for piece in everything if (error := _overdue(piece, today))]
    if candidates:
        everything = [piece for piece in everything if piece.path in candidates]
        errors = [error for error in errors if error.file in map(shown, candidates)]
    report = Audit(errors=[_as_problem(error) for error in errors])
    by_id = {piece.content.id: piece.content for piece in taught}
    bank = _bank(questions)
    for piece in watch(everything):
        if isinstance(piece.content, Handout):
            report.handouts.append(handout_figures(piece.content))
            report.errors += handout_problems(piece, {term.term for one in by_id.values() for term in one.terms})
            continue
        asked = bank.get(piece.content.id, Counter())
        report.lessons.append({**lesson_figures(piece.content), "questions": asked.total()})
        report.errors += lesson_problems(piece, known_terms(piece.content, by_id))
        report.errors += _too_few_asks(piece, asked) if questions and not candidates else []
    if not candidates:
        report.corpus = corpus_figures([piece.content for piece in taught])
        report.errors += _too_hard(report.corpus, lessons)
    return report


def known_terms(lesson: Lesson, lessons: Mapping[str, Lesson]) -> set[str]:
    """The words that somebody knows who hears `lesson`: its own, and those of everything that comes first."""
    seen: set[str] = set()
    waiting = [lesson.id, *FIRST_LESSONS]
    while waiting:
        id_ = waiting.pop()
        if id_ in lessons and id_ not in seen:
            seen.add(id_)
            waiting += lessons[id_].requires
    return {term.term for id_ in seen for term in lessons[id_].terms}


def _with(pieces: Sequence[Piece[Any]], candidates: Sequence[Piece[Any]]) -> list[Piece[Any]]:
    """`candidates` in the place of the pieces that have their ids."""
    ids = {piece.content.id for piece in candidates}
    return [*(piece for piece in pieces if piece.content.id not in ids), *candidates]


def _overdue(piece: Piece[Any], today: date) -> MaterialError | None:
    if not piece.content.overdue(today):
        return None
    problem = f"war am {piece.content.review_due:%d.%m.%Y}: Lies den Text noch einmal und setz ein neues Datum"
    return piece.error("review_due", problem)


def _as_problem(error: MaterialError) -> Problem:
    problem, _, better = error.problem.partition(": ")
    return Problem(error.file, error.line, error.field, "", problem, better)


def _too_hard(figures: Mapping[str, Any], folder: Path) -> Iterator[Problem]:
    if not figures["einfache_sprache"]:
        problem = "Alle Lektionen zusammen sind zu schwer; die Zahlen stehen unter corpus."
        yield Problem(shown(folder), 1, "einfache_sprache", "", problem, "Kürze Sätze und Wörter.")


# --- the bank ---


def _bank(folder: Path | None) -> dict[str, Counter[str]]:
    """How many questions of each kind the bank has, by lesson."""
    bank: dict[str, Counter[str]] = {}
    if folder is not None:
        for question in (*load_questions("train", folder), *load_questions("test", folder)):
            bank.setdefault(str(question.lesson), Counter())[str(question.kind)] += 1
    return bank


def _too_few_asks(piece: Piece[Lesson], asked: Counter[str]) -> Iterator[Problem]:
    lacking = [kind for kind in KINDS if not asked[kind]]
    if asked.total() < FEWEST_ASKS or lacking:
        problem = f"hat in der Fragenbank {asked.total()} Fragen, nötig sind {FEWEST_ASKS} und jede Art."
        better = f"Es fehlt: {', '.join(lacking)}." if lacking else "Schreib weitere Fragen."
        yield Problem(shown(piece.path), line_of(piece.text, "id"), "questions", "", problem, better)
