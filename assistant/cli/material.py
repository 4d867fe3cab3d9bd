"""What `kumpel corpus` does."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import track
from rich.table import Table

from assistant.errors import BadInput, BadLesson
from assistant.files import unwritable, write_file
from assistant.settings import Settings
from corpus.audit import Audit, audit
from corpus.files import MaterialError, read_text, repaired
from corpus.glossary import LANGUAGE_NAMES, UNCHECKED, glossary
from corpus.handout import Block, Handout
from corpus.lesson import Lesson
from corpus.material import HANDOUTS, LESSONS, load_handouts, load_lessons
from corpus.printing import print_glossary, print_handout, print_lesson
from corpus.record import Record
from corpus.script import glossary_script, handout_script, lesson_script
from speech.audio import write_wav

GLOSSARY = "glossary"
SHOWN_ERRORS = 200
"""Beyond these the table only counts."""
_MARKS = {"heading": "## ", "text": "", "bullets": "- ", "steps": "1. ", "ticks": "- ☐ "}
T = TypeVar("T")


def list_all(settings: Settings) -> None:
    """Every id with its title, lessons by module, and what was added here."""
    from assistant.cli.library import documents, state_of

    lessons, handouts = _material()
    table = Table("id", "Titel", "freigegeben", box=None)
    for piece in (*lessons.values(), *handouts.values()):
        table.add_row(piece.id, piece.title, piece.approved_by or "noch nicht")
    table.add_row(GLOSSARY, f"Wörterbuch mit {len(glossary(lessons.values()))} Wörtern", "noch nicht")
    for document in documents(settings):
        table.add_row(document.id, f"{document.title} (Version {document.version})", state_of(document))
    Console().print(table)


def check(files: list[Path], as_json: bool, fix: bool) -> int:
    """Prints the report; the exit status is 1 when there is something to mend."""
    if fix:
        for path in files or sorted((*LESSONS.rglob("*.md"), *HANDOUTS.rglob("*.md"))):
            _fix(path)
    report = audit(date.today(), candidates=files, watch=_watched)
    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _print_report(report)
    return 1 if report.errors else 0


def show(id_: str) -> None:
    """Prints one piece as a person reads it."""
    lessons, handouts = _material()
    if id_ == GLOSSARY:
        text = _glossary_text(lessons)
    elif id_ in lessons:
        text = _lesson_text(lessons[id_])
    else:
        text = _handout_text(_known(id_, handouts, lessons))
    Console().print(Markdown(text))


def read(settings: Settings, id_: str, out: Path, speed: float) -> None:
    """Reads one piece aloud into a WAV file."""
    from assistant.wiring import build_voice

    lessons, handouts = _material()
    if id_ == GLOSSARY:
        script = glossary_script(glossary(lessons.values()))
    elif id_ in lessons:
        script = lesson_script(lessons[id_])
    else:
        script = handout_script(_known(id_, handouts, lessons))
    voice = build_voice(settings)
    sound = [frame.samples for sentence in _watched(script) for frame in voice.synthesize(sentence, speed=speed)]
    samples = np.concatenate(sound)
    write_file(out, write_wav(samples, voice.rate))
    seconds = len(samples) // voice.rate
    print(f"{out}: {seconds // 60}:{seconds % 60:02d} Minuten, gesprochen von einer künstlichen Stimme ({voice.name}).")


def print_pdf(id_: str, out: Path) -> None:
    """Writes one piece as PDF."""
    lessons, handouts = _material()
    today = date.today()
    if id_ == GLOSSARY:
        made = print_glossary(glossary(lessons.values()), today)
    elif id_ in lessons:
        made = print_lesson(lessons[id_], today)
    else:
        made = print_handout(_known(id_, handouts, lessons), today)
    write_file(out, made)
    print(f"{out} ist fertig.")


def _material() -> tuple[dict[str, Lesson], dict[str, Handout]]:
    try:
        return load_lessons(), load_handouts()
    except MaterialError as error:
        raise BadLesson(str(error), param=error.field) from error


def _known(id_: str, handouts: dict[str, Handout], lessons: dict[str, Lesson]) -> Handout:
    if id_ in handouts:
        return handouts[id_]
    near = difflib.get_close_matches(id_, (*handouts, *lessons, GLOSSARY), n=1)
    hint = f" Meinst du {near[0]}?" if near else ""
    raise BadInput(f"{id_} gibt es nicht.{hint} Alle ids nennt: kumpel corpus list")


def _fix(path: Path) -> None:
    try:
        text = read_text(path)
    except MaterialError:
        return  # the check that follows says what is wrong with it
    if (mended := repaired(text)) != text:
        try:
            path.write_bytes(mended.encode())
        except OSError as problem:
            raise unwritable(path, problem) from problem
        print(f"{path}: Zeilenenden und unsichtbare Zeichen ersetzt.", file=sys.stderr)


def _watched(pieces: Sequence[T]) -> Iterable[T]:
    """`pieces` with a progress bar on the terminal."""
    return track(pieces, "Moment …", console=Console(stderr=True), transient=True)


def _print_report(report: Audit) -> None:
    console = Console()
    table = Table("id", "Sätze", "Wörter je Satz", "längster", "lange Wörter", "WSTF 1", "LIX", "Amstad", "Fragen")
    rows = [*report.lessons, *report.handouts, {"id": "alle Lektionen", **report.corpus}]
    for row in rows:
        if "sentences" in row:
            table.add_row(
                row["id"], str(row["sentences"]), f"{row['mean_words']}", str(row["max_words"]),
                f"{row['long_words']:.0%}", f"{row['wstf1']}", f"{row['lix']}", f"{row['amstad']}",
                str(row.get("questions", "")),
            )  # fmt: skip
    console.print(table)
    for problem in report.errors[:SHOWN_ERRORS]:
        words = f" „{problem.words}“" if problem.words and problem.words not in problem.problem else ""
        better = f" → {problem.better}" if problem.better else ""
        print(f"{problem.file}:{problem.line}: {problem.rule}{words}: {problem.problem}{better}")
    count = len(report.errors)
    print(f"{count} {'Stelle' if count == 1 else 'Stellen'} zu verbessern." if count else "Alles in Ordnung.")


# --- texts for `show` ---


def _lesson_text(lesson: Lesson) -> str:
    examples = "\n\n".join(f"**{sector}:** {text}" for sector, text in lesson.examples.items())
    words = "\n".join(f"- **{term.term}:** {term.meaning}" for term in lesson.terms)
    checks = "\n".join(f"1. {question.question}" for question in lesson.checks)
    parts = [f"# {lesson.id} {lesson.title}", lesson.goal, "## Kurz gesagt", " ".join(lesson.short_answer)]
    parts += ["## Lektion", *lesson.steps, "## Beispiele", examples, "## Wörter", words, "## Fragen", checks]
    parts += ["## Deine Aufgabe", lesson.task, "## Mehr wissen", lesson.more]
    return "\n\n".join((*parts, _answers_for(lesson)))


def _handout_text(handout: Handout) -> str:
    parts = [f"# {handout.title}", handout.summary, *map(_block_text, handout.blocks), _answers_for(handout)]
    return "\n\n".join(parts)


def _block_text(block: Block) -> str:
    return "\n".join(_MARKS[block.kind] + text.replace("____", "‗‗‗‗‗‗") for text in block.texts)


def _answers_for(record: Record) -> str:
    sources = "\n".join(f"- {source.title}. {source.publisher}, {source.date}." for source in record.sources)
    approved = record.approved_by or "noch nicht fachlich freigegeben"
    return f"## Quellen\n\n{sources}\n\nFreigabe: {approved}. Wieder prüfen bis {record.review_due:%d.%m.%Y}."


def _glossary_text(lessons: dict[str, Lesson]) -> str:
    entries = []
    for entry in glossary(lessons.values()):
        spoken = f" (gehört auch: {', '.join(entry.misheard)})" if entry.misheard else ""
        foreign = "; ".join(f"{LANGUAGE_NAMES[code]}: {text}" for code, text in entry.translations.items())
        entries.append(f"**{entry.term}**{spoken}: {entry.meaning} {foreign}. Lektion: {', '.join(entry.lessons)}")
    return "\n\n".join(["# Wörterbuch", UNCHECKED, *entries])
