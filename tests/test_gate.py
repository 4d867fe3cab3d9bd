"""Phantom words stay out, real questions come through."""

from __future__ import annotations

import numpy as np
import pytest

from speech.asr import GateSettings, Transcript, compression_ratio, gate, loudness_db, repeats
from tests.speech_support import Samples, silence, speech, tone

SETTINGS = GateSettings()
SPEECH = speech("Was ist eine KI?")


def verdict(text: str, samples: Samples = SPEECH, confidence: float = 0.8) -> str | None:
    return gate(Transcript(text, confidence), samples, SETTINGS).rejected


@pytest.mark.parametrize(
    "question",
    [
        "Was ist eine KI?",
        "Wat is dat denn?",
        "112",
        "Wie mache ich Untertitel zu einem Film?",
        "Was heißt Copyright?",
        "Nein, nein, nein!",
        "Vielen Dank.",
        "Darf ich das, und wenn ja, wann darf ich das, und wem muss ich das sagen?",
    ],
)
def test_what_people_ask_comes_through(question: str) -> None:
    assert verdict(question) is None


@pytest.mark.parametrize("text", ["", " ", "...", "♪♪"])
def test_no_words_are_silence(text: str) -> None:
    assert verdict(text) == "silence"


def test_words_in_silence_are_not_believed() -> None:
    assert verdict("Was ist eine KI?", silence(2)) == "silence"
    assert verdict("Was ist eine KI?", SPEECH * np.float32(0.001)) == "silence"
    assert verdict("Was ist eine KI?", np.zeros(0, np.float32)) == "silence"


def test_thanks_are_believed_only_from_a_voice_that_is_near() -> None:
    faint = tone(1, level=0.008)
    assert -55 < loudness_db(faint) < -42
    assert verdict("Vielen Dank.", faint) == "silence"
    assert verdict("Was ist eine KI?", faint) is None


@pytest.mark.parametrize(
    "credit",
    [
        "Untertitelung im Auftrag des ZDF, 2021",
        "Untertitel im Auftrag des ZDF für funk, 2017",
        "Untertitel der Amara.org-Community",
        "Untertitel von Stephanie Geiges",
        "Copyright WDR 2021",
        "© Deutsche Bibelgesellschaft, Stuttgart",
    ],
)
def test_film_credits_are_refused(credit: str) -> None:
    assert verdict(credit) == "credits"


@pytest.mark.parametrize(
    "text",
    [
        "ja " * 30,
        "und dann geht es und dann geht es und dann geht es und dann geht es",
        "Das ist die Maschine. " * 9,
        "h" * 200,
    ],
)
def test_loops_are_refused(text: str) -> None:
    assert verdict(text) == "loop"


def test_below_the_profiles_floor_nothing_is_guessed() -> None:
    assert verdict("Was ist eine KI?", confidence=0.29) == "unsure"
    assert gate(Transcript("Was ist eine KI?", 0.29), SPEECH, GateSettings(min_confidence=0.2)).rejected is None


def test_the_measures() -> None:
    assert loudness_db(tone(1, level=1.0)) == pytest.approx(-3.0, abs=0.1)
    assert loudness_db(np.concatenate([silence(5), tone(0.1, level=1.0)])) == pytest.approx(-3.0, abs=0.1)
    assert loudness_db(silence(1)) == -120
    assert compression_ratio("") == 0
    assert repeats(["a", "b", "a", "b", "a", "b", "c"]) == 3
    assert repeats([]) == 1
