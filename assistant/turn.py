"""One turn on one screen: utterance -> query -> hits -> answer -> speech.

Read this file and you have understood the product. Each stage is one method; the session decides when to call them
and what to throw away. Blocking engines run in `assistant.engines` pools, so a turn never holds up the event loop.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.answer import Answerer, Grounds, page_words
from assistant.engines import Pool
from assistant.library import Publisher
from corpus.lesson import Lesson
from corpus.library import Document
from retrieval.passages import Found, Hit, Retriever
from speech.asr import Transcriber, Transcript
from speech.tts import SpeechFrame, Synthesizer

UNAPPROVED = "Diese Lektion ist noch nicht fachlich freigegeben."
ABSTENTION = "Das steht nicht in meinem Material."


@dataclass(frozen=True)
class Engines:
    """The loaded parts that turns share."""

    transcribers: Pool[Transcriber]
    retriever: Pool[Retriever]
    answerers: Pool[Answerer]
    voices: Pool[Synthesizer]
    lessons: dict[str, Lesson]
    """By lesson id."""
    documents: dict[str, Document] = field(default_factory=dict)
    """What trainers have added and a named person has approved, by id; the publisher changes it in place."""
    publisher: Publisher | None = None
    """Changes `documents`."""
    contact: str = ""
    """Whom to turn to when the material has no answer, as a sentence; see `Settings.contact`."""

    @property
    def voice_rate(self) -> int:
        """Hertz of the voice's frames."""
        return self.voices.engines[0].rate


@dataclass(frozen=True)
class Source:
    """Where an answer comes from, for the learner to see and hear."""

    lesson: str
    """Id of the lesson or the document."""
    title: str
    approved_by: str | None
    page: int | None = None
    """Counted from 1; None for lessons and for documents without pages."""


@dataclass
class Stopwatch:
    """Milliseconds each stage took."""

    timings_ms: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        """Books the time since the last lap to `stage`."""
        now = time.perf_counter()
        self.timings_ms[stage] = round((now - self._since) * 1000, 2)
        self._since = now


class Turn:
    """The stages of one turn over shared engines."""

    def __init__(self, engines: Engines, hotwords: tuple[str, ...] = ()) -> None:
        self._engines = engines
        self._hotwords = hotwords

    async def hear(self, samples: NDArray[np.float32]) -> Transcript:
        """Utterance (16 kHz, shape (n,)) -> transcript; `rejected` is set when the gate refuses it."""
        return await self._engines.transcribers.run(lambda engine: engine.transcribe(samples, hotwords=self._hotwords))

    async def find(self, question: str) -> Found:
        """Question -> hits, or an abstention."""
        return await self._engines.retriever.run(lambda retriever: retriever.search(question))

    def source(self, found: Found) -> Source | None:
        """The lesson that the answer to `found` comes from, or None after an abstention."""
        if found.best is None:
            return None
        return source_of(self._engines, found.best)

    async def answer(self, found: Found) -> AsyncGenerator[str, None]:
        """Hits -> sentences, the source as the last one; an abstention names the nearest lessons and the contact."""
        if found.best is None:
            for sentence in self._abstention(found):
                yield sentence
            return
        lesson = self._engines.lessons.get(found.best.source)
        if lesson is None:
            for sentence in (*page_words(found.query, found.best.passage), self._place(found.best)):
                yield sentence
            return
        grounds = Grounds(found.query, lesson, found.best.passage)
        async with aclosing(self._engines.answerers.stream(lambda answerer: answerer.answer(grounds))) as sentences:
            async for sentence in sentences:
                yield sentence
        yield f"Das steht in der Lektion „{lesson.title}“."
        if lesson.verbatim and lesson.approved_by is None:
            yield UNAPPROVED

    def _place(self, hit: Hit) -> str:
        """Where a document's answer stands, to be said."""
        source = source_of(self._engines, hit)
        page = f", Seite {source.page}" if source.page is not None else ""
        return f"Das steht in: {source.title}{page}."

    def _abstention(self, found: Found) -> list[str]:
        titles = [source_of(self._engines, hit).title for hit in found.hits[:2]]
        contact = self._engines.contact
        if found.verdict == "ask" and len(titles) == 2:
            return [f"Meinst du „{titles[0]}“ oder „{titles[1]}“?"]
        if not titles:
            return [ABSTENTION, contact or "Frag bitte eine Kollegin oder einen Kollegen."]
        nearest = "Ich kann dir das hier erklären: " + " oder ".join(f"„{title}“" for title in titles) + "."
        return [ABSTENTION, nearest, *([contact] if contact else [])]

    async def speak(self, sentence: str, speed: float = 1.0) -> AsyncGenerator[SpeechFrame, None]:
        """Sentence -> frames, clause by clause."""
        stream = self._engines.voices.stream(lambda voice: voice.synthesize(sentence, speed=speed))
        async with aclosing(stream) as frames:
            async for frame in frames:
                yield frame


def source_of(engines: Engines, hit: Hit) -> Source:
    """Whose words a hit holds."""
    if hit.source in engines.lessons:
        lesson = engines.lessons[hit.source]
        return Source(lesson.id, lesson.title, lesson.approved_by)
    document = engines.documents.get(hit.source)
    if document is None:  # retired while the question was searched
        return Source(hit.source, hit.source, None, hit.passage.page)
    return Source(document.id, document.title, document.approved_by, hit.passage.page)
