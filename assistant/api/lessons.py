"""What the learner page offers to tap: lessons with a sample question, and that question spoken by a voice.

GET /v1/kumpel/lessons       {"lessons": [{"id", "title", "module", "question"}]}
GET /v1/kumpel/example?n=    audio/wav, mono PCM16 at 24 kHz: the n-th lesson's question, spoken
"""

from __future__ import annotations

import io
import wave
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated

import numpy as np
import soxr
from fastapi import APIRouter, HTTPException, Query, Response

from corpus.lesson import Lesson
from speech.espeak import ESPEAK_RATE, EspeakLibrary

EXAMPLE_VOICE = "de+f2"
"""Not the assistant's own voice, so that a listener can tell who asks and who answers."""
EXAMPLE_RATE = 24000
"""Hertz; what the realtime protocol takes, so that the page can send the samples as they are."""

SYNTHETIC = {"X-Kumpel-Synthetic": "true"}
"""Artificial speech is marked as such, as everywhere in the API."""


def sample_question(lesson: Lesson) -> str:
    """The first plain way of asking for `lesson`, or its title where it has none."""
    return next((ask.text for ask in lesson.asks if ask.kind == "std"), lesson.title)


@lru_cache(maxsize=128)
def example_wav(question: str) -> bytes:
    """`question` as a WAV file, spoken by `EXAMPLE_VOICE` at `EXAMPLE_RATE`."""
    spoken = EspeakLibrary.get().say(question, EXAMPLE_VOICE).samples
    samples = np.asarray(soxr.resample(spoken, ESPEAK_RATE, EXAMPLE_RATE), dtype="<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(EXAMPLE_RATE)
        wav.writeframes(samples.tobytes())
    return buffer.getvalue()


def router(lessons: Mapping[str, Lesson]) -> APIRouter:
    """The two routes over `lessons`, by lesson id; the order of the mapping is the order on the page."""
    routes = APIRouter(prefix="/v1/kumpel")
    ordered = tuple(lessons.values())

    @routes.get("/lessons")
    def list_lessons() -> dict[str, list[dict[str, str]]]:
        """The lessons and how one may ask for each."""
        return {
            "lessons": [
                {"id": lesson.id, "title": lesson.title, "module": lesson.module, "question": sample_question(lesson)}
                for lesson in ordered
            ]
        }

    @routes.get("/example")
    def example(n: Annotated[int, Query(ge=0)] = 0) -> Response:
        """The n-th lesson's question, spoken; counting goes round. 404 when there are no lessons."""
        if not ordered:
            raise HTTPException(404, "there are no lessons")
        question = sample_question(ordered[n % len(ordered)])
        return Response(example_wav(question), media_type="audio/wav", headers=SYNTHETIC)

    return routes
