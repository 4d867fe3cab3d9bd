"""What a client may set for its session: the types of `session.update`, and the settings in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.conversation import Modality
from assistant.response import ResponseOptions
from assistant.session import TurnTaking
from speech.segmenter import SegmenterSettings

SPEED = (0.25, 1.5)
EAGERNESS_MS = {"high": 300, "low": 1000}
"""semantic_vad's eagerness -> closing silence; otherwise the default."""

Tokens = Annotated[int, Field(ge=1, le=4096)] | Literal["inf"]


class Model(BaseModel):
    """Strict, and closed: a slip of the pen is told, not ignored."""

    model_config = ConfigDict(extra="forbid", strict=True)


class AudioFormat(Model):
    """The one format."""

    type: Literal["audio/pcm"]
    rate: Literal[24000] = 24000


class ServerVad(Model):
    """Turns end by silence."""

    type: Literal["server_vad"]
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5
    prefix_padding_ms: Annotated[int, Field(ge=0, le=2000)] = 300
    silence_duration_ms: Annotated[int, Field(ge=100, le=5000)] | None = None
    create_response: bool = True
    interrupt_response: bool = True
    idle_timeout_ms: int | None = None


class SemanticVad(Model):
    """Taken as server VAD."""

    type: Literal["semantic_vad"]
    eagerness: Literal["low", "medium", "high", "auto"] = "auto"
    create_response: bool = True
    interrupt_response: bool = True


TurnDetection = Annotated[ServerVad | SemanticVad, Field(discriminator="type")]


class NamedVoice(Model):
    """A voice by its id."""

    id: str


class InputUpdate(Model):
    """`session.audio.input`."""

    format: AudioFormat | None = None
    transcription: dict[str, Any] | None = None
    noise_reduction: Any = None
    turn_detection: TurnDetection | None = None


class OutputUpdate(Model):
    """`audio.output` of a session or a response."""

    format: AudioFormat | None = None
    voice: str | NamedVoice | None = None
    speed: Annotated[float, Field(ge=SPEED[0], le=SPEED[1])] | None = None

    @property
    def voice_name(self) -> str | None:
        """The voice as text."""
        return self.voice.id if isinstance(self.voice, NamedVoice) else self.voice


class AudioUpdate(Model):
    """`session.audio`."""

    input: InputUpdate | None = None
    output: OutputUpdate | None = None


class SessionUpdate(Model):
    """`session`: only what is named changes. Fields typed Any are echoed and have no effect (`docs/protocol.md`)."""

    type: Literal["realtime"] = "realtime"
    model: str | None = None
    output_modalities: Annotated[list[Literal["audio", "text"]], Field(min_length=1, max_length=1)] | None = None
    audio: AudioUpdate | None = None
    max_output_tokens: Tokens | None = None
    instructions: Annotated[str, Field(max_length=100_000)] | None = None
    tools: list[Any] | None = None
    tool_choice: Any = None
    parallel_tool_calls: Any = None
    tracing: Any = None
    truncation: Any = None
    include: Any = None
    prompt: Any = None
    reasoning: Any = None
    # shown by the server, so a client may send them back
    id: Any = None
    object: Any = None
    expires_at: Any = None
    # the beta's
    modalities: list[Literal["audio", "text"]] | None = None
    input_audio_format: Literal["pcm16"] | None = None
    output_audio_format: Literal["pcm16"] | None = None
    input_audio_transcription: dict[str, Any] | None = None
    input_audio_noise_reduction: Any = None
    turn_detection: TurnDetection | None = None
    voice: str | None = None
    speed: Annotated[float, Field(ge=SPEED[0], le=SPEED[1])] | None = None
    max_response_output_tokens: Tokens | None = None
    temperature: Any = None


_ECHOED = (
    "instructions", "tools", "tool_choice", "parallel_tool_calls", "tracing", "truncation", "include", "prompt",
    "reasoning",
)  # fmt: skip


def modality_of(modalities: Sequence[str]) -> Modality:
    """Spoken unless only text is wanted; a spoken answer has its text anyway."""
    return "audio" if "audio" in modalities else "text"


class Preferences:
    """The settings of one session that are in force."""

    def __init__(self, session_id: str, model: str, segmenter: SegmenterSettings) -> None:
        self.options = ResponseOptions()
        self._session_id = session_id
        self._model = model
        self._default_segmenter = segmenter
        self._vad: ServerVad | SemanticVad | None = ServerVad(type="server_vad")
        self._echo: dict[str, Any] = {"instructions": "", "tools": [], "tool_choice": "auto"}
        self._transcription: dict[str, Any] = {"model": "kumpel", "language": "de"}
        self._noise_reduction: Any = None

    def update(self, wish: SessionUpdate) -> None:
        """Takes over what `wish` names."""
        named = wish.model_fields_set
        self._echo |= {name: getattr(wish, name) for name in _ECHOED if name in named}
        self._model = wish.model or self._model
        sound = wish.audio or AudioUpdate()
        heard, spoken = sound.input or InputUpdate(), sound.output or OutputUpdate()
        if "turn_detection" in heard.model_fields_set:
            self._vad = heard.turn_detection
        elif "turn_detection" in named:
            self._vad = wish.turn_detection
        self._transcription = heard.transcription or wish.input_audio_transcription or self._transcription
        if "noise_reduction" in heard.model_fields_set:
            self._noise_reduction = heard.noise_reduction
        changes: dict[str, Any] = {}
        if modalities := wish.output_modalities or wish.modalities:
            changes["modality"] = modality_of(modalities)
        if voice := spoken.voice_name or wish.voice:
            changes["voice"] = voice
        if speed := spoken.speed or wish.speed:
            changes["speed"] = speed
        if tokens := wish.max_output_tokens or wish.max_response_output_tokens:
            changes["max_output_tokens"] = None if tokens == "inf" else tokens
        self.options = replace(self.options, **changes)

    @property
    def turns(self) -> TurnTaking:
        """How turns change hands."""
        if self._vad is None:
            return TurnTaking(vad=False)
        return TurnTaking(True, self._vad.create_response, self._vad.interrupt_response)

    @property
    def segmenter(self) -> SegmenterSettings:
        """The session's thresholds and silences."""
        default = self._default_segmenter
        if isinstance(self._vad, ServerVad):
            silence = self._vad.silence_duration_ms or default.end_silence_ms
            return replace(
                default,
                threshold=self._vad.threshold,
                negative_threshold=min(default.negative_threshold, max(0.01, self._vad.threshold - 0.15)),
                pre_roll_ms=self._vad.prefix_padding_ms,
                end_silence_ms=silence,
                pause_ms=min(default.pause_ms, silence),
            )
        if isinstance(self._vad, SemanticVad):
            silence = EAGERNESS_MS.get(self._vad.eagerness, default.end_silence_ms)
            return replace(default, end_silence_ms=silence, pause_ms=min(default.pause_ms, silence))
        return default

    def wire(self) -> dict[str, Any]:
        """The session as `session.created` and `session.updated` show it."""
        sound = {"type": "audio/pcm", "rate": 24000}
        turn_detection = None if self._vad is None else self._vad.model_dump()
        if isinstance(self._vad, ServerVad) and turn_detection is not None:
            turn_detection["silence_duration_ms"] = self.segmenter.end_silence_ms
        return {
            "type": "realtime", "object": "realtime.session", "id": self._session_id, "model": self._model,
            "output_modalities": [self.options.modality], "max_output_tokens": self.options.max_output_tokens or "inf",
            "audio": {
                "input": {
                    "format": sound, "transcription": self._transcription,
                    "noise_reduction": self._noise_reduction, "turn_detection": turn_detection,
                },
                "output": {"format": sound, "voice": self.options.voice, "speed": self.options.speed},
            },
            **self._echo,
        }  # fmt: skip
