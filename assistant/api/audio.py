"""`/v1/audio/transcriptions` and `/v1/audio/speech`, in OpenAI's form."""

from __future__ import annotations

import struct
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import PlainTextResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from assistant.conversation import WIRE_RATE
from assistant.errors import BadAudio, NotUnderstood
from assistant.turn import Engines, Turn
from speech.asr import ASR_RATE
from speech.audio import AudioError, StreamResampler, float_to_pcm16, read_wav, resample

FILE_LIMIT = 25 * 2**20
"""Bytes of an uploaded recording."""
SYNTHETIC = {"X-Kumpel-Synthetic": "true"}
SYNTHETIC_NOTE = b"Synthetic speech (KI-Kumpel)"
"""Goes into the WAV's INFO chunk."""


class SpeechRequest(BaseModel):
    """What to say. `voice` and `model` are accepted and have no effect."""

    input: Annotated[str, Field(min_length=1, max_length=4096)]
    model: str = "kumpel"
    voice: Any = "kumpel"
    response_format: Literal["wav", "pcm"] = "wav"
    speed: Annotated[float, Field(ge=0.25, le=4.0)] = 1.0
    instructions: str | None = None
    stream_format: Literal["audio"] = "audio"


def router(engines: Engines) -> APIRouter:
    """The two routes."""
    routes = APIRouter(prefix="/v1/audio")
    turn = Turn(engines)

    @routes.post("/transcriptions", response_model=None)
    async def transcribe(
        file: Annotated[UploadFile, File()],
        model: Annotated[str, Form()] = "kumpel",
        language: Annotated[Literal["de"], Form()] = "de",
        response_format: Annotated[Literal["json", "text", "verbose_json"], Form()] = "json",
    ) -> Response | dict[str, Any]:
        """A WAV recording -> its transcript. Raises BadAudio and NotUnderstood."""
        data = await file.read(FILE_LIMIT + 1)
        if len(data) > FILE_LIMIT:
            raise BadAudio(f"the file has more than {FILE_LIMIT} bytes", code="file_too_large", param="file")
        try:
            samples, rate = read_wav(data)
        except AudioError as error:
            raise BadAudio(str(error), param="file", spoken=error.spoken) from None
        transcript = await turn.hear(resample(samples, rate, ASR_RATE))
        if transcript.rejected:
            raise NotUnderstood(f"refused: {transcript.rejected}", param="file")
        if response_format == "text":
            return PlainTextResponse(transcript.text + "\n")
        if response_format == "json":
            return {"text": transcript.text}
        duration = round(len(samples) / rate, 3)
        return {
            "task": "transcribe", "language": "german", "duration": duration, "text": transcript.text,
            "confidence": round(transcript.confidence, 4),
            "segments": [{"id": 0, "start": 0.0, "end": duration, "text": transcript.text}],
        }  # fmt: skip

    @routes.post("/speech")
    async def speak(wish: SpeechRequest) -> StreamingResponse:
        """Text -> sound at 24 kHz, clause by clause."""
        sound = _sound(turn, engines.voice_rate, wish)
        first = await anext(sound)  # so that Busy is an answer with a status, not a broken stream
        media_type = "audio/wav" if wish.response_format == "wav" else "audio/pcm"
        return StreamingResponse(_resume(first, sound), media_type=media_type, headers=SYNTHETIC)

    return routes


async def _sound(turn: Turn, rate: int, wish: SpeechRequest) -> AsyncGenerator[bytes, None]:
    resampler = StreamResampler(rate, WIRE_RATE)
    header = wav_header() if wish.response_format == "wav" else b""
    async with aclosing(turn.speak(wish.input, wish.speed)) as frames:
        async for frame in frames:
            samples = resampler.process(frame.samples.astype(np.float32) / np.float32(32768))
            yield header + float_to_pcm16(samples).astype("<i2").tobytes()
            header = b""
    yield header + float_to_pcm16(resampler.flush()).astype("<i2").tobytes()


async def _resume(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(rest):
        yield first
        async for chunk in rest:
            yield chunk


def wav_header() -> bytes:
    """A WAV of unknown length, mono PCM16 at `WIRE_RATE`, that says that it is synthetic."""
    note = SYNTHETIC_NOTE + b"\0" * (2 - len(SYNTHETIC_NOTE) % 2)
    info = b"INFO" + b"ICMT" + struct.pack("<I", len(note)) + note
    layout = struct.pack("<HHIIHH", 1, 1, WIRE_RATE, WIRE_RATE * 2, 2, 16)
    return b"".join(
        [
            b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + b"WAVE",
            b"fmt " + struct.pack("<I", len(layout)) + layout,
            b"LIST" + struct.pack("<I", len(info)) + info,
            b"data" + struct.pack("<I", 0xFFFFFFFF),
        ]
    )
