"""What a bench prints: one object whose goals say what was reached, without judging by its exit status."""

from __future__ import annotations

import math

from assistant.client import Reply
from assistant.settings import Settings
from benchmarks.loop import figures
from benchmarks.report import Goal, percentile, report
from benchmarks.spoken import SpokenQuestion, spoken_questions
from corpus.questions import load_questions
from training.splits import voices


def test_percentiles_interpolate() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.5
    assert percentile([7.0], 0.95) == 7.0
    assert math.isnan(percentile([], 0.5))


def test_a_report_tells_which_goals_are_met() -> None:
    result = report("loop", {"wer": 0.3, "lesson_hit": 0.9}, [Goal("wer", "<=", 0.2), Goal("lesson_hit", ">=", 0.85)])
    assert [goal["met"] for goal in result["goals"]] == [False, True]
    assert result["met"] is False
    assert set(result) == {"name", "machine", "figures", "goals", "met"}


def test_a_figure_that_was_not_measured_has_no_goal() -> None:
    assert report("x", {}, [Goal("wer", "<=", 0.2)])["goals"] == []


def test_a_goal_is_missed_by_nan() -> None:
    assert report("x", {"ms": math.nan}, [Goal("ms", "<=", 1)])["met"] is False


def test_spoken_questions_are_test_questions_said_by_test_voices() -> None:
    asked = spoken_questions(30)
    assert {q.voice for q in asked} <= set(voices("test"))
    assert {q.text for q in asked} <= {q.text for q in load_questions("test")}
    assert len({q.lesson for q in asked}) == 30


def test_the_loop_counts_words_lessons_and_milliseconds() -> None:
    loop_turns = 8
    question = SpokenQuestion("was ist ki", "m01-3", "std", "m6", spoken_questions(1)[0].samples)
    good = Reply("was ist ki", sources=[{"lesson": "m01-3"}], speech_sent=1.0, endpoint=1.5, first_sound=1.6)
    wrong = Reply("was isst ki", sources=[{"lesson": "m06-1"}], speech_sent=1.0, endpoint=1.5, first_sound=1.6)
    replies = [good] * (loop_turns - 2) + [wrong, Reply()]
    found = figures([question] * loop_turns, replies, [80.0] * loop_turns, Settings())
    assert found["wer"] == 4 / 24
    assert found["lesson_hit"] == 6 / 8
    assert round(found["first_sample_after_endpoint_ms_p95"]) == 100
    assert round(found["first_sample_after_speech_ms_p95"]) == 600
    assert round(found["cost_over_engines"], 2) == 1.25
