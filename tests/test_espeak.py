"""The embedded voice speaks German, clause by clause, from several threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from speech.espeak import ESPEAK_RATE, EspeakLibrary, EspeakVoice, variants
from speech.tts import SENTENCE_PAUSE_MS

TEXT = "Drück den Knopf, sprich und mach dann eine kurze Pause. Dann antworte ich dir."


def loud_seconds(samples: np.ndarray) -> float:
    heard = np.flatnonzero(np.abs(samples.astype(int)) > 200)
    return float(heard[-1] - heard[0]) / ESPEAK_RATE if len(heard) else 0.0


def test_it_speaks_clause_by_clause() -> None:
    frames = list(EspeakVoice().synthesize(TEXT))
    assert " ".join(frame.text for frame in frames) == TEXT
    assert len(frames) >= 2
    for frame in frames:
        assert (frame.rate, frame.samples.dtype, frame.samples.ndim) == (ESPEAK_RATE, np.int16, 1)
        assert loud_seconds(frame.samples) > 0.5


def test_the_first_clause_comes_before_the_second_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    library, said = EspeakLibrary.get(), []
    say = library.say
    monkeypatch.setattr(library, "say", lambda text, *args, **options: said.append(text) or say(text, *args, **options))
    voice = EspeakVoice()
    said.clear()
    next(voice.synthesize(TEXT))
    assert len(said) == 1


def test_a_sentence_ends_in_a_short_silence_and_a_comma_does_not() -> None:
    pause = ESPEAK_RATE * SENTENCE_PAUSE_MS // 1000
    (end,) = EspeakVoice().synthesize("Guten Tag.")
    (quoted,) = EspeakVoice().synthesize("Sag „Guten Tag.“")
    (comma,) = EspeakVoice().synthesize("Guten Tag,")
    assert not end.samples[-pause:].any()
    assert not quoted.samples[-pause:].any()
    assert comma.samples[-pause:].any()


def test_slower_takes_longer() -> None:
    usual, slow, fast = (sum(len(f.samples) for f in EspeakVoice().synthesize(TEXT, speed=s)) for s in (1, 0.7, 1.4))
    assert slow > 1.2 * usual > 1.4 * fast


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_a_speed_that_is_none_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        list(EspeakVoice().synthesize("Hallo.", speed=speed))


@pytest.mark.parametrize("voice", ["klingonisch", "de+gibtesnicht"])
def test_an_unknown_voice_is_refused_at_once(voice: str) -> None:
    with pytest.raises(ValueError, match=voice.replace("+", r"\+")):
        EspeakVoice(voice)


def test_variants_are_other_voices() -> None:
    assert "f3" in variants()
    usual, other = (next(EspeakVoice(name).synthesize("Hallo.")).samples for name in ("de", "de+f3"))
    assert not np.array_equal(usual, other)


@pytest.mark.parametrize("text", ["", "   ", "😀", "…", "你好 مرحبا שלום"])
def test_where_nothing_can_be_said_nothing_is_heard(text: str) -> None:
    assert sum(loud_seconds(frame.samples) for frame in EspeakVoice().synthesize(text)) == 0


def test_two_sessions_do_not_mix_their_sentences() -> None:
    sentences = ["Ich heiße KI-Kumpel.", "Frag ruhig noch einmal.", "Das war gut."] * 4
    alone = [next(EspeakVoice().synthesize(sentence)).samples for sentence in sentences]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda sentence: next(EspeakVoice().synthesize(sentence)).samples, sentences))
    for one, other in zip(alone, together, strict=True):
        assert len(one) == pytest.approx(len(other), rel=0.01)  # espeak-ng breathes a little differently each time
