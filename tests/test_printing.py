"""Printed pages: the text is on them, the card is one page, and a reader for blind people can read them."""

from __future__ import annotations

from datetime import date

import pypdfium2
import pytest

from corpus.glossary import glossary
from corpus.material import load_handouts, load_lessons
from corpus.printing import print_glossary, print_handout, print_lesson

TODAY = date(2026, 11, 25)
HANDOUTS = load_handouts()


def pages(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def test_the_emergency_card_is_one_page_that_says_who_answers_for_it() -> None:
    made = print_handout(HANDOUTS["emergency-card"], TODAY)
    assert made.startswith(b"%PDF")
    assert b"/StructTreeRoot" in made
    (text,) = pages(made)
    for words in ("Notfall-Karte", "112 rufen.", "Not-Halt drücken", "noch nicht fachlich freigegeben", "31.5.2027"):
        assert words in text
    assert "**" not in text
    assert "__" not in text


@pytest.mark.parametrize("id_", HANDOUTS)
def test_every_handout_can_be_printed_and_is_short(id_: str) -> None:
    handout = HANDOUTS[id_]
    assert len(pages(print_handout(handout, TODAY))) <= (2 if handout.kind != "pack" else 4)


def test_a_lesson_prints_its_checks_and_their_key() -> None:
    text = " ".join(pages(print_lesson(load_lessons()["m06-1"], TODAY)))
    for words in ("Lektion m06-1", "Beispiel: Pflege", "Halluzination:", "Lösungen", "1: B", "2: stimmt nicht"):
        assert words in text


def test_the_glossary_prints_every_script() -> None:
    text = " ".join(pages(print_glossary(glossary(load_lessons().values()), TODAY)))
    for words in ("Not-Halt", "acil durdurma", "аварійна зупинка", "Die Übersetzungen hat noch niemand geprüft"):
        assert words in text


def test_the_same_text_gives_the_same_file() -> None:
    card = HANDOUTS["emergency-card"]
    assert print_handout(card, TODAY) == print_handout(card, TODAY)
