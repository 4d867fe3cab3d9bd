"""A generation of vectors is served whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.store import VectorStore

AXES = np.eye(3, dtype=np.float32)
IDS = ["0", "1", "2"]


class CrashError(Exception):
    """The power fails."""


def never() -> NDArray[np.float32]:
    raise AssertionError("vectors that are there already were computed again")


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> VectorStore:
    return VectorStore(None if request.param == "memory" else tmp_path)


def test_the_nearest_come_first_with_their_cosine(store: VectorStore) -> None:
    store.publish("passages", "a", IDS, lambda: AXES)
    [found] = store.nearest("passages", np.array([[0.8, 0.6, 0.0]], np.float32), 2)
    assert [id_ for id_, _ in found] == ["0", "1"]
    assert [cosine for _, cosine in found] == pytest.approx([0.8, 0.6], abs=1e-5)


def test_a_new_generation_replaces_the_old_one_whole(store: VectorStore) -> None:
    store.publish("passages", "a", IDS, lambda: AXES)
    store.publish("passages", "b", ["7"], lambda: AXES[:1])
    [found] = store.nearest("passages", AXES[2:], 3)
    assert [id_ for id_, _ in found] == ["7"]


def test_names_do_not_mix(store: VectorStore) -> None:
    store.publish("passages", "a", IDS, lambda: AXES)
    store.publish("questions", "a", ["9"], lambda: AXES[:1])
    assert [id_ for id_, _ in store.nearest("passages", AXES[:1], 1)[0]] == ["0"]
    assert [id_ for id_, _ in store.nearest("questions", AXES[:1], 1)[0]] == ["9"]


def test_two_stores_in_memory_do_not_see_each_other() -> None:
    one, other = VectorStore(), VectorStore()
    one.publish("passages", "a", IDS, lambda: AXES)
    other.publish("passages", "b", ["8"], lambda: AXES[:1])
    assert len(one.nearest("passages", AXES[:1], 3)[0]) == 3


def test_what_is_on_disk_is_not_computed_again(tmp_path: Path) -> None:
    VectorStore(tmp_path).publish("passages", "a", IDS, lambda: AXES)
    again = VectorStore(tmp_path)
    again.publish("passages", "a", IDS, never)
    assert again.nearest("passages", AXES[1:2], 1)[0][0][0] == "1"


def test_a_half_written_generation_is_never_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = VectorStore(tmp_path)
    store.publish("passages", "a", IDS, lambda: AXES)

    def crash(name: str, ids: list[str], vectors: NDArray[np.float32]) -> None:
        write(name, ids[:1], vectors[:1])
        raise CrashError

    write = store._write
    monkeypatch.setattr(store, "_write", crash)
    with pytest.raises(CrashError):
        store.publish("passages", "b", IDS, lambda: AXES)
    assert len(store.nearest("passages", AXES[:1], 3)[0]) == 3, "the old generation goes on being served"

    after_restart = VectorStore(tmp_path)
    after_restart.publish("passages", "b", IDS, lambda: AXES)
    assert len(after_restart.nearest("passages", AXES[:1], 3)[0]) == 3
    assert len(after_restart._names()) == 1, "neither the half nor the old generation is left"


def test_more_vectors_than_one_batch_holds_arrive_all(store: VectorStore) -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(2100, 8)).astype(np.float32)
    store.publish("questions", "big", [str(i) for i in range(2100)], lambda: vectors)
    assert store.nearest("questions", vectors[2050:2051], 1)[0][0][0] == "2050"


def test_asking_before_publishing_is_an_error(store: VectorStore) -> None:
    with pytest.raises(KeyError):
        store.nearest("passages", AXES[:1], 1)
