"""A handout's text becomes blocks that are printed and read aloud."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.files import MaterialError
from corpus.glossary import LANGUAGE_NAMES, glossary
from corpus.handout import Block, parse_handout
from corpus.lesson import LANGUAGES
from corpus.material import load_handouts, load_lessons
from corpus.script import UNAPPROVED, glossary_script, handout_script, lesson_script
from tests.material_support import HANDOUT


def blocks(body: str) -> tuple[Block, ...]:
    return parse_handout(HANDOUT.format(id="drei-fragen", body=body), "drei-fragen.md").blocks


def test_blocks_are_told_apart_and_broken_lines_joined() -> None:
    body = (
        "## So geht es\nErst\nso.\n\nDann so.\n- [ ] Eins\n- [ ] Zwei\n\n1. Erstens\n   noch dabei\n2. Zweitens\n\n- P"
    )
    assert blocks(body) == (
        Block("heading", ("So geht es",)),
        Block("text", ("Erst so.",)),
        Block("text", ("Dann so.",)),
        Block("ticks", ("Eins", "Zwei")),
        Block("steps", ("Erstens noch dabei", "Zweitens")),
        Block("bullets", ("P",)),
    )


def test_a_link_is_read_as_its_words() -> None:
    assert blocks("Lies [diese Lektion](m01-1).") == (Block("text", ("Lies diese Lektion.",)),)


@given(st.text(alphabet="#-[] 1.)(a\n", max_size=60))
def test_no_text_breaks_the_parser(body: str) -> None:
    try:
        assert blocks(body)
    except MaterialError as error:
        assert error.field == "---"  # noqa: PT017 - an empty text is the one thing that may be refused


def test_the_emergency_card_is_one_fixed_text() -> None:
    card = load_handouts()["emergency-card"]
    steps = next(block.texts for block in card.blocks if block.kind == "steps")
    assert card.summary == "Erst der Mensch, dann die Maschine."
    assert "Not-Halt" in steps[1]
    assert "wie es in der Betriebsanweisung steht" in steps[1]
    assert "112" in steps[2]
    assert "Ersthelfer" in steps[3]
    assert card.approved_by is None


def test_what_is_read_aloud_leaves_out_what_is_there_to_be_written_on() -> None:
    script = handout_script(load_handouts()["emergency-card"])
    assert script[:2] == ["Notfall-Karte.", "Erst der Mensch, dann die Maschine."]
    assert script[-1] == UNAPPROVED
    assert not any("_" in sentence or "**" in sentence for sentence in script)


def test_a_lesson_is_read_from_its_title_to_its_approval() -> None:
    lesson = load_lessons()["m10-1"]
    script = lesson_script(lesson)
    assert script[0] == f"Lektion: {lesson.title}."
    assert lesson.short_answer[0] in script
    assert script[-1] == UNAPPROVED
    assert not any("](" in sentence for sentence in script)


def test_the_glossary_tells_every_word_once_in_seven_languages() -> None:
    entries = glossary(load_lessons().values())
    assert len(entries) > 120
    assert len({entry.term.lower() for entry in entries}) == len(entries)
    assert [entry.term for entry in entries][:1] < [entry.term for entry in entries][-1:]
    for entry in entries:
        assert set(entry.translations) == set(LANGUAGES) == set(LANGUAGE_NAMES), entry.term
        assert entry.meaning.endswith(".")
    halluzination = next(entry for entry in entries if entry.term == "Halluzination")
    assert "haluzination" in halluzination.misheard
    assert halluzination.lessons == ("m06-1",)


def test_the_glossary_is_read_in_german_alone() -> None:
    script = glossary_script(glossary(load_lessons().values()))
    assert "Die KI erfindet etwas, das nicht stimmt." in script
    assert not any("hallucination" in sentence for sentence in script)


def test_a_word_of_two_lessons_names_both() -> None:
    model = next(entry for entry in glossary(load_lessons().values()) if entry.term == "Sprachmodell")
    assert model.lessons == ("m04-2", "m06-1")
