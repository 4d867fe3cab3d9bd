"""Our side of the peers: makes their environment, hands material and vectors over by file, reads what they found."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent
ENVIRONMENT = FOLDER / ".venv"
REQUIREMENTS = FOLDER / "requirements.txt"
INSTALL_SECONDS, RUN_SECONDS = 1800, 3600

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts -> unit vectors, one row for each."""


class PeersUnavailable(Exception):
    """The peers cannot be asked here; the message is one English sentence for whoever runs the bench."""


@dataclass(frozen=True)
class Peer:
    """What one peer found, or why it found nothing."""

    rankings: tuple[tuple[str, ...], ...] = ()
    """For each question lesson ids, best first, at most 10; empty when the peer failed."""
    query_ms_p50: float = float("nan")
    """Without the embedder's time, since peers look vectors up."""
    query_ms_p95: float = float("nan")
    version: str = ""
    error: str | None = None


def peer_rankings(
    documents: Sequence[tuple[str, str]], questions: Sequence[str], embed: Embed, environment: Path = ENVIRONMENT
) -> dict[str, Peer]:
    """Every peer by name, asked every question over the same (text, lesson id) documents.

    Makes the environment on first use, for which the package index must be reachable. Raises PeersUnavailable.
    """
    python = _ready(environment)
    with TemporaryDirectory(prefix="peers-") as name:
        folder = Path(name)
        _hand_over(folder, documents, questions, embed)
        print("peers: asking each every question …", file=sys.stderr, flush=True)
        try:
            command = [python, "-I", "-W", "ignore", str(FOLDER / "run.py"), name]
            subprocess.run(command, check=True, timeout=RUN_SECONDS)
        except subprocess.TimeoutExpired:
            raise PeersUnavailable(f"The peers were not done after {RUN_SECONDS} seconds.") from None
        except (subprocess.CalledProcessError, OSError) as error:
            raise PeersUnavailable(f"The peers' process failed: {error}") from error
        return _read(folder, len(questions))


def _ready(environment: Path) -> str:
    """The environment's interpreter; makes the environment where it is missing, half made or of other requirements."""
    python, stamp = environment / "bin" / "python", environment / "requirements-installed.txt"
    wanted = REQUIREMENTS.read_text("utf-8")
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return str(python)
    print(f"peers: making {environment}, once, some minutes …", file=sys.stderr, flush=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1"]
    for command in ([sys.executable, "-m", "venv", str(environment)], [*pip, "-r", str(REQUIREMENTS)]):
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS)
        except subprocess.CalledProcessError as error:
            told = (error.stderr or error.stdout).strip().splitlines() or [f"exit status {error.returncode}"]
            raise PeersUnavailable(f"The peers' environment cannot be made: {told[-1]}") from error
        except (subprocess.TimeoutExpired, OSError) as error:
            raise PeersUnavailable(f"The peers' environment cannot be made: {error}") from error
    stamp.write_text(wanted, "utf-8")
    return str(python)


def _hand_over(folder: Path, documents: Sequence[tuple[str, str]], questions: Sequence[str], embed: Embed) -> None:
    texts = {
        "documents": [{"text": text, "lesson": lesson} for text, lesson in documents],
        "questions": list(questions),
    }
    (folder / "texts.json").write_text(json.dumps(texts, ensure_ascii=False), "utf-8")
    np.savez(
        folder / "vectors.npz",
        documents=np.asarray(embed([text for text, _ in documents]), np.float32),
        questions=np.asarray(embed(questions), np.float32),
    )


def _read(folder: Path, questions: int) -> dict[str, Peer]:
    peers = {}
    for name, told in json.loads((folder / "rankings.json").read_text("utf-8")).items():
        if "error" in told:
            peers[name] = Peer(error=told["error"])
            continue
        rankings = tuple(tuple(ranking) for ranking in told["rankings"])
        if len(rankings) != questions:
            raise PeersUnavailable(f"The peer {name} answered {len(rankings)} of {questions} questions.")
        peers[name] = Peer(rankings, told["query_ms_p50"], told["query_ms_p95"], told["version"])
    return peers
