"""Recognition for one session, with the closing silence as working time.

At a short pause the utterance is recognised and searched for on trial. When nobody goes on speaking, the segmenter's
utterance is cut as the pause was, and the result is there already; else it is thrown away.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.engines import Pool
from assistant.errors import KumpelError
from assistant.turn import Stopwatch, Turn
from retrieval.passages import Found
from speech.asr import Transcriber, Transcript
from speech.segmenter import SpeechPaused, Utterance


@dataclass(frozen=True)
class Heard:
    """A transcript and how long it took."""

    transcript: Transcript
    milliseconds: float


class Hearing:
    """Recognises and searches, on trial or in earnest."""

    def __init__(self, turn: Turn, transcribers: Pool[Transcriber]) -> None:
        self._turn = turn
        self._transcribers = transcribers
        self._trial: tuple[int, int, asyncio.Task[Heard]] | None = None
        self._found: Found | None = None

    def try_pause(self, pause: SpeechPaused) -> None:
        """Begins on trial, when an engine is free: trials never make anybody wait in line."""
        self.drop_trial()
        if self._transcribers.idle:
            work = asyncio.create_task(self._hear_and_find(pause.samples))
            self._trial = (pause.start, pause.end, work)

    def drop_trial(self) -> None:
        """The person goes on speaking."""
        if self._trial is not None:
            self._trial[2].cancel()
            self._trial = None

    def trial_of(self, utterance: Utterance) -> asyncio.Task[Heard] | None:
        """The trial that heard exactly this utterance; any other is dropped."""
        if self._trial is not None and self._trial[:2] == (utterance.start, utterance.end):
            work, self._trial = self._trial[2], None
            return work
        self.drop_trial()
        return None

    async def hear(self, samples: NDArray[np.float32], trial: asyncio.Task[Heard] | None) -> Heard:
        """Utterance -> transcript. Cancelling it cancels the trial."""
        if trial is not None:
            return await trial
        return await self._hear(samples)

    async def find(self, question: str) -> Found:
        """Question -> hits, from the trial when that was the question."""
        if self._found is not None and self._found.query == question:
            return self._found
        return await self._turn.find(question)

    async def close(self) -> None:
        """Ends the trial that runs."""
        trial = self._trial
        self.drop_trial()
        if trial is not None:
            await asyncio.gather(trial[2], return_exceptions=True)

    async def _hear(self, samples: NDArray[np.float32]) -> Heard:
        watch = Stopwatch()
        transcript = await self._turn.hear(samples)
        watch.lap("hear")
        return Heard(transcript, watch.timings_ms["hear"])

    async def _hear_and_find(self, samples: NDArray[np.float32]) -> Heard:
        heard = await self._hear(samples)
        if not heard.transcript.rejected:
            with suppress(KumpelError):  # in earnest it is tried again, and then told
                self._found = await self._turn.find(heard.transcript.text)
        return heard
