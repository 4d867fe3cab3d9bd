"""Lessons, handouts and the glossary as PDF pages to hang up or hand out.

Typst sets them from the templates in `corpus/print/`; the pages are tagged (PDF/UA-1), so that a screen reader can read
them. The fonts come with `fontpkg-noto-sans`: no font of the machine is needed.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from corpus.glossary import LANGUAGE_NAMES, UNCHECKED, Entry
from corpus.handout import Block, Handout
from corpus.lesson import Check, Lesson
from corpus.record import Record

TEMPLATES = Path(__file__).resolve().parent / "print"
_FONTS = ("Noto Sans", "Noto Sans Arabic")


def print_handout(handout: Handout, today: date) -> bytes:
    """A handout as PDF; a card fills one page."""
    template = "card" if handout.kind == "card" else "page"
    head = _head(handout.title, handout.summary, handout)
    return _typeset(template, today, {**head, "blocks": _json(handout.blocks)})


def print_lesson(lesson: Lesson, today: date) -> bytes:
    """A lesson as PDF: its answer, text, examples, checks with their key on the last lines, task and checklist."""
    blocks = [*_paragraphs("Kurz gesagt", (" ".join(lesson.short_answer),)), *_paragraphs("Lektion", lesson.steps)]
    for sector, text in lesson.examples.items():
        blocks += _paragraphs(f"Beispiel: {sector}", (text,))
    if lesson.checklist:
        blocks += [Block("heading", ("Zum Abhaken",)), Block("ticks", lesson.checklist)]
    words = tuple(f"**{term.term}:** {term.meaning}" for term in lesson.terms)
    blocks += [Block("heading", ("Wörter",)), Block("bullets", words)] if words else []
    blocks += [Block("heading", ("Fragen an dich",)), Block("steps", tuple(map(_question, lesson.checks)))]
    blocks += _paragraphs("Deine Aufgabe", (lesson.task,))
    blocks += _paragraphs("Mehr wissen", tuple(lesson.more.split("\n\n")))
    blocks += _paragraphs("Lösungen", ("   ".join(f"{i}: {_key(check)}" for i, check in enumerate(lesson.checks, 1)),))
    head = _head(lesson.title, lesson.goal, lesson)
    return _typeset("page", today, {**head, "kicker": f"Lektion {lesson.id}", "blocks": _json(blocks)})


def print_glossary(entries: tuple[Entry, ...], today: date) -> bytes:
    """The whole glossary as PDF."""
    words = [
        {
            "term": entry.term,
            "meaning": entry.meaning,
            "translations": [[code, LANGUAGE_NAMES[code], text] for code, text in entry.translations.items()],
        }
        for entry in entries
    ]
    return _typeset("glossary", today, {"title": "Wörterbuch", "note": UNCHECKED, "words": words})


def _typeset(template: str, today: date, data: dict[str, Any]) -> bytes:
    import fontpkg
    import typst

    made: bytes = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=[str(Path(fontpkg.path(font)).parent) for font in _FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=["ua-1"],
        timestamp=int(datetime(today.year, today.month, today.day, tzinfo=UTC).timestamp()),
    )
    return made


def _head(title: str, summary: str, record: Record) -> dict[str, Any]:
    approval = "noch nicht fachlich freigegeben" if record.approved_by is None else f"freigegeben: {record.approved_by}"
    due = record.review_due
    return {
        "title": title,
        "summary": summary,
        "kicker": "",
        "state": f"{approval} · Fassung {record.version} · wieder prüfen bis {due.day}.{due.month}.{due.year}",
        "origin": f"KI-Kumpel · {record.licence}",
        "sources": [f"{source.title}. {source.publisher}, {source.date}" for source in record.sources],
    }


def _json(blocks: list[Block] | tuple[Block, ...]) -> list[dict[str, Any]]:
    return [{"kind": block.kind, "texts": block.texts} for block in blocks]


def _paragraphs(heading: str, texts: tuple[str, ...]) -> list[Block]:
    return [Block("heading", (heading,)), *(Block("text", (text,)) for text in texts)]


def _question(check: Check) -> str:
    letters = " ".join(f"**{letter})** {option}" for letter, option in zip("ABCD", check.options, strict=False))
    return f"{check.question} {letters}".strip()


def _key(check: Check) -> str:
    if check.kind == "choice":
        return "ABCD"[int(check.answer or 0)]
    if check.kind == "true_false":
        return "stimmt" if check.answer else "stimmt nicht"
    words = [next(wording for wording in idea if not wording.startswith("!")) for idea in check.ideas]
    return f"in deinen Worten; Stichworte: {', '.join(words)}"
