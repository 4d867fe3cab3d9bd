"""Words find words, pieces find misheard words, and a score means the same for every question."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from german.sounds import sounds
from retrieval.lexical import Lexical, grams, stems

TEXTS = [
    "Eine Halluzination ist eine erfundene Antwort der Maschine.",
    "Der Betrüger schickt eine falsche Mail und will das Passwort.",
    "Den roten Knopf drückst du bei einem Unfall.",
]


def best(index: Lexical, query: str) -> int:
    return int(np.argmax(index.scores(query)))


def test_other_endings_of_a_word_still_match() -> None:
    words = Lexical(TEXTS, stems)
    assert best(words, "Halluzinationen und Maschinen") == 0
    assert best(words, "rote Knöpfe bei Unfällen") == 2


@pytest.mark.parametrize(
    ("misheard", "right"),
    [("was ist eine halutsination", 0), ("woran erkänne ich eine betruks meil", 1), ("wo ist der knobf", 2)],
)
def test_misheard_words_match_by_their_pieces(misheard: str, right: int) -> None:
    assert best(Lexical(TEXTS, grams), misheard) == right


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("erkenne", "erkänne"),
        ("betrugs", "betruks"),
        ("Quelle", "kwelle"),
        ("Rat", "Rad"),
        ("vorn", "forn"),
        ("Mitte", "mite"),
        ("Kinder", "Kinda"),
        ("Eis", "ais"),
    ],
)
def test_what_sounds_alike_is_written_alike(one: str, other: str) -> None:
    assert sounds(one) == sounds(other)


def test_different_words_stay_different() -> None:
    assert len({sounds(word) for word in ("Knopf", "Kopf", "Topf", "Mail", "Maul", "Halle", "Hilfe")}) == 7


def test_a_score_is_the_share_of_the_question_that_a_text_holds() -> None:
    words = Lexical(TEXTS, stems)
    whole, half = words.scores("Betrüger Passwort")[1], words.scores("Betrüger Regenwetter")[1]
    assert 0 < half < whole <= 1


@given(st.text(max_size=60))
def test_any_question_has_finite_scores_between_0_and_1(query: str) -> None:
    for units in (stems, grams):
        scores = Lexical(TEXTS, units).scores(query)
        assert scores.shape == (3,)
        assert np.all((scores >= 0) & (scores <= 1))


def test_a_question_of_unknown_words_scores_nothing() -> None:
    assert not Lexical(TEXTS, stems).scores("xylophon").any()
    assert not Lexical(TEXTS, stems).scores("").any()
