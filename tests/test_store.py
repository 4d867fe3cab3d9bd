"""Rows of vectors are appended and found again, in memory and on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.store import VectorStore

AXES = np.eye(3, dtype=np.float32)


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> VectorStore:
    return VectorStore(None if request.param == "memory" else tmp_path)


def test_the_nearest_come_first_with_their_cosine(store: VectorStore) -> None:
    store.append("passages", AXES)
    [found] = store.nearest("passages", np.array([[0.8, 0.6, 0.0]], np.float32), 2)
    assert [row for row, _ in found] == [0, 1]
    assert [cosine for _, cosine in found] == pytest.approx([0.8, 0.6], abs=1e-5)


def test_names_do_not_mix(store: VectorStore) -> None:
    store.append("passages", AXES)
    store.append("questions", AXES[:1])
    assert store.count("passages") == 3
    assert store.count("questions") == 1


def test_two_stores_in_memory_do_not_see_each_other() -> None:
    one, other = VectorStore(), VectorStore()
    one.append("passages", AXES)
    other.append("passages", AXES[:1])
    assert one.count("passages") == 3


def test_rows_are_counted_on_across_batches_and_restarts(tmp_path: Path) -> None:
    vectors = np.random.default_rng(1).normal(size=(2100, 8)).astype(np.float32)
    first = VectorStore(tmp_path)
    first.append("questions", vectors[:1500])
    first.close()
    again = VectorStore(tmp_path)
    assert again.count("questions") == 1500
    again.append("questions", vectors[1500:])
    assert again.nearest("questions", vectors[2050:2051], 1)[0][0][0] == 2050
