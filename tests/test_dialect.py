"""Regional German is searched in standard form too; standard German is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.questions import load_training
from german.dialect import standardise, variants


@pytest.mark.parametrize(
    ("said", "standard"),
    [
        ("Wat is dat?", "Was ist das?"),
        ("Hömma, kannste dat noma sagen?", "Hör mal, kannst du das noch einmal sagen?"),
        ("Jibbet dat gezz och inne Halle?", "Gibt es das jetzt auch in die Halle?"),
        ("Wie jeht dat mit dem Knopp?", "Wie geht das mit dem Knopf?"),
        ("Isch hab wenich jesacht", "Ich habe wenig gesagt"),
        ("wat is'n dat?", "was ist ein das?"),
        ("Dat hat’n Robotta jemacht.", "Das hat’n Roboter gemacht."),
    ],
)
def test_the_standard_form_follows_the_original(said: str, standard: str) -> None:
    assert variants(said) == (said, standard)


def test_standard_questions_have_no_other_variant() -> None:
    changed = {q.text: variants(q.text) for q in load_training() if q.kind == "std" and len(variants(q.text)) > 1}
    assert not changed


@pytest.mark.parametrize(
    "sentence",
    [
        "Mach dann eine kurze Pause und frag mich.",
        "Ich mag den Hammer in der Mitte.",
        "Wir musste das nicht machen, sie schon.",
        "Stoppen, nicht ausführen und melden.",
        "Die Jacke jagt den Jungen ins Jahr.",
    ],
)
def test_words_that_look_regional_but_are_not_stay(sentence: str) -> None:
    assert variants(sentence) == (sentence,)


@given(st.text(max_size=60))
def test_whatever_comes_the_original_stays_first_and_a_second_pass_changes_little(text: str) -> None:
    found = variants(text)
    assert found[0] == text
    assert len(found) == len(set(found)) <= 2
    assert standardise(text) == found[-1]
