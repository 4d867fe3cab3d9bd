"""What the page's tests need: a browser, a scripted server that speaks the documented events, a voice to record."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import os
import socket
import threading
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from fastapi.staticfiles import StaticFiles

from assistant.api.lessons import example_wav, router
from corpus.material import load_lessons

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=user-gesture-required",
]  # fmt: skip
WEB = Path(__file__).resolve().parent.parent / "assistant" / "web"
RATE = 24000
ANSWER = [
    "KI rät das nächste Wort und weiß nicht, was wahr ist.",
    "Deshalb klingt auch Falsches sicher.",
    "Das steht in der Lektion „KI erfindet Dinge“.",
]
HEARD = "Was ist eine <b>Halluzination</b>?"
"""With markup in it: what a recogniser or a learner says must never become part of the page."""


def require_chromium() -> None:
    """Skips the test where the system has no Chromium."""
    if not os.access(CHROMIUM, os.X_OK):
        pytest.skip(f"{CHROMIUM} is missing (apt-get install chromium)")


class ScriptedServer:
    """A stand-in for the server: real events and real sound, but it always hears and answers the same.

    Its voice activity detection is a loudness threshold. `received` holds every event the page sent.
    """

    def __init__(self, profile: str = "starter") -> None:
        self.profile = profile
        self.received: list[dict[str, Any]] = []
        self.refusal: dict[str, Any] | None = None
        """An `error` object to send in place of the next answer."""
        self.silent = False
        """True: it takes turns and never answers."""
        self.app = FastAPI()
        self.app.include_router(router(load_lessons()))
        self.app.get("/healthz")(lambda: {"ready": True, "profile": self.profile})
        self.app.websocket("/v1/realtime")(self._session)
        self.app.mount("/", StaticFiles(directory=WEB, html=True))

    def types(self) -> list[str]:
        """The types of what the page sent, runs of the same type as one."""
        return [kind for kind, _ in itertools.groupby(event["type"] for event in self.received)]

    def audio(self) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
        """All sound that the page sent."""
        chunks = [base64.b64decode(e["audio"]) for e in self.received if e["type"] == "input_audio_buffer.append"]
        return np.frombuffer(b"".join(chunks), np.int16)

    async def _session(self, websocket: WebSocket) -> None:
        await websocket.accept()
        with contextlib.suppress(WebSocketDisconnect):
            await _Session(self, websocket).run()


class _Session:
    def __init__(self, server: ScriptedServer, websocket: WebSocket) -> None:
        self.server, self.websocket = server, websocket
        self.vad, self.speaking, self.quiet = True, False, 0
        self.answering: asyncio.Task[None] | None = None
        self.ids = itertools.count(1)

    async def send(self, kind: str, **fields: Any) -> None:
        await self.websocket.send_text(json.dumps({"type": kind, "event_id": f"event_{next(self.ids)}", **fields}))

    async def run(self) -> None:
        await self.send("session.created", session={"type": "realtime"})
        while True:
            event = json.loads(await self.websocket.receive_text())
            self.server.received.append(event)
            match event["type"]:
                case "session.update":
                    self.vad = event["session"]["audio"]["input"]["turn_detection"] is not None
                case "input_audio_buffer.append" if self.vad:
                    await self.listen(np.frombuffer(base64.b64decode(event["audio"]), np.int16))
                case "input_audio_buffer.commit":
                    await self.end_utterance()
                case "input_audio_buffer.clear":
                    self.speaking = False
                case "response.create":
                    self.answering = asyncio.create_task(self.answer())
                case "response.cancel" if self.answering:
                    self.answering.cancel()

    async def listen(self, samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> None:
        for part in np.array_split(samples, max(1, len(samples) // 480)):
            loud = len(part) > 0 and float(np.abs(part.astype(np.int32)).max()) > 1000
            self.quiet = 0 if loud else self.quiet + len(part)
            if loud and not self.speaking:
                self.speaking = True
                await self.send("input_audio_buffer.speech_started", item_id="item_u", audio_start_ms=0)
            elif self.speaking and self.quiet > 0.6 * RATE:
                await self.send("input_audio_buffer.speech_stopped", item_id="item_u", audio_end_ms=0)
                await self.end_utterance()

    async def end_utterance(self) -> None:
        if self.vad and not self.speaking:
            error = {"type": "invalid_request_error", "code": "input_audio_buffer_commit_empty", "message": "no speech"}
            await self.send("error", error=error)
            return
        self.speaking = False
        await self.send("input_audio_buffer.committed", item_id="item_u", previous_item_id=None)
        for word in HEARD.split(" "):
            await self.send("conversation.item.input_audio_transcription.delta", item_id="item_u", delta=word + " ")
        await self.send("conversation.item.input_audio_transcription.completed", item_id="item_u", transcript=HEARD)
        if self.vad:
            self.answering = asyncio.create_task(self.answer())

    async def answer(self) -> None:
        if self.server.silent:
            return
        if self.server.refusal:
            error, self.server.refusal = self.server.refusal, None
            await self.send("error", error=error)
            return
        response, item = f"resp_{next(self.ids)}", f"item_{next(self.ids)}"
        try:
            await self.send("response.created", response={"id": response, "status": "in_progress"})
            source = {"lesson": "m06-1", "title": "KI erfindet Dinge", "approved_by": None, "approved": False}
            await self.send("kumpel.sources", response_id=response, item_id=item, abstained=False, sources=[source])
            for sentence in ANSWER:
                place = {"response_id": response, "item_id": item, "output_index": 0, "content_index": 0}
                await self.send("response.output_audio_transcript.delta", **place, delta=sentence + " ")
                sound = await asyncio.to_thread(example_wav, sentence)
                await self.send("response.output_audio.delta", **place, delta=base64.b64encode(sound[44:]).decode())
            await self.send("response.done", response={"id": response, "status": "completed"})
        except asyncio.CancelledError:
            await self.send("response.done", response={"id": response, "status": "cancelled"})


@contextlib.contextmanager
def serving(app: FastAPI, port: int = 0) -> Iterator[int]:
    """Runs `app` in a thread and yields its port; a given `port` is taken again."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def microphone_wav(path: Path, question: str = "Was ist eine Halluzination?") -> Path:
    """A question between two silences, for Chromium's fake microphone, which plays it round and round."""
    with wave.open(str(path), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE)
        wav.writeframes(bytes(RATE // 2) + example_wav(question)[44:] + bytes(8 * RATE))
    return path
