"""REST beside the socket: transcriptions, speech, models, health, the page, and errors in OpenAI's form."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import openai
import pytest

from speech.audio import read_wav, write_wav
from tests.server_support import HALLUCINATION, MUMBLING, make_engines, serving, tone


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with serving(make_engines()) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def client(base: str) -> openai.OpenAI:
    return openai.OpenAI(api_key="none", base_url=f"{base}/v1", max_retries=0)


def recording(hertz: int = HALLUCINATION) -> bytes:
    return write_wav(tone(hertz), 24000)


def test_a_recording_is_transcribed(client: openai.OpenAI) -> None:
    heard = client.audio.transcriptions.create(file=("frage.wav", recording()), model="kumpel", language="de")
    assert heard.text == "was ist eine halluzination"


def test_a_transcript_comes_in_other_forms(client: openai.OpenAI) -> None:
    file = ("frage.wav", recording())
    text = client.audio.transcriptions.create(file=file, model="kumpel", response_format="text")
    assert text == "was ist eine halluzination\n"
    verbose = client.audio.transcriptions.create(file=file, model="kumpel", response_format="verbose_json")
    assert verbose.duration == 0.8
    assert verbose.language == "german"


def test_speech_that_is_refused_says_so(client: openai.OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        client.audio.transcriptions.create(file=("frage.wav", recording(MUMBLING)), model="kumpel")
    assert caught.value.code == "not_understood"


@pytest.mark.parametrize(
    "data", [b"", b"<html>Proxy</html>", recording()[:30], write_wav(np.zeros(0, np.int16), 24000)]
)
def test_a_file_that_is_no_recording_is_told(client: openai.OpenAI, data: bytes) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.audio.transcriptions.create(file=("frage.wav", data), model="kumpel")
    assert (caught.value.code, caught.value.param) == ("invalid_audio", "file")


def test_an_hour_is_too_long(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="too long"):
        client.audio.transcriptions.create(
            file=("frage.wav", write_wav(np.zeros(6000 * 301, np.int16), 6000)), model="k"
        )


def test_text_becomes_speech_that_is_marked_as_synthetic(client: openai.OpenAI) -> None:
    response = client.audio.speech.create(
        input="Guten Morgen. Wie geht es dir?", voice="kumpel", model="kumpel", response_format="wav"
    )
    assert response.response.headers["X-Kumpel-Synthetic"] == "true"
    data = response.content
    assert b"Synthetic speech" in data[:100]
    samples, rate = read_wav(data)
    assert rate == 24000
    assert len(samples) > rate
    assert np.abs(samples).max() > 0.05, "it is not silence"
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24000)


def test_slow_speech_takes_longer(client: openai.OpenAI) -> None:
    def pcm(speed: float) -> bytes:
        return client.audio.speech.create(
            input="Guten Morgen.", voice="k", model="k", response_format="pcm", speed=speed
        ).content

    assert len(pcm(0.7)) > 1.15 * len(pcm(1.0))
    assert len(pcm(1.0)) % 2 == 0


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"voice": "k"}, "input"),
        ({"input": ""}, "input"),
        ({"input": "x" * 5000}, "input"),
        ({"input": "Hallo", "response_format": "mp3"}, "response_format"),
        ({"input": "Hallo", "speed": 100}, "speed"),
        ({"input": 7}, "input"),
    ],
)
def test_a_wrong_field_is_named(base: str, body: dict[str, Any], param: str) -> None:
    answer = httpx.post(f"{base}/v1/audio/speech", json=body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["param"] == param
    assert error["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", "/v1/audio/transcriptions", 400, "missing_required_parameter"),
        ("GET", "/v1/nothing", 404, "not_found"),
        ("DELETE", "/v1/models", 405, "method_not_allowed"),
    ],
)
def test_every_error_has_openais_body(base: str, method: str, path: str, status: int, code: str) -> None:
    answer = httpx.request(method, base + path)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code


def test_the_server_tells_how_it_is(base: str, client: openai.OpenAI) -> None:
    health = httpx.get(f"{base}/healthz").json()
    assert health["ready"] is True
    assert health["profile"] == "starter"
    assert health["engines"]["recogniser"] == "scripted"
    assert "kumpel" in {model.id for model in client.models.list()}


def test_the_page_is_served(base: str) -> None:
    page = httpx.get(base)
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]
