"""Is somebody speaking? Silero's detector, streaming, with its state per session.

Source: the ONNX file that faster-whisper carries (github.com/snakers4/silero-vad, version 6).
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from speech.model_files import ModelError

if TYPE_CHECKING:
    import onnxruntime

FRAME = 512
"""Samples of one frame at 16 kHz: 32 ms."""
_CONTEXT = 64
"""Samples of the frame before that the model also sees."""
_STATE = (1, 1, 128)


class VoiceDetector(Protocol):
    """Hears one session's frames in order."""

    def probability(self, frame: NDArray[np.float32]) -> float:
        """How likely the frame (shape (512,), 16 kHz) is speech, 0 to 1."""
        ...

    def reset(self) -> None:
        """Forgets what was heard."""
        ...


def silero_path() -> Path:
    """Where faster-whisper keeps Silero's file; found without importing faster-whisper. Raises ModelError."""
    spec = importlib.util.find_spec("faster_whisper")
    folders = list(spec.submodule_search_locations or []) if spec else []
    files = sorted(file for folder in folders for file in Path(folder, "assets").glob("silero_vad*.onnx"))
    if not files:
        raise ModelError("The voice detector is missing: install faster-whisper, which brings Silero's model.")
    return files[-1]


class SileroModel:
    """The loaded network. It keeps no state, so all sessions share it, from any thread."""

    def __init__(self, path: Path | None = None) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        options.log_severity_level = 4
        self._session: onnxruntime.InferenceSession = onnxruntime.InferenceSession(
            str(path or silero_path()), sess_options=options, providers=["CPUExecutionProvider"]
        )

    def step(
        self, window: NDArray[np.float32], h: NDArray[np.float32], c: NDArray[np.float32]
    ) -> tuple[float, NDArray[np.float32], NDArray[np.float32]]:
        """Context and frame, shape (576,), and the state -> (probability, next state)."""
        output, h, c = self._session.run(None, {"input": window[np.newaxis], "h": h, "c": c})
        return float(np.ravel(output)[0]), h, c


class SileroDetector:
    """One session's `VoiceDetector`."""

    def __init__(self, model: SileroModel) -> None:
        self._model = model
        self.reset()

    def reset(self) -> None:
        """Forgets what was heard."""
        self._h = np.zeros(_STATE, np.float32)
        self._c = np.zeros(_STATE, np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)

    def probability(self, frame: NDArray[np.float32]) -> float:
        """See `VoiceDetector.probability`. Raises ValueError for another frame size."""
        if frame.shape != (FRAME,):
            raise ValueError(f"a frame has {FRAME} samples, not {frame.shape}")
        window = np.concatenate([self._context, frame]).astype(np.float32)
        probability, self._h, self._c = self._model.step(window, self._h, self._c)
        self._context = window[-_CONTEXT:]
        return probability
