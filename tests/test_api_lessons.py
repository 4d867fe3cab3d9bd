"""What the learner page offers to tap, and the example voice."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.api.lessons import router
from corpus.lesson import Lesson
from corpus.material import load_lessons


def client_for(lessons: dict[str, Lesson]) -> TestClient:
    app = FastAPI()
    app.include_router(router(lessons))
    return TestClient(app)


def test_every_lesson_offers_a_plain_question() -> None:
    lessons = load_lessons()
    listed = client_for(lessons).get("/v1/kumpel/lessons").json()["lessons"]
    assert [item["id"] for item in listed] == list(lessons)
    assert listed[list(lessons).index("m06-1")] == {
        "id": "m06-1", "title": "KI erfindet Dinge", "module": "m06", "question": "Was ist eine Halluzination bei KI?",
    }  # fmt: skip


def test_the_example_voice_speaks_in_the_format_of_the_wire() -> None:
    lessons = load_lessons()
    client = client_for(lessons)
    answer = client.get("/v1/kumpel/example?n=3")
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["x-kumpel-synthetic"] == "true"
    with wave.open(io.BytesIO(answer.content)) as wav:
        assert (wav.getframerate(), wav.getnchannels(), wav.getsampwidth()) == (24000, 1, 2)
        samples = np.frombuffer(wav.readframes(wav.getnframes()), np.int16)
    assert 0.7 * 24000 < len(samples) < 8 * 24000
    assert np.abs(samples.astype(np.int32)).max() > 3000, "one hears nothing"
    assert client.get(f"/v1/kumpel/example?n={3 + len(lessons)}").content == answer.content, "counting goes round"
    assert client.get("/v1/kumpel/example?n=4").content != answer.content


@pytest.mark.parametrize("n", ["-1", "eins", "1.5"])
def test_a_wrong_number_is_refused(n: str) -> None:
    assert client_for(load_lessons()).get(f"/v1/kumpel/example?n={n}").status_code == 422


def test_without_lessons_there_is_no_example() -> None:
    client = client_for({})
    assert client.get("/v1/kumpel/lessons").json() == {"lessons": []}
    assert client.get("/v1/kumpel/example").status_code == 404
