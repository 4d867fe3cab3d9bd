"""An embedder is a folder: whole it embeds, otherwise it is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.dense import E5_FORM, EmbedderError, EmbedderForm, SentenceEmbedder
from tests import retrieval_support as support
from training.embedder import save


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("embedder")
    save(support.embedder(), path)
    return path


def test_the_saved_embedder_gives_the_vectors_it_was_trained_to_give(folder: Path) -> None:
    texts = ["Wie fahre ich den Bagger?", "was ist eine halutsination", "Brot"]
    vectors = SentenceEmbedder(folder).embed(texts)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors, support.embedder().embed(texts), atol=1e-5)


def test_questions_lie_near_their_lesson_even_when_misheard() -> None:
    embed = support.embedder().embed
    lessons = embed([step for _, step, _ in support.TOPICS.values()])
    for query, right in (("den pagger farn", 0), ("ein prot packen", 1), ("ne haluzination", 2)):
        assert int(np.argmax(lessons @ embed([query])[0])) == right


def test_the_name_tells_embedders_apart(folder: Path, tmp_path: Path) -> None:
    save(support.embedder(), tmp_path)
    assert SentenceEmbedder(tmp_path).name == SentenceEmbedder(folder).name
    other = type(support.embedder())(list(support.lessons().values()), support.questions(), seed=7)
    save(other, tmp_path)
    assert SentenceEmbedder(tmp_path).name != SentenceEmbedder(folder).name


@pytest.mark.parametrize("damage", ["empty", "cut short", "web page"])
def test_a_folder_that_is_not_whole_is_refused(folder: Path, tmp_path: Path, damage: str) -> None:
    if damage != "empty":
        for file in folder.iterdir():
            if file.is_file():
                (tmp_path / file.name).write_bytes(file.read_bytes())
    weights = tmp_path / "model.safetensors"
    if damage == "cut short":
        weights.write_bytes(weights.read_bytes()[:1000])
    if damage == "web page":
        weights.write_text("<!DOCTYPE html><html>404</html>")
    with pytest.raises(EmbedderError, match="holds no embedder"):
        SentenceEmbedder(tmp_path)


def test_a_model_that_wants_to_know_asks_from_answers_is_told(folder: Path) -> None:
    bare, told = SentenceEmbedder(folder, EmbedderForm()), SentenceEmbedder(folder, E5_FORM)
    assert np.allclose(told.embed(["Brot"]), bare.embed(["query: Brot"]))
    assert np.allclose(told.embed(["Brot"], "passage"), bare.embed(["passage: Brot"]))
    assert told.name != bare.name, "their vectors never share an index"
