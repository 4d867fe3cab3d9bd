"""Sets up the virtual environment: checks what is needed, then installs it, with visible progress.

    python3 deploy/setup_environment.py [--venv .venv]

Needs only the standard library, since it runs before anything is installed. A second run does nothing until
pyproject.toml or constraints.txt changes. What pip says goes to <venv>/setup.log.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
TORCH = "torch==2.13.0"
PYTORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
LLAMA = "llama-cpp-python"
LLAMA_OPTIONS = "-DLLAVA_BUILD=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_CURL=OFF"
NEEDED_GB = 6


def missing_prerequisites() -> list[str]:
    """One clear sentence for each thing that this machine lacks."""
    sentences = []
    if sys.version_info < (3, 11):
        sentences.append(f"Python 3.11 oder neuer wird gebraucht, hier ist {sys.version.split()[0]}.")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        sentences.append("Pythons Modul venv fehlt. Unter Debian: sudo apt install python3-venv")
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < NEEDED_GB and not (ROOT / ".venv").exists():
        sentences.append(f"Es sind nur {free:.1f} GB frei, gebraucht werden {NEEDED_GB} GB.")
    return sentences


def missing_compilers() -> list[str]:
    """What the language model's library needs to be built; without it everything else still works."""
    sentences = []
    if not any(shutil.which(name) for name in ("c++", "g++", "clang++")):
        sentences.append("Ein C++-Compiler fehlt. Unter Debian: sudo apt install g++ python3-dev")
    if not shutil.which("cmake"):
        sentences.append("cmake fehlt. Unter Debian: sudo apt install cmake")
    return sentences


class Steps:
    """Numbered lines with a running clock; pip's own output goes to a log file."""

    def __init__(self, total: int, log: Path) -> None:
        self._total, self._number, self._log = total, 0, log
        self._live = sys.stdout.isatty()

    def run(self, title: str, command: list[str], extra: dict[str, str] | None = None) -> bool:
        """Runs one step; False when it failed."""
        self._number += 1
        label, began, told = f"[{self._number}/{self._total}] {title}", time.monotonic(), 0.0
        print(label, end="\r" if self._live else " …\n", flush=True)
        with self._log.open("ab") as log:
            log.write(f"\n== {title}: {' '.join(command)}\n".encode())
            log.flush()
            work = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **(extra or {})}, cwd=ROOT)
            while True:
                try:
                    work.wait(timeout=1)
                    break
                except subprocess.TimeoutExpired:
                    seconds = time.monotonic() - began
                    if self._live:
                        print(f"{label} … {clock(seconds)}", end="\r", flush=True)
                    elif seconds - told >= 30:
                        told = seconds
                        print(f"      … {clock(seconds)}", flush=True)
        word = "fertig" if work.returncode == 0 else "nicht gelungen"
        print(f"{label}: {word} ({clock(time.monotonic() - began)})", flush=True)
        return work.returncode == 0


def clock(seconds: float) -> str:
    """Seconds as minutes, "1:07 min"."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d} min"


def torch_source(python: Path) -> list[str]:
    """pip's arguments for a CPU build of torch: the index at hand if its build is one, else PyTorch's own."""
    asked = subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", "--dry-run", "--report", "-", TORCH],
        capture_output=True, text=True,
    )  # fmt: skip
    try:
        names = {item["metadata"]["name"].lower() for item in json.loads(asked.stdout)["install"]}
    except (ValueError, KeyError):
        return [TORCH, "--index-url", PYTORCH_CPU_INDEX]
    with_cuda = any(name.startswith(("nvidia-", "cuda-", "triton")) for name in names)
    return [TORCH, "--index-url", PYTORCH_CPU_INDEX] if with_cuda else [TORCH]


def fingerprint() -> str:
    """Changes when the set-up has to be done again."""
    files = (ROOT / "pyproject.toml", CONSTRAINTS, Path(__file__))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def set_up(venv: Path) -> int:
    """Does the whole set-up; the exit status."""
    stamp = venv / "setup-done"
    if stamp.exists() and stamp.read_text().strip() == fingerprint():
        return 0
    for sentence in (lacking := missing_prerequisites()):
        print(sentence, file=sys.stderr)
    if lacking:
        return 1
    compilers = missing_compilers()
    print("KI-Kumpel wird eingerichtet. Das dauert einige Minuten und braucht etwa 3 GB.", flush=True)
    began = time.monotonic()
    python = venv / "bin" / "python"
    venv.mkdir(parents=True, exist_ok=True)
    log = venv / "setup.log"
    steps = Steps(4 if compilers else 5, log)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    limits = ["--constraint", str(CONSTRAINTS)]
    plan = [
        ("Virtuelle Umgebung", lambda: [sys.executable, "-m", "venv", str(venv)]),
        ("PyTorch für den Prozessor (ohne CUDA)", lambda: [*pip, *torch_source(python)]),
        (
            "Spracherkennung, Suche, Stimme, Server, Testwerkzeuge",
            lambda: [*pip, *limits, "--editable", f"{ROOT}[dev]"],
        ),
    ]
    for title, command in plan:
        if not steps.run(title, command()):
            print(f"Das ging schief. Genaueres steht in {log}; die letzten Zeilen:", file=sys.stderr)
            print("\n".join(log.read_text(errors="replace").splitlines()[-8:]), file=sys.stderr)
            print("Wenn das Netz wieder da ist, mach einfach weiter: derselbe Befehl noch einmal.", file=sys.stderr)
            return 1
    if compilers:
        print(*compilers, "Ohne beides läuft KI-Kumpel ohne Sprachmodell.", sep="\n")
    elif not steps.run(
        "Sprachmodell-Bibliothek llama.cpp (wird übersetzt, einige Minuten)",
        [*pip, *limits, LLAMA],
        {"CMAKE_ARGS": LLAMA_OPTIONS, "CMAKE_BUILD_PARALLEL_LEVEL": str(os.cpu_count() or 1)},
    ):
        print(f"llama.cpp ließ sich nicht übersetzen (siehe {log}). KI-Kumpel läuft ohne Sprachmodell weiter.")
    steps.run("Prüfen", [str(python), "-m", "pip", "check"])
    stamp.write_text(fingerprint() + "\n")
    print(f"Eingerichtet in {clock(time.monotonic() - began)}.", flush=True)
    return 0


def main() -> int:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", help="folder of the virtual environment")
    return set_up(parser.parse_args().venv.resolve())


if __name__ == "__main__":
    sys.exit(main())
