"""Recordings that a command is given, read with one German sentence for whatever is wrong with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import BadAudio
from speech.audio import AudioError, read_wav


def read_recording(path: Path) -> tuple[NDArray[np.float32], int]:
    """A WAV file -> (mono samples within ±1, shape (n,); rate in Hertz). Raises BadAudio, whose message names it."""
    try:
        return read_wav(path.read_bytes())
    except AudioError as problem:
        raise BadAudio(f"{path}: {problem.spoken}") from problem
    except FileNotFoundError as problem:
        raise BadAudio(f"{path}: Diese Datei gibt es nicht.") from problem
    except OSError as problem:
        raise BadAudio(f"{path}: Die Datei kann ich nicht lesen ({problem.strerror}).") from problem
