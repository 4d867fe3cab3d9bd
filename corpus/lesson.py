"""A lesson: what its file says, parsed and checked. The format is described in `docs/lesson-format.md`.

Error messages are German and name the file and the field, since a trainer reads them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

import yaml

from corpus.fields import FieldError, Fields
from corpus.lines import HEAD, DuplicateKey, OnceLoader, line_of
from german.text import sentences

Kind = Literal["std", "reg", "inc", "l2", "asr"]
"""How something is asked: standard, regional, incomplete, by a learner of German, misheard by a recogniser."""
CheckKind = Literal["choice", "true_false", "own_words"]

KINDS: tuple[str, ...] = get_args(Kind)
AUDIENCES = ("alle", "azubis", "vorarbeiter")
LANGUAGES = ("tr", "ar", "pl", "uk", "ru", "en")
LONGEST_SENTENCE = 15
"""Words in one sentence of a short answer."""
LARGEST_FILE = 200_000
"""Bytes; the longest lesson has a tenth of it."""
_MARKUP = re.compile(r"<(?=[a-zA-Z/!])[^<>\n]{0,80}>?")

ROOT = Path(__file__).resolve().parent.parent
LESSONS = ROOT / "corpus" / "lessons"


class LessonError(ValueError):
    """A lesson file that cannot be used; the message is German and names the file, the line and the field."""

    def __init__(self, file: str, line: int, field: str, problem: str) -> None:
        super().__init__(f"{file}:{line}: '{field}' {problem}")
        self.file = file
        self.line = line
        """Counted from 1."""
        self.field = field
        self.problem = problem


@dataclass(frozen=True)
class Ask:
    """One way in which people ask for the lesson."""

    kind: str
    text: str


@dataclass(frozen=True)
class Term:
    """A word that the lesson explains in one plain sentence."""

    term: str
    meaning: str
    misheard: tuple[str, ...]
    """How a recogniser, or a person, mishears it."""
    translations: Mapping[str, str]
    """By language code; not checked by a speaker."""


@dataclass(frozen=True)
class Check:
    """A question that shows whether the lesson was understood."""

    kind: CheckKind
    question: str
    hint: str
    options: tuple[str, ...] = ()
    """choice: what may be picked."""
    answer: int | bool | None = None
    """choice: index into `options`; true_false: whether it is true; own_words: None."""
    ideas: tuple[tuple[str, ...], ...] = ()
    """own_words: every idea is required; each holds its possible wordings."""


@dataclass(frozen=True)
class Source:
    """Where the lesson's facts come from."""

    title: str
    publisher: str
    date: str
    """As the source states it: a day, a month, a year or "ohne Datum"."""
    note: str


@dataclass(frozen=True)
class Lesson:
    """One micro-lesson."""

    id: str
    module: str
    title: str
    goal: str
    short_answer: tuple[str, ...]
    verbatim: bool
    """True: its words are never rephrased."""
    audience: tuple[str, ...]
    """The field `for`."""
    requires: tuple[str, ...]
    asks: tuple[Ask, ...]
    terms: tuple[Term, ...]
    checks: tuple[Check, ...]
    task: str
    checklist: tuple[str, ...]
    owner: str
    approved_by: str | None
    version: int
    reviewed: date | None
    review_due: date
    sources: tuple[Source, ...]
    licence: str
    steps: tuple[str, ...]
    """Section "Lektion", a paragraph each."""
    examples: Mapping[str, str]
    """Section "Beispiele": sector -> text."""
    more: str
    """Section "Mehr wissen"."""


def load_lessons(folder: Path = LESSONS) -> dict[str, Lesson]:
    """Every lesson below `folder` by its id, in the order of the ids. Raises LessonError."""
    lessons: dict[str, Lesson] = {}
    for path in sorted(folder.rglob("*.md")):
        lesson = read_lesson(path)
        if lesson.id in lessons:
            raise LessonError(shown(path), line_of(path.read_text("utf-8"), "id"), "id", f"gibt es schon: {lesson.id}")
        lessons[lesson.id] = lesson
    return dict(sorted(lessons.items()))


def read_lesson(path: Path) -> Lesson:
    """One lesson file. Raises LessonError."""
    name = shown(path)
    if path.stat().st_size > LARGEST_FILE:
        raise LessonError(name, 1, "Datei", f"ist größer als {LARGEST_FILE // 1000} Kilobyte: Teile die Lektion auf")
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise LessonError(name, 1, "Datei", "ist nicht in UTF-8 gespeichert") from None
    return parse(text, name)


def shown(path: Path) -> str:
    """A file's name for messages: from the project's folder on, where it lies in it."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def parse(text: str, name: str) -> Lesson:
    """The text of a lesson file -> the lesson. `name` is the file's name for messages. Raises LessonError."""
    if tag := _MARKUP.search(text):
        line = text.count("\n", 0, tag.start()) + 1
        raise LessonError(name, line, "Text", f"enthält „{tag[0]}“: Schreib den Text ohne HTML")
    try:
        head, body = _split(text)
        return _lesson(Fields(head), _sections(body))
    except FieldError as error:
        raise LessonError(name, line_of(text, error.field), error.field, error.problem) from None


def _split(text: str) -> tuple[object, str]:
    match = HEAD.match(text)
    if match is None:
        raise FieldError("---", "fehlt: Der Kopf muss zwischen zwei Zeilen mit --- stehen")
    try:
        return yaml.load(match[1], Loader=OnceLoader), match[2].replace("\r\n", "\n")
    except DuplicateKey as error:
        raise FieldError(str(error.problem), "steht zweimal da: Lass nur eines stehen") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise FieldError("Kopf", "ist nicht lesbar: Prüfe Einrückung und Anführungszeichen") from None


def _sections(body: str) -> dict[str, str]:
    parts = re.split(r"^## +(.*?) *$", body, flags=re.MULTILINE)
    if parts[0].strip():
        raise FieldError("## Lektion", "fehlt vor dem ersten Absatz")
    sections = {title: text.strip() for title, text in zip(parts[1::2], parts[2::2], strict=True)}
    for title in ("Lektion", "Beispiele", "Mehr wissen"):
        if not sections.get(title):
            raise FieldError(f"## {title}", "fehlt" if title not in sections else "ist leer")
    unknown = sections.keys() - {"Lektion", "Beispiele", "Mehr wissen"}
    if unknown:
        raise FieldError(f"## {min(unknown)}", "kenne ich nicht")
    return sections


def _lesson(head: Fields, sections: dict[str, str]) -> Lesson:
    id_ = head.text("id")
    if not re.fullmatch(r"m\d\d-\d+", id_):
        raise FieldError("id", "muss so aussehen: m06-1")
    module = head.text("module")
    if module != id_.split("-")[0]:
        raise FieldError("module", f"passt nicht zur id {id_}")
    lesson = Lesson(
        id=id_,
        module=module,
        title=head.text("title"),
        goal=head.text("goal"),
        short_answer=_short_answer(head),
        verbatim=head.flag("verbatim"),
        audience=head.texts("for", least=1, among=AUDIENCES),
        requires=head.texts("requires"),
        asks=tuple(_ask(item) for item in head.items("asks", least=1)),
        terms=tuple(_term(item) for item in head.items("terms")),
        checks=tuple(_check(item) for item in head.items("checks", least=2)),
        task=head.text("task"),
        checklist=head.texts("checklist"),
        owner=head.text("owner"),
        approved_by=head.text_or_none("approved_by"),
        version=head.number("version", least=1),
        reviewed=head.day_or_none("reviewed"),
        review_due=head.day("review_due"),
        sources=tuple(_source(item) for item in head.items("sources", least=1)),
        licence=head.text("licence"),
        steps=_paragraphs(sections["Lektion"]),
        examples=_examples(sections["Beispiele"]),
        more=sections["Mehr wissen"],
    )
    head.finish()
    return lesson


def _short_answer(head: Fields) -> tuple[str, ...]:
    answer = head.texts("short_answer", least=1)
    spoken = [sentence for text in answer for sentence in sentences(text)]
    if len(spoken) > 3:
        raise FieldError("short_answer", f"hat {len(spoken)} Sätze, erlaubt sind 3")
    for sentence in spoken:
        if len(sentence.split()) > LONGEST_SENTENCE:
            raise FieldError("short_answer", f"hat einen Satz mit mehr als {LONGEST_SENTENCE} Wörtern: „{sentence}“")
    return answer


def _ask(item: Fields) -> Ask:
    ask = Ask(item.choice("kind", KINDS), item.text("text"))
    item.finish()
    return ask


def _term(item: Fields) -> Term:
    term = Term(
        item.text("term"),
        item.text("meaning"),
        item.texts("misheard") if item.has("misheard") else (),
        MappingProxyType(item.mapping("translations", LANGUAGES)),
    )
    item.finish()
    return term


def _check(item: Fields) -> Check:
    kind = item.choice("kind", get_args(CheckKind))
    question, hint = item.text("question"), item.text("hint")
    if kind == "choice":
        options = item.texts("options", least=2)
        answer = item.number("answer", least=0)
        if answer >= len(options):
            raise FieldError(item.path("answer"), f"liegt außerhalb der {len(options)} Antworten: gezählt wird ab 0")
        check = Check("choice", question, hint, options=options, answer=answer)
    elif kind == "true_false":
        check = Check("true_false", question, hint, answer=item.flag("answer"))
    else:
        ideas = tuple(tuple(part.strip() for part in idea.split("|")) for idea in item.texts("ideas", least=1))
        if not all(all(idea) for idea in ideas):
            raise FieldError(item.path("ideas"), "hat eine leere Formulierung neben einem |")
        check = Check("own_words", question, hint, ideas=ideas)
    item.finish()
    return check


def _source(item: Fields) -> Source:
    source = Source(item.text("title"), item.text("publisher"), item.text("date"), item.text("note"))
    item.finish()
    return source


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip())


def _examples(text: str) -> Mapping[str, str]:
    parts = re.split(r"^### +(.*?) *$", text, flags=re.MULTILINE)
    examples = {sector: " ".join(part.split()) for sector, part in zip(parts[1::2], parts[2::2], strict=True)}
    if parts[0].strip() or not all(examples.values()):
        raise FieldError("## Beispiele", "braucht über jedem Text eine Branche, zum Beispiel: ### Produktion")
    return MappingProxyType(examples)
