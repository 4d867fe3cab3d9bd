"""The house stays as it was drawn: who may import whom, who alone imports a heavy library, how long a file may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "german": set(),
    "speech": {"german"},
    "corpus": {"german"},
    "retrieval": {"german", "corpus"},
    "assistant": {"german", "corpus", "retrieval", "speech"},
    "benchmarks": {"german", "corpus", "retrieval", "speech", "assistant", "training"},
    "training": {"german", "corpus", "retrieval", "speech", "assistant", "benchmarks"},
}
ONLY_IMPORTER = {
    "piper": "speech/piper.py",
    "chromadb": "retrieval/store.py",
    "llama_cpp": "assistant/llm.py",
}
LONGEST_FILE = 350


def sources(package: str) -> list[Path]:
    return sorted(path for path in (ROOT / package).rglob("*.py") if ".venv" not in path.parts)


def imported(tree: ast.AST) -> Iterator[str]:
    """Top-level names of everything a file imports, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_run_in_one_direction(package: str) -> None:
    forbidden = set(MAY_IMPORT) - MAY_IMPORT[package] - {package}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(package)
        for name in imported(ast.parse(path.read_text("utf-8")))
        if name in forbidden
    ]
    assert not wrong


@pytest.mark.parametrize(("library", "owner"), ONLY_IMPORTER.items())
def test_a_heavy_library_has_one_importer(library: str, owner: str) -> None:
    importers = [
        str(path.relative_to(ROOT))
        for package in ("german", "speech", "corpus", "retrieval", "assistant")
        for path in sources(package)
        if library in imported(ast.parse(path.read_text("utf-8")))
    ]
    assert importers == [owner]


def test_files_can_be_read_at_one_go() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for package in MAY_IMPORT
        for path in sources(package)
        if (count := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE
    }
    assert not long


def test_the_command_line_loads_no_engine() -> None:
    """`kumpel --help` answers at once because nothing heavy is imported for it."""
    heavy = {"torch", "numpy", "faster_whisper", "chromadb", "sentence_transformers", "llama_cpp", "piper", "fastapi"}
    script = f"import sys, assistant.__main__; print(*({heavy!r} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True).stdout
    assert loaded.strip() == ""
