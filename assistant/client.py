"""A small client of `/v1/realtime`, for the command line and the benchmarks.

It speaks plain OpenAI Realtime events and understands `kumpel.sources` and `kumpel.timings`; any other client of the
protocol does as well (the tests use the official one).
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from assistant.errors import KumpelError, Unavailable
from speech.audio import float_to_pcm16, resample

WIRE_RATE = 24000
CHUNK_SECONDS = 0.04
TAIL_SECONDS = 3.0
"""Silence sent after a question, so that the server's voice activity detection finds the end."""

Event = dict[str, Any]
Observer = Callable[[float, Event], None]


@dataclass
class Reply:
    """What came back for one question. Times are seconds from the client's clock."""

    heard: str | None = None
    text: str = ""
    sources: list[dict[str, Any]] = field(default_factory=list)
    timings_ms: dict[str, float] = field(default_factory=dict)
    audio: bytes = b""
    """PCM16 at WIRE_RATE."""
    status: str = ""
    errors: list[dict[str, Any]] = field(default_factory=list)
    speech_sent: float = 0.0
    """When the last sample of speech left."""
    endpoint: float = 0.0
    """When the server said that the utterance had ended."""
    first_sound: float = 0.0
    """When the first samples of the answer came."""


class RealtimeClient:
    """One connection. Use as `async with RealtimeClient(url) as client`."""

    def __init__(self, url: str, observe: Observer | None = None) -> None:
        self._url, self._observe, self._began = url, observe, time.monotonic()

    async def __aenter__(self) -> RealtimeClient:
        import websockets

        try:
            self._socket = await websockets.connect(self._url, compression=None, max_size=None)
        except (OSError, websockets.WebSocketException) as problem:
            raise Unavailable(f"Unter {self._url} antwortet kein KI-Kumpel. Starte ihn mit: kumpel serve") from problem
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._socket.close()

    async def send(self, event: Event) -> None:
        """Sends one event."""
        await self._socket.send(json.dumps(event))

    async def events(self) -> AsyncIterator[Event]:
        """Events as they come, until the server closes."""
        async for message in self._socket:
            event = cast(Event, json.loads(message))
            if self._observe:
                self._observe(time.monotonic() - self._began, event)
            yield event

    async def ask_text(self, question: str) -> Reply:
        """Asks in writing; the answer is spoken and written."""
        content = [{"type": "input_text", "text": question}]
        await self.send(
            {"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content": content}}
        )
        await self.send({"type": "response.create"})
        return await self._collect(Reply())

    async def ask_speech(self, samples: NDArray[np.float32], rate: int, paced_from: float | None = None) -> Reply:
        """Asks aloud, ended by the server's voice activity detection.

        `samples`: mono, within ±1, shape (n,), ending with the last sample of speech; silence is added. Audio is sent
        as fast as it goes, and from `paced_from` seconds on in real time.
        """
        reply = Reply()
        sending = asyncio.create_task(self._send_speech(samples, rate, paced_from, reply))
        try:
            return await self._collect(reply)
        finally:
            sending.cancel()

    async def _send_speech(
        self, samples: NDArray[np.float32], rate: int, paced_from: float | None, reply: Reply
    ) -> None:
        sound = resample(samples, rate, WIRE_RATE)
        speech_end = len(sound)
        sound = np.concatenate([sound, np.zeros(int(TAIL_SECONDS * WIRE_RATE), np.float32)])
        pcm, step = float_to_pcm16(sound), int(CHUNK_SECONDS * WIRE_RATE)
        due: float | None = None
        for start in range(0, len(pcm), step):
            if paced_from is not None and start / WIRE_RATE >= paced_from:
                due = time.monotonic() if due is None else due + CHUNK_SECONDS
                await asyncio.sleep(max(0.0, due - time.monotonic()))
            chunk = base64.b64encode(pcm[start : start + step].tobytes()).decode()
            await self.send({"type": "input_audio_buffer.append", "audio": chunk})
            if start < speech_end <= start + step:
                reply.speech_sent = time.monotonic()

    async def _collect(self, reply: Reply) -> Reply:
        responding = False
        async for event in self.events():
            kind = event["type"]
            if kind == "input_audio_buffer.speech_stopped":
                reply.endpoint = time.monotonic()
            elif kind == "conversation.item.input_audio_transcription.completed":
                reply.heard = event["transcript"]
            elif kind == "response.created":
                responding = True
            elif kind == "kumpel.sources":
                reply.sources = event["sources"]
            elif kind == "kumpel.timings":
                reply.timings_ms = event["timings_ms"]
            elif kind == "response.output_audio_transcript.delta":
                reply.text += event["delta"]
            elif kind == "response.output_audio.delta":
                reply.first_sound = reply.first_sound or time.monotonic()
                reply.audio += base64.b64decode(event["delta"])
            elif kind == "error":
                reply.errors.append(event["error"])
                if not responding:  # else `response.done` follows
                    return reply
            elif kind == "response.done":
                reply.status = event["response"]["status"]
                return reply
        raise KumpelError("the server closed the connection in mid-answer", spoken="Die Verbindung ist abgebrochen.")
