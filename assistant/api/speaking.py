"""One answer of one session: question -> hits -> sentences -> sound, told to the session step by step."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from assistant.answering import Answer
from assistant.api.hearing import Hearing
from assistant.api.outbound import Outbound
from assistant.conversation import WIRE_RATE
from assistant.errors import KumpelError
from assistant.response import Event
from assistant.session import Output, Session
from assistant.turn import Engines, Source, Stopwatch, Turn, source_of
from retrieval.passages import Found
from speech.audio import StreamResampler, float_to_pcm16

FIRST_CHUNK, CHUNK = WIRE_RATE // 5, WIRE_RATE * 2 // 5
"""Samples of an audio delta: the first is short, so that it leaves and plays at once."""

log = logging.getLogger(__name__)


class Speaking:
    """Carries out the session's `Answer` commands, one at a time."""

    def __init__(
        self,
        engines: Engines,
        turn: Turn,
        session: Session,
        hearing: Hearing,
        outbound: Outbound,
        apply: Callable[[Sequence[Output]], None],
        now: Callable[[], int],
    ) -> None:
        self._engines, self._turn, self._session, self._hearing = engines, turn, session, hearing
        self._outbound, self._apply, self._now = outbound, apply, now

    async def answer(self, answer: Answer, began: float, hear_ms: float | None) -> None:
        """Answers, from the first search to `response.done`; never raises but CancelledError.

        `began`: when the utterance ended, on `perf_counter`'s clock; `hear_ms`: what its recognition took.
        """
        try:
            if answer.question is None:
                await self._say(answer, _one(answer.sentence or ""), Stopwatch(), began)
                self._apply(self._session.finished(answer.response_id))
            else:
                await self._answer_question(answer, answer.question, began, hear_ms)
        except KumpelError as error:
            await self._break_off(answer, error)
        except Exception:
            log.exception("an answer broke off")
            await self._break_off(answer, KumpelError("internal error; see the server's log"))

    async def _answer_question(self, answer: Answer, question: str, began: float, hear_ms: float | None) -> None:
        watch = Stopwatch({} if hear_ms is None else {"hear": hear_ms})
        found = await self._hearing.find(question)
        watch.lap("find")
        self._outbound.send(heard_event(answer, found))
        self._outbound.send(sources_event(answer, found, self._turn.source(found), self._engines))
        whole = await self._say(answer, self._turn.answer(found), watch, began)
        watch.timings_ms["total"] = round((perf_counter() - began) * 1000, 2)
        fields = {"response_id": answer.response_id, "timings_ms": watch.timings_ms}
        ending = self._session.finished(answer.response_id, incomplete=not whole)
        self._apply([*ending[:-1], Event("kumpel.timings", fields), *ending[-1:]] if ending else [])

    async def _say(self, answer: Answer, sentences: AsyncGenerator[str, None], watch: Stopwatch, began: float) -> bool:
        """Says the sentences; False when `max_output_tokens` ended it early."""
        voice = _Sound(self._engines.voice_rate)
        words = 0
        async with aclosing(ahead(sentences)) as stream:
            async for sentence in stream:
                if not words:
                    watch.lap("answer")
                limit = answer.options.max_output_tokens
                if words and limit is not None and words + len(sentence.split()) > limit:
                    return False
                words += len(sentence.split())
                if answer.options.modality == "text":
                    self._apply(self._session.said(answer.response_id, sentence))
                else:
                    await self._speak(answer, sentence, voice, watch, began)
                await self._outbound.room()
        if answer.options.modality == "audio" and words:
            self._sound(answer, voice.rest(), watch, began)
        return True

    async def _speak(self, answer: Answer, sentence: str, voice: _Sound, watch: Stopwatch, began: float) -> None:
        async with aclosing(self._turn.speak(sentence, answer.options.speed)) as frames:
            async for frame in frames:
                if "speak" not in watch.timings_ms:
                    watch.lap("speak")
                self._apply(self._session.said(answer.response_id, frame.text))
                self._sound(answer, voice.convert(frame.samples), watch, began)

    def _sound(self, answer: Answer, samples: NDArray[np.int16], watch: Stopwatch, began: float) -> None:
        start = 0
        while start < len(samples):
            first = "first_audio" not in watch.timings_ms
            if first:
                watch.timings_ms["first_audio"] = round((perf_counter() - began) * 1000, 2)
            end = start + (FIRST_CHUNK if first else CHUNK)
            pcm = samples[start:end].astype("<i2").tobytes()
            self._apply(self._session.sounded(answer.response_id, pcm, self._now()))
            start = end

    async def _break_off(self, answer: Answer, error: KumpelError) -> None:
        """Tells the person, when nothing was said yet and the voice still works, and then the client."""
        response = self._session.answering.running(answer.response_id)
        if response is not None and not response.opened:
            with suppress(Exception):
                await self._say(answer, _one(error.spoken), Stopwatch(), perf_counter())
        self._apply(self._session.failed(answer.response_id, error))


class _Sound:
    """The voice's samples at the wire's rate, without clicks between the clauses."""

    def __init__(self, rate: int) -> None:
        self._resampler = StreamResampler(rate, WIRE_RATE)

    def convert(self, samples: NDArray[np.int16]) -> NDArray[np.int16]:
        return float_to_pcm16(self._resampler.process(samples.astype(np.float32) / np.float32(32768)))

    def rest(self) -> NDArray[np.int16]:
        return float_to_pcm16(self._resampler.flush())


async def _one(sentence: str) -> AsyncGenerator[str, None]:
    yield sentence


async def ahead(items: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
    """`items`, made ahead of their use: the answerer works on a sentence while the voice speaks the one before,
    and is free again without waiting for the voice or the client. Raises what `items` raises."""
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    async def fill() -> None:
        try:
            async with aclosing(items):
                async for item in items:
                    queue.put_nowait(item)
        finally:
            queue.put_nowait(None)

    filling = asyncio.create_task(fill())
    try:
        while (item := await queue.get()) is not None:
            yield item
        await filling
    finally:
        filling.cancel()
        await asyncio.gather(filling, return_exceptions=True)


def heard_event(answer: Answer, found: Found) -> Event:
    """`kumpel.heard`: what was understood and searched for."""
    fields = {
        "response_id": answer.response_id, "item_id": answer.item_id, "text": found.query,
        "confidence": answer.confidence, "variants": list(found.variants),
    }  # fmt: skip
    return Event("kumpel.heard", fields)


def sources_event(answer: Answer, found: Found, source: Source | None, engines: Engines) -> Event:
    """`kumpel.sources`: where the answer comes from, and what else was near."""
    sources = []
    if source is not None:
        approved = {"approved_by": source.approved_by, "approved": source.approved_by is not None}
        sources = [{"lesson": source.lesson, "title": source.title, "page": source.page, **approved}]
    candidates = [
        {"lesson": hit.source, "title": source_of(engines, hit).title, "score": round(hit.score, 4)}
        for hit in found.hits[:3]
    ]
    fields = {
        "response_id": answer.response_id, "item_id": answer.answer_id, "abstained": found.abstained,
        "sources": sources, "candidates": candidates,
    }  # fmt: skip
    return Event("kumpel.sources", fields)
