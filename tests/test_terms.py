"""Misheard AI terms are repaired; ordinary words are not turned into AI terms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.questions import load_training
from german.terms import AI_TERMS, repair


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("was ist eine halle zination", "was ist eine Halluzination"),
        ("was is ne alluzination?", "was is ne Halluzination?"),
        ("ich wolte wisn was ne halutsination is", "ich wolte wisn was ne Halluzination is"),
        ("warum lügt die k i", "warum lügt die KI"),
        ("Ka I macht Fehler.", "KI macht Fehler."),
        ("tschätt dschi pi ti weiß alles", "ChatGPT weiß alles"),
        ("was ist ein dipfejk", "was ist ein Deepfake"),
        ("der brombt und der bais", "der Prompt und der Bias"),
        ("was kann der ko peilot", "was kann der Copilot"),
        ("was ist ein ko bott, bitte", "was ist ein Cobot, bitte"),
        ("ein spraachmodel", "ein Sprachmodell"),
    ],
)
def test_what_was_misheard_is_repaired(heard: str, meant: str) -> None:
    assert repair(heard, AI_TERMS) == meant


@pytest.mark.parametrize(
    "sentence",
    [
        "Der Mensch steht in der Halle.",
        "Was ist eine Halluzination?",
        "Die Front vom Regal ist kaputt.",
        "Ich trainiere jeden Tag.",
        "  zwei  Leerzeichen bleiben ",
        "",
    ],
)
def test_what_was_heard_right_stays_as_it_is(sentence: str) -> None:
    assert repair(sentence, AI_TERMS) == sentence


def test_without_a_vocabulary_only_the_spelled_terms_are_known() -> None:
    assert repair("halle zination und k i", []) == "halle zination und KI"


def test_standard_questions_keep_their_words() -> None:
    changed = [q.text for q in load_training() if q.kind == "std" and repair(q.text, AI_TERMS) != q.text]
    assert changed == []


@given(st.text(max_size=60))
def test_any_text_can_be_repaired_and_a_repaired_text_stays(text: str) -> None:
    once = repair(text, AI_TERMS)
    assert repair(once, AI_TERMS).split() == once.split()
