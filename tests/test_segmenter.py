"""The segmenter without any audio: frames that count upwards, and probabilities as a story tells them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from speech.segmenter import (
    Segmenter,
    SegmenterSettings,
    SegmentEvent,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Utterance,
)

FRAME = 512
MS = 16
LOUD, QUIET, BETWEEN = 0.9, 0.05, 0.42


class Story:
    """Feeds a segmenter numbered samples, so that every cut can be checked to the sample."""

    def __init__(self, settings: SegmenterSettings | None = None) -> None:
        self.segmenter = Segmenter(settings)
        self.events: list[SegmentEvent] = []

    def frame(self, probability: float, length: int = FRAME) -> list[SegmentEvent]:
        start = self.segmenter.position
        new = self.segmenter.process(np.arange(start, start + length, dtype=np.float32), probability)
        self.events += new
        return new

    def hear(self, probability: float, milliseconds: float) -> list[SegmentEvent]:
        new = []
        for _ in range(round(milliseconds * MS / FRAME)):
            new += self.frame(probability)
        return new

    @property
    def utterances(self) -> list[Utterance]:
        return [event for event in self.events if isinstance(event, Utterance)]


def kinds(events: list[SegmentEvent]) -> list[type]:
    return [type(event) for event in events]


def test_one_question_from_start_to_end() -> None:
    story = Story()
    assert not story.hear(QUIET, 1000)
    onset = story.segmenter.position
    assert story.hear(LOUD, 1000) == [SpeechStarted(onset - 300 * MS)]
    assert story.segmenter.speaking
    silent_from = story.segmenter.position
    assert kinds(story.hear(QUIET, 1000)) == [SpeechPaused, Utterance]
    (utterance,) = story.utterances
    assert (utterance.start, utterance.end, utterance.forced) == (onset - 300 * MS, silent_from + 200 * MS, False)
    assert not story.segmenter.speaking


def test_the_pause_already_holds_the_finished_utterance() -> None:
    story = Story()
    story.hear(LOUD, 800)
    paused, utterance = story.hear(QUIET, 800)
    assert isinstance(paused, SpeechPaused)
    assert isinstance(utterance, Utterance)
    np.testing.assert_array_equal(paused.samples, utterance.samples)


def test_a_person_who_thinks_for_a_moment_is_not_cut_off() -> None:
    story = Story()
    story.hear(LOUD, 500)
    assert kinds(story.hear(QUIET, 400)) == [SpeechPaused]
    assert kinds(story.hear(LOUD, 500)) == [SpeechResumed]
    assert kinds(story.hear(QUIET, 700)) == [SpeechPaused, Utterance]
    assert len(story.utterances) == 1


def test_a_click_is_no_speech() -> None:
    story = Story()
    for _ in range(20):
        story.hear(QUIET, 200)
        story.hear(LOUD, 64)
    assert story.events == []


def test_doubtful_frames_neither_begin_nor_end_speech() -> None:
    story = Story()
    assert not story.hear(BETWEEN, 2000)
    story.hear(LOUD, 500)
    assert not story.hear(BETWEEN, 2000)
    assert story.segmenter.speaking


def test_who_never_pauses_is_ended_and_nothing_is_lost() -> None:
    story = Story(SegmenterSettings(max_utterance_seconds=2))
    story.hear(QUIET, 500)
    story.hear(LOUD, 5000)
    story.hear(QUIET, 600)
    first, second, third = story.utterances
    assert [u.forced for u in story.utterances] == [True, True, False]
    assert first.end - first.start <= 2 * 16000
    assert (first.end, second.end) == (second.start, third.start)


def test_a_second_question_does_not_repeat_the_first() -> None:
    story = Story(SegmenterSettings(end_silence_ms=320))
    story.hear(LOUD, 500)
    story.hear(QUIET, 320)
    story.hear(LOUD, 500)
    story.hear(QUIET, 500)
    first, second = story.utterances
    assert first.end <= second.start


def test_commit_ends_an_open_utterance_at_once() -> None:
    story = Story()
    assert story.segmenter.flush() == []
    story.hear(LOUD, 500)
    (utterance,) = story.segmenter.flush()
    assert isinstance(utterance, Utterance)
    assert (utterance.start, utterance.end) == (0, story.segmenter.position)
    assert story.segmenter.flush() == []


def test_reset_drops_what_was_said_and_positions_go_on() -> None:
    story = Story()
    story.hear(LOUD, 500)
    story.segmenter.reset()
    before = story.segmenter.position
    assert not story.hear(QUIET, 1000)
    story.hear(LOUD, 500)
    assert isinstance(story.events[-1], SpeechStarted)
    assert story.events[-1].sample >= before


def test_settings_may_change_between_frames() -> None:
    story = Story()
    story.segmenter.settings = SegmenterSettings(end_silence_ms=1500)
    story.hear(LOUD, 500)
    assert kinds(story.hear(QUIET, 1400)) == [SpeechPaused]
    assert kinds(story.hear(QUIET, 200)) == [Utterance]


probabilities = st.lists(
    st.tuples(st.sampled_from([0.0, QUIET, BETWEEN, 0.5, LOUD, float("nan")]), st.integers(1, 30)), max_size=30
)


@given(probabilities, st.sampled_from([160, 512, 700]), st.booleans())
def test_whatever_the_probabilities(story_line: list[tuple[float, int]], length: int, commits: bool) -> None:
    story = Story(SegmenterSettings(max_utterance_seconds=3))
    for probability, frames in story_line:
        for _ in range(frames):
            story.frame(probability, length)
    if commits:
        story.events += story.segmenter.flush()
    assert_slices_are_exact(story)
    assert_events_are_well_ordered(story.events)


def assert_slices_are_exact(story: Story) -> None:
    for event in story.events:
        if isinstance(event, Utterance | SpeechPaused):
            assert 0 <= event.start < event.end <= story.segmenter.position
            np.testing.assert_array_equal(event.samples, np.arange(event.start, event.end))
    for before, after in pairwise(story.utterances):
        assert before.end <= after.start


def assert_events_are_well_ordered(events: list[SegmentEvent]) -> None:
    state, start = "idle", -1
    for event in events:
        match event:
            case SpeechStarted(sample):
                assert state == "idle"
                state, start = "speaking", sample
            case SpeechPaused():
                assert state == "speaking"
                assert event.start == start
                state = "paused"
            case SpeechResumed(sample):
                assert state == "paused"
                assert sample > start
                state = "speaking"
            case Utterance():
                assert state in ("speaking", "paused")
                assert event.start == start
                state = "idle"
