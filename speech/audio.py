"""Sound as arrays: reading and writing WAV, resampling, and a clock that counts samples.

Source of the WAV layout: Microsoft's "Multiple Channel Audio Data and WAVE Files" (RIFF, WAVE_FORMAT_EXTENSIBLE).
"""

from __future__ import annotations

import io
import struct
import wave
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

MAX_SECONDS = 300.0
"""Longest recording that is read unless the caller says otherwise."""
MIN_RATE, MAX_RATE = 4000, 192000
MAX_CHANNELS = 16

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_OPEN_END = 0xFFFFFFFF  # a size that streaming programs write when they don't know it yet
_CUT_SHORT = ("The WAV file is cut short: its header is not complete.", "Die WAV-Datei ist abgeschnitten.")
_NO_SAMPLES = ("The WAV file has no samples.", "In der WAV-Datei ist kein Ton.")


class AudioError(ValueError):
    """Sound that cannot be read; the message says why in one sentence, `spoken` in German."""

    def __init__(self, message: str, spoken: str) -> None:
        super().__init__(message)
        self.spoken = spoken


@dataclass(frozen=True)
class _Format:
    tag: int
    channels: int
    rate: int
    bits: int

    @property
    def frame_bytes(self) -> int:
        return self.channels * self.bits // 8


def read_wav(data: bytes, max_seconds: float = MAX_SECONDS) -> tuple[NDArray[np.float32], int]:
    """WAV file -> (mono samples within ±1, shape (n,); rate in Hertz).

    Reads PCM of 8, 16, 24 and 32 bits and floats of 32 and 64 bits, up to 16 channels (mixed down), 4 to 192 kHz.
    A recording whose data chunk is cut short is read as far as it goes. Raises AudioError for anything else.
    """
    if not data:
        raise AudioError("The file is empty.", "Die Datei ist leer.")
    if len(data) < 12 and b"RIFF".startswith(data[:4]):
        raise AudioError(*_CUT_SHORT)
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise AudioError("This is not a WAV file.", "Das ist keine WAV-Datei.")
    layout, sound = _chunks(data)
    whole = len(sound) // layout.frame_bytes
    if whole == 0:
        raise AudioError(*_NO_SAMPLES)
    seconds = whole / layout.rate
    if seconds > max_seconds:
        raise AudioError(
            f"The recording is too long: {seconds:.0f} seconds, at most {max_seconds:.0f} are allowed.",
            f"Die Aufnahme ist zu lang: {seconds:.0f} Sekunden, höchstens {max_seconds:.0f} sind erlaubt.",
        )
    samples = _decode(sound[: whole * layout.frame_bytes], layout)
    mono = samples.reshape(-1, layout.channels).mean(axis=1)
    return np.clip(np.nan_to_num(mono, nan=0.0, posinf=1.0, neginf=-1.0), -1, 1).astype(np.float32), layout.rate


def _chunks(data: bytes) -> tuple[_Format, memoryview]:
    """The "fmt " chunk, checked, and the "data" chunk."""
    layout, position, view = None, 12, memoryview(data)
    while position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        body = position + 8
        if name == b"fmt ":
            layout = _format(data[body : body + size])
        elif name == b"data":
            if layout is None:
                raise AudioError(
                    "The WAV file is damaged: its sound comes before its format.", "Die WAV-Datei ist beschädigt."
                )
            return layout, view[body:] if size == _OPEN_END else view[body : body + size]
        position = body + size + size % 2
    if layout is None:
        raise AudioError(*_CUT_SHORT)
    raise AudioError(*_NO_SAMPLES)


def _format(chunk: bytes) -> _Format:
    if len(chunk) < 16:
        raise AudioError(*_CUT_SHORT)
    tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    if tag == _EXTENSIBLE:
        if len(chunk) < 26:
            raise AudioError(*_CUT_SHORT)
        tag = struct.unpack_from("<H", chunk, 24)[0]  # the first two bytes of the sub-format's GUID
    if (tag, bits) not in {(_PCM, 8), (_PCM, 16), (_PCM, 24), (_PCM, 32), (_FLOAT, 32), (_FLOAT, 64)}:
        raise AudioError(
            f"This kind of WAV file cannot be read (format {tag}, {bits} bits); save it as 16-bit PCM.",
            f"Diese Art von WAV-Datei kann ich nicht lesen (Format {tag}, {bits} Bit). Speichere sie als 16-Bit-PCM.",
        )
    if not MIN_RATE <= rate <= MAX_RATE:
        raise AudioError(
            f"The sample rate of {rate} Hz cannot be used; it must be {MIN_RATE} to {MAX_RATE} Hz.",
            f"Die Abtastrate {rate} Hz geht nicht; sie muss zwischen {MIN_RATE} und {MAX_RATE} Hz liegen.",
        )
    if not 1 <= channels <= MAX_CHANNELS:
        raise AudioError(
            f"A WAV file with {channels} channels cannot be read; at most {MAX_CHANNELS} are allowed.",
            f"Eine WAV-Datei mit {channels} Kanälen kann ich nicht lesen; höchstens {MAX_CHANNELS} gehen.",
        )
    return _Format(tag, channels, rate, bits)


def _decode(sound: memoryview, layout: _Format) -> NDArray[np.float64]:
    if layout.tag == _FLOAT:
        numbers = np.frombuffer(sound, f"<f{layout.bits // 8}").astype(np.float64)
        return np.clip(np.nan_to_num(numbers, nan=0.0, posinf=1.0, neginf=-1.0), -1, 1)
    if layout.bits == 8:  # the only unsigned one
        return (np.frombuffer(sound, np.uint8).astype(np.float64) - 128) / 128
    if layout.bits == 24:
        padded = np.zeros((len(sound) // 3, 4), np.uint8)
        padded[:, 1:] = np.frombuffer(sound, np.uint8).reshape(-1, 3)
        return padded.reshape(-1).view("<i4").astype(np.float64) / 2**31
    return np.frombuffer(sound, f"<i{layout.bits // 8}").astype(np.float64) / 2.0 ** (layout.bits - 1)


def write_wav(samples: NDArray[np.int16], rate: int) -> bytes:
    """Mono PCM, shape (n,) -> a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples.astype("<i2").tobytes())
    return file.getvalue()


def pcm16_to_float(data: bytes) -> NDArray[np.float32]:
    """Little-endian 16-bit PCM -> samples within ±1. Raises AudioError for half a sample."""
    if len(data) % 2:
        raise AudioError(
            "The sound ends in the middle of a sample: 16-bit PCM needs an even number of bytes.",
            "Die Aufnahme ist beschädigt.",
        )
    return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768)


def float_to_pcm16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Samples within ±1 -> PCM; what lies outside is clipped, NaN is silence."""
    scaled = np.nan_to_num(samples.astype(np.float64), nan=0.0) * 32768
    return np.clip(np.rint(scaled), -32768, 32767).astype(np.int16)


def resample(samples: NDArray[np.float32], from_rate: int, to_rate: int) -> NDArray[np.float32]:
    """A whole recording at another rate (Hertz)."""
    if from_rate == to_rate or not len(samples):
        return samples.astype(np.float32)
    return np.asarray(soxr.resample(samples.astype(np.float32), from_rate, to_rate), np.float32)


class StreamResampler:
    """Sound that arrives in pieces, at another rate, without clicks between the pieces. One per stream."""

    def __init__(self, from_rate: int, to_rate: int) -> None:
        self._rates = (from_rate, to_rate)
        self._stream = self._fresh()

    def _fresh(self) -> soxr.ResampleStream | None:
        from_rate, to_rate = self._rates
        return None if from_rate == to_rate else soxr.ResampleStream(from_rate, to_rate, 1, dtype="float32")

    def process(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """What can be computed so far; the filter holds some milliseconds back."""
        if self._stream is None or not len(samples):
            return samples.astype(np.float32)
        return np.asarray(self._stream.resample_chunk(samples.astype(np.float32)), np.float32)

    def flush(self) -> NDArray[np.float32]:
        """What was held back; afterwards a new stream begins."""
        if self._stream is None:
            return np.zeros(0, np.float32)
        rest = np.asarray(self._stream.resample_chunk(np.zeros(0, np.float32), last=True), np.float32)
        self._stream = self._fresh()
        return rest


class SampleClock:
    """Time that passes by samples, so that a slow machine does not bend it."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.samples = 0

    def advance(self, count: int) -> None:
        """Counts `count` more samples."""
        self.samples += count

    @property
    def seconds(self) -> float:
        """Seconds of sound so far."""
        return self.samples / self.rate

    @property
    def milliseconds(self) -> int:
        """Whole milliseconds of sound so far."""
        return self.samples * 1000 // self.rate
