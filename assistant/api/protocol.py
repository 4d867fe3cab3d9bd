"""Events from the client: one pydantic type per event, and one function that reads them.

`parse` takes anything and returns a valid event or raises `ProtocolError`, which names the field. The beta's names
are turned into the GA's here, so that nothing behind this file knows them. See `docs/protocol.md`.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from assistant.api.preferences import Model, OutputUpdate, Preferences, SessionUpdate, Tokens, modality_of
from assistant.errors import BadInput
from assistant.response import ResponseOptions

EVENT_LIMIT = 15 * 2**20
"""Bytes of one event."""
NOT_READABLE = "Das habe ich nicht verarbeiten können."


class ProtocolError(BadInput):
    """An event that cannot be used; `event_id` is the client's own, when it gave one."""

    def __init__(self, message: str, *, code: str, param: str | None = None, event_id: str | None = None) -> None:
        super().__init__(message, code=code, param=param, spoken=NOT_READABLE)
        self.event_id = event_id


class ClientEvent(Model):
    """What all events have."""

    event_id: Annotated[str, Field(max_length=512)] | None = None


class SessionUpdateEvent(ClientEvent):
    """Changes the settings that it names."""

    type: Literal["session.update"]
    session: SessionUpdate


class AppendEvent(ClientEvent):
    """More of the client's sound: base64 of PCM16 at 24 kHz."""

    type: Literal["input_audio_buffer.append"]
    audio: str

    def pcm(self) -> bytes:
        """The sound. Raises ProtocolError when it is not base64 or ends in mid-sample."""
        try:
            data = base64.b64decode(self.audio, validate=True)
        except (binascii.Error, ValueError):
            raise self._unusable("audio is not base64") from None
        if len(data) % 2:
            raise self._unusable(f"audio has {len(data)} bytes; 16-bit samples need an even number")
        return data

    def _unusable(self, message: str) -> ProtocolError:
        return ProtocolError(message, code="invalid_audio", param="audio", event_id=self.event_id)


class CommitEvent(ClientEvent):
    """Ends the utterance."""

    type: Literal["input_audio_buffer.commit"]


class ClearEvent(ClientEvent):
    """Forgets the sound since the last commit."""

    type: Literal["input_audio_buffer.clear"]


class Content(Model):
    """One part of a message: text."""

    type: Literal["input_text", "output_text", "text"]
    text: Annotated[str, Field(max_length=4096)]


class Message(Model):
    """A message that the client adds."""

    type: Literal["message"]
    role: Literal["user", "assistant", "system"]
    content: Annotated[list[Content], Field(min_length=1, max_length=16)]
    id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    object: Literal["realtime.item"] | None = None
    status: Literal["completed", "incomplete", "in_progress"] | None = None

    @property
    def text(self) -> str:
        """All parts as one text."""
        return " ".join(part.text.strip() for part in self.content).strip()


class CreateItemEvent(ClientEvent):
    """Adds a message."""

    type: Literal["conversation.item.create"]
    item: Message
    previous_item_id: str | None = None


class ItemEvent(ClientEvent):
    """Shows or deletes a message."""

    type: Literal["conversation.item.retrieve", "conversation.item.delete"]
    item_id: str


class TruncateEvent(ClientEvent):
    """Says how much of an answer was played."""

    type: Literal["conversation.item.truncate"]
    item_id: str
    content_index: Literal[0]
    audio_end_ms: Annotated[int, Field(ge=0)]


class ResponseAudio(Model):
    """`response.audio`."""

    output: OutputUpdate | None = None


class ResponseUpdate(Model):
    """What one response has different from the session. Fields typed Any have no effect (`docs/protocol.md`)."""

    output_modalities: Annotated[list[Literal["audio", "text"]], Field(min_length=1, max_length=1)] | None = None
    audio: ResponseAudio | None = None
    max_output_tokens: Tokens | None = None
    conversation: Literal["auto", "none"] | None = None
    input: Annotated[list[Message], Field(max_length=64)] | None = None
    metadata: Annotated[dict[str, str], Field(max_length=16)] | None = None
    instructions: str | None = None
    tools: Any = None
    tool_choice: Any = None
    parallel_tool_calls: Any = None
    prompt: Any = None
    reasoning: Any = None
    # the beta's
    modalities: list[Literal["audio", "text"]] | None = None
    voice: str | None = None
    output_audio_format: Literal["pcm16"] | None = None
    max_response_output_tokens: Tokens | None = None
    temperature: Any = None


class CreateResponseEvent(ClientEvent):
    """Asks for an answer."""

    type: Literal["response.create"]
    response: ResponseUpdate | None = None

    def options(self, preferences: Preferences) -> ResponseOptions:
        """The session's options with what this response has different."""
        wish = self.response
        if wish is None:
            return preferences.options
        changes: dict[str, Any] = {"metadata": wish.metadata, "in_conversation": wish.conversation != "none"}
        if modalities := wish.output_modalities or wish.modalities:
            changes["modality"] = modality_of(modalities)
        output = wish.audio.output if wish.audio else None
        if output and output.speed is not None:
            changes["speed"] = output.speed
        if voice := wish.voice or (output.voice_name if output else None):
            changes["voice"] = voice
        if tokens := wish.max_output_tokens or wish.max_response_output_tokens:
            changes["max_output_tokens"] = None if tokens == "inf" else tokens
        if wish.input is not None:
            changes["question"] = " ".join(message.text for message in wish.input if message.role == "user").strip()
        return replace(preferences.options, **changes)


class CancelResponseEvent(ClientEvent):
    """Wants no more of the answer."""

    type: Literal["response.cancel"]
    response_id: str | None = None


_ADAPTERS: dict[str, TypeAdapter[ClientEvent]] = {
    "session.update": TypeAdapter(SessionUpdateEvent),
    "input_audio_buffer.append": TypeAdapter(AppendEvent),
    "input_audio_buffer.commit": TypeAdapter(CommitEvent),
    "input_audio_buffer.clear": TypeAdapter(ClearEvent),
    "conversation.item.create": TypeAdapter(CreateItemEvent),
    "conversation.item.retrieve": TypeAdapter(ItemEvent),
    "conversation.item.delete": TypeAdapter(ItemEvent),
    "conversation.item.truncate": TypeAdapter(TruncateEvent),
    "response.create": TypeAdapter(CreateResponseEvent),
    "response.cancel": TypeAdapter(CancelResponseEvent),
}


def parse(frame: str) -> ClientEvent:
    """Reads one text frame. Raises ProtocolError, and nothing else, for whatever is not a valid event."""
    if len(frame) > EVENT_LIMIT or len(frame.encode(errors="replace")) > EVENT_LIMIT:
        message = f"an event has at most {EVENT_LIMIT} bytes; send sound in smaller pieces"
        raise ProtocolError(message, code="event_too_large")
    try:
        data = json.loads(frame)
    except (ValueError, RecursionError):
        raise ProtocolError("the frame is not JSON", code="invalid_json") from None
    if not isinstance(data, dict):
        raise ProtocolError("an event is a JSON object", code="invalid_json")
    own_id = data.get("event_id")
    event_id = own_id if isinstance(own_id, str) else None
    kind = data.get("type")
    if not isinstance(kind, str):
        raise ProtocolError("an event has a type", code="missing_type", param="type", event_id=event_id)
    adapter = _ADAPTERS.get(kind)
    if adapter is None:
        message = f"unknown event {kind[:80]!r}; there are {', '.join(_ADAPTERS)}"
        raise ProtocolError(message, code="unknown_event", param="type", event_id=event_id)
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    param = _param(first["loc"])
    raise ProtocolError(f"{param}: {first['msg']}", code=_code(first["type"]), param=param, event_id=event_id)


def _param(place: Sequence[int | str]) -> str:
    """The field's path as the client wrote it, without pydantic's names for the branches of a union."""
    branches = {"server_vad", "semantic_vad", "str", "constrained-int", "NamedVoice"}
    return ".".join(str(step) for step in place if step not in branches and "[" not in str(step))


def _code(problem: str) -> str:
    """pydantic's name for a problem -> ours."""
    if problem == "missing":
        return "missing_required_parameter"
    if problem == "extra_forbidden":
        return "unknown_parameter"
    return "invalid_type" if problem.endswith("_type") else "invalid_value"
