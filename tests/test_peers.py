"""The peers of the retrieval bench: what goes to their process and what comes back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.peers import rankings
from benchmarks.peers.rankings import ENVIRONMENT, REQUIREMENTS, Peer, PeersUnavailable, peer_rankings
from benchmarks.peers.run import Material, UnknownText, Vectors, ask

DOCUMENTS = [
    ("Was ist KI? Ein Programm, das aus Beispielen lernt.", "m01-1"),
    ("Die KI hilft im Büro und in der Werkstatt.", "m01-1"),
    ("Ein Passwort bleibt geheim. Sichere Passwörter sind lang.", "m02-1"),
    ("Wie merke ich mir ein Passwort?", "m02-1"),
    ("Ein Chatbot schreibt Texte und kann sich irren.", "m03-1"),
]
QUESTIONS = ["Was ist eine KI?", "Wie lang ist ein sicheres Passwort?", "Kann sich der Chatbot irren?"]
LESSONS = ("m01-1", "m02-1", "m03-1")

FOUND = {
    "bm25": {"rankings": [["m01-1"], ["m02-1", "m01-1"], []], "query_ms_p50": 0.2, "query_ms_p95": 0.4, "version": "1"},
    "chroma": {"error": "PackageNotFoundError: chromadb"},
}


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """One axis for each lesson's word, so that every question lies nearest to its own lesson."""
    rows = np.array([[word in text for word in ("KI", "Passw", "Chatbot")] for text in texts], np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def environment(folder: Path, program: str) -> Path:
    """An environment that counts as ready and whose interpreter is a script."""
    (folder / "bin").mkdir()
    python = folder / "bin" / "python"
    given = "import pathlib, sys; folder = pathlib.Path(sys.argv[-1])"
    python.write_text(f"#!{sys.executable}\n{given}\n{program}\n")
    python.chmod(0o755)
    (folder / "requirements-installed.txt").write_text(REQUIREMENTS.read_text("utf-8"), "utf-8")
    return folder


def test_what_the_peers_found_is_read(tmp_path: Path) -> None:
    ready = environment(tmp_path, f"(folder / 'rankings.json').write_text({json.dumps(FOUND)!r})")
    found = peer_rankings(DOCUMENTS, QUESTIONS, embed, ready)
    assert found["bm25"] == Peer((("m01-1",), ("m02-1", "m01-1"), ()), 0.2, 0.4, "1")
    assert found["chroma"].error == "PackageNotFoundError: chromadb"
    assert found["chroma"].rankings == ()


def test_texts_and_vectors_are_handed_over(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    program = f"import shutil; shutil.copytree(folder, {str(kept)!r}); (folder / 'rankings.json').write_text('{{}}')"
    assert peer_rankings(DOCUMENTS, QUESTIONS, embed, environment(tmp_path, program)) == {}
    texts = json.loads((kept / "texts.json").read_text("utf-8"))
    assert texts["documents"][3] == {"text": "Wie merke ich mir ein Passwort?", "lesson": "m02-1"}
    assert texts["questions"] == QUESTIONS
    with np.load(kept / "vectors.npz") as vectors:
        assert vectors["documents"].shape == (5, 3)
        assert vectors["questions"].shape == (3, 3)
        assert vectors["questions"].dtype == np.float32


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("sys.exit(3)", "process failed: .* exit status 3"),
        ("(folder / 'rankings.json').write_text('{\"x\": {\"rankings\": [[]]}}')", "x answered 1 of 3 questions"),
    ],
)
def test_a_process_that_fails_makes_the_peers_unavailable(program: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(PeersUnavailable, match=told):
        peer_rankings(DOCUMENTS, QUESTIONS, embed, environment(tmp_path, program))


def test_an_environment_that_cannot_be_made_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_network(command: Sequence[str], **_: object) -> None:
        raise subprocess.CalledProcessError(1, command, "", "WARNING: retrying\nERROR: No matching distribution\n")

    monkeypatch.setattr(rankings.subprocess, "run", no_network)
    with pytest.raises(PeersUnavailable, match=r"cannot be made: ERROR: No matching distribution$"):
        peer_rankings(DOCUMENTS, QUESTIONS, embed, tmp_path / "venv")
    assert "peers: making" in capsys.readouterr().err
    assert not (tmp_path / "venv" / "requirements-installed.txt").exists()


def test_lessons_are_ranked_by_their_first_document() -> None:
    found = ask(lambda question: ["m02-1", "m02-1", "m01-1", "m02-1"], QUESTIONS)
    assert found["rankings"] == [["m02-1", "m01-1"]] * 3
    assert found["query_ms_p50"] <= found["query_ms_p95"]


def test_a_text_without_a_vector_is_an_error() -> None:
    material = Material(["a"], ["m01-1"], Vectors(["a"], np.ones((1, 2), np.float32)))
    assert material.vectors.of("a") == [1.0, 1.0]
    with pytest.raises(UnknownText, match="lesson: a"):
        material.vectors.of("lesson: a")


@pytest.mark.slow
@pytest.mark.skipif(not ENVIRONMENT.exists(), reason="benchmarks/peers/.venv is not made")
def test_every_peer_finds_the_lessons_of_a_small_set() -> None:
    found = peer_rankings(DOCUMENTS, QUESTIONS, embed)
    assert {name: peer.error for name, peer in found.items() if peer.error} == {}
    assert set(found) == {"bm25", "bm25_plain", "chroma", "llama_index", "langchain", "langchain_german"}
    for name, peer in found.items():
        assert tuple(ranking[0] for ranking in peer.rankings) == LESSONS, name
        assert peer.version
