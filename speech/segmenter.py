"""When does an utterance begin and end? Pure: frames and probabilities in, events out; no sound device, no clock.

The cut at a short pause is the cut of the finished utterance: when nobody goes on speaking, `SpeechPaused.samples`
equals `Utterance.samples`, so what was computed during the pause still holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

_RATE = 16000


@dataclass(frozen=True)
class SegmenterSettings:
    """Thresholds are probabilities; times are in milliseconds unless the name says otherwise."""

    threshold: float = 0.5
    """From here on a frame is speech."""
    negative_threshold: float = 0.35
    """Below this a frame is silence; between the two, what was goes on."""
    min_speech_ms: int = 90
    """A click or a cough is shorter."""
    pause_ms: int = 300
    """Silence after which the turn may be worked on speculatively."""
    end_silence_ms: int = 500
    """Silence that ends the utterance."""
    pre_roll_ms: int = 300
    """Sound kept from before the detected start, so that the first word is whole."""
    post_roll_ms: int = 200
    """Silence kept at the end; never more than `pause_ms`."""
    max_utterance_seconds: float = 20.0
    """An utterance is ended here even while somebody speaks."""


@dataclass(frozen=True)
class SpeechStarted:
    """Somebody speaks; `sample` is where the utterance will begin, pre-roll included."""

    sample: int


@dataclass(frozen=True)
class SpeechPaused:
    """A short silence inside an utterance, which may be its end."""

    start: int
    end: int
    samples: NDArray[np.float32] = field(compare=False, repr=False)
    """The sound of [start, end)."""


@dataclass(frozen=True)
class SpeechResumed:
    """It was not the end: speech goes on from `sample`."""

    sample: int


@dataclass(frozen=True)
class Utterance:
    """What was said between two silences: the input's samples [start, end), counted from the session's start."""

    start: int
    end: int
    samples: NDArray[np.float32] = field(compare=False, repr=False)
    forced: bool
    """It was ended by its length, not by a silence."""


SegmentEvent = SpeechStarted | SpeechPaused | SpeechResumed | Utterance


class Segmenter:
    """One session's segmenter at 16 kHz. `settings` may be replaced between two calls."""

    def __init__(self, settings: SegmenterSettings | None = None) -> None:
        self.settings = settings or SegmenterSettings()
        self.position = 0
        """Samples heard since the session's start."""
        self._forget()

    def _forget(self) -> None:
        self._kept: list[NDArray[np.float32]] = []
        self._kept_from = self.position
        self._onset: int | None = None  # first frame of what may become speech
        self._start: int | None = None  # set while an utterance is open
        self._silent_from: int | None = None
        self._paused = False

    @property
    def speaking(self) -> bool:
        """Whether an utterance is open."""
        return self._start is not None

    def process(self, samples: NDArray[np.float32], probability: float) -> list[SegmentEvent]:
        """Hears one frame, shape (n,), usually 512 samples."""
        frame_start = self.position
        self._kept.append(samples)
        self.position += len(samples)
        if self._start is None:
            return self._idle(frame_start, probability)
        return self._open(frame_start, len(samples), probability)

    def flush(self) -> list[SegmentEvent]:
        """Ends the open utterance now (the caller committed); nothing when nobody spoke."""
        events: list[SegmentEvent] = []
        if self._start is not None:
            events.append(self._finish(self._start, self.position, forced=False))
        self._forget()
        return events

    def reset(self) -> None:
        """Drops an open utterance; positions go on."""
        self._forget()

    def _idle(self, frame_start: int, probability: float) -> list[SegmentEvent]:
        if probability >= self.settings.threshold:
            if self._onset is None:
                self._onset = frame_start
        elif probability < self.settings.negative_threshold:
            self._onset = None
        pre_roll = self._samples(self.settings.pre_roll_ms)
        if self._onset is not None and self.position - self._onset >= self._samples(self.settings.min_speech_ms):
            self._start = max(self._kept_from, self._onset - pre_roll)
            self._silent_from, self._paused = None, False
            return [SpeechStarted(self._start)]
        self._drop_before((self.position if self._onset is None else self._onset) - pre_roll)
        return []

    def _open(self, frame_start: int, length: int, probability: float) -> list[SegmentEvent]:
        assert self._start is not None
        events: list[SegmentEvent] = []
        if probability >= self.settings.threshold:
            if self._paused:
                events.append(SpeechResumed(frame_start))
            self._silent_from, self._paused = None, False
        elif probability < self.settings.negative_threshold and self._silent_from is None:
            self._silent_from = frame_start
        silence = 0 if self._silent_from is None else self.position - self._silent_from
        if silence >= self._samples(self.settings.end_silence_ms):
            return [*events, self._finish(self._start, self._cut(), forced=False)]
        if self.position - self._start + length > self.settings.max_utterance_seconds * _RATE:
            return [*events, self._finish(self._start, self.position, forced=True)]
        if not self._paused and silence >= self._samples(self.settings.pause_ms):
            self._paused = True
            end = self._cut()
            events.append(SpeechPaused(self._start, end, self._slice(self._start, end)))
        return events

    def _cut(self) -> int:
        """Where an utterance ends that ends with the present silence."""
        assert self._silent_from is not None
        post_roll = min(self.settings.post_roll_ms, self.settings.pause_ms)
        return min(self.position, self._silent_from + self._samples(post_roll))

    def _finish(self, start: int, end: int, forced: bool) -> Utterance:
        """Closes the utterance; what comes after `end` stays as the next one's pre-roll."""
        utterance = Utterance(start, end, self._slice(start, end), forced)
        self._onset = self._start = self._silent_from = None
        self._paused = False
        self._drop_before(max(end, self.position - self._samples(self.settings.pre_roll_ms)))
        return utterance

    def _slice(self, start: int, end: int) -> NDArray[np.float32]:
        return np.concatenate(self._kept)[start - self._kept_from : end - self._kept_from]

    def _drop_before(self, sample: int) -> None:
        """Forgets kept samples before `sample`, to the sample."""
        while self._kept and self._kept_from + len(self._kept[0]) <= sample:
            self._kept_from += len(self._kept.pop(0))
        if self._kept and self._kept_from < sample:
            self._kept[0] = self._kept[0][sample - self._kept_from :]
            self._kept_from = sample

    def _samples(self, milliseconds: int) -> int:
        return milliseconds * _RATE // 1000
