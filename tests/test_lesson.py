"""A lesson file is read whole or refused with the name of the file and of the field."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from corpus.files import MaterialError
from corpus.lesson import parse
from corpus.lines import line_of
from corpus.material import LESSONS, load_lessons

NAME = "corpus/lessons/m06/m06-1.md"
SHIPPED = (LESSONS / "m06" / "m06-1.md").read_text("utf-8")
HEAD: dict[str, Any] = yaml.safe_load(SHIPPED.split("---\n")[1])
BODY = SHIPPED.split("---\n", 2)[2]


def written(head: object, body: str = BODY) -> str:
    return f"---\n{yaml.safe_dump(head, allow_unicode=True)}---\n{body}"


def changed(**fields: object) -> str:
    return written({**HEAD, **fields})


def problem(text: str) -> str:
    with pytest.raises(MaterialError) as refused:
        parse(text, NAME)
    message = str(refused.value)
    place = f"{NAME}:{refused.value.line}: "
    assert message.startswith(f"{place}'{refused.value.field}' ")
    assert 1 <= refused.value.line <= max(1, len(text.splitlines()))
    return message.removeprefix(place)


def test_every_shipped_lesson_can_be_read_in_order() -> None:
    lessons = load_lessons()
    assert list(lessons) == sorted(lessons)
    assert len(lessons) == len(list(LESSONS.rglob("*.md"))) == 60
    for lesson in lessons.values():
        assert lesson.steps
        assert lesson.examples
        assert lesson.more
        assert len(lesson.checks) >= 2


def test_a_lesson_says_what_its_file_says() -> None:
    lesson = load_lessons()["m06-1"]
    assert lesson.title == "KI erfindet Dinge"
    assert lesson.short_answer[1] == "Deshalb klingt auch Falsches sicher."
    assert lesson.audience == ("alle",)
    assert lesson.requires == ("m04-2",)
    assert lesson.asks[0].kind == "std"
    assert lesson.terms[0].translations["pl"].startswith("halucynacja")
    assert lesson.checks[0].answer == 1
    assert len(lesson.checks[0].options) == 3
    assert lesson.checks[1].answer is False
    assert "weiß nicht" in lesson.checks[2].ideas[1]
    assert lesson.approved_by is None
    assert lesson.review_due == date(2027, 5, 31)
    assert lesson.sources[0].publisher == "IHK NRW"
    assert lesson.steps[0].startswith("KI gibt oft gute Antworten.")
    assert "Pflege" in lesson.examples


def test_the_head_survives_being_written_by_another_program() -> None:
    assert parse(written(HEAD), NAME) == load_lessons()["m06-1"]


@pytest.mark.parametrize("field", HEAD)
def test_a_missing_field_is_named(field: str) -> None:
    head = {key: value for key, value in HEAD.items() if key != field}
    assert problem(written(head)) == f"'{field}' fehlt"


INNER = [
    (field, place, key)
    for field in ("asks", "terms", "checks", "sources")
    for place, item in enumerate(HEAD[field])
    for key in item
    if (key, item.get("kind")) != ("ideas", "choice")  # other words for the right option are a help, no duty
]


@pytest.mark.parametrize(("field", "place", "key"), INNER)
def test_a_field_missing_within_a_list_is_named_with_its_place(field: str, place: int, key: str) -> None:
    items = [dict(item) for item in HEAD[field]]
    del items[place][key]
    assert problem(changed(**{field: items})) == f"'{field}[{place + 1}].{key}' fehlt"


@pytest.mark.parametrize("title", ["Lektion", "Beispiele", "Mehr wissen"])
def test_a_missing_section_is_named(title: str) -> None:
    assert f"'## {title}' fehlt" in problem(SHIPPED.replace(f"## {title}\n", ""))


@pytest.mark.parametrize("field", HEAD)
@pytest.mark.parametrize("wrong", [3.5, {"a": 1}, [[1]], "", []])
def test_a_wrong_type_is_refused_and_named(field: str, wrong: object) -> None:
    if wrong == [] and field in ("requires", "terms", "checklist"):
        assert parse(changed(**{field: wrong}), NAME)
    else:
        assert f"'{field}" in problem(changed(**{field: wrong}))


TRUE_FALSE = HEAD["checks"][1]
CHOICE = HEAD["checks"][0]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"titel": "Tippfehler"}, "'titel' kenne ich nicht"),
        ({"id": "sechs"}, "'id' muss so aussehen: m06-1"),
        ({"module": "m07"}, "'module' passt nicht zur id m06-1"),
        ({"for": ["chefs"]}, "'for' kennt nur: alle, azubis, vorarbeiter, ausbilder, betriebsrat"),
        ({"verbatim": "ja"}, "'verbatim' muss true oder false sein"),
        ({"version": True}, "'version' muss eine ganze Zahl ab 1 sein"),
        ({"version": 0}, "'version' muss eine ganze Zahl ab 1 sein"),
        ({"review_due": "bald"}, "'review_due' muss ein Datum sein, zum Beispiel 2027-05-31"),
        ({"checks": [TRUE_FALSE]}, "'checks' braucht mindestens 2 Einträge, hat aber 1"),
        ({"checks": [TRUE_FALSE, {**TRUE_FALSE, "kind": "raten"}]}, "'checks[2].kind' kennt nur: choice"),
        ({"checks": [TRUE_FALSE, {**TRUE_FALSE, "answer": 1}]}, "'checks[2].answer' muss true oder false sein"),
        ({"checks": [{**CHOICE, "answer": 3}, TRUE_FALSE]}, "'checks[1].answer' liegt außerhalb der 3 Antworten"),
        ({"checks": [{**CHOICE, "answer": -1}, TRUE_FALSE]}, "'checks[1].answer' muss eine ganze Zahl ab 0 sein"),
        ({"checks": [CHOICE, {**TRUE_FALSE, "ideas": ["a"]}]}, "'checks[2].ideas' kenne ich nicht"),
        (
            {"checks": [TRUE_FALSE, {"kind": "own_words", "question": "?", "hint": "!", "ideas": ["!nie"]}]},
            "'checks[2].ideas' verbietet nur: Schreib auch eine Formulierung ohne !",
        ),
        ({"checks": [TRUE_FALSE, "egal"]}, "'checks[2]' muss aus Feldern bestehen"),
        ({"asks": [{"kind": "kölsch", "text": "Wat?"}]}, "'asks[1].kind' kennt nur: std, reg, inc, l2, asr"),
        ({"short_answer": ["Wort " * 16]}, "'short_answer' hat einen Satz mit mehr als 15 Wörtern"),
        ({"short_answer": ["Eins. Zwei. Drei. Vier."]}, "'short_answer' hat 4 Sätze, erlaubt sind 3"),
    ],
)
def test_what_cannot_be_meant_is_refused(fields: dict[str, object], expected: str) -> None:
    assert problem(changed(**fields)).startswith(expected)


def test_fifteen_words_are_not_too_many() -> None:
    assert parse(changed(short_answer=["Wort " * 14 + "Ende."]), NAME)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "'---' fehlt"),
        (
            "\ufeff" + SHIPPED,
            "'Datei' beginnt mit einem unsichtbaren Zeichen (BOM): Speicher die Datei als UTF-8 mit LF",
        ),
        (SHIPPED.replace("\n", "\r\n"), "'Datei' hat Zeilenenden von Windows: Speicher die Datei als UTF-8 mit LF"),
        ("<!DOCTYPE html><html></html>", "'Text' enthält „<!DOCTYPE html>“: Schreib den Text ohne HTML"),
        (SHIPPED.replace("Dann rät es", "<script>alert(1)</script> Dann rät es"), "'Text' enthält „<script>“"),
        (SHIPPED.replace("version: 1", "version: 1\nversion: 2"), "'version' steht zweimal da"),
        ("---\n- a\n---\n", "'Kopf' muss aus Feldern bestehen"),
        ("---\nid: [m06-1\n---\n", "'Kopf' ist nicht lesbar"),
        ("---\nreview_due: 2027-13-45\n---\n", "'Kopf' ist nicht lesbar"),
        (SHIPPED.replace("### Produktion\n", ""), "'## Beispiele' braucht über jedem Text eine Branche"),
        (SHIPPED + "\n## Anhang\n\nText\n", "'## Anhang' kenne ich nicht"),
        (SHIPPED.replace("## Lektion", "Vorwort\n\n## Lektion"), "'## Lektion' fehlt vor dem ersten Absatz"),
    ],
)
def test_a_file_that_is_no_lesson_is_refused(text: str, expected: str) -> None:
    assert problem(text).startswith(expected)


@given(st.text(alphabet="-:[]{}&*!|>'\"#\n abcä0", max_size=80))
def test_no_text_gets_through_or_breaks_the_parser(head: str) -> None:
    problem(f"---\n{head}\n---\n{BODY}")


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("goal", 5),
        ("asks[2].kind", 15),
        ("checks[3].ideas", 49),
        ("sources[1].nichts", 59),
        ("## Mehr wissen", None),
        ("nichts", 2),
    ],
)
def test_an_error_stands_in_the_line_that_an_editor_shows(field: str, line: int | None) -> None:
    found = line_of(SHIPPED, field)
    if line is None:
        assert SHIPPED.splitlines()[found - 1] == field
    else:
        assert found == line
