"""The set-up takes a CPU build of torch, says what is missing in one sentence each, and does nothing twice."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def setup() -> ModuleType:
    spec = importlib.util.spec_from_file_location("setup_environment", ROOT / "deploy" / "setup_environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pip_that_would_install(folder: Path, *names: str) -> Path:
    """A stand-in for the environment's Python whose pip reports these packages."""
    report = json.dumps({"install": [{"metadata": {"name": name}} for name in names]})
    python = folder / "python"
    python.write_text(f"#!/bin/sh\ncat <<'END'\n{report}\nEND\n")
    python.chmod(0o755)
    return python


def test_a_cpu_build_is_taken_from_the_index_at_hand(setup: ModuleType, tmp_path: Path) -> None:
    assert setup.torch_source(pip_that_would_install(tmp_path, "torch", "sympy")) == ["torch==2.13.0"]


def test_a_cuda_build_is_left_for_pytorchs_own_cpu_index(setup: ModuleType, tmp_path: Path) -> None:
    source = setup.torch_source(pip_that_would_install(tmp_path, "torch", "nvidia-cublas-cu12", "triton"))
    assert source == ["torch==2.13.0", "--index-url", "https://download.pytorch.org/whl/cpu"]


def test_missing_compilers_are_named_with_what_to_do(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    compiler, cmake = setup.missing_compilers()
    assert "g++" in compiler
    assert "cmake" in cmake


def test_a_step_that_fails_is_told_and_its_words_are_in_the_log(
    setup: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "setup.log"
    assert not setup.Steps(1, log).run("Ein Schritt", ["sh", "-c", "echo kein Netz; exit 3"])
    assert "nicht gelungen" in capsys.readouterr().out
    assert "kein Netz" in log.read_text()


def test_a_finished_setup_is_not_done_again(setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "setup-done").write_text(setup.fingerprint() + "\n")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("nothing may be run")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert setup.set_up(tmp_path) == 0
