"""A lesson: what its file says, parsed and checked. The format is described in `docs/lesson-format.md`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from corpus.fields import FieldError, Fields
from corpus.files import MaterialError, refuse_foreign, split, without_links
from corpus.lines import line_of
from corpus.record import Record, record_fields
from german.text import sentences

Kind = Literal["std", "reg", "inc", "l2", "asr"]
"""How something is asked: standard, regional, incomplete, by a learner of German, misheard by a recogniser."""
CheckKind = Literal["choice", "true_false", "own_words"]

KINDS: tuple[str, ...] = get_args(Kind)
LANGUAGES = ("tr", "ar", "pl", "uk", "ru", "en")
LONGEST_SENTENCE = 15
"""Words in one sentence of a short answer."""


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
    """own_words: every idea is required; each holds its possible wordings. choice: other words for the right option.
    A wording that begins with "!" must not be said."""


@dataclass(frozen=True, kw_only=True)
class Lesson(Record):
    """One micro-lesson."""

    module: str
    goal: str
    short_answer: tuple[str, ...]
    verbatim: bool
    """True: its words are never rephrased."""
    requires: tuple[str, ...]
    asks: tuple[Ask, ...]
    terms: tuple[Term, ...]
    checks: tuple[Check, ...]
    task: str
    checklist: tuple[str, ...]
    steps: tuple[str, ...]
    """Section "Lektion", a paragraph each."""
    examples: Mapping[str, str]
    """Section "Beispiele": sector -> text."""
    more: str
    """Section "Mehr wissen"."""


def parse(text: str, name: str) -> Lesson:
    """The text of a lesson file -> the lesson. `name` is the file's name for messages. Raises MaterialError."""
    refuse_foreign(text, name)
    try:
        head, body = split(text)
        return _lesson(Fields(head), _sections(without_links(body)))
    except FieldError as error:
        raise MaterialError(name, line_of(text, error.field), error.field, error.problem) from None


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
        goal=head.text("goal"),
        short_answer=_short_answer(head),
        verbatim=head.flag("verbatim"),
        requires=head.texts("requires"),
        asks=tuple(_ask(item) for item in head.items("asks", least=1)),
        terms=tuple(_term(item) for item in head.items("terms")),
        checks=tuple(_check(item) for item in head.items("checks", least=2)),
        task=head.text("task"),
        checklist=head.texts("checklist"),
        **record_fields(head),
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
        item.texts("misheard"),
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
        check = Check("choice", question, hint, options=options, answer=answer, ideas=_ideas(item, least=0))
    elif kind == "true_false":
        check = Check("true_false", question, hint, answer=item.flag("answer"))
    else:
        check = Check("own_words", question, hint, ideas=_ideas(item, least=1))
    item.finish()
    return check


def _ideas(item: Fields, least: int) -> tuple[tuple[str, ...], ...]:
    if least == 0 and not item.has("ideas"):
        return ()
    ideas = tuple(tuple(part.strip() for part in idea.split("|")) for idea in item.texts("ideas", least))
    if not all(all(idea) for idea in ideas):
        raise FieldError(item.path("ideas"), "hat eine leere Formulierung neben einem |")
    if any(all(part.startswith("!") for part in idea) for idea in ideas):
        raise FieldError(item.path("ideas"), "verbietet nur: Schreib auch eine Formulierung ohne !")
    return ideas


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip())


def _examples(text: str) -> Mapping[str, str]:
    parts = re.split(r"^### +(.*?) *$", text, flags=re.MULTILINE)
    examples = {sector: " ".join(part.split()) for sector, part in zip(parts[1::2], parts[2::2], strict=True)}
    if parts[0].strip() or not all(examples.values()):
        raise FieldError("## Beispiele", "braucht über jedem Text eine Branche, zum Beispiel: ### Produktion")
    return MappingProxyType(examples)
