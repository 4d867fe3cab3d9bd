"""The edge: what a client sends is a valid event, or an error that names the field."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.api.preferences import Preferences
from assistant.api.protocol import (
    EVENT_LIMIT,
    AppendEvent,
    CreateItemEvent,
    CreateResponseEvent,
    ProtocolError,
    SessionUpdateEvent,
    parse,
)
from assistant.session import TurnTaking
from speech.segmenter import SegmenterSettings

TYPES = (
    "session.update", "input_audio_buffer.append", "input_audio_buffer.commit", "input_audio_buffer.clear",
    "conversation.item.create", "conversation.item.retrieve", "conversation.item.delete", "conversation.item.truncate",
    "response.create", "response.cancel",
)  # fmt: skip
FIELDS = (
    "type", "event_id", "session", "audio", "item", "item_id", "previous_item_id", "content_index", "audio_end_ms",
    "response", "response_id", "input", "output", "format", "rate", "turn_detection", "role", "content", "text",
)  # fmt: skip


def refusal(event: Any) -> ProtocolError:
    with pytest.raises(ProtocolError) as caught:
        parse(event if isinstance(event, str) else json.dumps(event))
    return caught.value


def message(role: str = "user", **content: Any) -> dict[str, Any]:
    return {"type": "message", "role": role, "content": [{"type": "input_text", "text": "Was ist KI?", **content}]}


def update(**session: Any) -> dict[str, Any]:
    return {"type": "session.update", "session": {"type": "realtime", **session}}


def sound_input(**fields: Any) -> dict[str, Any]:
    return update(audio={"input": fields})


@pytest.mark.parametrize(
    ("event", "code", "param"),
    [
        ("", "invalid_json", None),
        ("{", "invalid_json", None),
        ("[]", "invalid_json", None),
        ("null", "invalid_json", None),
        ("[" * 100_000, "invalid_json", None),
        ('{"type": ' + "9" * 5000 + "}", "invalid_json", None),
        ({}, "missing_type", "type"),
        ({"type": 7}, "missing_type", "type"),
        ({"type": "response.dance"}, "unknown_event", "type"),
        ({"type": "input_audio_buffer.append"}, "missing_required_parameter", "audio"),
        ({"type": "input_audio_buffer.append", "audio": 7}, "invalid_type", "audio"),
        ({"type": "input_audio_buffer.commit", "now": True}, "unknown_parameter", "now"),
        ({"type": "session.update"}, "missing_required_parameter", "session"),
        (update(turn_detektion=None), "unknown_parameter", "session.turn_detektion"),
        (update(type="transcription"), "invalid_value", "session.type"),
        (update(output_modalities=["audio", "text"]), "invalid_value", "session.output_modalities"),
        (update(output_modalities=["smell"]), "invalid_value", "session.output_modalities.0"),
        (update(max_output_tokens=0), "invalid_value", "session.max_output_tokens"),
        (sound_input(format={"type": "audio/pcmu"}), "invalid_value", "session.audio.input.format.type"),
        (sound_input(format={"type": "audio/pcm", "rate": 16000}), "invalid_value", "session.audio.input.format.rate"),
        (sound_input(turn_detection={"type": "telepathy"}), "invalid_value", "session.audio.input.turn_detection"),
        (
            sound_input(turn_detection={"type": "server_vad", "silence_duration_ms": 1}),
            "invalid_value",
            "session.audio.input.turn_detection.silence_duration_ms",
        ),
        (update(audio={"output": {"speed": 9}}), "invalid_value", "session.audio.output.speed"),
        ({"type": "conversation.item.create", "item": {"type": "function_call"}}, "invalid_value", "item.type"),
        ({"type": "conversation.item.create", "item": message("boss")}, "invalid_value", "item.role"),
        ({"type": "conversation.item.create", "item": message(type="image")}, "invalid_value", "item.content.0.type"),
        ({"type": "conversation.item.create", "item": message(text="\ud800")}, "invalid_value", "item.content.0.text"),
        ({"type": "conversation.item.retrieve"}, "missing_required_parameter", "item_id"),
        (
            {"type": "conversation.item.truncate", "item_id": "i", "content_index": 0, "audio_end_ms": -1},
            "invalid_value",
            "audio_end_ms",
        ),
        (
            {"type": "conversation.item.truncate", "item_id": "i", "content_index": 0, "audio_end_ms": "7"},
            "invalid_type",
            "audio_end_ms",
        ),
        (
            {"type": "response.create", "response": {"output_modalities": []}},
            "invalid_value",
            "response.output_modalities",
        ),
    ],
)
def test_a_bad_event_is_told_by_code_and_field(event: Any, code: str, param: str | None) -> None:
    error = refusal(event)
    assert (error.code, error.param) == (code, param)
    assert error.type == "invalid_request_error"


def test_an_error_names_the_event_that_caused_it() -> None:
    assert refusal({"type": "response.dance", "event_id": "mine"}).event_id == "mine"
    assert refusal({"type": "response.dance", "event_id": 7}).event_id is None


def test_an_event_that_is_too_large_is_refused_before_it_is_read() -> None:
    audio = "A" * EVENT_LIMIT
    assert refusal({"type": "input_audio_buffer.append", "audio": audio}).code == "event_too_large"


@pytest.mark.parametrize("audio", ["%%%", "AAA", "AA==", "Ä", "AAAA AAAA"])
def test_sound_that_is_none_is_refused(audio: str) -> None:
    event = parse(json.dumps({"type": "input_audio_buffer.append", "audio": audio, "event_id": "mine"}))
    assert isinstance(event, AppendEvent)
    with pytest.raises(ProtocolError) as caught:
        event.pcm()
    assert (caught.value.code, caught.value.param, caught.value.event_id) == ("invalid_audio", "audio", "mine")


@given(st.binary(max_size=64).map(lambda data: data[: len(data) // 2 * 2]))
def test_sound_arrives_as_it_was_sent(pcm: bytes) -> None:
    event = parse(json.dumps({"type": "input_audio_buffer.append", "audio": base64.b64encode(pcm).decode()}))
    assert isinstance(event, AppendEvent)
    assert event.pcm() == pcm


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(TYPES),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(st.text() | anything.map(json.dumps))
def test_whatever_comes_is_an_event_or_a_protocol_error(frame: str) -> None:
    try:
        parse(frame)
    except ProtocolError as error:
        json.dumps([error.message, error.param, error.event_id])


@given(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(FIELDS), anything, max_size=4))
def test_a_known_type_with_any_fields_is_an_event_or_a_protocol_error(kind: str, fields: dict[str, Any]) -> None:
    preferences = Preferences("sess", "kumpel", SegmenterSettings())
    try:
        event = parse(json.dumps({**fields, "type": kind}))
        if isinstance(event, SessionUpdateEvent):
            preferences.update(event.session)
            json.dumps(preferences.wire())
        if isinstance(event, CreateResponseEvent):
            event.options(preferences)
        if isinstance(event, AppendEvent):
            event.pcm()
    except ProtocolError:
        pass


def settings_after(*updates: dict[str, Any]) -> Preferences:
    preferences = Preferences("sess", "kumpel", SegmenterSettings(end_silence_ms=600))
    for sent in updates:
        event = parse(json.dumps(sent))
        assert isinstance(event, SessionUpdateEvent)
        preferences.update(event.session)
    return preferences


def test_an_update_changes_only_what_it_names() -> None:
    preferences = settings_after(
        sound_input(turn_detection=None), update(audio={"output": {"speed": 0.8}}), update(instructions="Sei nett.")
    )
    assert preferences.turns == TurnTaking(vad=False)
    assert preferences.options.speed == 0.8
    wire = preferences.wire()
    assert wire["audio"]["input"]["turn_detection"] is None
    assert wire["instructions"] == "Sei nett."
    assert wire["output_modalities"] == ["audio"]


def test_turn_detection_sets_the_segmenter() -> None:
    detection = {"type": "server_vad", "threshold": 0.7, "prefix_padding_ms": 200, "silence_duration_ms": 250}
    segmenter = settings_after(sound_input(turn_detection=detection)).segmenter
    assert (segmenter.threshold, segmenter.pre_roll_ms, segmenter.end_silence_ms) == (0.7, 200, 250)
    assert segmenter.pause_ms <= 250, "a pause is never longer than the silence that ends the utterance"
    eager = settings_after(sound_input(turn_detection={"type": "semantic_vad", "eagerness": "low"})).segmenter
    assert eager.end_silence_ms == 1000
    assert settings_after().segmenter.end_silence_ms == 600, "the server's own default"


def test_the_betas_names_are_understood() -> None:
    preferences = settings_after(
        {
            "type": "session.update",
            "session": {
                "modalities": ["text"], "input_audio_format": "pcm16", "output_audio_format": "pcm16", "voice": "alloy",
                "input_audio_transcription": {"model": "whisper-1"}, "turn_detection": None, "temperature": 0.8,
                "max_response_output_tokens": 20,
            },
        }
    )  # fmt: skip
    assert preferences.turns.vad is False
    assert preferences.options.modality == "text"
    assert preferences.options.max_output_tokens == 20
    assert preferences.wire()["audio"]["output"]["voice"] == "alloy"


def test_a_response_may_differ_from_the_session() -> None:
    preferences = settings_after(update(audio={"output": {"speed": 0.8}}))
    wish = {"output_modalities": ["text"], "conversation": "none", "input": [message()], "metadata": {"a": "b"}}
    event = parse(json.dumps({"type": "response.create", "response": wish}))
    assert isinstance(event, CreateResponseEvent)
    options = event.options(preferences)
    assert (options.modality, options.speed, options.question) == ("text", 0.8, "Was ist KI?")
    assert not options.in_conversation
    assert preferences.options.modality == "audio", "the session stays as it was"


def test_a_message_may_have_several_parts() -> None:
    content = [{"type": "input_text", "text": "Was ist "}, {"type": "text", "text": "KI?"}]
    item = {"type": "message", "role": "user", "content": content, "id": "mine"}
    event = parse(json.dumps({"type": "conversation.item.create", "item": item, "previous_item_id": "root"}))
    assert isinstance(event, CreateItemEvent)
    assert (event.item.text, event.item.id, event.previous_item_id) == ("Was ist KI?", "mine", "root")
