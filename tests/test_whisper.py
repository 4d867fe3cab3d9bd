"""The real faster-whisper on a tiny model with random weights: it loads, fits its window, refuses what is no model.

The last test hears with the starter recogniser, where it is there.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from german.text import plain
from speech.asr import GateSettings
from speech.whisper import ModelError, WhisperSettings, WhisperTranscriber, fit_window, split_at_quiet
from tests.speech_support import RATE, TINY_WINDOW_SECONDS, Samples, silence, speech, tiny_whisper, tone

STARTER = Path(__file__).resolve().parent.parent / "speech" / "starter"
SETTINGS = WhisperSettings(max_new_tokens=12, hotwords=False, threads=1, temperatures=(0.0,))
OPEN_GATE = GateSettings(min_confidence=0.0, max_compression=math.inf, max_repeats=10**6)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_whisper(tmp_path_factory.mktemp("tiny-whisper"), tmp_path_factory.mktemp("workshop"))


@pytest.fixture(scope="session")
def transcriber(folder: Path) -> WhisperTranscriber:
    return WhisperTranscriber(folder, SETTINGS, OPEN_GATE)


@pytest.fixture
def broken(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "model"))


class Watched:
    """The library's calls as they happen, each passed on to the library."""

    def __init__(self, transcriber: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[dict[str, Any]] = []
        original = transcriber._model.transcribe

        def transcribe(samples: Samples, **options: Any) -> Any:
            self.calls.append(options | {"samples": samples})
            return original(samples, **options)

        monkeypatch.setattr(transcriber._model, "transcribe", transcribe)


@pytest.fixture
def watched(transcriber: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    return Watched(transcriber, monkeypatch)  # type: ignore[return-value]


def test_a_model_with_a_window_of_its_own_hears_an_utterance(transcriber: WhisperTranscriber) -> None:
    said = speech("Guten Tag")
    heard = transcriber.transcribe(said)
    assert heard.text
    assert 0 < heard.confidence <= 1
    assert transcriber.transcribe(said) == heard
    assert transcriber.transcribe(said + tone(len(said) / RATE)).confidence != heard.confidence


def test_without_its_window_the_model_is_refused_when_it_is_loaded(broken: Path) -> None:
    (broken / "preprocessor_config.json").unlink()
    with pytest.raises(ModelError, match="cannot be loaded"):
        WhisperTranscriber(broken, SETTINGS)


def test_a_long_utterance_is_heard_in_pieces(transcriber: WhisperTranscriber, watched: Watched) -> None:
    long = np.concatenate([speech("Was ist das?"), silence(0.4), speech("Und wie geht das weiter?"), silence(0.4)] * 2)
    heard = transcriber.transcribe(long)
    pieces = [call["samples"] for call in watched.calls if call["beam_size"] == SETTINGS.beam_size]
    assert len(pieces) > len(long) // (TINY_WINDOW_SECONDS * RATE)
    assert all(len(piece) <= TINY_WINDOW_SECONDS * RATE for piece in pieces)
    np.testing.assert_array_equal(np.concatenate(pieces), long)
    assert len(heard.text) > len(transcriber.transcribe(pieces[0]).text)


def test_what_it_is_unsure_of_is_decoded_again_with_a_wider_beam(
    transcriber: WhisperTranscriber, watched: Watched
) -> None:
    heard = transcriber.transcribe(speech("Guten Tag"))
    assert heard.confidence < math.exp(SETTINGS.retry_below)
    assert [call["beam_size"] for call in watched.calls] == [SETTINGS.beam_size, SETTINGS.retry_beam_size]


def test_a_first_pass_that_was_wide_already_is_not_repeated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = WhisperTranscriber(folder, replace(SETTINGS, beam_size=SETTINGS.retry_beam_size), OPEN_GATE)
    watched = Watched(wide, monkeypatch)
    wide.transcribe(speech("Guten Tag"))
    assert [call["beam_size"] for call in watched.calls] == [SETTINGS.retry_beam_size]


def test_the_gate_sees_every_transcript(folder: Path) -> None:
    strict = WhisperTranscriber(folder, SETTINGS, GateSettings(min_confidence=0.99, silence_db=-100))
    assert strict.transcribe(speech("Guten Tag")).rejected is not None
    assert strict.transcribe(silence(1)).rejected == "silence"
    assert strict.transcribe(np.zeros(0, np.float32)).rejected == "silence"


def test_broken_samples_do_not_break_it(transcriber: WhisperTranscriber) -> None:
    transcriber.transcribe(np.full(RATE, np.nan, np.float32))
    transcriber.transcribe(np.ones(10, np.float32))


def test_a_small_vocabulary_keeps_its_space_and_its_letters(transcriber: WhisperTranscriber, watched: Watched) -> None:
    transcriber.transcribe(tone(1))
    suppressed = set(watched.calls[0]["suppress_tokens"])
    tokenizer = transcriber._model.hf_tokenizer
    letters = {tokenizer.token_to_id(piece) for piece in ("Ġ", "a", "-", "'")}
    assert not suppressed & letters
    assert tokenizer.token_to_id("<|0.02|>") in suppressed
    assert tokenizer.token_to_id("<|endoftext|>") not in suppressed
    assert watched.calls[0]["suppress_blank"] is False


def test_hotwords_go_only_to_models_that_know_prompts(
    transcriber: WhisperTranscriber, watched: Watched, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = tuple(f"w{i}" for i in range(50))
    transcriber.transcribe(tone(1), hotwords=words)
    assert {call["hotwords"] for call in watched.calls} == {None}
    prompted = WhisperTranscriber(folder, WhisperSettings(max_new_tokens=4, threads=1), OPEN_GATE)
    seen = Watched(prompted, monkeypatch)
    monkeypatch.setattr("speech.whisper.MAX_HOTWORDS", 3)
    prompted.transcribe(tone(1), hotwords=words)
    assert {call["hotwords"] for call in seen.calls} == {"w0 w1 w2"}


class TestFolders:
    def refused(self, folder: Path, says: str) -> None:
        with pytest.raises(ModelError, match=says) as caught:
            WhisperTranscriber(folder, SETTINGS)
        assert "\n" not in str(caught.value)

    def test_missing(self, tmp_path: Path) -> None:
        self.refused(tmp_path / "nowhere", "there is no folder")

    def test_empty(self, tmp_path: Path) -> None:
        self.refused(tmp_path, "folder is empty")

    def test_without_weights(self, broken: Path) -> None:
        (broken / "model.bin").unlink()
        self.refused(broken, r"model\.bin is missing")

    def test_a_web_page(self, broken: Path) -> None:
        (broken / "model.bin").write_text("\n<!DOCTYPE html><html>Anmelden</html>")
        self.refused(broken, "is a web page")

    def test_a_pointer(self, broken: Path) -> None:
        (broken / "model.bin").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n")
        self.refused(broken, "pointer of Git LFS")

    @pytest.mark.parametrize("left", [0.999, 0.5, 0.01])
    def test_cut_short(self, broken: Path, left: float) -> None:
        weights = (broken / "model.bin").read_bytes()
        (broken / "model.bin").write_bytes(weights[: int(len(weights) * left)])
        self.refused(broken, "cannot be loaded")

    def test_empty_weights(self, broken: Path) -> None:
        (broken / "model.bin").write_bytes(b"")
        self.refused(broken, "is empty")

    def test_without_a_tokenizer(self, broken: Path) -> None:
        (broken / "tokenizer.json").unlink()
        self.refused(broken, r"tokenizer\.json is missing")

    def test_damaged_json(self, broken: Path) -> None:
        (broken / "tokenizer.json").write_text('{"version":')
        self.refused(broken, r"tokenizer\.json is damaged")

    def test_another_tokenizer(self, broken: Path) -> None:
        (broken / "tokenizer.json").write_text(json.dumps({"version": "1.0"}))
        self.refused(broken, "cannot be loaded")


@given(st.integers(1, 700), st.integers(2, 500))
def test_features_always_fit_the_window(length: int, frames: int) -> None:
    spoken = np.random.default_rng(length).normal(size=(4, length)).astype(np.float32) - 3
    padded = np.pad(spoken, ((0, 0), (0, 3000 - length)))  # as faster-whisper pads
    fitted = fit_window(padded, frames)
    assert fitted.shape == (4, frames)
    kept = min(length, frames)
    np.testing.assert_array_equal(fitted[:, :kept], spoken[:, :kept])
    assert (fitted[:, kept:] == spoken[:, :kept].min()).all()


def test_whispers_own_window_is_left_alone() -> None:
    features = np.random.default_rng(0).normal(size=(4, 3000)).astype(np.float32)
    assert fit_window(features, 3000) is features
    assert fit_window(np.zeros((4, 3000), np.float32), 10).shape == (4, 10)


@given(st.integers(0, 80_000), st.integers(RATE, 20_000))
def test_pieces_are_the_whole_and_fit(length: int, window: int) -> None:
    sound = np.random.default_rng(length).normal(size=length).astype(np.float32)
    pieces = split_at_quiet(sound, window)
    np.testing.assert_array_equal(np.concatenate(pieces), sound)
    assert all(len(piece) <= window for piece in pieces)
    assert all(len(piece) > window // 2 for piece, _ in pairwise(pieces))


def test_the_cut_falls_into_the_pause() -> None:
    said = np.concatenate([tone(1.6), silence(0.15), tone(1.5)])
    first, _ = split_at_quiet(said, 2 * RATE)
    assert 1.6 * RATE <= len(first) <= 1.75 * RATE


@pytest.mark.skipif(not (STARTER / "model.bin").exists(), reason="the starter recogniser is not trained yet")
def test_the_starter_hears_a_spoken_question() -> None:
    starter = WhisperTranscriber(STARTER, WhisperSettings(hotwords=False, threads=1))
    heard = starter.transcribe(
        np.concatenate([silence(0.3), speech("Was ist eine künstliche Intelligenz?"), silence(0.3)])
    )
    assert heard.rejected is None
    wanted = set(plain("Was ist eine künstliche Intelligenz").split())
    assert len(wanted & set(plain(heard.text).split())) >= 3
