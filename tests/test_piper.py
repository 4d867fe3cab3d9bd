"""The real piper on a tiny voice: a network that makes a tone of 400 samples a phoneme."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from speech.model_files import ModelError
from speech.piper import PiperVoice
from speech.tts import SENTENCE_PAUSE_MS
from tests.speech_support import TINY_PIPER_RATE, TINY_PIPER_SAMPLES, tiny_piper

TEXT = "Drück den Knopf, sprich und mach dann eine kurze Pause. Dann antworte ich dir."


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_piper(tmp_path_factory.mktemp("tiny-piper"))


@pytest.fixture(scope="session")
def voice(path: Path) -> PiperVoice:
    return PiperVoice(path)


def test_it_speaks_clause_by_clause(voice: PiperVoice) -> None:
    frames = list(voice.synthesize(TEXT))
    assert " ".join(frame.text for frame in frames) == TEXT
    assert len(frames) >= 2
    for frame in frames:
        assert frame.rate == voice.rate == TINY_PIPER_RATE
        assert frame.samples.dtype == np.int16
        assert len(frame.samples) > 10 * TINY_PIPER_SAMPLES
        assert np.abs(frame.samples.astype(int)).max() > 3000


def test_every_phoneme_is_spoken(voice: PiperVoice) -> None:
    (short,), (long,) = (list(voice.synthesize(text)) for text in ("Ja", "Ja ja ja ja"))
    assert len(short.samples) % TINY_PIPER_SAMPLES == 0
    assert len(long.samples) > 2 * len(short.samples)


def test_a_sentence_ends_in_a_short_silence(voice: PiperVoice) -> None:
    pause = TINY_PIPER_RATE * SENTENCE_PAUSE_MS // 1000
    (frame,) = voice.synthesize("Guten Tag.")
    assert not frame.samples[-pause:].any()
    assert frame.samples[: -pause - 10].any()


def test_speed_changes_the_length_of_the_phonemes(voice: PiperVoice) -> None:
    usual, slow, fast = (len(next(voice.synthesize("Guten Tag", speed=s)).samples) for s in (1.0, 0.5, 2.0))
    assert (slow, fast) == (2 * usual, usual // 2)


def test_it_says_what_is_meant_and_not_what_is_written(voice: PiperVoice) -> None:
    (written,), (words,) = (list(voice.synthesize(text)) for text in ("33 %", "dreiunddreißig Prozent"))
    assert len(written.samples) == len(words.samples)
    assert written.text == "33 %"


def test_a_voice_is_loaded_when_it_first_speaks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads = []
    original = PiperVoice._load
    monkeypatch.setattr(PiperVoice, "_load", lambda self: loads.append(1) or original(self))
    voice = PiperVoice(path)
    assert not loads
    list(voice.synthesize(TEXT))
    list(voice.synthesize(TEXT))
    assert loads == [1]


@pytest.mark.parametrize("text", ["", "😀", "你好 مرحبا שלום"])
def test_where_nothing_can_be_said_nothing_is_heard(voice: PiperVoice, text: str) -> None:
    assert not any(frame.samples.any() for frame in voice.synthesize(text))


class TestFiles:
    def refused(self, path: Path, says: str) -> None:
        with pytest.raises(ModelError, match=says) as caught:
            list(PiperVoice(path).synthesize("Hallo."))
        assert "\n" not in str(caught.value)

    @pytest.fixture
    def broken(self, tmp_path: Path) -> Path:
        return tiny_piper(tmp_path)

    def test_missing(self, tmp_path: Path) -> None:
        self.refused(tmp_path / "keine.onnx", "voice is missing")

    def test_without_configuration(self, broken: Path) -> None:
        Path(f"{broken}.json").unlink()
        self.refused(broken, "configuration is missing")

    def test_a_web_page(self, broken: Path) -> None:
        broken.write_text("<html>404</html>")
        self.refused(broken, "is a web page")

    def test_cut_short(self, broken: Path) -> None:
        broken.write_bytes(broken.read_bytes()[:200])
        self.refused(broken, "cannot be loaded")

    def test_damaged_configuration(self, broken: Path) -> None:
        Path(f"{broken}.json").write_text("{")
        self.refused(broken, "is not JSON")

    @pytest.mark.parametrize("key", ["audio", "phoneme_id_map"])
    def test_a_lacking_key(self, broken: Path, key: str) -> None:
        config = json.loads(Path(f"{broken}.json").read_text())
        del config[key]
        Path(f"{broken}.json").write_text(json.dumps(config))
        self.refused(broken, f"lacks {key}")
