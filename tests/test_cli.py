"""The command line: help at once, one clear line when something is wrong, never a traceback."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.demo import example_speech
from assistant.errors import Unavailable
from assistant.files import write_file
from speech.audio import write_wav
from speech.espeak import ESPEAK_RATE

ROOT = Path(__file__).resolve().parent.parent
REPORT_KEYS = {
    "question", "heard", "variants", "intent", "lesson", "candidates", "score", "abstained", "answer", "source",
    "answerer", "timings_ms",
}  # fmt: skip


def kumpel(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "assistant", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, cwd=ROOT, timeout=300)


def assert_one_clear_line(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode != 0
    assert "Traceback" not in done.stdout + done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("command", [[], ["serve"], ["ask"], ["talk"], ["demo"], ["doctor"], ["models"], ["bench"]])
def test_every_command_explains_itself(command: list[str]) -> None:
    done = kumpel(*command, "--help")
    assert done.returncode == 0
    assert "Usage" in done.stdout


def test_questions_from_standard_input_become_one_object_a_line() -> None:
    done = kumpel("ask", "--json", "-", given="Was ist Künstliche Intelligenz?\n\nWie wird morgen das Wetter?\n")
    known, unknown = (json.loads(line) for line in done.stdout.splitlines())
    assert set(known) == REPORT_KEYS
    assert known["lesson"] == "m01-3"
    assert known["source"] == {"lesson": "m01-3", "title": "Was ist KI?", "approved_by": None, "page": None}
    assert known["heard"] is None
    assert len(known["candidates"]) <= 3
    assert unknown["abstained"] is True
    assert unknown["lesson"] is None


def test_recordings_are_heard_and_a_broken_one_is_named_while_the_next_is_answered(tmp_path: Path) -> None:
    broken, good = tmp_path / "kaputt.wav", tmp_path / "gut.wav"
    broken.write_bytes(b"<html>")
    samples, _ = example_speech("Was ist künstliche Intelligenz?")
    good.write_bytes(write_wav((samples * 32767).astype(np.int16), ESPEAK_RATE))
    done = kumpel("ask", "--json", "--wav", str(broken), "--wav", str(good))
    assert_one_clear_line(done)
    assert "kaputt.wav" in done.stderr
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["lesson"] == "m01-3"


def test_a_recording_without_speech_is_said_in_german_and_fails(tmp_path: Path) -> None:
    silent = tmp_path / "still.wav"
    silent.write_bytes(write_wav(np.zeros(16000, np.int16), 16000))
    done = kumpel("ask", "--wav", str(silent))
    assert_one_clear_line(done)
    assert done.stderr.strip() == f"{silent}: Darin habe ich keine Frage verstanden."
    assert not done.stdout


def test_a_recording_that_is_not_there_is_said_before_anybody_is_called(tmp_path: Path) -> None:
    done = kumpel("talk", str(tmp_path / "fehlt.wav"))
    assert_one_clear_line(done)
    assert "gibt es nicht" in done.stderr


def test_a_taken_port_is_said_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = kumpel("serve", "--port", str(taken.getsockname()[1]))
    assert_one_clear_line(done)
    assert "nicht frei" in done.stderr


def test_talking_to_nobody_says_how_to_start_the_server() -> None:
    done = kumpel("talk", "--text", "Was ist KI?", "--url", "ws://127.0.0.1:9/v1/realtime")
    assert_one_clear_line(done)
    assert "kumpel serve" in done.stderr


def test_a_model_folder_that_is_empty_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUMPEL_RECOGNISER_DIR", str(tmp_path))
    assert_one_clear_line(kumpel("ask", "Was ist KI?"))


def test_the_demo_asks_itself_and_keeps_the_answer(tmp_path: Path) -> None:
    done = kumpel("demo", "--out", str(tmp_path / "antwort.wav"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "m06-1" in done.stdout
    assert (tmp_path / "antwort.wav").stat().st_size > 24000


def test_an_answer_that_cannot_be_kept_is_said_without_a_traceback(tmp_path: Path) -> None:
    done = kumpel("demo", "--out", str(tmp_path / "fehlt" / "antwort.wav"))
    assert done.returncode == 1
    assert "Diesen Ordner gibt es nicht." in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("path", "reason"), [("/dev/full", "Der Speicher ist voll."), ("/", "Das ist ein Ordner")])
def test_why_a_file_cannot_be_written_is_said_in_german(path: str, reason: str) -> None:
    with pytest.raises(Unavailable, match=reason):
        write_file(Path(path), b"Ton")


def test_the_models_of_every_profile_are_listed() -> None:
    done = kumpel("models", "list")
    assert all(name in done.stdout for name in ("starter", "klein", "mittel", "gpu"))
