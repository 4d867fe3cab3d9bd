"""Training and test never mix: voices by family, questions within each lesson and kind, once, by a seed."""

from __future__ import annotations

import json
import re
from collections import Counter

from corpus.material import load_lessons
from corpus.questions import load_questions, read_jsonl
from german.text import plain
from training.splits import (
    BANK_FILE,
    BANK_SPLIT_FILE,
    VOICES_FILE,
    split_questions,
    split_voices,
    voices,
)
from training.utterances import Utterances


def test_a_voice_is_on_one_side_only() -> None:
    sides = [set(voices(side)) for side in ("train", "dev", "test")]
    assert sum(map(len, sides)) == len(set.union(*sides))
    assert len(voices("test")) >= 12


def test_voices_of_one_family_stay_together() -> None:
    family = {}
    for side in ("train", "dev", "test"):
        for name in voices(side):
            if not re.fullmatch(r"[fm]\d", name):
                family.setdefault(re.sub(r"\d+$", "", name), set()).add(side)
    assert all(len(sides) == 1 for sides in family.values())


def test_the_split_of_voices_can_be_made_again_from_its_seed() -> None:
    stored = json.loads(VOICES_FILE.read_text("utf-8"))
    everyone = [name for side in stored["voices"].values() for name in side]
    assert split_voices(everyone, stored["seed"])["voices"] == stored["voices"]


def test_every_question_has_a_side_and_every_lesson_has_tests_of_every_kind() -> None:
    assert {item["text"] for item in read_jsonl(BANK_FILE)} <= set(json.loads(BANK_SPLIT_FILE.read_text("utf-8")))
    tests = Counter((q.lesson, q.kind) for q in load_questions("test"))
    assert len(tests) == 60 * 5
    assert min(tests.values()) >= 1


def test_what_a_lesson_gives_as_a_way_to_ask_is_no_test_question() -> None:
    tests = {plain(q.text) for q in load_questions("test")}
    assert not tests & {plain(ask.text) for lesson in load_lessons().values() for ask in lesson.asks}


def test_new_questions_leave_the_old_ones_where_they_are() -> None:
    old = [{"lesson": "m01-1", "kind": "std", "text": f"Frage {i}"} for i in range(10)]
    before = split_questions(old, {})
    after = split_questions([*old, {"lesson": "m01-1", "kind": "std", "text": "Neue Frage"}], before)
    assert {text: after[text] for text in before} == before
    assert "Neue Frage" in after


def test_the_recogniser_never_trains_on_a_test_question() -> None:
    forbidden = {plain(q.text) for q in load_questions("test")}
    texts = Utterances(seed=3)
    assert not forbidden & {plain(texts.draw()) for _ in range(3000)}
