"""One conversation without I/O: who speaks, what interrupts, what is to be answered when.

Inputs are methods; each returns the outputs in order: events for the client, and commands for the shell around it
(`api/realtime.py`). Time is a count of samples at `WIRE_RATE`: positions in the client's sound, and `now`, the clock
of real time, by which playback is assumed. So a whole conversation runs in a test without sleeping.

    utterance → committed → Transcribe ─ understood → Answer ─ said, sounded … finished
                                      └ refused → Answer (a sentence that helps)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.answering import Answer, Answering, Stop
from assistant.conversation import WIRE_RATE, Conversation, Item, milliseconds
from assistant.errors import BadInput, KumpelError, NotUnderstood
from assistant.response import Event, ResponseOptions
from german.text import plain
from speech.asr import Transcript

CONFIRM_SAMPLES = WIRE_RATE * 2 // 5
"""Speech that lasts this long after it was detected interrupts the assistant: half a second in all."""
LISTENING_SIGNALS = frozenset(
    ["mhm", "mh", "hm", "hmhm", "aha", "ja", "ja ja", "jaja", "jo", "ok", "okay", "genau", "gut", "ach so", "achso"]
)
"""What people say to show that they listen; it does not interrupt."""


@dataclass(frozen=True)
class TurnTaking:
    """How turns change hands."""

    vad: bool = True
    """False: push-to-talk."""
    create_response: bool = True
    interrupt_response: bool = True


@dataclass(frozen=True)
class Transcribe:
    """To the shell: recognise this, then call `understood` or `not_understood`."""

    item_id: str
    samples: NDArray[np.float32]
    """16 kHz, mono, within ±1, shape (n,)."""


Output = Event | Transcribe | Answer | Stop


@dataclass
class _Speech:
    """Speech that is going on, or that waits to be confirmed as an interruption."""

    item_id: str
    start: int
    detected: int
    goes_on: bool = False
    """Nothing of the answer had been heard yet: the person goes on with the question."""
    end: int = 0
    announced: bool = False


class Session:
    """The state of one conversation. Raises BadInput for what the client may not do; the state is then unchanged."""

    def __init__(self, new_id: Callable[[str], str], turns: TurnTaking | None = None) -> None:
        """`new_id` makes an id from its prefix ("item", "resp", "conv")."""
        self.turns = turns or TurnTaking()
        self.options = ResponseOptions()
        self.conversation = Conversation()
        self.answering = Answering(self.conversation, new_id)
        self._new_id = new_id
        self._speech: _Speech | None = None
        self._recognising: set[str] = set()
        """Items of the conversation whose words are not known yet."""
        self._unconfirmed: dict[str, _Speech] = {}
        """Short speech beside the assistant's: only its words can tell whether it interrupts."""
        self._answer_next = False
        """A turn waits to be answered until the person or the assistant has finished."""

    # What the person does

    def speech_started(self, start: int, detected: int, now: int) -> list[Output]:
        """The person began to speak: the utterance begins at `start`, and was noticed at `detected`."""
        self._speech = _Speech(self._new_id("item"), start, detected, self.answering.unheard(now))
        if self.answering.speaking(now) and self.turns.interrupt_response:
            return []
        return self._announce(self._speech)

    def listened(self, voiced: int, now: int) -> list[Output]:
        """There was a voice up to `voiced`, the last time: long enough speech interrupts."""
        speech = self._speech
        if speech is None or speech.announced:
            return []
        if not self.answering.speaking(now):
            return self._announce(speech)
        if voiced - speech.detected >= CONFIRM_SAMPLES:
            return [*self._announce(speech), *self._interrupt(speech, now)]
        return []

    def speech_dropped(self) -> list[Output]:
        """What began as speech was none, or the client cleared it."""
        self._speech = None
        return self._answer_waiting()

    def utterance(self, samples: NDArray[np.float32], end: int, now: int) -> list[Output]:
        """The person finished an utterance at `end`; `samples` at 16 kHz, shape (n,)."""
        speech = self._speech or _Speech(self._new_id("item"), end, end)
        self._speech = None
        speech.end = end
        transcribe = Transcribe(speech.item_id, samples)
        if not speech.announced and self.answering.speaking(now):
            self._unconfirmed[speech.item_id] = speech
            return [transcribe]
        return [*self._announce(speech), *self._stopped(speech), *self._commit(speech.item_id), transcribe]

    def committed(self, samples: NDArray[np.float32]) -> list[Output]:
        """Push-to-talk: the client ended an utterance; `samples` at 16 kHz, shape (n,)."""
        item_id = self._new_id("item")
        return [*self._commit(item_id), Transcribe(item_id, samples)]

    def understood(self, item_id: str, transcript: Transcript, now: int) -> list[Output]:
        """The recogniser is done with an item."""
        if transcript.rejected or not transcript.text.strip():
            reason = transcript.rejected or "silence"
            return self.not_understood(item_id, NotUnderstood(f"refused: {reason}"))
        outputs: list[Output] = []
        speech = self._unconfirmed.pop(item_id, None)
        if speech is not None:
            if self.answering.speaking(now) and plain(transcript.text) in LISTENING_SIGNALS:
                return []
            outputs += [*self._announce(speech), *self._interrupt(speech, now)]
            outputs += [*self._stopped(speech), *self._commit(item_id)]
        if item_id not in self._recognising:
            return []  # deleted meanwhile
        self._recognising.remove(item_id)
        item = self.conversation[item_id]
        item.text, item.confidence = transcript.text, transcript.confidence
        place = {"item_id": item_id, "content_index": 0}
        kind = "conversation.item.input_audio_transcription"
        whole = {**place, "transcript": transcript.text, "usage": _usage(transcript.text)}
        outputs += [Event(f"{kind}.delta", {**place, "delta": transcript.text}), Event(f"{kind}.completed", whole)]
        return outputs + self._turn_over()

    def not_understood(self, item_id: str, error: KumpelError) -> list[Output]:
        """The recogniser or the gate refused an item, or failed."""
        if self._unconfirmed.pop(item_id, None) is not None:
            return self._answer_waiting()  # noise beside the assistant's speech: that goes on
        if item_id not in self._recognising:
            return []  # deleted meanwhile
        self._recognising.remove(item_id)
        details = {"type": error.type, "code": error.code, "message": error.message, "param": None}
        fields = {"item_id": item_id, "content_index": 0, "error": details}
        return [Event("conversation.item.input_audio_transcription.failed", fields), *self._turn_over(error.spoken)]

    # What the client asks for

    def create_item(self, item: Item, after: str | None) -> list[Output]:
        """Adds a message."""
        previous = self.conversation.add(item, after)
        if item.role == "assistant":  # a conversation that began elsewhere: what comes before was answered
            for earlier in self.conversation:
                if earlier is item:
                    break
                earlier.answered = True
        return self._added(item, previous)

    def delete_item(self, item_id: str) -> list[Output]:
        """Takes a message out; one that is being spoken stays."""
        response = self.answering.response
        if response is not None and response.item.id == item_id:
            raise BadInput("this item is being spoken; cancel its response first", param="item_id")
        self.conversation.remove(item_id)
        self._recognising.discard(item_id)
        outputs: list[Output] = [Event("conversation.item.deleted", {"item_id": item_id})]
        if response is not None and response.waiting:
            outputs += self._proceed()
        return outputs

    def retrieve_item(self, item_id: str) -> list[Output]:
        """Shows a message."""
        return [Event("conversation.item.retrieved", {"item": self.conversation[item_id].wire()})]

    def truncate_item(self, item_id: str, audio_end_ms: int, now: int) -> Sequence[Output]:
        """The client says how much of an answer was played."""
        return self.answering.truncate(item_id, audio_end_ms, now)

    def create_response(self, options: ResponseOptions) -> list[Output]:
        """The client asks for an answer."""
        if self.answering.response is not None:
            message = f"{self.answering.response.id} is still running"
            raise BadInput(message, code="conversation_already_has_active_response", param="response")
        self._answer_next = False
        return self._respond(options)

    def cancel_response(self, response_id: str | None, now: int) -> list[Output]:
        """The client wants no more of the answer."""
        response = self.answering.response
        if response is None or response_id not in (None, response.id):
            raise BadInput("no such response is running", code="response_cancel_not_active", param="response_id")
        return [*self.answering.cancel("client_cancelled", now), *self._answer_waiting()]

    # What the shell does for a response

    def said(self, response_id: str, text: str) -> Sequence[Output]:
        """The next clause (or sentence of a text answer) of a response."""
        return self.answering.said(response_id, text)

    def sounded(self, response_id: str, pcm: bytes, now: int) -> Sequence[Output]:
        """The next sound of the last clause: PCM16 at `WIRE_RATE`."""
        return self.answering.sounded(response_id, pcm, now)

    def finished(self, response_id: str, *, incomplete: bool = False) -> list[Output]:
        """The answer is whole, or ends early because of `max_output_tokens`."""
        if self.answering.running(response_id) is None:
            return []
        if incomplete:
            return [*self.answering.end("incomplete", {"reason": "max_output_tokens"}), *self._answer_waiting()]
        return [*self.answering.end("completed", {}), *self._answer_waiting()]

    def failed(self, response_id: str, error: KumpelError) -> list[Output]:
        """The answer broke off."""
        if self.answering.running(response_id) is None:
            return []
        details = {"type": error.type, "code": error.code, "message": error.message}
        report = Event("error", {"error": {**details, "param": None, "event_id": None, "spoken": error.spoken}})
        return [report, *self.answering.end("failed", {"error": details}), *self._answer_waiting()]

    # Inside

    def _announce(self, speech: _Speech) -> list[Output]:
        if speech.announced:
            return []
        speech.announced = True
        place = {"audio_start_ms": milliseconds(speech.start), "item_id": speech.item_id}
        return [Event("input_audio_buffer.speech_started", place)]

    def _stopped(self, speech: _Speech) -> list[Output]:
        place = {"audio_end_ms": milliseconds(speech.end), "item_id": speech.item_id}
        return [Event("input_audio_buffer.speech_stopped", place)]

    def _interrupt(self, speech: _Speech, now: int) -> Sequence[Output]:
        return self.answering.interrupt(now, answered=not speech.goes_on) if self.turns.interrupt_response else []

    def _commit(self, item_id: str) -> list[Output]:
        item = Item(item_id, "user", "audio")
        previous = self.conversation.add(item)
        self._recognising.add(item_id)
        committed = Event("input_audio_buffer.committed", {"item_id": item_id, "previous_item_id": previous})
        return [committed, *self._added(item, previous)]

    def _added(self, item: Item, previous: str | None) -> list[Output]:
        fields = {"previous_item_id": previous, "item": item.wire()}
        return [Event("conversation.item.added", fields), Event("conversation.item.done", fields)]

    def _turn_over(self, apology: str | None = None) -> list[Output]:
        """A turn of the person was recognised, or refused with an `apology`: answer it when it is time."""
        response = self.answering.response
        if response is not None and response.waiting:
            return self._proceed(apology)
        if not (self.turns.vad and self.turns.create_response):
            return []
        questions = any(not item.answered for item in self.conversation.open_questions())
        if response is not None or self._speech is not None or self._recognising:
            self._answer_next = self._answer_next or questions
            return []
        self._answer_next = False
        if not questions and apology is None:
            return []
        return self._respond(self.options, apology)

    def _answer_waiting(self) -> list[Output]:
        return self._turn_over() if self._answer_next else []

    def _respond(self, options: ResponseOptions, apology: str | None = None) -> list[Output]:
        waiting = options.question is None and bool(self._recognising)
        created = self.answering.begin(options, waiting=waiting)
        return [created] if waiting else [created, self.answering.proceed(apology)]

    def _proceed(self, apology: str | None = None) -> list[Output]:
        return [] if self._recognising else [self.answering.proceed(apology)]


def _usage(text: str) -> dict[str, Any]:
    words = len(text.split())
    return {"type": "tokens", "input_tokens": 0, "output_tokens": words, "total_tokens": words}
