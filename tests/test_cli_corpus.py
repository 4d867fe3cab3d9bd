"""`kumpel corpus` as a person types it."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.__main__ import app
from assistant.errors import BadInput, Unavailable
from tests.material_support import lesson_text

run = CliRunner().invoke


def test_the_list_names_lessons_handouts_and_the_glossary() -> None:
    listed = run(app, ["corpus", "list"]).output
    for id_ in ("m01-1", "m12-5", "emergency-card", "glossary"):
        assert id_ in listed


@pytest.mark.slow
def test_the_shipped_material_has_nothing_to_mend() -> None:
    result = run(app, ["corpus", "check", "--json"])
    report = json.loads(result.stdout)
    assert report["errors"] == []
    assert result.exit_code == 0
    assert len(report["lessons"]) == 60
    assert report["corpus"]["einfache_sprache"]
    assert all(lesson["short_answer_max_words"] <= 15 for lesson in report["lessons"])
    assert all(lesson["questions"] >= 10 for lesson in report["lessons"])


def test_a_draft_is_checked_and_repaired_without_touching_the_library(tmp_path: Path) -> None:
    draft = tmp_path / "m02-9.md"
    draft.write_bytes(lesson_text("m02-9").replace("\n", "\r\n").encode())
    refused = run(app, ["corpus", "check", str(draft)])
    assert refused.exit_code == 1
    assert "hat Zeilenenden von Windows" in refused.output
    assert run(app, ["corpus", "check", "--fix", str(draft)]).exit_code == 0
    assert b"\r" not in draft.read_bytes()


def test_a_hard_sentence_is_told_with_its_line_and_a_better_way(tmp_path: Path) -> None:
    draft = tmp_path / "m02-9.md"
    draft.write_text(lesson_text("m02-9") + "\nDie Maschine wird geprüft.\n", "utf-8")
    result = run(app, ["corpus", "check", str(draft)])
    line = len(draft.read_text("utf-8").splitlines())
    assert result.exit_code == 1
    assert f"m02-9.md:{line}: passive" in result.output
    assert "→ Nenn die Person und schreib aktiv" in result.output


def test_an_unknown_id_is_answered_with_the_nearest_one() -> None:
    refused = run(app, ["corpus", "show", "m6-1"])
    assert isinstance(refused.exception, BadInput)
    assert "m6-1 gibt es nicht. Meinst du m06-1?" in refused.exception.message


@pytest.mark.parametrize(
    ("id_", "words"),
    [("m06-1", "KI erfindet Dinge"), ("emergency-card", "112 rufen"), ("glossary", "Halluzination")],
)
def test_a_piece_is_shown(id_: str, words: str) -> None:
    assert words in run(app, ["corpus", "show", id_]).output


@pytest.mark.parametrize("id_", ["m06-1", "emergency-card"])
def test_a_piece_is_printed(tmp_path: Path, id_: str) -> None:
    out = tmp_path / "x.pdf"
    assert run(app, ["corpus", "print", id_, "--out", str(out)]).exit_code == 0
    assert out.read_bytes().startswith(b"%PDF")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    refused = run(app, ["corpus", "print", "emergency-card", "--out", str(tmp_path / "nein" / "x.pdf")])
    assert isinstance(refused.exception, Unavailable)
    assert "Diesen Ordner gibt es nicht" in refused.exception.message


def test_a_piece_is_read_aloud(tmp_path: Path) -> None:
    out = tmp_path / "x.wav"
    result = run(app, ["corpus", "read", "emergency-card", "--out", str(out)])
    assert "künstlichen Stimme" in result.output
    with wave.open(str(out)) as wav:
        assert 20 < wav.getnframes() / wav.getframerate() < 120
