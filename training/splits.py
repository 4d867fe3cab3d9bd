"""Parts voices and questions into training, development and test, once, by a seed.

    python -m training.splits          writes training/splits.json and corpus/questions/split.json

Voices of one family (iven, iven2, iven3 …) stay on one side, so that a test voice is a new voice; the
numbered plain voices (f1-f5, m1-m8) are different speakers and count as families of their own. Questions
are parted within each lesson and kind; one that a lesson itself gives as a way to ask is for training. A file
that exists keeps what it says: only new items are added.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from corpus.material import load_lessons
from corpus.questions import read_jsonl

ROOT = Path(__file__).resolve().parent.parent
VOICES_FILE = ROOT / "training" / "splits.json"
BANK_FILE = ROOT / "corpus" / "questions" / "bank.jsonl"
UNANSWERABLE_FILE = ROOT / "corpus" / "questions" / "unanswerable.jsonl"
BANK_SPLIT_FILE = ROOT / "corpus" / "questions" / "split.json"
SEED = 20261122

UNVOICED = {"whisper", "whisperf", "Demonic", "croak", "Storm", "fast", "AnxiousAndy"}
"""Left out on both sides: whispering, growling or distorted beyond what a person can follow."""
TEST_VOICES, DEV_VOICES = 12, 4
TEST_SHARE = 0.4
UNANSWERABLE_TEST_SHARE = 0.5


def split_voices(names: list[str], seed: int = SEED) -> dict[str, Any]:
    """Parts voice names by family: about 12 for testing, 4 for development, the rest for training."""
    families: dict[str, list[str]] = defaultdict(list)
    for name in sorted(set(names) - UNVOICED):
        families[name if re.fullmatch(r"[fm]\d", name) else re.sub(r"\d+$", "", name)].append(name)
    order = sorted(families)
    random.Random(seed).shuffle(order)
    parts: dict[str, list[str]] = {"test": [], "dev": [], "train": []}
    for family in order:
        if len(parts["test"]) < TEST_VOICES:
            side = "test"
        elif len(parts["dev"]) < DEV_VOICES:
            side = "dev"
        else:
            side = "train"
        parts[side] += families[family]
    return {"seed": seed, "voices": {side: sorted(names) for side, names in parts.items()}}


def split_questions(bank: list[dict[str, str]], known: dict[str, str], seed: int = SEED) -> dict[str, str]:
    """Text -> "train" or "test", the same share within every lesson and kind; `known` stays as it is."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item in bank:
        groups[item["lesson"], item["kind"]].append(item["text"])
    sides = dict(known)
    for key in sorted(groups):
        sides |= _part([text for text in groups[key] if text not in sides], TEST_SHARE, f"{seed}/{key}")
    return sides


def split_unanswerable(items: list[dict[str, str]], known: dict[str, str], seed: int = SEED) -> dict[str, str]:
    """Text -> "train" or "test" for questions that the material does not answer; `known` stays as it is."""
    texts = [item["text"] for item in items if item["text"] not in known]
    return known | _part(texts, UNANSWERABLE_TEST_SHARE, f"{seed}/unanswerable")


def _part(texts: list[str], test_share: float, seed: str) -> dict[str, str]:
    texts = sorted(texts)
    random.Random(seed).shuffle(texts)
    tests = round(test_share * len(texts))
    return {text: "test" if i < tests else "train" for i, text in enumerate(texts)}


def voices(side: str) -> list[str]:
    """espeak-ng's voice variants of one side."""
    return list(json.loads(VOICES_FILE.read_text("utf-8"))["voices"][side])


def main() -> None:
    """Writes the two files."""
    from speech.espeak import variants

    if not VOICES_FILE.exists():
        VOICES_FILE.write_text(json.dumps(split_voices(variants()), indent=1) + "\n", "utf-8")
    if BANK_FILE.exists():
        known = json.loads(BANK_SPLIT_FILE.read_text("utf-8")) if BANK_SPLIT_FILE.exists() else {}
        asked = {ask.text for lesson in load_lessons().values() for ask in lesson.asks}
        bank = read_jsonl(BANK_FILE)
        known |= {item["text"]: "train" for item in bank if item["text"] in asked}
        sides = split_questions(bank, known)
        sides = split_unanswerable(read_jsonl(UNANSWERABLE_FILE), sides)
        draft = BANK_SPLIT_FILE.with_suffix(".tmp")  # replaced whole: a running training reads the file again
        draft.write_text(json.dumps(sides, ensure_ascii=False, indent=0, sort_keys=True) + "\n", "utf-8")
        draft.replace(BANK_SPLIT_FILE)


if __name__ == "__main__":
    main()
