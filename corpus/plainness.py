"""How plain a lesson or a handout is: figures for the report, and what the gate finds, by file and line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.files import shown, without_links
from corpus.handout import Handout
from corpus.lesson import Lesson
from corpus.lines import HEAD, line_of
from corpus.record import Record
from corpus.relations import Piece
from german.findings import Finding
from german.plain import DOCUMENT, LESSON, SPOKEN_TURN, Profile, check
from german.prose import paragraphs
from german.text import words


@dataclass(frozen=True)
class Problem:
    """One thing to mend, for the report."""

    file: str
    line: int
    rule: str
    """The field of an error, or the rule of the plain-language gate."""
    words: str
    problem: str
    better: str


# --- figures ---


def lesson_figures(lesson: Lesson) -> dict[str, Any]:
    """How plain one lesson is, and what it holds. Shares run from 0 to 1."""
    spoken = check(" ".join(lesson.short_answer), SPOKEN_TURN).figures.indices
    return {
        "id": lesson.id,
        "title": lesson.title,
        **_plainness(_body(lesson), LESSON),
        "short_answer_mean_words": round(spoken.mean_words, 1),
        "short_answer_max_words": spoken.max_words,
        "asks": len(lesson.asks),
        "terms": len(lesson.terms),
        "checks": len(lesson.checks),
        **_state(lesson),
    }


def handout_figures(handout: Handout) -> dict[str, Any]:
    """How plain one handout is."""
    body = "\n\n".join(text for block in handout.blocks for text in block.texts if block.kind != "heading")
    return {"id": handout.id, "title": handout.title, "kind": handout.kind,
            **_plainness(body, _profile(handout)), **_state(handout)}  # fmt: skip


def corpus_figures(lessons: Sequence[Lesson]) -> dict[str, Any]:
    """All lessons as one text, held against "Einfache Sprache"."""
    got = _plainness("\n\n".join(_body(lesson) for lesson in lessons), DOCUMENT)
    return {"lessons": len(lessons), **got, "einfache_sprache": _within(got, DOCUMENT)}


def _plainness(text: str, profile: Profile) -> dict[str, Any]:
    figures = check(text, profile).figures
    counted = figures.indices
    return {
        "sentences": counted.sentences, "words": counted.words,
        "mean_words": round(counted.mean_words, 1), "max_words": counted.max_words,
        "clauses": round(figures.clauses, 2), "passive": round(figures.passive, 3),
        "long_words": round(counted.many_syllables, 3),
        "max_paragraph": max((len(block.sentences) for block in paragraphs(text)), default=0),
        "wstf1": round(counted.wstf1, 1), "lix": round(counted.lix, 1), "amstad": round(counted.amstad, 1),
    }  # fmt: skip


def _within(got: Mapping[str, Any], profile: Profile) -> bool:
    return bool(
        got["mean_words"] <= profile.mean_words and got["max_words"] <= profile.max_words
        and got["clauses"] <= profile.clauses and got["passive"] <= profile.passive
        and got["long_words"] <= profile.long_words and got["max_paragraph"] <= profile.paragraph
        and got["wstf1"] <= (profile.wstf1 or 0) and got["lix"] <= (profile.lix or 0)
        and got["amstad"] >= (profile.amstad or 0)
    )  # fmt: skip


def _state(record: Record) -> dict[str, Any]:
    return {"approved_by": record.approved_by, "version": record.version, "review_due": record.review_due.isoformat()}


def _body(lesson: Lesson) -> str:
    return "\n\n".join((*lesson.steps, *lesson.examples.values(), lesson.more))


def _profile(handout: Handout) -> Profile:
    """Who reads it decides: learners get the lessons' limits, trainers and works councils those of a document."""
    return LESSON if {"alle", "azubis"} & set(handout.audience) else DOCUMENT


# --- problems ---


def lesson_problems(piece: Piece[Lesson], known: Collection[str]) -> Iterator[Problem]:
    """What the gate finds in a lesson; `known`: terms that its listener has heard explained."""
    lesson = piece.content
    yield from _body_problems(piece, LESSON, known)
    yield from _field_problems(piece, "short_answer", " ".join(lesson.short_answer), SPOKEN_TURN, known)
    yield from _field_problems(piece, "goal", lesson.goal, LESSON, known)
    heard = {*known, *words(_body(lesson))}  # whether a word is explained where it is first heard, the body has shown
    for name, text in _heard_after(lesson):
        yield from _field_problems(piece, name, text, LESSON, heard)


def _heard_after(lesson: Lesson) -> Iterator[tuple[str, str]]:
    """What follows the lesson, by the field's path."""
    yield "task", lesson.task
    for place, term in enumerate(lesson.terms, 1):
        yield f"terms[{place}].meaning", term.meaning
    for place, question in enumerate(lesson.checks, 1):
        yield f"checks[{place}].question", question.question
        yield f"checks[{place}].hint", question.hint
        for option in question.options:
            yield f"checks[{place}].options", option
    for line in lesson.checklist:
        yield "checklist", line


def handout_problems(piece: Piece[Handout], known: Collection[str]) -> Iterator[Problem]:
    """What the gate finds in a handout."""
    profile = _profile(piece.content)
    yield from _body_problems(piece, profile, known)
    yield from _field_problems(piece, "summary", piece.content.summary, profile, known)


def _body_problems(piece: Piece[Any], profile: Profile, known: Collection[str]) -> Iterator[Problem]:
    match = HEAD.match(piece.text)
    assert match is not None
    before = piece.text.count("\n", 0, match.start(2))
    body = _readable(without_links(match[2]))
    for finding in check(body, profile, known).findings:
        if not finding.hint:
            yield _problem(piece, before + finding.line, finding)


def _field_problems(
    piece: Piece[Any], name: str, text: str, profile: Profile, known: Collection[str]
) -> Iterator[Problem]:
    for finding in check(_readable(text), profile, known).findings:
        if not finding.hint:
            yield _problem(piece, line_of(piece.text, name), finding)


def _readable(text: str) -> str:
    """Without what is not read: boxes to tick, lines to write on, marks for bold."""
    return text.replace("- [ ] ", "- ").replace("_", "").replace("**", "")


def _problem(piece: Piece[Any], line: int, finding: Finding) -> Problem:
    return Problem(shown(piece.path), line, finding.rule, finding.words, finding.message, finding.better)
