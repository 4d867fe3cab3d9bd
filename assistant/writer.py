"""One writer for a data folder: the server while one runs, else the command that holds the lock.

A server holds the lock for as long as it lives and says beside it where it is reached and with which word; only who
may read the data folder's files can make it write.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from assistant.errors import BadInput, KumpelError, Unavailable

LOCK, DOOR = "writer.lock", "writer.json"
PATH = "/v1/kumpel/library"
_PATIENCE_S = 600


class Writer:
    """The lock, held by this process, and the server's door where there is one."""

    def __init__(self, data_dir: Path, lock: IO[str]) -> None:
        self._data_dir, self._lock = data_dir, lock
        self.token = secrets.token_urlsafe(24)

    def open_door(self, host: str, port: int) -> None:
        """Says where this server takes orders."""
        reached = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
        door = self._data_dir / DOOR
        door.unlink(missing_ok=True)
        with os.fdopen(os.open(door, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            json.dump({"url": f"http://{reached}:{port}{PATH}", "token": self.token}, file)

    def close(self) -> None:
        """Gives the lock back."""
        (self._data_dir / DOOR).unlink(missing_ok=True)
        self._lock.close()


def take(data_dir: Path) -> Writer | None:
    """This process as the writer, or None when another one is. Raises Unavailable for a folder that is no good."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / LOCK).open("w")
    except OSError as error:
        raise Unavailable(f"{data_dir}: Dahin kann ich nicht schreiben ({error.strerror}).") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return Writer(data_dir, lock)


@contextmanager
def alone(data_dir: Path) -> Iterator[bool]:
    """Whether this process is the writer for as long as the block runs; else a server is."""
    writer = take(data_dir)
    try:
        yield writer is not None
    finally:
        if writer is not None:
            writer.close()


def order(data_dir: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Lets the running server do it. Raises BadInput for what it refuses, Unavailable when it is not reached."""
    try:
        door = json.loads((data_dir / DOOR).read_text("utf-8"))
        headers = {"Authorization": f"Bearer {door['token']}", "Content-Type": "application/json"}
        call = urllib.request.Request(door["url"], json.dumps(request).encode(), headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(call, timeout=_PATIENCE_S) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        raise _refused(error) from error
    except (OSError, ValueError, KeyError) as error:
        raise Unavailable(
            "Gerade schreibt ein anderer Befehl, oder der Server antwortet nicht. Versuch es gleich noch einmal."
        ) from error


def _refused(error: urllib.error.HTTPError) -> KumpelError:
    try:
        message = str(json.load(error)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return Unavailable(f"Der Server hat das abgelehnt ({error.code}).")
    return (BadInput if error.code < 500 else Unavailable)(message)
