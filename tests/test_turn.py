"""What a learner hears in one turn: the lesson's words with their source, or an honest no with a way on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.turn import ABSTENTION, UNAPPROVED, Engines, Turn
from corpus.library import Document
from retrieval.passages import Found, Hit, Passage
from tests.server_support import make_engines


@pytest.fixture(scope="module")
def engines() -> Engines:
    return make_engines()


def found(*lessons: str, abstained: bool = False) -> Found:
    hits = tuple(Hit(lesson, 0.9, Passage(f"{lesson}/1", lesson, "Lektion", "…")) for lesson in lessons)
    return Found("frage", ("frage",), hits, "abstain" if abstained else "answer")


async def said(engines: Engines, what: Found) -> list[str]:
    return [sentence async for sentence in Turn(engines).answer(what)]


async def test_an_answer_is_the_lessons_words_and_names_its_source(engines: Engines) -> None:
    lesson = engines.lessons["m06-1"]
    assert await said(engines, found("m06-1")) == [*lesson.short_answer, f"Das steht in der Lektion „{lesson.title}“."]


async def test_where_words_must_be_exact_the_learner_hears_that_nobody_approved_them_yet(engines: Engines) -> None:
    assert (await said(engines, found("m10-5")))[-1] == UNAPPROVED
    approved = replace(engines.lessons["m10-5"], approved_by="Erika Beispiel")
    engines = replace(engines, lessons=engines.lessons | {"m10-5": approved})
    assert UNAPPROVED not in await said(engines, found("m10-5"))


async def test_without_an_answer_it_says_so_and_names_the_two_nearest_lessons(engines: Engines) -> None:
    what = found("m06-1", "m06-2", "m06-3", abstained=True)
    assert Turn(engines).source(what) is None
    titles = [engines.lessons[lesson].title for lesson in ("m06-1", "m06-2")]
    nearest = f"Ich kann dir das hier erklären: „{titles[0]}“ oder „{titles[1]}“."
    assert await said(engines, what) == [ABSTENTION, nearest]


async def test_a_company_can_name_whom_to_ask(engines: Engines) -> None:
    contact = "Frag Frau Yılmaz, Telefon 214."
    engines = replace(engines, contact=contact)
    assert (await said(engines, found("m06-1", abstained=True)))[-1] == contact
    assert await said(engines, found(abstained=True)) == [ABSTENTION, contact]


async def test_with_nothing_near_it_sends_the_learner_to_a_colleague(engines: Engines) -> None:
    assert await said(engines, found(abstained=True)) == [ABSTENTION, "Frag bitte eine Kollegin oder einen Kollegen."]


async def test_between_two_lessons_it_asks_which_one_was_meant(engines: Engines) -> None:
    what = replace(found("m06-1", "m06-2"), verdict="ask")
    one, other = (engines.lessons[lesson].title for lesson in ("m06-1", "m06-2"))
    assert await said(engines, what) == [f"Meinst du „{one}“ oder „{other}“?"]


async def test_a_documents_answer_is_its_own_words_with_title_and_page(engines: Engines) -> None:
    document = Document(
        "presse-4", 1, "Betriebsanweisung Presse 4", "p4.pdf", "PDF", "0", 30, (), 0, "approved", date(2026, 11, 25),
        "Erika Beispiel",
    )  # fmt: skip
    engines = replace(engines, documents={"presse-4": document})
    text = "Die Presse steht hier. Der Druck beträgt 120 bar. Prüfe ihn jede Woche. Melde Abweichungen. Notier es."
    passage = Passage("presse-4/3", "presse-4", "Druck", text, 3)
    what = Found("Wie hoch ist der Druck?", (), (Hit("presse-4", 0.9, passage),), "answer")
    assert await said(engines, what) == [
        "Der Druck beträgt 120 bar.", "Prüfe ihn jede Woche.", "Melde Abweichungen.",
        "Das steht in: Betriebsanweisung Presse 4, Seite 3.",
    ]  # fmt: skip
    source = Turn(engines).source(what)
    assert source is not None
    assert (source.lesson, source.page, source.approved_by) == ("presse-4", 3, "Erika Beispiel")
