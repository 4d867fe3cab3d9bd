"""The fence around the process that parses strangers' files: limits, no network, no programs, nothing written.

Three layers, each of which works alone: the system's limits on memory, processor time and written files; a network
namespace of its own, where Linux allows one; and an audit hook, which refuses in Python whatever a parser has no
reason to do. The hook guards against bugs of parsers written in Python, not against hostile machine code: that is
left to the namespace and to the short life of the process.
"""

from __future__ import annotations

import ctypes
import math
import os
import sys
from pathlib import Path
from typing import Any

from corpus.documents.extract import Limits

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
"""Linux: flags of unshare(2)."""
_DIE_WITH_PARENT, _NOT_DUMPABLE, _NO_NEW_PRIVILEGES = (1, 9), (4, 0), (38, 1)
"""Linux: options of prctl(2) with their values."""
_KILL = 9
_REFUSED = (
    "socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.system", "os.startfile",
    "os.kill", "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.chown", "os.link", "os.symlink",
    "os.truncate", "os.utime", "shutil.", "pty.", "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser.",
)  # fmt: skip
"""How the names of audit events begin that are refused."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def enter(limits: Limits) -> None:
    """Closes the fence around this process for good."""
    if sys.platform == "linux":
        _leave_network()
    _limit(limits)
    readable = tuple({_folder(path) for path in (sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path) if path})

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            _refuse_open(arguments, readable)
        elif event.startswith(_REFUSED):
            raise PermissionError(f"refused while a document is read: {event}")

    sys.addaudithook(refuse)


def _refuse_open(arguments: tuple[Any, ...], readable: tuple[str, ...]) -> None:
    """Only the libraries' own files are opened, to be read."""
    path, mode, flags = arguments
    if isinstance(path, int):
        return
    written = bool(flags & _WRITING) if isinstance(flags, int) else True
    if written or (mode is not None and set(mode) & set("wax+")):
        raise PermissionError(f"refused while a document is read: writing {path!r}")
    if not (os.path.realpath(os.fsdecode(path)) + os.sep).startswith(readable):
        raise PermissionError(f"refused while a document is read: opening {path!r}")


def _folder(path: str) -> str:
    return str(Path(path).resolve()).rstrip(os.sep) + os.sep


def _leave_network() -> None:
    """A network of its own without any device. Containers and some systems forbid it; then the hook has to do."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_DIE_WITH_PARENT[0], _KILL, 0, 0, 0)
    libc.unshare(_NEW_USER | _NEW_NETWORK)
    for option, value in (_NOT_DUMPABLE, _NO_NEW_PRIVILEGES):
        libc.prctl(option, value, 0, 0, 0)


def _limit(limits: Limits) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = {
        "RLIMIT_AS": limits.memory_mb * 1024 * 1024,
        "RLIMIT_CPU": math.ceil(limits.seconds) + 1,  # the clock of the parent should strike first
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
    }
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        try:
            resource.setrlimit(kind, (value, value + (name == "RLIMIT_CPU")))  # at the second one it is killed
        except (OSError, ValueError):  # macOS knows RLIMIT_AS but refuses to set it
            continue
