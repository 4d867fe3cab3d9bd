"""Sentences end where German ends them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from german.text import fold, plain, sentences, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Das geht z. B. im Lager. Dann ruf an!", ["Das geht z. B. im Lager.", "Dann ruf an!"]),
        (
            "Am 31. Dezember ist Schluss. Es gab 12. Das reicht.",
            ["Am 31. Dezember ist Schluss.", "Es gab 12.", "Das reicht."],
        ),
        ("Das steht in Paragraf 83. Kirchen regeln das.", ["Das steht in Paragraf 83.", "Kirchen regeln das."]),
        ("Die Hälfte ist 75. Neben ihr liegt 80.", ["Die Hälfte ist 75.", "Neben ihr liegt 80."]),
        ("Dr. Meier kommt am 3. Oktober. Er bleibt.", ["Dr. Meier kommt am 3. Oktober.", "Er bleibt."]),
        ("Es kostet 1.000 Euro. Das ist viel.", ["Es kostet 1.000 Euro.", "Das ist viel."]),
        ("Er wurde 2. Danach ging er heim.", ["Er wurde 2.", "Danach ging er heim."]),
        ("Ruf die 112. Sag, wo du bist.", ["Ruf die 112.", "Sag, wo du bist."]),
        ("Das war 2024. Jetzt nicht mehr.", ["Das war 2024.", "Jetzt nicht mehr."]),
        ("Siehe Nr. 5 bzw. Abb. 7. Dort steht es.", ["Siehe Nr. 5 bzw. Abb. 7.", "Dort steht es."]),
        ("Schrauben, Muttern usw. Alles ist da.", ["Schrauben, Muttern usw.", "Alles ist da."]),
        ("„Halt!“ ruft er. „Warum?“ Keine Antwort.", ["„Halt!“ ruft er.", "„Warum?“", "Keine Antwort."]),
        ("was ist ki? und was nicht", ["was ist ki?", "und was nicht"]),
        ("Quelle? Logik? Gefahr?", ["Quelle?", "Logik?", "Gefahr?"]),
        ("Ohne Punkt", ["Ohne Punkt"]),
        ("  \n ", []),
    ],
)
def test_a_sentence_ends_at_its_end_and_nowhere_else(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet=' .!?…"„“()3aZäß\n', max_size=60))
def test_splitting_loses_nothing_and_adds_nothing(text: str) -> None:
    assert " ".join(sentences(text)) == " ".join(text.split())


@given(st.text(max_size=40))
def test_plain_text_is_plain_at_once(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert words(text) == plain(text).split()


def test_umlauts_meet_their_other_spelling() -> None:
    assert fold("Größe") == fold("Grösse") == fold("GROESSE")
