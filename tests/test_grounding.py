"""The check that a rephrased sentence says nothing which its lesson does not say."""

from __future__ import annotations

import pytest

from assistant.grounding import Grounding
from corpus.material import load_lessons
from german.text import sentences


@pytest.fixture(scope="module")
def grounding() -> Grounding:
    return Grounding(load_lessons()["m06-1"], "Warum spinnt die Halluzination am Drucker 7?")


@pytest.mark.parametrize(
    "sentence",
    [
        "KI rät das nächste Wort.",
        "Manchmal erfindet die KI also etwas.",
        "Das Sprachmodell weiß nicht, was wahr ist.",
        "Prüfe wichtige Antworten.",
        "Halluzination ist, wenn die KI etwas erfindet.",
    ],
)
def test_what_the_lesson_says_in_other_words_holds(grounding: Grounding, sentence: str) -> None:
    assert grounding.holds(sentence)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Die KI lügt absichtlich.", "words that the lesson does not have"),
        ("Die KI rät 3 Wörter.", "a number from nowhere"),
        ("Am Klang erkennst du den Fehler.", "the lesson denies it"),
        ("KI rät das nächste Wort nicht.", "the lesson says it"),
        ("Der Drucker spinnt.", "words of the question alone"),
        ("Das ist so.", "no content"),
        ("", "no content"),
        ("?!", "no content"),
        ("Wort " * 3 + "Galaxis.", "one foreign word is enough"),
    ],
)
def test_what_the_lesson_does_not_say_is_dropped(grounding: Grounding, sentence: str, reason: str) -> None:
    assert not grounding.holds(sentence), reason


def test_every_lesson_holds_its_own_sentences() -> None:
    dropped = {
        sentence
        for lesson in load_lessons().values()
        for text in (*lesson.short_answer, *lesson.steps)
        for sentence in sentences(text)
        if not Grounding(lesson, "").holds(sentence)
    }
    # Made of function words alone, so there is nothing to compare.
    assert dropped == {"Warum ist das so?", "Wo bist du?", "Und ich?", "Wann war das?", "Wann und wo war das?"}
