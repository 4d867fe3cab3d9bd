"""How well the plain-language gate judges sentences: `kumpel bench plain`.

The cases are those of `tests/plain_cases.toml`. The headline is the half that was written after the rules were finished
("held out"); the half that the rules were written against stands apart. textstat, which most tools for German lean on,
says beside it what it makes of the same texts; it is only for this bench.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import Goal, report, show
from german.plain import PROFILES, check
from german.prose import Sentence, paragraphs
from german.syllables import syllables

CASES = Path(__file__).resolve().parent.parent / "tests" / "plain_cases.toml"
HALVES = ("held_out", "development")
TRICKY: list[tuple[str, int, int | None]] = [
    ("Am Abend ist der Ofen über der Bank warm.", 1, 12),
    ("Das geht z. B. am 3. Oktober. Dr. Kaya kommt.", 2, None),
    ("Der Kurs kostet 1.000 Euro. Er ist am 5. Juni.", 2, None),
    ("Die KI im Radio ist neu. Hörst du sie?", 2, 12),
    ("Oma und Opa essen Eier. Eva isst ein Ei.", 2, 14),
    ("Frag Frau Prof. Dr. Aydin bzw. Herrn Kaya.", 1, None),
    ("Er sagt: „Das weiß ich nicht.“ Dann geht er.", 2, 9),
    ("Die Familie im Museum ist müde.", 1, 12),
    ("Nimm Teil Nr. 5 aus Regal 12. Dann warte.", 2, None),
    ("Ich übe jeden Abend am Ofen.", 1, 10),
    ("Die Übung um 14.30 Uhr fällt aus … Warum?", 2, None),
    ("Die Idee ist ideal: Eine Ärztin aus Asien übt mit uns.", 1, 18),
]
"""Text, sentences and syllables, counted by hand; syllables only where nothing is abbreviated."""


@dataclass(frozen=True)
class Case:
    """One text for one rule."""

    rule: str
    half: str
    """"held_out" or "development"."""
    text: str
    wrong: bool
    """Whether the rule has to find something."""
    profile: str
    explained: frozenset[str]


def load_cases() -> list[Case]:
    """Every case of the file."""
    return list(_cases(tomllib.loads(CASES.read_text("utf-8"))))


def _cases(rules: dict[str, Any]) -> Iterator[Case]:
    for rule, halves in rules.items():
        profile = halves.get("profile", "LESSON")
        for half in HALVES:
            for kind in ("flag", "pass"):
                for item in halves[half][kind]:
                    case = {"text": item} if isinstance(item, str) else item
                    explained = frozenset(case.get("explained", ()))
                    yield Case(rule, half, case["text"], kind == "flag", case.get("profile", profile), explained)


def found(case: Case) -> bool:
    """Whether the gate finds what the case is about."""
    findings = check(case.text, PROFILES[case.profile], case.explained).findings
    return any(finding.rule == case.rule for finding in findings)


def run(full: bool = False) -> dict[str, Any]:
    """The report; the long form lists the tricky texts and the cases that were judged wrongly."""
    cases = load_cases()
    judged = [(case, found(case)) for case in cases]
    rules = list(dict.fromkeys(case.rule for case in cases))
    figures: dict[str, Any] = {**_precision_recall("", judged)}
    for half in HALVES:
        figures |= _precision_recall(half, [pair for pair in judged if pair[0].half == half])
    for half in HALVES:
        for rule in rules:
            mine = [pair for pair in judged if pair[0].half == half and pair[0].rule == rule]
            figures |= _precision_recall(f"{half}_{rule}", mine)
    goals = [Goal(name, ">=", 0.9) for name in figures if not name.startswith("development_")]
    figures["cases"] = len(cases)
    figures |= _counting(lambda text: len(_sentences(text)), _syllables, "")
    figures |= _textstat(cases)
    if full:
        figures["judged_wrongly"] = [f"{case.rule}: {case.text}" for case, hit in judged if hit != case.wrong]
    return report("plain", figures, goals)


def _precision_recall(name: str, judged: list[tuple[Case, bool]]) -> dict[str, float]:
    right = sum(case.wrong and hit for case, hit in judged)
    flagged = sum(hit for _, hit in judged)
    wanted = sum(case.wrong for case, _ in judged)
    prefix = f"{name}_" if name else ""
    return {
        f"{prefix}precision": round(right / flagged, 3) if flagged else 0.0,
        f"{prefix}recall": round(right / wanted, 3),
    }


def _counting(count: Callable[[str], int], spell: Callable[[str], int], prefix: str) -> dict[str, Any]:
    """In how many tricky texts the sentences are counted wrongly, and how far the syllables are off in all."""
    spelled = [(text, true) for text, _, true in TRICKY if true is not None]
    return {
        f"{prefix}sentences_wrong": sum(count(text) != true for text, true, _ in TRICKY),
        f"{prefix}syllables_wrong": sum(spell(text) != true for text, true in spelled),
        f"{prefix}syllables_share": round(
            sum(spell(text) for text, _ in spelled) / sum(true for _, true in spelled), 3
        ),
    }


def _sentences(text: str) -> list[Sentence]:
    return [sentence for block in paragraphs(text) for sentence in block.sentences]


def _syllables(text: str) -> int:
    return sum(syllables(word.strip("„“.,:?!")) for sentence in _sentences(text) for word in sentence.words)


def _textstat(cases: list[Case]) -> dict[str, Any]:
    """What textstat says: its counts, and its indices as a judge of the same cases (WSTF 1, LIX, Amstad as limits)."""
    try:
        import textstat
    except ImportError:
        return {"textstat": "nicht installiert: pip install textstat"}
    textstat.set_lang("de")
    judged = [(case, _too_hard(textstat, case.text)) for case in cases if case.half == "held_out"]
    same = sum(textstat.sentence_count(case.text) == len(_sentences(case.text)) for case in cases)
    return {
        **_counting(textstat.sentence_count, textstat.syllable_count, "textstat_"),
        "textstat_same_sentence_count": round(same / len(cases), 3),
        **_precision_recall("textstat_indices_held_out", judged),
    }


def _too_hard(textstat: Any, text: str) -> bool:
    limits = PROFILES["DOCUMENT"]
    return bool(
        textstat.wiener_sachtextformel(text, 1) > (limits.wstf1 or 0)
        or textstat.lix(text) > (limits.lix or 0)
        or textstat.flesch_reading_ease(text) < (limits.amstad or 0)
    )


if __name__ == "__main__":
    show(run(), as_json=False)
