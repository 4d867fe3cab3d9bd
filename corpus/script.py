"""What is read aloud of a lesson or a handout, as sentences in their order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from corpus.glossary import Entry
from corpus.handout import Handout
from corpus.lesson import Lesson
from corpus.record import Record
from german.text import sentences

UNAPPROVED = "Dieser Text ist noch nicht fachlich freigegeben."
_TO_WRITE = re.compile(r"\s*_{2,}\s*")


def lesson_script(lesson: Lesson) -> list[str]:
    """Title, goal, short answer, the steps, the examples, "Mehr wissen", the task, and who answers for it."""
    parts = [f"Lektion: {_full_stop(lesson.title)}", lesson.goal, *lesson.short_answer, *lesson.steps]
    for sector, text in lesson.examples.items():
        parts += [f"Ein Beispiel aus dem Bereich {sector}.", text]
    parts += ["Wenn du mehr wissen willst:", lesson.more, "Deine Aufgabe:", lesson.task, *_approval(lesson)]
    return _sentences(parts)


def handout_script(handout: Handout) -> list[str]:
    """Title, summary, and every block; what is there to be written on is left out."""
    parts = [_full_stop(handout.title), handout.summary]
    for block in handout.blocks:
        number = [f"{place}. " if block.kind == "steps" else "" for place in range(1, len(block.texts) + 1)]
        parts += [mark + _full_stop(text) for mark, text in zip(number, map(_without_lines, block.texts), strict=True)]
    return _sentences([*parts, *_approval(handout)])


def glossary_script(entries: Iterable[Entry]) -> list[str]:
    """Every word and what it means; the other languages are for the eye."""
    return _sentences(["Wörterbuch.", *(f"{_full_stop(entry.term)} {entry.meaning}" for entry in entries)])


def _approval(record: Record) -> Iterator[str]:
    yield UNAPPROVED if record.approved_by is None else f"Freigegeben von {record.approved_by}."


def _sentences(parts: list[str]) -> list[str]:
    return [sentence for part in parts for sentence in sentences(part.replace("**", "")) if sentence.strip(". ")]


def _without_lines(text: str) -> str:
    return _TO_WRITE.sub(" ", text).strip().removesuffix(":")


def _full_stop(text: str) -> str:
    return text if text.endswith((".", "?", "!", ":")) else f"{text}."
