"""The default answerer: the lesson's own words."""

from __future__ import annotations

import pytest

from assistant.answer import Grounds, LessonWords
from corpus.material import load_lessons
from retrieval.passages import Passage

LESSONS = load_lessons()


@pytest.mark.parametrize("lesson_id", LESSONS)
def test_the_short_answer_is_said_word_for_word(lesson_id: str) -> None:
    lesson = LESSONS[lesson_id]
    passage = Passage(f"{lesson_id}/2", lesson_id, lesson.title, lesson.steps[1])
    for question in ("Was ist das?", "", "Sag etwas anderes!"):
        assert tuple(LessonWords().answer(Grounds(question, lesson, passage))) == lesson.short_answer


def test_it_can_be_broken_off_after_a_sentence() -> None:
    lesson = LESSONS["m10-1"]
    answer = LessonWords().answer(Grounds("", lesson, Passage("m10-1/1", "m10-1", "", "")))
    assert next(answer) == lesson.short_answer[0]
    answer.close()  # type: ignore[attr-defined]
    assert list(answer) == []
