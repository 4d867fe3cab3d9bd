"""The ears of one session: the client's sound in, what the segmenter makes of it out.

Positions that leave this file count samples at the wire's rate; the detector and the segmenter work at 16 kHz.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np
from numpy.typing import NDArray

from assistant.conversation import WIRE_RATE
from assistant.errors import BadInput
from speech.asr import ASR_RATE
from speech.audio import StreamResampler, pcm16_to_float, resample
from speech.segmenter import Segmenter, SegmenterSettings, SegmentEvent
from speech.vad import FRAME, VoiceDetector

HELD_SECONDS = 60
SHORTEST_SECONDS = 0.1


def wire_position(sample: int) -> int:
    """A position at 16 kHz, at the wire's rate."""
    return sample * WIRE_RATE // ASR_RATE


class Ears:
    """Listens for speech (server VAD), or holds the sound until it is committed (push-to-talk)."""

    def __init__(self, detector: VoiceDetector, settings: SegmenterSettings) -> None:
        self._detector = detector
        self._resampler = StreamResampler(WIRE_RATE, ASR_RATE)
        self._segmenter = Segmenter(settings)
        self._rest = np.zeros(0, np.float32)
        self._held = bytearray()
        self._voiced = 0

    @property
    def position(self) -> int:
        """How far the client's sound was listened to."""
        return wire_position(self._segmenter.position)

    @property
    def voiced(self) -> int:
        """Where the last frame with a voice ended."""
        return wire_position(self._voiced)

    def use(self, settings: SegmenterSettings) -> None:
        """Other thresholds from now on."""
        self._segmenter.settings = settings

    async def listen(self, pcm: bytes) -> AsyncIterator[list[SegmentEvent]]:
        """Server VAD: what each frame (0.2 ms of work) brings; `position` moves along."""
        samples = np.concatenate([self._rest, self._resampler.process(pcm16_to_float(pcm))])
        whole = len(samples) // FRAME * FRAME
        self._rest = samples[whole:]
        for start in range(0, whole, FRAME):
            frame = samples[start : start + FRAME]
            probability = self._detector.probability(frame)
            events = self._segmenter.process(frame, probability)
            if probability >= self._segmenter.settings.threshold:
                self._voiced = self._segmenter.position
            yield events
            # Sound that comes faster than real time must not hold up an answer, this session's or another's.
            await asyncio.sleep(0)

    def finish(self) -> list[SegmentEvent]:
        """Server VAD: ends the utterance that is being spoken; nothing when nobody speaks."""
        events: list[SegmentEvent] = []
        if self._segmenter.speaking:  # the last word may end in what did not fill a frame yet
            rest = np.concatenate([self._rest, self._resampler.flush()])
            frame = np.pad(rest, (0, -len(rest) % FRAME))
            for start in range(0, len(frame), FRAME):
                events += self._segmenter.process(frame[start : start + FRAME], 1.0)
            self._rest = np.zeros(0, np.float32)
        return [*events, *self._segmenter.flush()]

    def hold(self, pcm: bytes) -> None:
        """Push-to-talk: keeps the sound. Raises BadInput beyond `HELD_SECONDS`; what fits is kept."""
        room = HELD_SECONDS * WIRE_RATE * 2 - len(self._held)
        self._held += pcm[:room]
        if len(pcm) > room:
            message = f"more than {HELD_SECONDS} s without a commit; the rest was dropped"
            raise BadInput(message, code="input_audio_buffer_full", param="audio")

    def take_held(self) -> NDArray[np.float32]:
        """Push-to-talk: the sound since the last commit, 16 kHz, shape (n,). Raises BadInput when it is too short."""
        if len(self._held) < SHORTEST_SECONDS * WIRE_RATE * 2:
            held_ms = len(self._held) * 1000 // (WIRE_RATE * 2)
            message = f"the buffer has {held_ms} ms of sound; at least 100 ms are needed"
            raise BadInput(message, code="input_audio_buffer_commit_empty")
        samples = resample(pcm16_to_float(bytes(self._held)), WIRE_RATE, ASR_RATE)
        self._held.clear()
        return samples

    def clear(self) -> None:
        """Forgets the sound since the last commit, and an utterance that is being spoken."""
        self._held.clear()
        self._rest = np.zeros(0, np.float32)
        self._segmenter.reset()
        self._detector.reset()
