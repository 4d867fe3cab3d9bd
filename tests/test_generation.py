"""An index is whole or not served, is never built twice, and goes on where a crash stopped it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval.dense import Role, Vectors
from retrieval.generation import Generation, build, tidy
from retrieval.store import BATCH

TEXTS = {"passages": ["Der Bagger hebt Sand.", "Der Ofen ist heiß.", "Die Sonne scheint."], "questions": ["Wie heiß?"]}


class Counting:
    """Vectors from letters; remembers what it was asked for."""

    def __init__(self) -> None:
        self.name = "letters"
        self.seen: list[tuple[Role, str]] = []

    def embed(self, texts: Sequence[str], role: Role = "query") -> Vectors:
        self.seen += [(role, text) for text in texts]
        vectors = np.array([[1 + text.count(letter) for letter in "aeinrst"] for text in texts], np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def answers(generation: Generation) -> list[float]:
    query = Counting().embed(["Ofen heiß"])
    shelf = generation.shelves["passages"]
    return [*shelf.words.scores("heißer Ofen"), *shelf.pieces.scores("hois"), *generation.meaning("passages", query)]


def test_the_same_texts_are_indexed_once_and_answer_the_same(tmp_path: Path) -> None:
    first = build(TEXTS, Counting(), tmp_path)
    embedder = Counting()
    again = build(TEXTS, embedder, tmp_path)
    assert again.name == first.name
    assert embedder.seen == []
    assert answers(again) == answers(first) == pytest.approx(answers(build(TEXTS, Counting())))


def test_what_answers_is_embedded_as_passage_and_what_asks_as_query() -> None:
    embedder = Counting()
    build(TEXTS, embedder)
    assert {role for role, text in embedder.seen if text in TEXTS["passages"]} == {"passage"}
    assert {role for role, text in embedder.seen if text in TEXTS["questions"]} == {"query"}


def test_other_texts_or_another_embedder_make_another_generation(tmp_path: Path) -> None:
    other = Counting()
    other.name = "other letters"
    names = {
        build(TEXTS, Counting(), tmp_path).name,
        build({**TEXTS, "questions": ["Wie kalt?"]}, Counting(), tmp_path).name,
        build({"passages": [*TEXTS["passages"], "Wie heiß?"], "questions": []}, Counting(), tmp_path).name,
        build(TEXTS, other, tmp_path).name,
    }
    assert len(names) == 4


def test_after_a_crash_only_the_missing_vectors_are_made(tmp_path: Path) -> None:
    many = {"documents": [f"Satz Nummer {number}" for number in range(2 * BATCH + 10)]}

    def crash(done: int, total: int) -> None:
        raise RuntimeError("the power fails")

    with pytest.raises(RuntimeError):
        build(many, Counting(), tmp_path, progress=crash)
    embedder, told = Counting(), []
    generation = build(many, embedder, tmp_path, progress=lambda done, total: told.append((done, total)))
    assert len(embedder.seen) == BATCH + 10
    assert told[-1] == (2 * BATCH + 10, 2 * BATCH + 10)
    assert generation.shelves["documents"].size == 2 * BATCH + 10


def test_a_process_that_is_killed_while_it_writes_leaves_nothing_half_served(tmp_path: Path) -> None:
    script = """
import os, signal, sys
from pathlib import Path
from retrieval.generation import build
from tests.test_generation import Counting, TEXTS
build(TEXTS, Counting(), Path(sys.argv[1]), progress=lambda done, total: os.kill(os.getpid(), signal.SIGKILL))
"""
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path)], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not list(tmp_path.rglob("whole"))
    assert answers(build(TEXTS, Counting(), tmp_path)) == pytest.approx(answers(build(TEXTS, Counting())))


@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_index_is_made_anew(tmp_path: Path, damage: str) -> None:
    made = build(TEXTS, Counting(), tmp_path)
    made.close()
    file = next((tmp_path / made.name / "passages" / "words").glob("vocab*"))
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:3])
    else:
        file.unlink()
    assert answers(build(TEXTS, Counting(), tmp_path)) == pytest.approx(answers(build(TEXTS, Counting())))


def test_only_the_last_generations_stay(tmp_path: Path) -> None:
    names = []
    for number in range(4):
        made = build({"passages": [f"Text {number}"]}, Counting(), tmp_path)
        os.utime(tmp_path / made.name, (number, number))
        names.append(made.name)
    tidy(tmp_path, names[-1])
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == set(names[-2:])
