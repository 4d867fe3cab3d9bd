"""Piper's voices. The only importer of piper.

Source: piper-tts; a voice is an ONNX file and a JSON file of the same name with ".json" behind it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from german.spoken import clauses
from speech.model_files import ModelError, check_file
from speech.tts import SpeechFrame, usual_speed, with_pause

if TYPE_CHECKING:
    import piper


class PiperVoice:
    """A Piper voice as a `Synthesizer`. It is loaded at the first clause.

    Raises ModelError, with one sentence, for files that are missing, empty or not a voice.
    """

    def __init__(self, onnx_path: Path, threads: int = 1) -> None:
        self.name = f"piper {onnx_path.stem}"
        self._path = onnx_path
        self._threads = threads
        check_file(onnx_path, "The voice")
        self._config = _read_config(Path(f"{onnx_path}.json"))
        self.rate = int(self._config["audio"]["sample_rate"])
        self._voice: piper.PiperVoice | None = None
        self._loading = threading.Lock()

    def synthesize(self, text: str, *, speed: float = 1.0) -> Iterator[SpeechFrame]:
        """One frame per clause; see `Synthesizer.synthesize`."""
        from piper import SynthesisConfig

        voice = self._loaded()
        # Longer phonemes, slower speech; a voice may have a usual length of its own.
        config = SynthesisConfig(length_scale=voice.config.length_scale / usual_speed(speed))
        for clause in clauses(text):
            sound = [chunk.audio_int16_array for chunk in voice.synthesize(clause.spoken, config)]
            samples = np.concatenate([np.zeros(0, np.int16), *(np.atleast_1d(part) for part in sound)])
            yield SpeechFrame(with_pause(samples, self.rate, clause.written), self.rate, clause.written)

    def _loaded(self) -> piper.PiperVoice:
        with self._loading:
            if self._voice is None:
                self._voice = self._load()
            return self._voice

    def _load(self) -> piper.PiperVoice:
        import onnxruntime
        import piper
        from piper.config import PiperConfig

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads  # the other cores belong to the language model
        try:
            session = onnxruntime.InferenceSession(
                str(self._path), sess_options=options, providers=["CPUExecutionProvider"]
            )
            return piper.PiperVoice(session=session, config=PiperConfig.from_dict(self._config))
        except Exception as error:  # onnxruntime's own exceptions share no base but Exception
            reason = " ".join(str(error).split())
            raise ModelError(f"The voice {self._path} cannot be loaded: {reason}.") from error


def _read_config(path: Path) -> dict[str, Any]:
    check_file(path, "The voice's configuration")
    try:
        config: dict[str, Any] = json.loads(path.read_bytes())
        missing = {"audio", "espeak", "num_symbols", "num_speakers", "phoneme_id_map"} - set(config)
        if missing or "sample_rate" not in config["audio"]:
            raise ModelError(f"The voice's configuration lacks {', '.join(sorted(missing)) or 'its rate'}: {path}.")
    except (ValueError, TypeError) as error:
        raise ModelError(f"The voice's configuration is damaged: {path} is not JSON ({error}).") from error
    return config
