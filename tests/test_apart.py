"""Long words are written apart where the material knows their parts, and only there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from german.apart import LONGEST_WORD, SHORTEST_PART, apart


def known(*words: str) -> Callable[[str], bool]:
    return lambda word: word.lower() in {other.lower() for other in words}


@pytest.mark.parametrize(
    ("text", "words", "parted"),
    [
        ("Hydraulikdruckschalter", ["Hydraulik", "Druckschalter"], "Hydraulik Druckschalter"),
        ("hydraulikdruckschalter", ["Hydraulik", "Druckschalter"], "hydraulik druckschalter"),
        ("Wo ist der Wartungsplan?", ["Wartung", "Plan"], "Wo ist der Wartung Plan?"),
        ("Schichtleiterinnenbüro", ["Schicht", "Leiterin", "Leiterinnen", "Büro"], "Schicht Leiterinnen Büro"),
        ("Jahresbericht", ["Jahr", "Bericht"], "Jahr Bericht"),
        ("Lampenfassung", ["Lampe", "Fassung"], "Lampe Fassung"),
        ("Maschinenhalle", ["Maschine", "Halle"], "Maschine Halle"),
        ("Staatenbund", ["Staat", "Bund"], "Staat Bund"),
        ("Kinderzimmer", ["Kind", "Zimmer"], "Kind Zimmer"),
        ("Hundeleine", ["Hund", "Leine"], "Hund Leine"),
        ("Roboter-Schulung", ["Roboter", "Schulung"], "Roboter Schulung"),
        ("Sicherheits-Regel", ["Sicherheit", "Regel"], "Sicherheit Regel"),
        ("Druckluftschlauchkupplung", ["Druckluft", "Schlauch", "Kupplung"], "Druckluft Schlauch Kupplung"),
    ],
)
def test_a_compound_of_known_parts_is_written_apart(text: str, words: list[str], parted: str) -> None:
    assert apart(text, known(*words)) == parted


def test_the_fewest_and_longest_parts_are_preferred() -> None:
    words = known("Druck", "Luft", "Druckluft", "Schlauch", "Luftschlauch", "Druckluftschlauch", "Halter")
    assert apart("Druckluftschlauchhalter", words) == "Druckluftschlauch Halter"
    assert apart("Druckluftschlauch", known("Druck", "Luft", "Druckluft", "Schlauch")) == "Druckluft Schlauch"


def test_a_part_that_is_known_with_its_link_keeps_it() -> None:
    assert apart("Maschinenhalle", known("Maschine", "Maschinen", "Halle")) == "Maschinen Halle"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Druckschalter", ["Druckschalter", "Druck", "Schalter"]),
        ("Hydraulikpumpe", ["Hydraulik"]),
        ("Hydraulikpumpe", ["Pumpe"]),
        ("Ölstand", ["Öl", "Stand"]),
        ("KI-Schulung", ["KI", "Schulung"]),
        ("Halle", ["Hall"]),
        ("Was ist das? 12345678 ...", ["Was"]),
        ("", []),
    ],
)
def test_what_is_known_or_has_no_known_parts_stays(text: str, words: list[str]) -> None:
    assert apart(text, known(*words)) == text


def test_overlong_words_are_left_alone() -> None:
    text = "pumpe" * LONGEST_WORD
    assert apart(text, known("pumpe")) == text


LETTERS = st.text(alphabet="abcdeghilmnorstuäöü", min_size=SHORTEST_PART, max_size=9)
LINKS = st.sampled_from(["", "s", "es", "n", "en", "er", "e", "-", "s-"])


@given(LETTERS, LINKS, LETTERS, st.text(max_size=10))
def test_two_known_parts_are_always_found(first: str, link: str, second: str, around: str) -> None:
    word = first + link + second
    parts = apart(word, known(first, second)).split()
    assert "".join(parts) in (word, first + second)
    assert len(parts) > 1
    assert set(parts) <= {first, second}


@given(st.text(max_size=60), st.sets(LETTERS, max_size=5))
def test_only_known_parts_are_made_and_little_is_lost(text: str, words: set[str]) -> None:
    knows = known(*words)
    parted = apart(text, knows)
    for before, after in zip(text.split(), parted.split(), strict=False):
        if before != after:
            assert len(after.strip("().,")) >= SHORTEST_PART
    assert parted == text or len(parted.split()) > len(text.split())
    assert apart(text, lambda _: True) == text
    assert apart(text, lambda _: False) == text


@given(st.lists(LETTERS, min_size=1, max_size=4), st.data())
def test_a_question_of_whole_parts_becomes_those_parts(words: list[str], data: st.DataObject) -> None:
    links = [data.draw(LINKS) for _ in words[1:]]
    compound = words[0] + "".join(link + word for link, word in zip(links, words[1:], strict=True))
    found = apart(compound, known(*words)).split()
    assert all(known(*words)(part) for part in found) or found == [compound]
    assert apart(" ".join(found), known(*words)).split() == found
