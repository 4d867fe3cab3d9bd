"""Parts voices and questions into training, development and test, once, by a seed.

    python -m training.splits          writes training/splits.json and corpus/questions/split.json

Voices of one family (iven, iven2, iven3 …) stay on one side, so that a test voice is a new voice; the
numbered plain voices (f1-f5, m1-m8) are different speakers and count as families of their own. Questions
are parted within each lesson and kind. A file that exists keeps what it says: only new items are added.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VOICES_FILE = ROOT / "training" / "splits.json"
BANK_FILE = ROOT / "corpus" / "questions" / "bank.jsonl"
BANK_SPLIT_FILE = ROOT / "corpus" / "questions" / "split.json"
SEED = 20261122

UNVOICED = {"whisper", "whisperf", "Demonic", "croak", "Storm", "fast", "AnxiousAndy"}
"""Left out on both sides: whispering, growling or distorted beyond what a person can follow."""
TEST_VOICES, DEV_VOICES = 12, 4
TEST_SHARE = 0.4


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
        texts = sorted(text for text in groups[key] if text not in sides)
        random.Random(f"{seed}/{key}").shuffle(texts)
        tests = round(TEST_SHARE * len(texts))
        sides.update({text: "test" if i < tests else "train" for i, text in enumerate(texts)})
    return sides


def read_jsonl(path: Path) -> list[dict[str, str]]:
    """The objects of a file with one JSON object a line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def bank(side: str) -> list[dict[str, str]]:
    """The bank's questions of one side: {"lesson", "kind", "text"} each."""
    sides = json.loads(BANK_SPLIT_FILE.read_text("utf-8"))
    return [item for item in read_jsonl(BANK_FILE) if sides[item["text"]] == side]


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
        sides = split_questions(read_jsonl(BANK_FILE), known)
        BANK_SPLIT_FILE.write_text(json.dumps(sides, ensure_ascii=False, indent=0, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
