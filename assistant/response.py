"""One answer on the wire: its events, its sound, and how much of it the person has heard so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.conversation import Item, Modality


@dataclass(frozen=True)
class Event:
    """To the client: an event of the protocol, without its event_id."""

    type: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class ResponseOptions:
    """What the client asked of a response."""

    modality: Modality = "audio"
    voice: str = "kumpel"
    speed: float = 1.0
    max_output_tokens: int | None = None
    """Words; None: no limit."""
    question: str | None = None
    """Asked beside the conversation."""
    in_conversation: bool = True
    """False: the answer is not added to the conversation."""
    metadata: Mapping[str, str] | None = None


@dataclass
class Response:
    """An answer that is being made."""

    id: str
    item: Item
    options: ResponseOptions
    conversation_id: str | None
    waiting: bool = False
    """It was asked for while the question is still being recognised."""
    opened: bool = False
    """Its item was announced."""
    question: str = ""
    answers: tuple[Item, ...] = field(default=())
    """The person's items that it answers."""

    def event(self, kind: str, **fields: Any) -> Event:
        """An event about the output item."""
        return Event(kind, {"response_id": self.id, "output_index": 0, **fields})

    def part_event(self, kind: str, **fields: Any) -> Event:
        """An event about the item's one content part."""
        return self.event(kind, item_id=self.item.id, content_index=0, **fields)

    def part(self, text: str) -> dict[str, str]:
        """The content part."""
        if self.options.modality == "audio":
            return {"type": "audio", "transcript": text}
        return {"type": "text", "text": text}

    def delta(self, text: str) -> Event:
        """More of the answer's words."""
        kind = "response.output_audio_transcript.delta" if self._audio else "response.output_text.delta"
        return self.part_event(kind, delta=text)

    def content_done(self) -> list[Event]:
        """The words (and the sound) are complete."""
        text = self.item.text or ""
        if not self._audio:
            return [self.part_event("response.output_text.done", text=text)]
        return [
            self.part_event("response.output_audio.done"),
            self.part_event("response.output_audio_transcript.done", transcript=text),
        ]

    def wire(self, status: str, details: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The response as the protocol shows it, without sound."""
        sound = {"format": {"type": "audio/pcm", "rate": 24000}, "voice": self.options.voice}
        return {
            "object": "realtime.response", "id": self.id, "status": status, "status_details": details,
            "output": [self.item.wire()] if self.opened and details is not None else [],
            "conversation_id": self.conversation_id, "output_modalities": [self.options.modality],
            "max_output_tokens": self.options.max_output_tokens or "inf", "audio": {"output": sound},
            "usage": None if details is None else self._usage(), "metadata": self.options.metadata,
        }  # fmt: skip

    @property
    def _audio(self) -> bool:
        return self.options.modality == "audio"

    def _usage(self) -> dict[str, Any]:
        asked, said = len(self.question.split()), len((self.item.text or "").split())
        return {
            "total_tokens": asked + said, "input_tokens": asked, "output_tokens": said,
            "input_token_details": {"text_tokens": asked, "audio_tokens": 0, "cached_tokens": 0},
            "output_token_details": {"text_tokens": said, "audio_tokens": 0},
        }  # fmt: skip


class Speaker:
    """The client's loudspeaker, as far as it can be known: it plays in real time what was sent, in order."""

    def __init__(self) -> None:
        self.item_id: str | None = None
        """The item whose sound was sent last."""
        self._quiet_at = 0

    def play(self, item_id: str, samples: int, now: int) -> None:
        """`samples` more of an item were sent."""
        self.item_id = item_id
        self._quiet_at = max(self._quiet_at, now) + samples

    def playing(self, now: int) -> bool:
        """Whether sound is left to play."""
        return now < self._quiet_at

    def heard(self, item: Item, now: int) -> int:
        """How many samples of `item` were played."""
        if item.id != self.item_id:
            return 0
        return max(0, item.sent_samples - max(0, self._quiet_at - now))

    def flush(self, now: int) -> None:
        """The client stops playing."""
        self._quiet_at = min(self._quiet_at, now)
