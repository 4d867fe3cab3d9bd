"""Reading a trainer's file: `read_document` has it parsed in a process of its own and waits, but not for ever."""

from __future__ import annotations

import errno
import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from corpus.documents.extract import (
    CRASHED,
    DEFAULT_LIMITS,
    TOO_HUNGRY,
    TOO_MUCH_TEXT,
    TOO_SLOW,
    DocumentError,
    Extract,
    Limits,
    Section,
    shown_name,
)

Progress = Callable[[int, int], None]
"""Told how many pages or parts are done, and of how many."""

_ROOT = Path(__file__).resolve().parent.parent.parent
_START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from corpus.documents.worker import main; main()"
"""The worker must be this very code, whether it is installed or lies in a folder, and from wherever it is called."""
_PROBLEMS = {
    errno.ENOENT: "gibt es nicht: Prüfe den Namen und den Ordner",
    errno.EISDIR: "ist ein Ordner: Wähl eine einzelne Datei aus",
    errno.EACCES: "darf ich nicht lesen: Gib die Datei zum Lesen frei",
    errno.EINVAL: "ist keine gewöhnliche Datei: Wähl eine Datei mit Text aus",
    errno.EPERM: "darf ich nicht lesen: Gib die Datei zum Lesen frei",
}


def read_document(path: Path, limits: Limits = DEFAULT_LIMITS, progress: Progress | None = None) -> Extract:
    """The passages of a PDF, DOCX, PPTX, HTML, Markdown or text file. Raises DocumentError and nothing else."""
    name = shown_name(path)
    with _opened(path, name, limits) as file:
        request = json.dumps({"name": path.name, "limits": asdict(limits)})
        worker = subprocess.Popen(
            [sys.executable, "-I", "-B", "-c", _START, str(_ROOT), request],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        late = threading.Event()

        def end() -> None:
            late.set()
            worker.kill()

        clock = threading.Timer(limits.seconds, end)
        clock.daemon = True
        clock.start()
        try:
            answer = _answer(worker, limits, progress)
        finally:
            clock.cancel()
            worker.kill()
            worker.communicate()
    if late.is_set():
        raise DocumentError(name, TOO_SLOW)
    return _checked(answer, name)


def _opened(path: Path, name: str, limits: Limits) -> BinaryIO:
    """The file, if it is one and neither empty nor too large. Raises DocumentError."""
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise IsADirectoryError(errno.EISDIR, "a folder")
        if not stat.S_ISREG(kind):  # a pipe would never end, a device never stop
            raise OSError(errno.EINVAL, "no file")
        file = path.open("rb")
    except OSError as error:
        problem = _PROBLEMS.get(
            error.errno or 0, "kann ich nicht lesen: Kopier die Datei neu und versuch es noch einmal"
        )
        raise DocumentError(name, problem) from error
    except ValueError as error:  # a name that no file can have
        raise DocumentError(name, _PROBLEMS[errno.ENOENT]) from error
    size = os.fstat(file.fileno()).st_size
    if 0 < size <= limits.file_mb * 1_000_000:
        return file
    file.close()
    if size:
        raise DocumentError(name, f"ist zu groß, mehr als {limits.file_mb} Megabyte: Teil die Datei in kleinere auf")
    raise DocumentError(name, "ist leer: Speicher sie neu oder nimm eine andere Datei")


def _answer(worker: subprocess.Popen[bytes], limits: Limits, progress: Progress | None) -> dict[str, Any]:
    """The worker's last answer, or a problem if it has none; progress is passed on."""
    assert worker.stdout is not None
    longest = 8 * limits.text_chars + 1_000_000  # bytes: four for a character, twice if it has to be escaped
    while (line := worker.stdout.readline(longest)).endswith(b"\n"):
        try:
            answer = dict(json.loads(line))
            if "done" not in answer:
                worker.wait()
                return answer
            done, of = int(answer["done"]), int(answer["of"])
        except (KeyError, TypeError, ValueError):
            return {"problem": CRASHED}
        if progress is not None:
            progress(done, of)
    if len(line) >= longest:
        return {"problem": TOO_MUCH_TEXT}
    return {"problem": _death(worker.wait())}


def _death(code: int) -> str:
    """What to say of a worker that ended without an answer."""
    if code == -getattr(signal, "SIGXCPU", 0):
        return TOO_SLOW
    if code == -getattr(signal, "SIGKILL", 0):  # the system does that to whoever takes all its memory
        return TOO_HUNGRY
    return CRASHED  # a library may also end this way when memory runs out


def _checked(answer: dict[str, Any], name: str) -> Extract:
    """The extract of an answer. Raises DocumentError, also for an answer that a broken worker made up."""
    try:
        if "problem" in answer:
            refusal = DocumentError(name, str(answer["problem"]))
            if answer.get("cause"):
                refusal.add_note(str(answer["cause"]))
            raise refusal
        read = answer["extract"]
        sections = tuple(Section(part["heading"], part["page"], part["text"]) for part in read["sections"])
        return Extract(read["title"], read["format"], read["pages"], sections)
    except (KeyError, TypeError) as error:
        raise DocumentError(name, CRASHED) from error
