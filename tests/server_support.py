"""What the server's tests share: a real server over real pools, the real espeak-ng voice and the real lessons.

Three stand-ins, named so: `ScriptedTranscriber` and `ScriptedRetriever` know a handful of questions, so that a test
says what is heard and found; `EnergyDetector` takes every sound for speech. A question "sounds" as a tone of its own,
so what is recognised depends on the samples that arrive and on nothing else.
"""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import numpy as np
import uvicorn
from numpy.typing import NDArray
from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection

from assistant.answer import Answerer, Grounds, LessonWords
from assistant.api.app import create_app
from assistant.engines import Pool
from assistant.serving import take_port
from assistant.settings import Settings
from assistant.turn import Engines
from corpus.material import load_lessons
from retrieval.passages import Found, Hit, Passage
from speech.asr import Transcript
from speech.espeak import EspeakVoice

RATE = 24000
HALLUCINATION, FAKES, NODDING, WEATHER, MUMBLING = 300, 500, 700, 900, 1100
"""Tones (Hertz) and what they say."""
SAYS = {
    HALLUCINATION: "was ist eine halluzination",
    FAKES: "kann ich glauben was die ki sagt",
    NODDING: "mhm",
    WEATHER: "wie wird das wetter",
}
FINDS = {"halluzination": "m06-1", "glauben": "m06-2"}


def tone(hertz: int, seconds: float = 0.8, rate: int = RATE) -> NDArray[np.int16]:
    """A question, as sound."""
    time = np.arange(int(seconds * rate)) / rate
    return (np.sin(2 * np.pi * hertz * time) * 12000).astype(np.int16)


def silence(seconds: float = 1.0) -> NDArray[np.int16]:
    """Nobody speaks."""
    return np.zeros(int(seconds * RATE), np.int16)


class ScriptedTranscriber:
    """Stand-in: tells the tones apart, and counts its calls."""

    name = "scripted"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.calls = 0

    def transcribe(self, samples: NDArray[np.float32], *, hotwords: tuple[str, ...] = ()) -> Transcript:
        """The text of the loudest frequency; MUMBLING and what is unknown is refused."""
        assert self._lock.acquire(blocking=False), "one engine worked for two at once"
        try:
            self.calls += 1
            spectrum = np.abs(np.fft.rfft(samples))
            hertz = np.fft.rfftfreq(len(samples), 1 / 16000)[int(np.argmax(spectrum))]
            nearest = min([*SAYS, MUMBLING], key=lambda known: abs(known - hertz))
            if nearest == MUMBLING:
                return Transcript("hmpf", 0.1, "unsure")
            return Transcript(SAYS[nearest], 0.9)
        finally:
            self._lock.release()


class ScriptedRetriever:
    """Stand-in: finds by one word."""

    def search(self, query: str, limit: int = 3) -> Found:
        """The lesson of the first known word, or an abstention."""
        for word, lesson in FINDS.items():
            if word in query.lower():
                passage = Passage(f"{lesson}/1", lesson, "Lektion", "…")
                return Found(query, (query,), (Hit(lesson, 0.9, passage),), "answer")
        return Found(query, (query,), (), "abstain")


class HeldAnswerer:
    """Stand-in: says the lesson's first sentence, then thinks until the test lets it go on."""

    name = "held"

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.closed = threading.Event()

    def answer(self, grounds: Grounds) -> Iterator[str]:
        """The lesson's words, held after the first sentence."""
        try:
            yield grounds.lesson.short_answer[0]
            assert self.go_on.wait(30), "the test never let the answerer go on"
            yield from grounds.lesson.short_answer[1:]
        finally:
            self.closed.set()


class EnergyDetector:
    """Stand-in: sound is speech."""

    def probability(self, frame: NDArray[np.float32]) -> float:
        """1 for sound, 0 for silence."""
        return float(np.abs(frame).max() > 0.01)

    def reset(self) -> None:
        """It remembers nothing."""


def make_engines(answerer: Answerer | None = None, transcribers: int = 1, waiting: int = 16) -> Engines:
    """Engines for one server."""
    return Engines(
        transcribers=Pool("transcriber", [ScriptedTranscriber() for _ in range(transcribers)], waiting),
        retriever=Pool("retriever", [ScriptedRetriever()]),
        answerers=Pool("answerer", [answerer or LessonWords()]),
        voices=Pool("voice", [EspeakVoice()], waiting),
        lessons=load_lessons(),
    )


@contextmanager
def serving(engines: Engines | None = None, **settings: Any) -> Iterator[int]:
    """A real server on a free loopback port, in a thread; yields the port."""
    app = create_app(Settings(**settings), engines or make_engines(), EnergyDetector)
    config = uvicorn.Config(app, log_level="warning", ws_per_message_deflate=False, timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    taken = take_port("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    taken.listen()  # a client that comes before the server is ready waits in line
    thread.start()
    try:
        yield taken.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        taken.close()


class Caller:
    """A person at the official client: speaks tones, hears events."""

    def __init__(self, connection: AsyncRealtimeConnection) -> None:
        self.connection = connection
        self.events: list[Any] = []

    async def says(self, *sounds: NDArray[np.int16]) -> None:
        """Sends sound, as fast as it goes."""
        for start in range(0, len(pcm := np.concatenate(sounds)), RATE // 10):
            chunk = pcm[start : start + RATE // 10].tobytes()
            await self.connection.input_audio_buffer.append(audio=base64.b64encode(chunk).decode())

    async def types(self, text: str) -> None:
        """Adds a written question."""
        content: Any = [{"type": "input_text", "text": text}]
        await self.connection.conversation.item.create(item={"type": "message", "role": "user", "content": content})

    async def hears(self, kind: str, where: Callable[[Any], bool] = lambda _: True) -> Any:
        """Waits for an event of this type; all events until then are kept in `events`."""
        async with asyncio.timeout(30):  # a hang is a failure, not a measurement
            while True:
                event = await self.connection.recv()
                self.events.append(event)
                if event.type == kind and where(event):
                    return event

    def kinds(self) -> list[str]:
        """The types of all events so far."""
        return [event.type for event in self.events]

    def of(self, kind: str) -> list[Any]:
        """The events of one type so far."""
        return [event for event in self.events if event.type == kind]


@asynccontextmanager
async def calling(port: int, session: dict[str, Any] | None = None) -> AsyncIterator[Caller]:
    """A session over the official client, with `session` settings."""
    client = AsyncOpenAI(api_key="none", base_url=f"http://127.0.0.1:{port}/v1")
    async with client, client.realtime.connect(model="kumpel") as connection:
        caller = Caller(connection)
        await caller.hears("session.created")
        if session is not None:
            update: Any = {"type": "realtime", **session}
            await connection.session.update(session=update)
            await caller.hears("session.updated")
        yield caller


def collapsed(kinds: Sequence[str]) -> list[str]:
    """Event types in order; a run of transcript and audio deltas becomes one line."""
    lines: list[str] = []
    for kind in kinds:
        line = "response.output_audio{,_transcript}.delta …" if kind.endswith("delta") and "output" in kind else kind
        if not lines or lines[-1] != line or line == kind:
            lines.append(line)
    return lines
