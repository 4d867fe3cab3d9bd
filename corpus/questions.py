"""What people ask, with the lesson that answers it: the bank, parted once into training and test, and paraphrases.

Nothing that a figure is reported on trains or tunes anything: what learns takes the side "train". The paraphrases
(`umschreibungen.txt`: a line "# m06-1", then its questions; "# -" where no lesson answers) are for training alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.lesson import Kind

Side = Literal["train", "test"]

FOLDER = Path(__file__).resolve().parent / "questions"


@dataclass(frozen=True)
class Question:
    """A question and the lesson that answers it."""

    lesson: str | None
    """None: the material does not answer it."""
    kind: Kind | None
    """None where nobody has said how it is asked."""
    text: str


def load_questions(side: Side, folder: Path = FOLDER) -> tuple[Question, ...]:
    """The questions of one side that a lesson answers, in the bank's order."""
    sides = _sides(folder)
    bank = read_jsonl(folder / "bank.jsonl")
    return tuple(
        Question(item["lesson"], item["kind"], item["text"])  # type: ignore[arg-type]  # the bank holds only kinds
        for item in bank
        if sides[item["text"]] == side
    )


def load_unanswerable(side: Side, folder: Path = FOLDER) -> tuple[Question, ...]:
    """The questions of one side that the material does not answer."""
    sides = _sides(folder)
    items = read_jsonl(folder / "unanswerable.jsonl")
    return tuple(Question(None, None, item["text"]) for item in items if sides[item["text"]] == side)


def load_paraphrases(folder: Path = FOLDER) -> tuple[Question, ...]:
    """Further ways to ask, for training and for the index; none is a question of the bank's test side."""
    paraphrases = []
    lesson: str | None = None
    for line in (folder / "umschreibungen.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            lesson = None if line == "# -" else line[2:]
        elif line.strip():
            paraphrases.append(Question(lesson, None, line.strip()))
    return tuple(paraphrases)


def load_training(folder: Path = FOLDER) -> tuple[Question, ...]:
    """Everything that may train a part or stand in an index."""
    return load_questions("train", folder) + load_paraphrases(folder) + load_unanswerable("train", folder)


def read_jsonl(path: Path) -> list[dict[str, str]]:
    """The objects of a file with one JSON object a line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _sides(folder: Path) -> dict[str, str]:
    sides: dict[str, str] = json.loads((folder / "split.json").read_text("utf-8"))
    return sides
