"""Silero hears speech frame by frame, and two sessions on one model don't disturb each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from speech import vad
from speech.model_files import ModelError
from speech.segmenter import Segmenter, Utterance
from speech.vad import FRAME, SileroDetector, SileroModel
from tests.speech_support import RATE, Samples, silence, speech, tone


@pytest.fixture(scope="module")
def model() -> SileroModel:
    return SileroModel()


def frames(samples: Samples) -> list[Samples]:
    return [samples[i : i + FRAME] for i in range(0, len(samples) - FRAME + 1, FRAME)]


def listen(detector: SileroDetector, samples: Samples) -> list[float]:
    return [detector.probability(frame) for frame in frames(samples)]


def test_speech_is_told_from_silence_and_from_a_tone(model: SileroModel) -> None:
    sentence = speech("Guten Tag, was ist eine künstliche Intelligenz?")
    heard = listen(SileroDetector(model), np.concatenate([silence(1), sentence, silence(1)]))
    assert max(heard[:28]) < 0.3
    assert np.median(heard[34 : 28 + len(sentence) // FRAME]) > 0.8
    assert max(heard[-10:]) < 0.3
    assert max(listen(SileroDetector(model), tone(1))) < 0.5


def test_streaming_equals_the_batch_of_faster_whisper(model: SileroModel) -> None:
    from faster_whisper.vad import get_vad_model

    sound = np.concatenate([speech("Wo drücke ich?"), silence(0.3)])
    sound = sound[: len(sound) // FRAME * FRAME]
    streamed = listen(SileroDetector(model), sound)
    whole = np.ravel(get_vad_model()(sound.copy()))
    np.testing.assert_allclose(streamed[:-1], whole[: len(streamed) - 1], atol=1e-4)


def test_two_sessions_share_a_model_without_hearing_each_other(model: SileroModel) -> None:
    sound = speech("Hallo, hörst du mich?")
    alone = listen(SileroDetector(model), sound)
    mine, other = SileroDetector(model), SileroDetector(model)
    together = []
    for frame in frames(sound):
        together.append(mine.probability(frame))
        other.probability(np.zeros(FRAME, np.float32))
    assert together == alone


def test_reset_forgets(model: SileroModel) -> None:
    detector, sound = SileroDetector(model), speech("Noch einmal bitte.")
    first = listen(detector, sound)
    assert listen(detector, sound) != first
    detector.reset()
    assert listen(detector, sound) == first


def test_a_frame_of_another_size_is_refused(model: SileroModel) -> None:
    with pytest.raises(ValueError, match="512 samples"):
        SileroDetector(model).probability(np.zeros(480, np.float32))


def test_a_missing_file_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Empty:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr(vad.importlib.util, "find_spec", lambda name: Empty())
    with pytest.raises(ModelError, match="voice detector is missing"):
        vad.silero_path()


def test_detector_and_segmenter_cut_out_the_question_whole(model: SileroModel) -> None:
    question = speech("Kannst du mir sagen, was eine KI ist?")
    detector, segmenter, events = SileroDetector(model), Segmenter(), []
    for frame in frames(np.concatenate([silence(1), question, silence(1)])):
        events += segmenter.process(frame, detector.probability(frame))
    (utterance,) = [event for event in events if isinstance(event, Utterance)]
    loud = np.flatnonzero(np.abs(question) > 0.05)
    assert utterance.start <= RATE + loud[0]
    assert utterance.end >= RATE + loud[-1]
    assert utterance.end - utterance.start < len(question) + 0.6 * RATE
