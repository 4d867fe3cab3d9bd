"""Events to the client: one writer per socket, in the order in which they were made."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect

from assistant.errors import KumpelError
from assistant.response import Event

UNSENT_LIMIT = 4 * 2**20
"""Bytes that may wait for a client that reads slowly: over a minute of speech."""


def error_event(error: KumpelError, event_id: str | None = None) -> Event:
    """`error`, about the client's event `event_id`."""
    details = {
        "type": error.type, "code": error.code, "message": error.message, "param": error.param,
        "event_id": event_id, "spoken": error.spoken,
    }  # fmt: skip
    return Event("error", {"error": details})


class Outbound:
    """Sends in a task of its own (`run`), so that an answer that is cancelled never cuts an event in two."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._unsent = 0
        self._count = 0
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._open = True

    def send(self, event: Event) -> None:
        """Puts `event` in line, with an id."""
        self._count += 1
        fields: Mapping[str, Any] = event.fields
        text = json.dumps({"type": event.type, "event_id": f"event_{self._count}", **fields})
        if self._open:
            self._queue.put_nowait(text)
            self._unsent += len(text)
            if self._unsent > UNSENT_LIMIT:
                self._has_room.clear()

    async def room(self) -> None:
        """Returns when the client has read enough for more to be made."""
        await self._has_room.wait()

    async def run(self) -> None:
        """Writes until `finish`, or until the socket is gone."""
        try:
            while (text := await self._queue.get()) is not None:
                await self._socket.send_text(text)
                self._unsent -= len(text)
                if self._unsent <= UNSENT_LIMIT:
                    self._has_room.set()
        except (WebSocketDisconnect, RuntimeError):  # RuntimeError: starlette's word for a socket that is closed
            pass
        finally:
            self._open = False
            self._has_room.set()

    def finish(self) -> None:
        """Lets `run` end after what is in line."""
        self._queue.put_nowait(None)
