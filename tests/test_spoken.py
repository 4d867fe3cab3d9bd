"""What stands there, and what a voice says; where a clause ends, and where it must not."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from german.numbers import LARGEST, cardinal, ordinal, year
from german.spoken import FIRST_SOFT_CUT, clauses, spoken


def written(text: str) -> list[str]:
    return [clause.written for clause in clauses(text)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Das ist z. B. so, d. h. bzw. ca. 3 Leute.",
            "Das ist zum Beispiel so, das heißt beziehungsweise circa drei Leute.",
        ),
        ("Z.B. das, u. a. bzgl. der Uhr.", "Zum Beispiel das, unter anderem bezüglich der Uhr."),
        ("Evtl. oder ggf. und usw.", "Eventuell oder gegebenenfalls und und so weiter."),
        ("Frag Dr. Müller, Nr. 7.", "Frag Doktor Müller, Nummer sieben."),
        ("Auf diese Art.", "Auf diese Art."),
        ("max. 30 Min. oder 2 Std.", "maximal dreißig Minuten oder zwei Stunden"),
    ],
)
def test_abbreviations(text: str, said: str) -> None:
    assert spoken(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Die KI hilft.", "Die K I hilft."),
        ("KI-Kumpel in NRW", "K I Kumpel in N R W"),
        ("DSGVO, USB und EU", "D S G V O, U S B und E U"),
        ("die IT-Abteilung", "die Ai Ti-Abteilung"),
        ("ChatGPT und GPT-4", "Tschätt Dschi Pi Ti und Dschi Pi Ti vier"),
        ("Das darfst du NICHT und NIE.", "Das darfst du Nicht und NIE."),
        ("zwei PCs im WLAN", "zwei P Cs im WLAN"),
    ],
)
def test_acronyms_are_named_letter_by_letter(text: str, said: str) -> None:
    assert spoken(text) == said


PHONEMES = """
import sys
from piper.phonemize_espeak import EspeakPhonemizer

voice = EspeakPhonemizer()
sys.stdout.reconfigure(encoding="utf-8")
for text in sys.argv[1:]:
    print("".join("".join(sentence) for sentence in voice.phonemize("de", text)))
"""


def test_espeak_names_the_letters() -> None:
    written = ["KI", spoken("KI"), spoken("USB"), spoken("DSGVO")]
    # In a process of its own: piper's espeak-ng, set up a second time, mixes up its phonemes.
    done = subprocess.run(
        [sys.executable, "-c", PHONEMES, *written], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout.splitlines() == [
        "kˈiː",  # why there is a rule at all
        "kˈɑː ˈiː",
        "ˈuː ˈɛs bˈeː",
        "dˈeː ˈɛs ɡˈeː fˈaʊ ˈoː",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Am 3. Oktober", "Am dritten Oktober"),
        ("Seit dem 2. Februar 2025 gilt das.", "Seit dem zweiten Februar zweitausendfünfundzwanzig gilt das."),
        ("der 1. Schritt in der 2. Woche", "der erste Schritt in der zweiten Woche"),
        ("vom 3. und 4. Mai", "vom dritten und vierten Mai"),
        ("3.–5. Mai", "dritter bis fünfter Mai"),
        ("am 24.12.2024", "am vierundzwanzigsten Dezember zweitausendvierundzwanzig"),
        ("am 2025-02-02", "am zweiten Februar zweitausendfünfundzwanzig"),
        ("Bis zum 1.5.", "Bis zum ersten Mai."),
        ("im Jahr 1989", "im Jahr neunzehnhundertneunundachtzig"),
        ("Du hast 3. Dann geht es.", "Du hast drei. Dann geht es."),
        ("99.99.2024", "neunundneunzig Punkt neunundneunzig Punkt zweitausendvierundzwanzig"),
    ],
)
def test_dates_and_ordinals(text: str, said: str) -> None:
    assert spoken(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("um 14:30 Uhr", "um vierzehn Uhr dreißig"),
        ("um 14.30 Uhr", "um vierzehn Uhr dreißig"),
        ("8:00–10:15", "acht Uhr bis zehn Uhr fünfzehn"),
        ("um 1 Uhr", "um ein Uhr"),
        ("33 % und 1 %", "dreiunddreißig Prozent und ein Prozent"),
        ("5 kg, 1,5 l, -5 °C", "fünf Kilogramm, eins Komma fünf Liter, minus fünf Grad"),
        ("200 Teile, 150 Stück", "zweihundert Teile, einhundertfünfzig Stück"),
        ("3,50 €, 1.200 €", "drei Euro fünfzig, eintausendzweihundert Euro"),
        (
            "1.000 von 1.234.567",
            "eintausend von eine Million zweihundertvierunddreißigtausendfünfhundertsiebenundsechzig",
        ),
        ("5G und M365", "fünf G und M dreihundertfünfundsechzig"),
        ("3–5 Leute", "drei bis fünf Leute"),
        ("§ 5 Abs. 1, §§ 3 und 4", "Paragraf fünf Absatz eins, Paragrafen drei und vier"),
        ("007", "null null sieben"),
    ],
)
def test_times_units_and_numbers(text: str, said: str) -> None:
    assert spoken(text) == said


@pytest.mark.parametrize("text", ["Wähle 112.", "Ruf die 112 an!", "112", "Notruf: 112", "die 112 Anrufen"])
def test_the_emergency_number_is_said_digit_by_digit(text: str) -> None:
    assert "eins eins zwei" in spoken(text)


def test_other_numbers_that_people_dial() -> None:
    assert spoken("116 117") == "eins eins sechs, eins eins sieben"
    assert spoken("0800 1110111") == "null acht null null, eins eins eins null eins eins eins"
    assert spoken("+49 231 123") == "plus vier neun, zwei drei eins, eins zwei drei"
    assert (
        spoken("Das sind 112 Seiten oder 112 kg.") == "Das sind einhundertzwölf Seiten oder einhundertzwölf Kilogramm."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("**Fett**, *schräg*, `Code`", "Fett, schräg, Code"),
        ("## Lektion", "Lektion"),
        ("- Knopf drücken.", "Knopf drücken."),
        ("2. Knopf drücken.", "zwei: Knopf drücken."),
        ("Lies [das hier](https://example.org/a_b).", "Lies das hier."),
        ("Mehr dazu (https://example.org/x?y=1).", "Mehr dazu."),
        ("Mehr auf https://www.bsi.de/x.", "Mehr auf bsi Punkt de."),
        ("Schreib an hilfe@firma.de", "Schreib an hilfe ät firma Punkt de"),
        ("Gut 👍 – wirklich!", "Gut, wirklich!"),
        ("Sag „noch mal“ & warte …", "Sag noch mal und warte."),
        ("und/oder", "und oder"),
    ],
)
def test_markup_and_addresses(text: str, said: str) -> None:
    assert spoken(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Kolleg*innen", "Kolleginnen und Kollegen"),
        ("Arbeitskolleg:innen", "Arbeitskolleginnen und Arbeitskollegen"),
        ("mit Mitarbeiter_innen", "mit Mitarbeiterinnen und Mitarbeitern"),
        ("Kund*innen", "Kundinnen und Kunden"),
        ("jede*r Lehrer*in", "jede oder jeder Lehrerin oder Lehrer"),
        ("Linguist*innen", "Linguistinnen"),
    ],
)
def test_gender_forms(text: str, said: str) -> None:
    assert spoken(text) == said


def test_numbers_in_words() -> None:
    assert [cardinal(n) for n in (0, 1, 16, 17, 21, 100, 101)] == [
        "null", "eins", "sechzehn", "siebzehn", "einundzwanzig", "einhundert", "einhunderteins",
    ]  # fmt: skip
    assert cardinal(21_001) == "einundzwanzigtausendeins"
    assert cardinal(-3) == "minus drei"
    assert [ordinal(n) for n in (1, 3, 7, 8, 19, 20, 31, 103)] == [
        "erste", "dritte", "siebte", "achte", "neunzehnte", "zwanzigste", "einunddreißigste", "hundertdritte",
    ]  # fmt: skip
    assert year(1900) == "neunzehnhundert"
    with pytest.raises(ValueError, match="too large"):
        cardinal(LARGEST + 1)


@given(st.integers(0, LARGEST), st.integers(0, LARGEST))
def test_two_numbers_never_sound_alike(one: int, other: int) -> None:
    assert (cardinal(one) == cardinal(other)) == (one == other)


@pytest.mark.parametrize(
    "text",
    [
        "Das gilt z. B. am 3. Oktober.",
        "Es sind 1.000 Leute bzw. 1,5 Prozent.",
        "Frag Dr. Müller in Nr. 7.",
        "Im 1. Schritt.",
        "Um 14.30 Uhr.",
        "Vom 3. bis 5. Mai.",
        "Das ist z.B. Der Knopf.",
    ],
)
def test_a_dot_does_not_always_end_a_sentence(text: str) -> None:
    assert written(text) == [text]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ja. Nein! Wie? So; und: so.", ["Ja.", "Nein!", "Wie?", "So;", "und:", "so."]),
        ("Es steht in Paragraf 83. Kirchen regeln das.", ["Es steht in Paragraf 83.", "Kirchen regeln das."]),
        ("Du hast 3. Dann geht es.", ["Du hast 3.", "Dann geht es."]),
        ("Im Jahr 2025. Schritt zwei.", ["Im Jahr 2025.", "Schritt zwei."]),
        ("Ruf die 112. Feuer!", ["Ruf die 112.", "Feuer!"]),
        ("Texte, Bilder usw. Das geht.", ["Texte, Bilder usw.", "Das geht."]),
        ("Auf diese Art. Gut so.", ["Auf diese Art.", "Gut so."]),
        ("Sag „Halt.“ Dann warte.", ["Sag „Halt.“", "Dann warte."]),
        ("Nimm Antwort B. Dann warte.", ["Nimm Antwort B.", "Dann warte."]),
        ("Warte 5 Min. Dann weiter.", ["Warte 5 Min.", "Dann weiter."]),
        ("Liste:\n- eins\n- zwei", ["Liste:", "- eins", "- zwei"]),
        ("eine\nZeile", ["eine Zeile"]),
        ("Gut. 👍", ["Gut. 👍"]),
        ("", []),
    ],
)
def test_where_clauses_end(text: str, parts: list[str]) -> None:
    assert written(text) == parts


def test_long_sentences_are_cut_where_one_breathes() -> None:
    text = (
        "Ein Sprachmodell rechnet aus, welches Wort am besten passt, aber es weiß nicht, ob der Satz stimmt, "
        "weil es die Welt nur aus Texten kennt und keine eigene Erfahrung hat."
    )
    parts = list(clauses(text))
    assert FIRST_SOFT_CUT <= len(parts[0].written) <= 40
    assert all(len(part.written) <= 70 for part in parts)
    assert all(part.spoken[-1] in ",." for part in parts)  # the voice stays up before a comma, and before "und"


@given(st.text(alphabet=st.sampled_from("aB3 .,;:?!…-–*_#()[]„“\"'§%€/\n1z0Ä😀@&") | st.characters(codec="utf-8")))
def test_captions_lose_nothing_and_voices_get_clean_text(text: str) -> None:
    parts = list(clauses(text))
    assert " ".join(part.written for part in parts) == " ".join(text.split())
    for part in parts:
        assert "\n" not in part.spoken
        assert not set(part.spoken) & set("*#[]{}<>|§%€0123456789\0")


PIECES = ["Das", "ist", "z. B.", "am", "3.", "Oktober", "1.000", "und", "aber,", "weil", "gut.", "ist?", "usw.", "Dr."]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_captions_of_german_lose_nothing(words: list[str]) -> None:
    text = " ".join(words)
    assert " ".join(written(text)) == text
