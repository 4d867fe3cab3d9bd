"""Training and test questions never mix, and paraphrases are for training alone."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from corpus.material import load_lessons
from corpus.questions import load_paraphrases, load_questions, load_training, load_unanswerable
from german.text import plain
from training.slips import slip
from training.splits import split_unanswerable


def test_nothing_that_trains_is_a_test_question() -> None:
    test = {plain(q.text) for q in load_questions("test") + load_unanswerable("test")}
    assert not test & {plain(q.text) for q in load_training()}
    assert len(test) > 200


def test_at_least_half_of_the_unanswerable_questions_are_kept_for_the_test() -> None:
    sides = [load_unanswerable("train"), load_unanswerable("test")]
    assert len(sides[1]) >= len(sides[0]) >= 40
    assert all(q.lesson is None for side in sides for q in side)


def test_an_old_split_stays_when_questions_are_added() -> None:
    old = [{"topic": "Wetter", "text": f"Frage {i}"} for i in range(10)]
    before = split_unanswerable(old, {"Andere": "test"})
    after = split_unanswerable([*old, {"topic": "Lohn", "text": "Neue Frage"}], before)
    assert before.items() <= after.items()
    assert after.keys() - before.keys() == {"Neue Frage"}


def test_paraphrases_cover_every_lesson_and_what_lies_outside() -> None:
    lessons = {q.lesson for q in load_paraphrases()}
    assert load_lessons().keys() <= lessons
    assert None in lessons


@given(st.text(max_size=60), st.integers(0, 99), st.floats(0, 1))
def test_a_slip_is_plain_text_and_the_seed_decides_it(text: str, seed: int, strength: float) -> None:
    once = slip(text, random.Random(seed), strength)
    assert once == slip(text, random.Random(seed), strength)
    assert once == plain(once)


def test_without_strength_nothing_slips() -> None:
    assert slip("Was ist das, bitte?", random.Random(1), 0) == "was ist das bitte"
