"""Files that a command writes for its user."""

from __future__ import annotations

import errno
from pathlib import Path

from assistant.errors import Unavailable

_REASONS = {
    errno.ENOENT: "Diesen Ordner gibt es nicht.",
    errno.EACCES: "Das ist mir nicht erlaubt.",
    errno.EPERM: "Das ist mir nicht erlaubt.",
    errno.EROFS: "Das ist mir nicht erlaubt.",
    errno.ENOSPC: "Der Speicher ist voll.",
    errno.EISDIR: "Das ist ein Ordner, keine Datei.",
}


def write_file(path: Path, data: bytes) -> None:
    """Writes `data` to `path`. Raises Unavailable, whose message is German and says what is in the way."""
    try:
        path.write_bytes(data)
    except OSError as problem:
        raise unwritable(path, problem) from problem


def unwritable(path: Path, problem: OSError) -> Unavailable:
    """The error for a file that could not be written."""
    reason = _REASONS.get(problem.errno or 0, f"Grund: {problem.strerror}.")
    return Unavailable(f"{path}: Dahin kann ich nicht schreiben. {reason}")
