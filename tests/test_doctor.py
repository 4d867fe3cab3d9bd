"""The doctor says what is there, what is missing and what to do, whatever is broken."""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import doctor, profiles
from assistant.doctor import Finding, diagnose
from assistant.settings import Settings


@pytest.fixture
def starter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A whole starter in a folder of its own, as far as sizes go."""
    packages = tmp_path / "packages"
    monkeypatch.setattr(profiles, "_PACKAGES", packages)
    for model in profiles.profile("starter").models:
        place = profiles.folder("starter", model.job, tmp_path)
        for number, pattern in enumerate(model.files):
            place.mkdir(parents=True, exist_ok=True)
            size = model.megabytes * 1_000_000 if number == 0 else 10
            (place / pattern.replace("*", "json")).write_bytes(b"x" * size)
    return packages


@pytest.fixture
def settings(tmp_path: Path, starter: Path) -> Settings:
    return Settings(data_dir=tmp_path / "daten", port=0)


def finding(settings: Settings, name: str) -> Finding:
    return next(finding for finding in diagnose(settings) if finding.name.startswith(name))


def test_on_a_whole_installation_nothing_is_wrong(settings: Settings) -> None:
    findings = diagnose(settings)
    assert [finding for finding in findings if not finding.ok] == []
    assert {*doctor.PARTS, "Python", "Port", "espeak-ng"} <= {finding.name for finding in findings}


def test_looking_creates_nothing(settings: Settings, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    diagnose(settings)
    assert sorted(tmp_path.rglob("*")) == before


def test_every_trouble_comes_with_a_sentence_and_most_with_advice(
    settings: Settings, starter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (starter / "speech" / "starter" / "model.bin").unlink()
    (starter / "retrieval" / "starter" / "modules.json").write_bytes(b"")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    troubles = [finding for finding in diagnose(settings) if not finding.ok]
    assert len(troubles) == 2 + 6  # two models; all parts but llama-cpp-python and pytest
    for trouble in troubles:
        assert trouble.text.endswith(".")
        assert "Installiere" in trouble.text + trouble.advice


def test_without_a_language_model_the_lessons_words_are_used_and_that_is_fine(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "llama_cpp" else find_spec(name))
    assert finding(settings, "llama-cpp-python").ok
    assert "Worten der Lektionen" in finding(settings, "Antworten").text
    assert finding(settings, "Antworten").ok


def test_a_language_model_that_is_set_but_cannot_run_is_a_trouble(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    model = tmp_path / "m.gguf"
    model.write_bytes(b"GGUF")
    wanted = Settings(data_dir=settings.data_dir, port=0, llm_path=model)
    assert finding(wanted, "Antworten").ok
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not finding(wanted, "Antworten").ok


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"<!DOCTYPE html>" + b" " * 10, "beschädigt"),
        (b"version https://git-lfs.github.com", "beschädigt"),
        (b"x", "nicht voll"),
    ],
)
def test_a_download_gone_wrong_is_seen(settings: Settings, starter: Path, content: bytes, complaint: str) -> None:
    (starter / "speech" / "starter" / "model.bin").write_bytes(content)
    seen = finding(settings, "Erkenner")
    assert not seen.ok
    assert complaint in seen.text
    assert seen.advice


def test_models_of_ones_own_are_looked_at_in_place_of_the_profiles(
    settings: Settings, starter: Path, tmp_path: Path
) -> None:
    (starter / "speech" / "starter" / "model.bin").unlink()
    own = tmp_path / "eigenes"
    own.mkdir()
    changed = Settings(data_dir=settings.data_dir, port=0, recogniser_dir=own, voice_path=tmp_path / "fehlt.onnx")
    assert "fehlt oder ist leer" in finding(changed, "Erkenner (eigenes").text
    (own / "model.bin").write_bytes(b"weights")
    assert finding(changed, "Erkenner (eigenes").ok
    assert not finding(changed, "Stimme (eigenes").ok
    assert not any(seen.name == "Erkenner (starter)" for seen in diagnose(changed))


def test_a_profile_without_its_models_says_where_they_belong(settings: Settings) -> None:
    troubles = [seen for seen in diagnose(Settings(data_dir=settings.data_dir, port=0, profile="klein")) if not seen.ok]
    assert len(troubles) == 3  # the search takes the starter's model
    assert all(str(settings.data_dir / "models" / "klein") in trouble.text for trouble in troubles)


def test_a_taken_port_is_seen(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        seen = finding(Settings(data_dir=settings.data_dir, port=port), "Port")
    assert not seen.ok
    assert f"Port {port}" in seen.text
    assert "belegt" in seen.text


def test_an_address_of_another_machine_is_seen(settings: Settings) -> None:
    seen = finding(Settings(data_dir=settings.data_dir, port=0, host="203.0.113.7"), "Port")
    assert not seen.ok
    assert "203.0.113.7" in seen.text


def test_a_data_folder_that_is_a_file_is_seen(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "datei").write_text("")
    for place in (tmp_path / "datei", tmp_path / "datei" / "unten"):
        seen = finding(Settings(data_dir=place, port=0), "Datenordner")
        assert not seen.ok
        assert seen.advice


def test_a_full_disk_is_seen(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE_GB", 1e9)
    assert not finding(settings, "Speicherplatz").ok


def test_a_check_that_breaks_is_a_finding_and_the_others_go_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Iterator[Finding]:
        raise RuntimeError("two\nlines")
        yield

    monkeypatch.setattr(doctor, "_espeak", broken)
    seen = finding(settings, "Stimme")
    assert not seen.ok
    assert "two lines" in seen.text
    assert finding(settings, "Port").ok
