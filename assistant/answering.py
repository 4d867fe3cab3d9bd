"""The assistant's side of a conversation, without I/O: the answer that is being made, said and heard."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.conversation import WIRE_RATE, Conversation, Item, milliseconds
from assistant.errors import BadInput
from assistant.response import Event, Response, ResponseOptions, Speaker

GREETING = "Hallo, ich bin KI-Kumpel. Frag mich etwas über KI."


@dataclass(frozen=True)
class Answer:
    """To the shell: answer this, calling `said`, `sounded`, then `finished` or `failed`."""

    response_id: str
    answer_id: str
    """The item that the answer is said in."""
    item_id: str | None
    """The user's last item."""
    question: str | None
    """What to find an answer to; None: only say `sentence`."""
    sentence: str | None
    confidence: float | None
    options: ResponseOptions


@dataclass(frozen=True)
class Stop:
    """To the shell: drop the work on this response."""

    response_id: str


class Answering:
    """One answer at a time. A response that was cancelled meanwhile has nothing to say any more."""

    def __init__(self, conversation: Conversation, new_id: Callable[[str], str]) -> None:
        self.response: Response | None = None
        self._speaker = Speaker()
        self._conversation = conversation
        self._new_id = new_id
        self._conversation_id = new_id("conv")

    def speaking(self, now: int) -> bool:
        """Whether the assistant thinks, speaks or is still being played."""
        return self.response is not None or self._speaker.playing(now)

    def running(self, response_id: str) -> Response | None:
        """The response, unless it has ended."""
        return self.response if self.response is not None and self.response.id == response_id else None

    def begin(self, options: ResponseOptions, *, waiting: bool) -> Event:
        """A new response; `waiting`: its question is still being recognised."""
        item = Item(self._new_id("item"), "assistant", options.modality, status="in_progress")
        conversation_id = self._conversation_id if options.in_conversation else None
        self.response = Response(self._new_id("resp"), item, options, conversation_id, waiting)
        return Event("response.created", {"response": self.response.wire("in_progress")})

    def proceed(self, apology: str | None) -> Answer:
        """What the response has to answer; the `apology` when there is no open question."""
        assert self.response is not None
        response = self.response
        response.waiting = False
        own = (response.id, response.item.id)
        if response.options.question:
            response.question = response.options.question
            return Answer(*own, None, response.question, None, None, response.options)
        questions = [] if response.options.question == "" else self._conversation.open_questions()
        if apology is not None and all(item.answered for item in questions):
            return Answer(*own, None, None, apology, None, response.options)
        if not questions:
            return Answer(*own, None, None, GREETING, None, response.options)
        response.answers = tuple(questions)
        response.question = " ".join(item.text or "" for item in questions)
        last = questions[-1]
        return Answer(*own, last.id, response.question, None, last.confidence, response.options)

    def said(self, response_id: str, text: str) -> list[Event]:
        """The next clause (or sentence of a text answer)."""
        response = self.running(response_id)
        if response is None:
            return []
        opening: list[Event] = []
        if not response.opened:
            response.opened = True
            if response.options.in_conversation:
                self._conversation.add(response.item)
            opening = [
                response.event("response.output_item.added", item=response.item.wire()),
                *self._shown("conversation.item.added", response),
                response.part_event("response.content_part.added", part=response.part("")),
            ]
        first = not response.item.clauses
        response.item.say(text)
        return [*opening, response.delta(text if first else " " + text)]

    def sounded(self, response_id: str, pcm: bytes, now: int) -> list[Event]:
        """The next sound of the last clause: PCM16 at `WIRE_RATE`."""
        response = self.running(response_id)
        if response is None:
            return []
        response.item.sound(len(pcm) // 2)
        self._speaker.play(response.item.id, len(pcm) // 2, now)
        return [response.part_event("response.output_audio.delta", delta=base64.b64encode(pcm).decode())]

    def unheard(self, now: int) -> bool:
        """Whether there is a response of which nothing was heard yet."""
        return self.response is not None and self._speaker.heard(self.response.item, now) == 0

    def end(self, status: str, details: Mapping[str, Any], *, answered: bool = True) -> list[Event]:
        """The response is over; `answered`: its questions need no answer any more."""
        assert self.response is not None
        response, self.response = self.response, None
        outputs: list[Event] = []
        if response.opened:
            response.item.status = "completed" if status == "completed" else "incomplete"
            outputs = [
                *response.content_done(),
                response.part_event("response.content_part.done", part=response.part(response.item.text or "")),
                response.event("response.output_item.done", item=response.item.wire()),
                *self._shown("conversation.item.done", response),
            ]
        for item in response.answers:
            item.answered = answered
        return [*outputs, Event("response.done", {"response": response.wire(status, {"type": status, **details})})]

    def cancel(self, reason: str, now: int, *, answered: bool = True) -> list[Event | Stop]:
        """The response is wanted no more: what was heard of it stays."""
        assert self.response is not None
        response = self.response
        spoken = response.opened and response.item.modality == "audio"
        if spoken:
            if response.item.heard_samples is None:  # else the client has said how much
                response.item.cut(self._speaker.heard(response.item, now))
            self._speaker.flush(now)
        outputs: list[Event | Stop] = [Stop(response.id), *self.end("cancelled", {"reason": reason}, answered=answered)]
        return [*outputs, _truncated(response.item)] if spoken else outputs

    def interrupt(self, now: int, *, answered: bool) -> list[Event | Stop]:
        """Confirmed speech stops the answer, or what is still being played of it."""
        if self.response is not None:
            return self.cancel("turn_detected", now, answered=answered)
        item_id = self._speaker.item_id
        if item_id is None or not self._speaker.playing(now) or item_id not in self._conversation:
            self._speaker.flush(now)
            return []
        item = self._conversation[item_id]
        item.cut(self._speaker.heard(item, now))
        self._speaker.flush(now)
        return [_truncated(item)]

    def truncate(self, item_id: str, audio_end_ms: int, now: int) -> list[Event]:
        """The client says how much of an answer was played. Raises BadInput."""
        item = self._conversation[item_id]
        if item.role != "assistant" or item.modality != "audio" or not item.clauses:
            raise BadInput("only spoken answers can be truncated", code="item_not_truncatable", param="item_id")
        heard = audio_end_ms * WIRE_RATE // 1000
        # A client counts in milliseconds, so it may round up beyond the last sample.
        if heard > item.sent_samples + WIRE_RATE // 1000:
            message = f"only {milliseconds(item.sent_samples)} ms were sent"
            raise BadInput(message, code="audio_end_out_of_range", param="audio_end_ms")
        item.cut(heard)
        if self._speaker.item_id == item_id:
            self._speaker.flush(now)
        return [_truncated(item)]

    def _shown(self, kind: str, response: Response) -> list[Event]:
        if response.item.id not in self._conversation:
            return []
        previous = self._conversation.before(response.item.id)
        return [Event(kind, {"previous_item_id": previous, "item": response.item.wire()})]


def _truncated(item: Item) -> Event:
    place = {"item_id": item.id, "content_index": 0, "audio_end_ms": milliseconds(item.heard_samples or 0)}
    return Event("conversation.item.truncated", place)
