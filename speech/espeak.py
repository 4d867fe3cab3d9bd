"""The embedded voice: espeak-ng, called in-process, so that a fresh machine can speak.

espeak-ng keeps its state in globals, so one lock guards every call in this process.
Source: espeak-ng's speak_lib.h; the shared library and its voices come with espeakng-loader.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import espeakng_loader
import numpy as np
from numpy.typing import NDArray

from german.spoken import clauses
from speech.tts import SpeechFrame, usual_speed, with_pause

ESPEAK_RATE = 22050
WORDS_PER_MINUTE = 150
"""espeak-ng's default is 175; 150 is easier to follow beside a machine."""

_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS: sound goes to the callback, not to a sound card
_PHONEME_EVENTS = 1  # espeakINITIALIZE_PHONEME_EVENTS
_BUFFER_MS = 200
_UTF8 = 1
_CHARACTER_POSITION = 1
_LIST_TERMINATED, _WORD, _PHONEME = 0, 1, 7
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4


class _EventId(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class TimedPhoneme:
    """A phoneme and when it begins, in seconds from the start of the sound."""

    start: float
    symbol: str


@dataclass(frozen=True)
class TimedWord:
    """Where a word stands in the text (character offset) and when it begins, in seconds."""

    start: float
    offset: int


@dataclass(frozen=True)
class Speech:
    """What espeak-ng made of one text, at `ESPEAK_RATE`."""

    samples: NDArray[np.int16]
    phonemes: tuple[TimedPhoneme, ...]
    words: tuple[TimedWord, ...]

    def as_float(self) -> NDArray[np.float32]:
        """The samples within ±1, shape (n,)."""
        return self.samples.astype(np.float32) / np.float32(32768)


class EspeakLibrary:
    """The shared library behind a lock. Use `EspeakLibrary.get()`: a process has one."""

    _instance: EspeakLibrary | None = None
    _instance_lock = threading.Lock()

    @classmethod
    def get(cls) -> EspeakLibrary:
        """The process's one library, initialised at the first call."""
        with cls._instance_lock:
            if cls._instance is None:
                cls._instance = cls()
            return cls._instance

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        rate = self._library.espeak_Initialize(_SYNCHRONOUS, _BUFFER_MS, data, _PHONEME_EVENTS)
        if rate != ESPEAK_RATE:
            raise OSError(f"espeak-ng did not start (it returned {rate})")
        self._callback = _Callback(self._collect)  # kept: espeak-ng holds only a pointer
        self._library.espeak_SetSynthCallback(self._callback)
        self._sound: list[NDArray[np.int16]] = []
        self._phonemes: list[TimedPhoneme] = []
        self._words: list[TimedWord] = []

    def _collect(self, sound, length, events) -> int:  # type: ignore[no-untyped-def]  # ctypes pointers
        if sound and length > 0:
            self._sound.append(np.ctypeslib.as_array(sound, (length,)).copy())
        index = 0
        while events[index].type != _LIST_TERMINATED:
            event = events[index]
            if event.type == _PHONEME:
                symbol = bytes(event.id.string).decode(errors="ignore")
                self._phonemes.append(TimedPhoneme(event.audio_position / 1000, symbol))
            elif event.type == _WORD:
                self._words.append(TimedWord(event.audio_position / 1000, event.text_position - 1))
            index += 1
        return 0

    def say(
        self, text: str, voice: str = "de", rate: int = WORDS_PER_MINUTE, pitch: int = 50, pitch_range: int = 50
    ) -> Speech:
        """Speaks `text` with `voice` ("de", or "de+f3" for a variant).

        `rate` is in words per minute (80-450), `pitch` and `pitch_range` run from 0 to 99.
        Raises ValueError for a voice that espeak-ng does not have.
        """
        with self._lock:
            self._sound, self._phonemes, self._words = [], [], []
            if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
                raise ValueError(f"espeak-ng has no voice {voice!r}")
            for parameter, value in ((_RATE, rate), (_PITCH, pitch), (_RANGE, pitch_range)):
                self._library.espeak_SetParameter(parameter, int(value), 0)
            encoded = text.encode() + b"\0"
            self._library.espeak_Synth(encoded, len(encoded), 0, _CHARACTER_POSITION, 0, _UTF8, None, None)
            self._library.espeak_Synchronize()
            samples = np.concatenate(self._sound) if self._sound else np.zeros(0, np.int16)
            return Speech(samples, tuple(self._phonemes), tuple(self._words))


def variants() -> list[str]:
    """The names of espeak-ng's voice variants, sorted ("f3" is used as "de+f3")."""
    return sorted(path.name for path in Path(espeakng_loader.get_data_path(), "voices", "!v").iterdir())


class EspeakVoice:
    """espeak-ng as a `Synthesizer`. Raises ValueError for a voice that espeak-ng does not have."""

    rate = ESPEAK_RATE

    def __init__(self, voice: str = "de") -> None:
        self.name = f"espeak-ng {voice}"
        self._voice = voice
        # A wrong name is told now, not in mid-answer; espeak-ng itself passes over unknown variants.
        EspeakLibrary.get().say("", voice)
        if "+" in voice and voice.split("+", 1)[1] not in variants():
            raise ValueError(f"espeak-ng has no voice {voice!r}")

    def synthesize(self, text: str, *, speed: float = 1.0) -> Iterator[SpeechFrame]:
        """One frame per clause; see `Synthesizer.synthesize`."""
        library = EspeakLibrary.get()
        rate = round(WORDS_PER_MINUTE * usual_speed(speed))
        for clause in clauses(text):
            samples = library.say(clause.spoken, self._voice, rate=rate).samples
            yield SpeechFrame(with_pause(samples, ESPEAK_RATE, clause.written), ESPEAK_RATE, clause.written)
