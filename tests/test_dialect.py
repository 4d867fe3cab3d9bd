"""Regional German is searched in standard form too; standard German is left alone."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.material import load_lessons
from corpus.questions import load_training
from german.dialect import EVERYWHERE, FOLDER, GROUPS, Rule, Rulebook, rules, standardise, variants
from german.text import sentences

EXAMPLES = tomllib.loads(Path(__file__).with_name("dialect_examples.toml").read_text("utf-8"))
STANDARD = [line for block in EXAMPLES["standard"].values() for line in block.strip().splitlines()]
SAID = [(said, standard) for pairs in EXAMPLES["said"].values() for said, standard in pairs]


def name(value: object) -> str:
    return f"{value.group}: {value.name}" if isinstance(value, Rule) else str(value)


def words(text: str) -> set[str]:
    return set(re.findall(r"[\w']+", text.lower().replace("’", "'")))


# --- every rule and its evidence ---


@pytest.mark.parametrize("rule", rules(), ids=name)
def test_a_rule_brings_its_evidence(rule: Rule) -> None:
    assert len(rule.examples) >= 2
    assert rule.against
    assert rule.region
    assert bool(rule.forms) != bool(rule.pattern)


@pytest.mark.parametrize(
    ("rule", "said", "standard"), [(rule, *pair) for rule in rules() for pair in rule.examples], ids=name
)
def test_a_rule_makes_its_examples_standard(rule: Rule, said: str, standard: str) -> None:
    assert standardise(said) == standard


@pytest.mark.parametrize(("rule", "said"), [(rule, said) for rule in rules() for said, _ in rule.examples], ids=name)
def test_an_example_needs_its_rule(rule: Rule, said: str) -> None:
    if rule.pattern:
        assert Rulebook(other for other in rules() if other is not rule).standardise(said) != standardise(said)
    else:
        assert {word.strip("'") for word in words(said)} & rule.forms.keys() or words(said) & rule.forms.keys()


@pytest.mark.parametrize(
    ("rule", "sentence"), [(rule, sentence) for rule in rules() for sentence in rule.against], ids=name
)
def test_what_speaks_against_a_rule_stays(rule: Rule, sentence: str) -> None:
    assert variants(sentence) == (sentence,)


def test_rules_have_names_of_their_own_and_every_file_is_read() -> None:
    names = [(rule.group, rule.name) for rule in rules()]
    assert len(names) == len(set(names))
    assert {path.stem for path in FOLDER.glob("*.toml")} == {*GROUPS, "verbs"}


def test_no_form_means_two_things() -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for rule in rules():
        for form, standard in rule.forms.items():
            meanings[form].add(standard.lower())
    assert {form: found for form, found in meanings.items() if len(found) > 1} == {}


def test_what_a_rule_makes_is_standard() -> None:
    made = {standard for rule in rules() for standard in rule.forms.values()}
    assert {text: standardise(text) for text in made if standardise(text) != text} == {}
    regional = {form for rule in rules() for form in rule.forms}
    assert {word for text in made for word in text.lower().split()} & regional == set()


def test_a_refused_form_is_not_made() -> None:
    for group in GROUPS:
        for data in tomllib.loads((FOLDER / f"{group}.toml").read_text("utf-8"))["rule"]:
            refused = set(data.get("unless", "").split())
            assert len(refused) == len(data.get("unless", "").split())
            assert not refused & {form for rule in rules() for form in rule.forms if rule.name == data["name"]}


# --- whole questions ---


@pytest.mark.parametrize(("said", "standard"), SAID)
def test_the_standard_form_follows_the_original(said: str, standard: str) -> None:
    assert variants(said) == (said, standard)


def test_a_sentence_in_capitals_keeps_what_looks_like_an_acronym() -> None:
    assert standardise("Die UN und die OP nach DIN EN 12") == "Die UN und die OP nach DIN EN 12"


@pytest.mark.parametrize("text", ["kumpel.de", "ich@kumpel.de", "en-de", "un/oder", "www.wat.net", "C:\\is\\dat"])
def test_addresses_and_joined_words_are_not_taken_apart(text: str) -> None:
    assert standardise(text) == text


@pytest.mark.parametrize("said", ["‚wat‘", "'wat'", "„wat“", "(wat)", "wat…", "wat?!", "…wat"])
def test_marks_around_a_word_stay(said: str) -> None:
    assert standardise(said) == said.replace("wat", "was")


def test_apostrophes_of_every_shape_are_the_same() -> None:
    assert {standardise(f"Dat hat{mark}n Robotta jemacht.") for mark in "'’`"} == {"Das hat ein Roboter gemacht."}


def test_ambiguous_words_need_company() -> None:
    assert standardise("Ben trinkt met.") == "Ben trinkt met."
    assert standardise("Ich ben dat met däm Roboter.") == "Ich bin das mit dem Roboter."
    assert standardise("Hab nix, kannste: set up to date") == "Hab nichts, kannst du: set up to date"


# --- standard German stays ---


def test_there_are_three_hundred_standard_sentences() -> None:
    assert len(STANDARD) == len(set(STANDARD)) == 300


@pytest.mark.parametrize("sentence", STANDARD)
def test_a_standard_sentence_has_one_variant(sentence: str) -> None:
    assert variants(sentence) == (sentence,)


def test_every_sentence_of_the_lessons_stays() -> None:
    changed = {
        sentence: standardise(sentence)
        for lesson in load_lessons().values()
        for text in (*lesson.steps, *lesson.examples.values(), lesson.more, *lesson.short_answer)
        for sentence in sentences(text)
        if standardise(sentence) != sentence and not re.search(r"„[^“]*\b[wd]at\b[^“]*“", sentence, re.IGNORECASE)
    }
    assert changed == {}


def test_everything_else_that_a_lesson_says_stays() -> None:
    for lesson in load_lessons().values():
        texts = [lesson.title, lesson.goal, lesson.task, *lesson.checklist, *(term.meaning for term in lesson.terms)]
        texts += [ask.text for ask in lesson.asks if ask.kind == "std"]
        texts += [text for check in lesson.checks for text in (check.question, check.hint, *check.options)]
        assert {text: standardise(text) for text in texts if standardise(text) != text} == {}


def test_standard_questions_have_no_other_variant() -> None:
    changed = {q.text: variants(q.text) for q in load_training() if q.kind == "std" and len(variants(q.text)) > 1}
    assert not changed


FORMS = sorted({form for rule in rules() for form in rule.forms})
WORDS = st.sampled_from(
    [*FORMS, *{word for rule in rules() for word in rule.when}, "Chef", "die", "ist", "am", "lernen"]
)
TEXT = st.lists(st.one_of(WORDS, WORDS.map(str.capitalize), st.sampled_from([",", ".", "?", "'", "-"])), max_size=12)


@given(st.one_of(st.text(max_size=60), TEXT.map(" ".join)))
@example("dat es et es mer mer de de")
@example("dem Chef dem Chef sein sein Chef")
@example("tut tut lernen lernen am lernen ist am lernen")
def test_the_original_comes_first_and_a_second_pass_changes_nothing(text: str) -> None:
    found = variants(text)
    assert found[0] == text
    assert len(found) == len(set(found)) <= 2
    assert standardise(text) == found[-1]
    assert standardise(found[-1]) == found[-1]


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüß", min_size=1, max_size=14))
def test_words_that_no_rule_names_stay(word: str) -> None:
    named = {form for rule in rules() for form in rule.forms} | {word for rule in rules() for word in rule.when}
    if word not in named:
        assert standardise(word) == word


def test_everyday_clipping_alone_is_no_company() -> None:
    everywhere = {form for rule in rules() if rule.region == EVERYWHERE for form in rule.forms}
    assert {"nich", "aufm", "kannste", "gibts"} <= everywhere
    assert standardise("Kannste nich aufm set drop met?") == "Kannst du nicht auf dem set drop met?"
