"""Starts the server: takes the port first, says so when it is taken, then loads the models."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assistant.errors import Unavailable
from assistant.writer import Writer, take

if TYPE_CHECKING:
    import uvicorn

    from assistant.settings import Settings

_log = logging.getLogger(__name__)


def take_port(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one. Raises Unavailable when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except OSError as problem:
        taken.close()
        advice = f"Nimm einen anderen, zum Beispiel: kumpel serve --port {port + 1}"
        raise Unavailable(f"Port {port} auf {host} ist nicht frei ({problem.strerror}). {advice}") from problem
    return taken


def make_server(settings: Settings, port: int) -> uvicorn.Server:
    """The server with its engines loaded, ready to run on a socket of `take_port`, whose `port` it announces."""
    import uvicorn

    from assistant.api.app import create_app
    from assistant.wiring import build_engines, make_detector_factory

    writer = _writer(settings, port)
    app = create_app(settings, build_engines(settings), make_detector_factory(settings), writer)
    config = uvicorn.Config(
        app, log_level="warning", ws="websockets-sansio", ws_per_message_deflate=False, ws_max_size=16 * 2**20,
        timeout_graceful_shutdown=2, lifespan="on",
    )  # fmt: skip
    return uvicorn.Server(config)


def _writer(settings: Settings, port: int) -> Writer | None:
    """This server as the one that writes, if no other does; without a folder to write to it serves all the same."""
    try:
        writer = take(settings.data_dir)
        if writer is None:
            _log.warning("another server uses %s: here, new documents need a restart", settings.data_dir)
            return None
        writer.open_door(settings.host, port)
        return writer
    except (Unavailable, OSError) as error:
        _log.warning("documents cannot be published: %s", error)
        return None


@contextmanager
def background_server(settings: Settings) -> Iterator[str]:
    """A server in a thread of this process; yields its WebSocket URL and stops it afterwards."""
    taken = take_port(settings.host, settings.port)
    server = make_server(settings, taken.getsockname()[1])
    taken.listen()  # connections wait in line from here on, until the server runs
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    try:
        yield f"ws://{settings.host}:{taken.getsockname()[1]}/v1/realtime"
    finally:
        server.should_exit = True
        thread.join(10)
        taken.close()
