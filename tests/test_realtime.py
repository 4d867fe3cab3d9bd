"""The socket under bad input, a full house, and clients that vanish. A plain WebSocket client, a real server."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
import websockets
from websockets.asyncio.client import ClientConnection

from assistant.api.speaking import ahead
from assistant.engines import Pool
from tests.server_support import (
    FAKES,
    HALLUCINATION,
    HeldAnswerer,
    ScriptedTranscriber,
    make_engines,
    serving,
    silence,
    tone,
)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as port:
        yield port


class Wire:
    """Events as JSON."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, event: Any) -> None:
        await self.socket.send(event if isinstance(event, (str, bytes)) else json.dumps(event))

    async def until(self, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(30):
            while (event := json.loads(await self.socket.recv()))["type"] != kind:
                pass
        return dict(event)

    async def error(self) -> dict[str, Any]:
        return dict((await self.until("error"))["error"])

    async def ask(self, text: str = "Was ist eine Halluzination?") -> None:
        content = [{"type": "input_text", "text": text}]
        await self.send(
            {"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content": content}}
        )
        await self.send({"type": "response.create"})

    async def answered(self) -> bool:
        """Whether the next turn works."""
        await self.ask()
        return bool((await self.until("response.done"))["response"]["status"] == "completed")


@asynccontextmanager
async def wire(port: int, **options: Any) -> AsyncIterator[Wire]:
    url = f"ws://127.0.0.1:{port}/v1/realtime?model=kumpel"
    async with websockets.connect(url, max_size=None, compression=None, **options) as socket:
        yield Wire(socket)


def append(samples: Any) -> dict[str, str]:
    return {"type": "input_audio_buffer.append", "audio": base64.b64encode(samples.tobytes()).decode()}


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("no JSON", "invalid_json"),
        ("[1]", "invalid_json"),
        (b"\x00\x01", "binary_frame"),
        ({"type": "response.dance"}, "unknown_event"),
        ({"type": "input_audio_buffer.append", "audio": "%%%"}, "invalid_audio"),
        ({"type": "input_audio_buffer.append", "audio": "AAAA"}, "invalid_audio"),
        ({"type": "input_audio_buffer.append", "audio": "A" * (15 * 2**20)}, "event_too_large"),
        ({"type": "input_audio_buffer.commit"}, "input_audio_buffer_commit_empty"),
        ({"type": "response.cancel"}, "response_cancel_not_active"),
        ({"type": "conversation.item.retrieve", "item_id": "x"}, "item_not_found"),
        ({"type": "conversation.item.delete", "item_id": "x"}, "item_not_found"),
        (
            {"type": "conversation.item.truncate", "item_id": "x", "content_index": 0, "audio_end_ms": 0},
            "item_not_found",
        ),
        (
            {
                "type": "session.update",
                "session": {"audio": {"input": {"format": {"type": "audio/pcm", "rate": 16000}}}},
            },
            "invalid_value",
        ),
    ],
)
async def test_a_bad_event_gets_an_error_and_the_next_turn_works(port: int, frame: Any, code: str) -> None:
    async with wire(port) as client:
        if isinstance(frame, dict):
            frame = {"event_id": "mine", **frame}
        await client.send(frame)
        error = await client.error()
        assert error["code"] == code
        assert error["type"] == "invalid_request_error"
        if isinstance(frame, dict) and code != "event_too_large":
            assert error["event_id"] == "mine"
        assert await client.answered()


async def test_a_second_response_is_refused_and_the_first_goes_on() -> None:
    answerer = HeldAnswerer()
    with serving(make_engines(answerer)) as port:
        async with wire(port) as client:
            await client.ask()
            await client.until("response.created")
            await client.send({"type": "response.create"})
            assert (await client.error())["code"] == "conversation_already_has_active_response"
            answerer.go_on.set()
            assert (await client.until("response.done"))["response"]["status"] == "completed"


async def test_an_answer_ends_with_the_last_whole_sentence_within_its_limit(port: int) -> None:
    async with wire(port) as client:
        await client.send(
            {"type": "session.update", "session": {"max_output_tokens": 13, "output_modalities": ["text"]}}
        )
        await client.ask()
        done = await client.until("response.done")
    assert (done["response"]["status"], done["response"]["status_details"]["reason"]) == (
        "incomplete",
        "max_output_tokens",
    )
    assert (
        done["response"]["output"][0]["content"][0]["text"] == "KI rät das nächste Wort und weiß nicht, was wahr ist."
    )


async def test_an_answer_beside_the_conversation_leaves_it_alone(port: int) -> None:
    async with wire(port) as client:
        question = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Halluzination?"}]}
        await client.send({"type": "response.create", "response": {"conversation": "none", "input": [question]}})
        done = await client.until("response.done")
        assert done["response"]["status"] == "completed"
        assert done["response"]["conversation_id"] is None
        item_id = done["response"]["output"][0]["id"]
        await client.send({"type": "conversation.item.retrieve", "item_id": item_id})
        assert (await client.error())["code"] == "item_not_found"


async def test_push_to_talk_holds_a_minute_at_most(port: int) -> None:
    async with wire(port) as client:
        await client.send({"type": "session.update", "session": {"audio": {"input": {"turn_detection": None}}}})
        await client.until("session.updated")
        await client.send(append(tone(HALLUCINATION, 60)))
        await client.send(append(tone(HALLUCINATION, 0.1)))
        assert (await client.error())["code"] == "input_audio_buffer_full"
        await client.send({"type": "input_audio_buffer.clear"})
        await client.until("input_audio_buffer.cleared")
        await client.send({"type": "input_audio_buffer.commit"})
        assert (await client.error())["code"] == "input_audio_buffer_commit_empty"
        await client.send(append(tone(FAKES)))
        await client.send({"type": "input_audio_buffer.commit"})
        done = await client.until("conversation.item.input_audio_transcription.completed")
        assert done["transcript"] == "kann ich glauben was die ki sagt"


async def test_commit_ends_an_utterance_with_server_vad_too(port: int) -> None:
    async with wire(port) as client:
        await client.send(append(tone(HALLUCINATION)))
        await client.send({"type": "input_audio_buffer.commit"})
        assert (await client.until("response.done"))["response"]["status"] == "completed"


async def test_one_session_too_many_is_told_and_closed() -> None:
    with serving(max_sessions=1) as port:
        async with wire(port) as first, wire(port) as second:
            assert (await second.error())["code"] == "session_limit_reached"
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await second.socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1013
            assert await first.answered()
        async with wire(port) as third:
            assert (await third.until("session.created"))["session"]["type"] == "realtime"


async def test_a_client_that_vanishes_in_mid_answer_frees_its_engines() -> None:
    answerer = HeldAnswerer()
    engines = make_engines(answerer)
    with serving(engines, max_sessions=1) as port:
        async with wire(port) as client:
            await client.ask()
            await client.until("response.output_audio.delta")
            client.socket.transport.abort()
        answerer.go_on.set()
        assert await asyncio.to_thread(answerer.closed.wait, 30), "the answerer was stopped"
        async with asyncio.timeout(30), httpx.AsyncClient() as http:
            while (await http.get(f"http://127.0.0.1:{port}/healthz")).json()["sessions"]["open"]:
                pass
        async with wire(port) as client:
            assert await client.answered()


async def test_a_full_house_is_said_politely_and_the_session_lives() -> None:
    answerer = HeldAnswerer()
    engines = replace(make_engines(), answerers=Pool("answerer", [answerer], waiting=0))
    with serving(engines) as port:
        async with wire(port) as first, wire(port) as second:
            await first.ask()
            await first.until("response.output_audio.delta")
            await second.ask()
            error = await second.error()
            assert (error["code"], error["type"]) == ("busy", "rate_limit_error")
            assert error["spoken"].startswith("Gerade sprechen viele mit mir.")
            done = await second.until("response.done")
            assert done["response"]["status"] == "failed"
            answerer.go_on.set()
            await first.until("response.done")
            assert await second.answered()


async def test_an_engine_that_breaks_fails_one_response_only(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async with wire(port) as client:
        with monkeypatch.context() as broken:
            broken.setattr(ScriptedTranscriber, "transcribe", lambda *_, **__: 1 // 0)
            await client.send(append(tone(HALLUCINATION)))
            await client.send(append(silence(1.0)))
            failed = await client.until("conversation.item.input_audio_transcription.failed")
            assert failed["error"]["code"] == "internal_error"
            await client.until("response.done")
        assert await client.answered()


async def test_what_was_recognised_during_the_closing_silence_is_used() -> None:
    engines = make_engines()
    with serving(engines) as port:
        async with wire(port) as client:
            await client.send(append(tone(HALLUCINATION)))
            await client.send(append(silence(1.0)))
            await client.until("response.done")
    assert [engine.calls for engine in engines.transcribers.engines] == [1]  # type: ignore[attr-defined]


async def test_a_short_pause_is_no_end(port: int) -> None:
    async with wire(port) as client:
        for sound in (tone(HALLUCINATION, 0.5), silence(0.4), tone(HALLUCINATION, 0.5), silence(1.0)):
            await client.send(append(sound))
        stopped = await client.until("input_audio_buffer.speech_stopped")
        assert stopped["audio_end_ms"] > 1300, "one utterance, not two"
        assert (await client.until("response.done"))["response"]["status"] == "completed"


async def test_the_offered_subprotocol_is_accepted(port: int) -> None:
    async with wire(port, subprotocols=["realtime", "openai-insecure-api-key.none"]) as client:
        assert client.socket.subprotocol == "realtime"
        assert client.socket.protocol.extensions == [], "no compression"


async def test_sentences_are_made_ahead_of_their_use() -> None:
    made: list[str] = []
    closed = asyncio.Event()

    async def sentences() -> AsyncGenerator[str, None]:
        try:
            for name in ("a", "b", "c"):
                made.append(name)
                yield name
            raise ValueError("the answerer broke")
        finally:
            closed.set()

    stream = ahead(sentences())
    assert await anext(stream) == "a"
    await closed.wait()
    assert made == ["a", "b", "c"], "the rest is ready while the first is spoken"
    assert [await anext(stream), await anext(stream)] == ["b", "c"]
    with pytest.raises(ValueError, match="broke"):
        await anext(stream)
