"""Answers to checks: the key decides, in any kind of German, and what cannot be placed is asked again."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.grading import grade
from corpus.lesson import Check
from corpus.material import load_lessons

LESSONS = load_lessons()
ANSWERS = [json.loads(line) for line in Path(__file__).with_name("check_answers.jsonl").read_text("utf-8").splitlines()]
"""Answers to every check, written without sight of the keys' wordings; the keys were widened by them afterwards.

"right" is null where the answer holds no verdict, so that the grader has to ask again."""

CHOICE = Check("choice", "Was machst du?", "", ("Ich klicke auf den Link.", "Ich frage die IT.", "Ich warte ab."), 1)
TRUE = Check("true_false", "Stimmt das?", "", answer=True)
FALSE = Check("true_false", "Stimmt das?", "", answer=False)
WORDS = Check("own_words", "Warum?", "", ideas=(("rät", "Wort für Wort"), ("weiß nicht", "kein Wissen"), ("112",)))


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda a: f"{a['lesson']} {a['check']} {a['text'][:30]}")
def test_every_key_takes_right_answers_and_refuses_wrong_ones(answer: dict[str, str | int | bool]) -> None:
    check = LESSONS[str(answer["lesson"])].checks[int(answer["check"]) - 1]
    graded = grade(check, str(answer["text"])).right
    assert graded == answer["right"] or (answer["right"] is False and graded is None)


def test_every_check_is_exercised_in_three_kinds_of_german_and_with_wrong_answers() -> None:
    asked = Counter((a["lesson"], a["check"], a["kind"] if a["right"] else "wrong") for a in ANSWERS)
    for lesson in LESSONS.values():
        for place in range(1, len(lesson.checks) + 1):
            for kind in ("std", "reg", "inc", "wrong"):
                assert asked[lesson.id, place, kind] >= 1, (lesson.id, place, kind)


@pytest.mark.parametrize(
    "answer",
    ["die zweite", "B", "zwei", "Nummer 2", "ich nehm dat zweite", "IT fragen", "ich frach die IT", "b natürlich"],
)
def test_an_option_may_be_named_or_said_again(answer: str) -> None:
    assert grade(CHOICE, answer).right is True


@pytest.mark.parametrize("answer", ["die erste", "A", "dat letzte", "drei", "einfach auf den Link klicken", "abwarten"])
def test_another_option_is_wrong(answer: str) -> None:
    assert grade(CHOICE, answer).right is False


@pytest.mark.parametrize("answer", ["", "...", "weiß nicht", "Hm, schwierig", "das Wetter ist schön"])
def test_what_chooses_nothing_is_asked_again(answer: str) -> None:
    assert grade(CHOICE, answer).right is None


@pytest.mark.parametrize(
    "answer", ["Stimmt.", "jo", "Ja genau, so is dat", "dat is richtig", "nich falsch", "klar stimmt dat"]
)
def test_yes_is_said_in_many_ways(answer: str) -> None:
    assert grade(TRUE, answer).right is True
    assert grade(FALSE, answer).right is False


@pytest.mark.parametrize(
    "answer", ["Stimmt nicht.", "nee", "Nö, Quatsch", "dat is nich richtig", "falsch", "ne dat stimmt nich"]
)
def test_no_is_said_in_many_ways(answer: str) -> None:
    assert grade(FALSE, answer).right is True
    assert grade(TRUE, answer).right is False


def test_neither_yes_nor_no_is_asked_again() -> None:
    assert grade(TRUE, "kommt drauf an").right is None


def test_every_idea_is_required_and_the_missing_ones_are_named() -> None:
    assert grade(WORDS, "Die rät dat nächste Wort, weiß nich wat stimmt, un ich ruf die 112").right is True
    assert grade(WORDS, "Die rät halt").missing == (1, 2)


def test_what_somebody_denies_does_not_count() -> None:
    assert 0 in grade(WORDS, "Sie rät nicht").missing
    assert 0 in grade(WORDS, "Sie hat noch nie geraten, sie rät einfach nicht").missing
    assert 0 not in grade(WORDS, "Sie rät nicht nur einmal").missing
    assert 0 not in grade(WORDS, "Sie fühlt nichts. Sie rät.").missing


def test_a_key_can_forbid_words_in_a_row() -> None:
    roles = Check("own_words", "Wer macht was?", "", ideas=(("baut", "!Betrieb baut"),))
    assert grade(roles, "Der Anbieter baut die KI, der Betrieb nutzt sie").right is True
    assert grade(roles, "Der Betrieb baut die KI").right is False


@given(st.text(max_size=80))
def test_no_answer_breaks_the_grader(answer: str) -> None:
    for check in (CHOICE, TRUE, FALSE, WORDS):
        assert grade(check, answer).right in (True, False, None)
