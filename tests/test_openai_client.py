"""The official OpenAI client talks to a real server on the loopback interface."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai.types.realtime as official
import pytest
from pydantic import TypeAdapter

from corpus.material import load_lessons
from tests.server_support import (
    FAKES,
    HALLUCINATION,
    MUMBLING,
    NODDING,
    WEATHER,
    Caller,
    HeldAnswerer,
    calling,
    collapsed,
    make_engines,
    serving,
    silence,
    tone,
)

SNAPSHOT = Path(__file__).parent / "snapshots" / "voice_turn.txt"
PUSH_TO_TALK: dict[str, Any] = {"audio": {"input": {"turn_detection": None}}}
SHORT_ANSWER = load_lessons()["m06-1"].short_answer


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as port:
        yield port


@pytest.fixture
def held() -> Iterator[tuple[HeldAnswerer, int]]:
    answerer = HeldAnswerer()
    with serving(make_engines(answerer)) as port:
        yield answerer, port
        answerer.go_on.set()


def spoken(caller: Caller) -> str:
    return "".join(event.delta for event in caller.of("response.output_audio_transcript.delta"))


def seconds_of_sound(caller: Caller) -> float:
    return sum(len(base64.b64decode(event.delta)) for event in caller.of("response.output_audio.delta")) / 48000


async def test_a_voice_turn_is_heard_found_and_answered_aloud(port: int) -> None:
    async with calling(port) as caller:
        await caller.says(silence(0.5), tone(HALLUCINATION), silence(1.5))
        done = await caller.hears("response.done")
    heard = caller.of("conversation.item.input_audio_transcription.completed")[0]
    assert heard.transcript == "was ist eine halluzination"
    assert done.response.status == "completed"
    assert spoken(caller).startswith(" ".join(SHORT_ANSWER))
    assert spoken(caller) == done.response.output[0].content[0].transcript
    assert "KI erfindet Dinge" in spoken(caller), "the source is spoken"
    assert seconds_of_sound(caller) > 3
    sources = caller.of("kumpel.sources")[0]
    assert sources.sources == [
        {"lesson": "m06-1", "title": "KI erfindet Dinge", "page": None, "approved_by": None, "approved": False}
    ]
    started = caller.of("input_audio_buffer.speech_started")[0]
    stopped = caller.of("input_audio_buffer.speech_stopped")[0]
    assert 150 <= started.audio_start_ms <= 500, "the pre-roll is in"
    assert 1300 <= stopped.audio_end_ms <= 1700


async def test_the_order_of_events_of_a_voice_turn(port: int) -> None:
    async with calling(port) as caller:
        await caller.says(silence(0.5), tone(HALLUCINATION), silence(1.5))
        await caller.hears("response.done")
    order = "\n".join(collapsed(caller.kinds())) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(order, "utf-8")
    assert order == SNAPSHOT.read_text("utf-8")


async def test_every_event_is_of_its_official_type(port: int) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(official.RealtimeServerEvent)
    async with calling(port, {"output_modalities": ["audio"]}) as caller:
        await caller.says(tone(HALLUCINATION), silence(1.5))
        await caller.hears("response.done")
        await caller.types("Was ist eine Halluzination?")
        await caller.connection.response.create(response={"output_modalities": ["text"]})
        await caller.hears("response.done")
        await caller.says(tone(MUMBLING), silence(1.5))
        await caller.hears("conversation.item.input_audio_transcription.failed")
        await caller.connection.response.cancel(response_id="resp_unknown")
        await caller.hears("error")
    ids = set()
    for event in caller.events:
        ids.add(event.event_id)
        if not event.type.startswith("kumpel."):
            checked = adapter.validate_python(event.to_dict())
            assert checked.type == event.type
            assert not checked.model_extra, f"{event.type} has fields that the protocol does not know"
    assert len(ids) == len(caller.events), "every event has an id of its own"


async def test_push_to_talk_answers_when_it_is_asked_to(port: int) -> None:
    async with calling(port, PUSH_TO_TALK) as caller:
        await caller.says(tone(HALLUCINATION))
        await caller.connection.input_audio_buffer.commit()
        await caller.hears("conversation.item.input_audio_transcription.completed")
        assert "response.created" not in caller.kinds(), "commit alone asks for nothing"
        await caller.connection.response.create()
        done = await caller.hears("response.done")
    assert done.response.status == "completed"
    assert spoken(caller).startswith(SHORT_ANSWER[0])
    assert "input_audio_buffer.speech_started" not in caller.kinds()


async def test_push_to_talk_may_ask_before_the_utterance_is_recognised(port: int) -> None:
    async with calling(port, PUSH_TO_TALK) as caller:
        await caller.says(tone(FAKES))
        await caller.connection.input_audio_buffer.commit()
        await caller.connection.response.create()
        done = await caller.hears("response.done")
    assert done.response.status == "completed"
    assert caller.of("kumpel.sources")[0].sources[0]["lesson"] == "m06-2"


async def test_a_text_turn_makes_no_sound(port: int) -> None:
    async with calling(port) as caller:
        await caller.types("Was ist eine Halluzination?")
        await caller.connection.response.create(response={"output_modalities": ["text"]})
        done = await caller.hears("response.done")
    assert "response.output_audio.delta" not in caller.kinds()
    assert caller.of("response.output_text.done")[0].text.startswith(" ".join(SHORT_ANSWER))
    assert done.response.usage.input_tokens == 4
    assert caller.of("kumpel.heard")[0].confidence is None


async def test_what_is_not_in_the_material_is_said_to_be_missing(port: int) -> None:
    async with calling(port) as caller:
        await caller.says(tone(WEATHER), silence(1.5))
        await caller.hears("response.done")
    assert spoken(caller).startswith("Das steht nicht in meinem Material.")
    assert caller.of("kumpel.sources")[0].abstained is True
    assert caller.of("kumpel.sources")[0].sources == []


async def test_what_was_not_understood_is_asked_for_again_aloud(port: int) -> None:
    async with calling(port) as caller:
        await caller.says(tone(MUMBLING), silence(1.5))
        await caller.hears("response.done")
        assert caller.of("conversation.item.input_audio_transcription.failed")[0].error.code == "not_understood"
        assert spoken(caller).startswith("Ich habe dich nicht verstanden.")
        assert "kumpel.sources" not in caller.kinds()
        await caller.says(tone(HALLUCINATION), silence(1.5))
        done = await caller.hears("response.done")
    assert done.response.output[0].content[0].transcript.startswith(SHORT_ANSWER[0]), "the next turn works"


async def test_a_cancelled_response_stops_and_the_next_one_works(held: tuple[HeldAnswerer, int]) -> None:
    answerer, port = held
    async with calling(port) as caller:
        await caller.types("Was ist eine Halluzination?")
        await caller.connection.response.create()
        await caller.hears("response.output_audio.delta")
        await caller.connection.response.cancel()
        done = await caller.hears("response.done")
        assert done.response.status == "cancelled"
        assert done.response.status_details.reason == "client_cancelled"
        assert done.response.output[0].status == "incomplete"
        answerer.go_on.set()
        await caller.connection.response.create()
        done = await caller.hears("response.done")
        assert done.response.status == "completed"


async def test_speech_interrupts_the_answer(held: tuple[HeldAnswerer, int]) -> None:
    answerer, port = held
    async with calling(port) as caller:
        await caller.says(tone(HALLUCINATION), silence(1.0))
        await caller.hears("response.output_audio.delta")
        await caller.says(tone(FAKES, 1.0), silence(1.5))
        await caller.hears("input_audio_buffer.speech_started")
        done = await caller.hears("response.done")
        assert done.response.status == "cancelled"
        assert done.response.status_details.reason == "turn_detected"
        answerer.go_on.set()
        cut = await caller.hears("conversation.item.truncated")
        heard_text = done.response.output[0].content[0].transcript
        assert len(heard_text) < len(SHORT_ANSWER[0]), "only what was heard stays"
        await caller.connection.conversation.item.truncate(item_id=cut.item_id, content_index=0, audio_end_ms=700)
        await caller.hears("conversation.item.truncated", lambda event: event.audio_end_ms == 700)
        done = await caller.hears("response.done", lambda event: event.response.status == "completed")
        await caller.connection.conversation.item.retrieve(item_id=cut.item_id)
        corrected = (await caller.hears("conversation.item.retrieved")).item.content[0].transcript
    assert done.response.output[0].content[0].transcript.startswith(load_lessons()["m06-2"].short_answer[0])
    assert SHORT_ANSWER[0].startswith(corrected)
    assert len(corrected) > len(heard_text), "the client knows better what was played"


async def test_a_nod_does_not_interrupt(held: tuple[HeldAnswerer, int]) -> None:
    answerer, port = held
    async with calling(port) as caller:
        await caller.says(tone(HALLUCINATION), silence(1.0))
        await caller.hears("response.output_audio.delta")
        await caller.says(tone(NODDING, 0.3), silence(1.0))
        await caller.types("Danke!")
        await caller.hears("conversation.item.done", lambda event: event.item.content[0].type == "input_text")
        answerer.go_on.set()
        done = await caller.hears("response.done")
    assert done.response.status == "completed"
    assert caller.kinds().count("input_audio_buffer.speech_started") == 1


async def test_two_sessions_at_once_are_both_answered() -> None:
    async def ask(port: int, question: int, lesson: str) -> None:
        async with calling(port) as caller:
            for _ in range(2):
                await caller.says(tone(question), silence(1.5))
                done = await caller.hears("response.done")
                assert done.response.status == "completed"
            assert {event.sources[0]["lesson"] for event in caller.of("kumpel.sources")} == {lesson}

    with serving() as port:
        await asyncio.gather(ask(port, HALLUCINATION, "m06-1"), ask(port, FAKES, "m06-2"))
