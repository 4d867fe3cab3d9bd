"""Recognition with Whisper models in CTranslate2 format. The only importer of faster_whisper.

Start values: shared experience with short German questions (beam 1, little temperature, no conditioning on what was
said before, no timestamps), and beam 5 for what the first pass was not sure of.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from speech.asr import ASR_RATE, GateSettings, Transcript, gate
from speech.model_files import ModelError as ModelError
from speech.model_files import check_file

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

MAX_HOTWORDS = 40
FULL_VOCABULARY = 50000
"""Whisper's own tokenizers have more tokens; a model with fewer was trained from scratch with one of its own."""
_QUIET_SEARCH = 0.3  # the last part of a window in which a long utterance may be cut
_QUIET_SAMPLES = ASR_RATE // 10
_SHORTEST = ASR_RATE // 20  # nobody says a word in less; of a few samples no features can be made


@dataclass(frozen=True)
class WhisperSettings:
    """How a model is run; a profile sets what its model needs."""

    compute_type: str = "int8"
    device: str = "cpu"
    threads: int = 2
    language: str = "de"
    """Pinned, since short utterances mislead the detection; a monolingual model ignores it."""
    beam_size: int = 1
    retry_beam_size: int = 5
    retry_below: float = -0.8
    """Mean log probability below which an utterance is decoded again with the wider beam."""
    temperatures: tuple[float, ...] = (0.0, 0.2, 0.4)
    max_new_tokens: int = 96
    """Per window. A small vocabulary needs more tokens for the same words."""
    hotwords: bool = True
    """False for a model that was not trained with prompts: it would read them out."""


@dataclass(frozen=True)
class _Heard:
    text: str
    logprob: float
    """Mean per token."""
    tokens: int


class WhisperTranscriber:
    """A `Transcriber` with a faster-whisper model from a folder.

    Raises ModelError, with one sentence, for a folder that is missing, empty, cut short or not a model.
    """

    def __init__(
        self, model_dir: Path, settings: WhisperSettings | None = None, gate_settings: GateSettings | None = None
    ) -> None:
        self.name = f"whisper {model_dir.name}"
        self._settings = settings or WhisperSettings()
        self._gate = gate_settings or GateSettings()
        check_folder(model_dir)
        try:
            self._model = _load(model_dir, self._settings)
            self._window = int(self._model.feature_extractor.n_samples)
            self._suppressed = _suppressed_tokens(self._model)
            # A short silence proves that the model is whole and fits its window, and warms it up.
            self._decode(np.zeros(ASR_RATE // 2, np.float32), None, 1, (0.0,))
        except Exception as error:  # the libraries raise RuntimeError, ValueError and plain Exception
            reason = " ".join(str(error).split())
            raise ModelError(f"The recogniser in {model_dir} cannot be loaded: {reason}.") from error

    def transcribe(self, samples: NDArray[np.float32], *, hotwords: tuple[str, ...] = ()) -> Transcript:
        """See `Transcriber.transcribe`; an utterance longer than the model's window is cut where it is quiet."""
        samples = np.nan_to_num(samples.astype(np.float32), nan=0.0, posinf=1.0, neginf=-1.0)
        hints = " ".join(hotwords[:MAX_HOTWORDS]) if self._settings.hotwords and hotwords else None
        heard = [self._hear(piece, hints) for piece in split_at_quiet(samples, self._window) if len(piece) >= _SHORTEST]
        tokens = sum(piece.tokens for piece in heard)
        logprob = sum(piece.logprob * piece.tokens for piece in heard) / tokens if tokens else -math.inf
        text = " ".join(piece.text for piece in heard if piece.text)
        return gate(Transcript(text, math.exp(min(0.0, logprob))), samples, self._gate)

    def _hear(self, samples: NDArray[np.float32], hints: str | None) -> _Heard:
        heard = self._decode(samples, hints, self._settings.beam_size, self._settings.temperatures)
        if heard.logprob >= self._settings.retry_below or self._settings.beam_size >= self._settings.retry_beam_size:
            return heard
        again = self._decode(samples, hints, self._settings.retry_beam_size, (0.0,))
        return max(heard, again, key=lambda piece: piece.logprob)

    def _decode(
        self, samples: NDArray[np.float32], hints: str | None, beam: int, temperatures: tuple[float, ...]
    ) -> _Heard:
        segments, _ = self._model.transcribe(
            samples,
            language=self._settings.language if self._model.model.is_multilingual else None,
            beam_size=beam,
            temperature=list(temperatures),
            condition_on_previous_text=False,
            without_timestamps=True,
            max_new_tokens=self._settings.max_new_tokens,
            hotwords=hints,
            vad_filter=False,
            # The library's lists are for Whisper's own vocabulary; in a small one they hit letters and the space.
            suppress_tokens=[-1] if self._suppressed is None else list(self._suppressed),
            suppress_blank=self._suppressed is None,
        )
        found = list(segments)
        tokens = sum(len(segment.tokens) for segment in found)
        total = sum(segment.avg_logprob * len(segment.tokens) for segment in found)
        text = " ".join(segment.text.strip() for segment in found)
        return _Heard(text, total / tokens if tokens else -math.inf, tokens)


def check_folder(model_dir: Path) -> None:
    """Raises ModelError when the folder cannot hold a model for `WhisperTranscriber`."""
    if not model_dir.is_dir():
        raise ModelError(f"The recogniser is missing: there is no folder {model_dir}.")
    if not any(model_dir.iterdir()):
        raise ModelError(f"The recogniser's folder is empty: {model_dir}.")
    check_file(model_dir / "model.bin", "The recogniser's model.bin")
    # Without it faster-whisper would fetch one from the network.
    check_file(model_dir / "tokenizer.json", "The recogniser's tokenizer.json")
    for name in ("tokenizer.json", "preprocessor_config.json", "config.json"):
        path = model_dir / name
        try:
            if path.exists() and not isinstance(json.loads(path.read_bytes()), dict):
                raise ValueError("not an object")
        except ValueError as error:
            raise ModelError(f"The recogniser's {name} is damaged: {path} is not JSON ({error}).") from error


def _load(model_dir: Path, settings: WhisperSettings) -> WhisperModel:
    from faster_whisper import WhisperModel

    class WindowedModel(WhisperModel):  # type: ignore[misc,unused-ignore]
        """A model whose window may be another than 30 seconds; `preprocessor_config.json` says which."""

        def encode(self, features: NDArray[np.float32]) -> Any:
            return super().encode(fit_window(features, self.feature_extractor.nb_max_frames))

    return WindowedModel(
        str(model_dir),
        device=settings.device,
        compute_type=settings.compute_type,
        cpu_threads=settings.threads,
        local_files_only=True,
    )


def fit_window(features: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Features (bands, any length) as CTranslate2 wants them: exactly `frames`, twice the model's positions.

    faster-whisper pads with zeros to Whisper's own 3,000 frames. Zero is not silence on the log-mel scale: a model
    with a window of its own gets the utterance's quietest value instead, as in its training.
    """
    if features.shape[-1] == frames:
        return features
    length = int(np.flatnonzero(features.any(axis=0))[-1]) + 1 if features.any() else 0
    spoken = features[:, : min(length, frames)]
    fitted = np.full((features.shape[0], frames), spoken.min() if spoken.size else 0.0, np.float32)
    fitted[:, : spoken.shape[1]] = spoken
    return fitted


def _suppressed_tokens(model: WhisperModel) -> tuple[int, ...] | None:
    """The special tokens of a small vocabulary (its end-of-text token excepted); None for Whisper's own."""
    tokenizer = model.hf_tokenizer
    if tokenizer.get_vocab_size() >= FULL_VOCABULARY:
        return None
    end = tokenizer.token_to_id("<|endoftext|>")
    return tuple(i for i, token in tokenizer.get_added_tokens_decoder().items() if token.special and i != end)


def split_at_quiet(samples: NDArray[np.float32], window: int) -> list[NDArray[np.float32]]:
    """Pieces of at most `window` samples (a second or more), cut at the quietest 100 ms near each window's end."""
    pieces = []
    while len(samples) > window:
        first = int(window * (1 - _QUIET_SEARCH))
        steps = np.arange(first, window - _QUIET_SAMPLES + 1, _QUIET_SAMPLES // 4)
        energy = np.concatenate([[0.0], np.cumsum(samples[:window].astype(np.float64) ** 2)])
        quietest = int(steps[np.argmin(energy[steps + _QUIET_SAMPLES] - energy[steps])])
        cut = quietest + _QUIET_SAMPLES // 2
        pieces.append(samples[:cut])
        samples = samples[cut:]
    return [*pieces, samples]
