"""`/v1/realtime`: the shell around `Session`. It reads events and runs the session's commands; it decides nothing.

socket → parse → Ears → Session ┬ Event → Outbound → socket
                                ├ Transcribe → Hearing → Session
                                └ Answer → Speaking → Session
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import APIRouter, WebSocket

from assistant.answering import Answer, Stop
from assistant.api import protocol
from assistant.api.hearing import Heard, Hearing
from assistant.api.listening import Ears, wire_position
from assistant.api.outbound import Outbound, error_event
from assistant.api.preferences import Preferences
from assistant.api.speaking import Speaking
from assistant.conversation import WIRE_RATE, Item
from assistant.errors import BadInput, Busy, KumpelError
from assistant.response import Event
from assistant.session import Output, Session, Transcribe
from assistant.settings import Settings
from assistant.turn import Engines, Turn
from assistant.wiring import segmenter_settings
from speech.segmenter import SegmentEvent, SpeechPaused, SpeechResumed, SpeechStarted, Utterance
from speech.vad import VoiceDetector

TRY_AGAIN_LATER = 1013
log = logging.getLogger(__name__)


class SessionCount:
    """How many sessions are open, and how many may be."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.open = 0


def router(
    settings: Settings, engines: Engines, make_detector: Callable[[], VoiceDetector], sessions: SessionCount
) -> APIRouter:
    """The WebSocket's route."""
    routes = APIRouter()
    segmenter = segmenter_settings(settings)

    @routes.websocket("/v1/realtime")
    async def realtime(socket: WebSocket, model: str = "kumpel") -> None:
        offered = socket.scope.get("subprotocols", [])
        await socket.accept(subprotocol="realtime" if "realtime" in offered else None)
        outbound = Outbound(socket)
        writer = asyncio.create_task(outbound.run())
        full = sessions.open >= sessions.limit
        sessions.open += not full
        try:
            if full:
                error = Busy(f"{sessions.limit} sessions are open already", code="session_limit_reached")
                outbound.send(error_event(error))
            else:
                ears = Ears(make_detector(), segmenter)
                preferences = Preferences(_new_id("sess"), model, segmenter)
                await RealtimeSession(engines, ears, preferences, outbound).run(socket)
        finally:
            sessions.open -= not full
            outbound.finish()
            await writer
        if full:
            await socket.close(TRY_AGAIN_LATER, "session_limit_reached")

    return routes


class RealtimeSession:
    """One client's session, from `session.created` until its socket is gone."""

    def __init__(self, engines: Engines, ears: Ears, preferences: Preferences, outbound: Outbound) -> None:
        turn = Turn(engines)
        self._ears, self._preferences, self._outbound = ears, preferences, outbound
        self._session = Session(_new_id)
        self._hearing = Hearing(turn, engines.transcribers)
        self._speaking = Speaking(engines, turn, self._session, self._hearing, outbound, self._apply, _now)
        self._tasks: set[asyncio.Task[None]] = set()
        self._answering: dict[str, asyncio.Task[None]] = {}
        self._trial: asyncio.Task[Heard] | None = None
        self._handlers: dict[type, Callable[[Any], Coroutine[Any, Any, None]]] = {
            protocol.SessionUpdateEvent: self._update,
            protocol.AppendEvent: self._append,
            protocol.CommitEvent: self._commit,
            protocol.ClearEvent: self._clear,
            protocol.CreateItemEvent: self._create_item,
            protocol.ItemEvent: self._show_or_delete_item,
            protocol.TruncateEvent: self._truncate_item,
            protocol.CreateResponseEvent: self._create_response,
            protocol.CancelResponseEvent: self._cancel_response,
        }

    async def run(self, socket: WebSocket) -> None:
        """Serves the socket; when it is gone, all work of the session ends."""
        self._outbound.send(Event("session.created", {"session": self._preferences.wire()}))
        try:
            while (message := await socket.receive())["type"] != "websocket.disconnect":
                await self._handle(message.get("text"))
                await self._outbound.room()
        finally:
            for task in self._tasks:
                task.cancel()
            await self._hearing.close()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _handle(self, frame: str | None) -> None:
        """One frame; whatever is wrong with it becomes an `error` event, and the session goes on."""
        event_id = None
        try:
            if frame is None:
                message = "events are JSON text; audio goes as base64 in input_audio_buffer.append"
                raise protocol.ProtocolError(message, code="binary_frame")
            event = protocol.parse(frame)
            event_id = event.event_id
            await self._handlers[type(event)](event)
        except protocol.ProtocolError as error:
            self._outbound.send(error_event(error, error.event_id))
        except KumpelError as error:
            self._outbound.send(error_event(error, event_id))
        except Exception:
            log.exception("an event could not be handled")
            self._outbound.send(error_event(KumpelError("internal error; see the server's log"), event_id))

    # The client's events

    async def _update(self, event: protocol.SessionUpdateEvent) -> None:
        self._preferences.update(event.session)
        listening = self._session.turns.vad
        self._session.turns = self._preferences.turns
        self._session.options = self._preferences.options
        self._ears.use(self._preferences.segmenter)
        if listening != self._session.turns.vad:
            self._ears.clear()
            self._apply(self._session.speech_dropped())
        self._outbound.send(Event("session.updated", {"session": self._preferences.wire()}))

    async def _append(self, event: protocol.AppendEvent) -> None:
        pcm = event.pcm()
        if not self._session.turns.vad:
            self._ears.hold(pcm)
            return
        async for heard in self._ears.listen(pcm):
            self._listen(heard)
            self._apply(self._session.listened(self._ears.voiced, _now()))

    async def _commit(self, event: protocol.CommitEvent) -> None:
        if not self._session.turns.vad:
            self._apply(self._session.committed(self._ears.take_held()))
            return
        ended = self._ears.finish()
        if not ended:
            raise BadInput("nobody has spoken since the last turn", code="input_audio_buffer_commit_empty")
        self._listen(ended)

    async def _clear(self, event: protocol.ClearEvent) -> None:
        self._ears.clear()
        self._hearing.drop_trial()
        self._outbound.send(Event("input_audio_buffer.cleared", {}))
        self._apply(self._session.speech_dropped())

    async def _create_item(self, event: protocol.CreateItemEvent) -> None:
        message = event.item
        item = Item(message.id or _new_id("item"), message.role, "text", message.text)
        self._apply(self._session.create_item(item, event.previous_item_id))

    async def _show_or_delete_item(self, event: protocol.ItemEvent) -> None:
        if event.type == "conversation.item.retrieve":
            self._apply(self._session.retrieve_item(event.item_id))
        else:
            self._apply(self._session.delete_item(event.item_id))

    async def _truncate_item(self, event: protocol.TruncateEvent) -> None:
        self._apply(self._session.truncate_item(event.item_id, event.audio_end_ms, _now()))

    async def _create_response(self, event: protocol.CreateResponseEvent) -> None:
        self._apply(self._session.create_response(event.options(self._preferences)))

    async def _cancel_response(self, event: protocol.CancelResponseEvent) -> None:
        self._apply(self._session.cancel_response(event.response_id, _now()))

    # What was heard, and what the session wants done

    def _listen(self, heard: Sequence[SegmentEvent]) -> None:
        for event in heard:
            match event:
                case SpeechStarted(sample):
                    self._apply(self._session.speech_started(wire_position(sample), self._ears.position, _now()))
                case SpeechPaused():
                    self._hearing.try_pause(event)
                case SpeechResumed():
                    self._hearing.drop_trial()
                case Utterance(_, end, samples):
                    self._trial = self._hearing.trial_of(event)
                    self._apply(self._session.utterance(samples, wire_position(end), _now()))

    def _apply(self, outputs: Sequence[Output], began: float | None = None, hear_ms: float | None = None) -> None:
        began = time.perf_counter() if began is None else began
        for output in outputs:
            match output:
                case Event():
                    self._outbound.send(output)
                case Transcribe():
                    trial, self._trial = self._trial, None
                    self._start(self._transcribe(output, trial, began))
                case Answer(response_id=response_id):
                    task = self._start(self._speaking.answer(output, began, hear_ms))
                    self._answering[response_id] = task
                    task.add_done_callback(lambda _, done=response_id: self._answering.pop(done, None))  # type: ignore[misc]
                case Stop(response_id):
                    if response_id in self._answering:  # else it still waited for its question
                        self._answering[response_id].cancel()

    async def _transcribe(self, command: Transcribe, trial: asyncio.Task[Heard] | None, began: float) -> None:
        try:
            heard = await self._hearing.hear(command.samples, trial)
        except Exception as problem:
            if not isinstance(problem, KumpelError):
                log.exception("an utterance could not be recognised")
                problem = KumpelError("internal error; see the server's log")
            self._apply(self._session.not_understood(command.item_id, problem), began)
            return
        outputs = self._session.understood(command.item_id, heard.transcript, _now())
        self._apply(outputs, began, heard.milliseconds)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(8)}"


def _now() -> int:
    """Real time in samples."""
    return int(time.monotonic() * WIRE_RATE)
