"""The gate for plain German: sentences that must be found and sentences that must pass, for every rule."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.plain import CASES, HALVES, TRICKY, Case, _precision_recall, _sentences, found, load_cases
from german.compounds import parts
from german.indices import indices
from german.plain import A2, DOCUMENT, LESSON, PROFILES, SPOKEN_TURN, check
from german.prose import Sentence, paragraphs
from german.syllables import syllables

DEVELOPMENT = [case for case in load_cases() if case.half == "development"]


def rules(text: str, profile: str = "LESSON", explained: frozenset[str] = frozenset()) -> set[str]:
    return {finding.rule for finding in check(text, PROFILES[profile], explained).findings}


# --- the cases ---


@pytest.mark.parametrize("case", DEVELOPMENT, ids=lambda case: f"{case.rule}: {case.text[:40]}")
def test_a_rule_finds_what_it_should_and_nothing_else(case: Case) -> None:
    assert found(case) == case.wrong


def test_the_gate_holds_on_sentences_that_no_rule_was_written_for() -> None:
    held_out = [case for case in load_cases() if case.half == "held_out"]
    figures = _precision_recall("held_out", [(case, found(case)) for case in held_out])
    assert figures["held_out_precision"] >= 0.9
    assert figures["held_out_recall"] >= 0.9


def test_every_rule_has_its_fifteen_sentences_of_each_kind() -> None:
    for rule, halves in tomllib.loads(CASES.read_text("utf-8")).items():
        for kind in ("flag", "pass"):
            assert sum(len(halves[half][kind]) for half in HALVES) >= 15, rule


def test_no_sentence_stands_in_both_halves() -> None:
    texts = [(case.rule, case.text, case.profile, case.explained) for case in load_cases()]
    assert len(texts) == len(set(texts))


# --- a lesson goes through the gate ---


def test_a_plain_lesson_passes() -> None:
    text = "KI macht Fehler. Sie klingt dabei sicher.\n\nPrüf jede Antwort. Frag deine Kollegin."
    report = check(text, LESSON)
    assert report.passed
    assert report.figures.indices.sentences == 4
    assert report.figures.sentences_per_paragraph == 2


def test_a_finding_names_line_words_and_a_better_way() -> None:
    text = "# Titel\n\nHeute ist der\n3. Oktober. Die\nMaschine wird geprüft.\n\n- Nimm z. B. Öl."
    found_here = {finding.rule: finding for finding in check(text, LESSON).findings}
    assert found_here["passive"].line == 4
    assert found_here["passive"].words == "wird geprüft"
    assert "aktiv" in found_here["passive"].better
    assert found_here["abbreviation"].line == 7


def test_an_explained_term_passes_in_any_form() -> None:
    assert "foreign_word" in rules("Die Chatbots antworten.")
    assert "foreign_word" not in rules("Die Chatbots antworten.", explained=frozenset({"Chatbot"}))
    assert "long_word" not in rules("Lies die Betriebsanweisungen.", explained=frozenset({"Betriebsanweisung"}))


def test_a_term_is_explained_once_and_only_where_it_first_appears() -> None:
    early = "Ein Prompt ist eine Frage an die KI. Schreib den Prompt kurz. Lies den Prompt laut."
    late = "Schreib den Prompt kurz. Lies ihn laut. Ein Prompt ist eine Frage an die KI."
    assert "foreign_word" not in rules(early)
    assert [f.line for f in check(late, LESSON).findings if f.rule == "foreign_word"] == [1]


def test_an_abbreviation_is_named_on_every_line_until_it_is_explained() -> None:
    text = "Nimm z. B. Öl.\nNimm z. B. Fett.\nDie API ist eine Tür.\nDie API ist offen."
    assert [(f.line, f.words) for f in check(text, LESSON).findings if f.rule == "abbreviation"] == [
        (1, "z. B."),
        (2, "z. B."),
    ]


def test_a_long_word_is_offered_in_parts() -> None:
    finding = next(f for f in check("Frag die Sicherheitsfachkraft.", LESSON).findings if f.rule == "long_word")
    assert "Sicherheits-Fachkraft" in finding.better
    assert parts("Schichtleiterin") == ("schicht", "leiterin")


def test_a_missing_closing_question_is_only_a_hint() -> None:
    report = check("KI rät das nächste Wort.", SPOKEN_TURN)
    assert report.passed
    assert [finding.rule for finding in report.findings] == ["question"]


def test_averages_are_judged_from_ten_sentences_on() -> None:
    hard = "Verantwortliche Führungskräfte dokumentieren wöchentliche Sicherheitsprüfungen. "
    averages = {"wstf1", "lix", "amstad", "long_words"}
    assert not averages & rules(hard * 9, "DOCUMENT")
    assert averages <= rules(hard * 10, "DOCUMENT")
    assert "passive_share" in rules("Das Tor wird geprüft. " * 2 + "Das ist gut. " * 8, "DOCUMENT")


def test_a_document_may_have_a_passive_now_and_then() -> None:
    text = "Das Tor wird geprüft. " + "Das ist gut. " * 9
    assert [f.hint for f in check(text, DOCUMENT).findings if f.rule == "passive"] == [True]
    assert [f.hint for f in check(text, LESSON).findings if f.rule == "passive"] == [False]


def test_names_and_words_of_the_shop_floor_are_not_rare() -> None:
    assert "rare_word" not in rules("Olena und Piotr fragen den Staplerfahrer. Dann hilft Aylin der Schichtleiterin.")


def test_profiles_hold_the_limits_of_their_kind() -> None:
    sentence = "Heute geht Ali mit Jana und Tom und Eva in die neue Halle und holt dort Öl."
    assert len(sentence.split()) == 17
    assert "long_sentence" in rules(sentence, "LESSON")
    assert "long_sentence" not in rules(sentence, "DOCUMENT")
    assert (A2.clauses, DOCUMENT.clauses) == (0, 1)
    assert "ear" not in rules("Das kostet 33 %.", "A2")


# --- counting ---


@pytest.mark.parametrize(("text", "number", "spelled"), TRICKY)
def test_tricky_texts_are_counted_as_by_hand(text: str, number: int, spelled: int | None) -> None:
    sentences = _sentences(text)
    assert len(sentences) == number
    if spelled is not None:
        assert sum(syllables(word.strip("„“.,:?!")) for sentence in sentences for word in sentence.words) == spelled


@pytest.mark.parametrize(
    ("word", "number"),
    [("Abend", 2), ("Ofen", 2), ("über", 2), ("Radio", 3), ("KI", 2), ("USB", 3), ("Familie", 4), ("beurteilen", 4),
     ("Beute", 2), ("Geist", 1), ("geimpft", 2), ("Quelle", 2), ("Software", 2), ("Not-Halt", 2), ("12", 1)],
)  # fmt: skip
def test_syllables(word: str, number: int) -> None:
    assert syllables(word) == number


def test_the_indices_follow_their_formulas() -> None:
    # 2 sentences, 8 words: Ma-schi-ne 3, Kol-le-gin 3, prüft/die/Die/lacht/laut/sehr 1; over six letters: 2 of 8
    got = indices([Sentence(1, "Die Maschine prüft die Kollegin."), Sentence(1, "Sehr laut lacht.")])
    assert (got.words, got.mean_words, got.max_words) == (8, 4.0, 5)
    assert got.lix == pytest.approx(4 + 25)
    assert got.amstad == pytest.approx(180 - 4 - 58.5 * 12 / 8)
    assert got.wstf1 == pytest.approx(0.1935 * 25 + 0.1672 * 4 + 0.1297 * 25 - 0.0327 * 75 - 0.875)


def test_nothing_is_counted_in_an_empty_text() -> None:
    assert check("", LESSON).figures.indices.words == 0
    assert check(" \n\n--- \n", SPOKEN_TURN).figures.indices.wstf1 == 0


# --- whatever comes in ---

PIECES = st.sampled_from(
    ["Die Maschine", "wird", "geprüft", ".", "?", "z. B.", "3.", "Oktober", "Dr.", "1.000", ",", "weil", "der", "des",
     "Betriebs", "\n", "\n\n", "- ", "# ", "1. ", "„", "“", "KI", "33 %", "(", "würde", "und", "zu", "Prompt", "–", "…"]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=30).map(" ".join), st.text(max_size=200))


@settings(deadline=None, max_examples=150)
@given(TEXTS, st.sampled_from(sorted(PROFILES)))
def test_any_text_is_judged_and_every_finding_lies_within_it(text: str, profile: str) -> None:
    lines = text.replace("\r\n", "\n").count("\n") + 1
    for finding in check(text, PROFILES[profile]).findings:
        assert 1 <= finding.line <= lines
        assert finding.message
        assert finding.better


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES.filter(lambda piece: piece.strip() not in ("-", "#", "1.")), max_size=40).map(" ".join))
def test_splitting_loses_no_word(text: str) -> None:
    kept = [word for block in paragraphs(text) for sentence in block.sentences for word in sentence.text.split()]
    marks = {"3."}  # at the start of a line this is the mark of a list
    assert [word for word in kept if word not in marks] == [word for word in text.split() if word not in marks]
