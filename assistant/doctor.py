"""What is there, what is missing and what to do, in plain sentences. Loads no model and never raises.

The microphone belongs to the tablet's browser and is not looked at here.
"""

from __future__ import annotations

import errno
import importlib.util
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from assistant import profiles
from assistant.errors import KumpelError
from assistant.settings import Settings
from speech.model_files import ModelError, check_file

OLDEST_PYTHON = (3, 11)
LEAST_FREE_GB = 1.0
LEAST_SHARE = 0.5
"""Of a model's size in the table, which is rounded: less is a download that was cut short."""
PARTS = {
    "faster-whisper": ("faster_whisper", "die Spracherkennung"),
    "piper-tts": ("piper", "die Stimme"),
    "llama-cpp-python": ("llama_cpp", "das Sprachmodell"),
    "chromadb": ("chromadb", "den Speicher der Suche"),
    "sentence-transformers": ("sentence_transformers", "die Suche nach der Bedeutung"),
    "fastapi": ("fastapi", "den Server"),
    "websockets": ("websockets", "das Gespräch mit dem Tablet"),
    "pytest": ("pytest", "die Tests"),
}
"""Distribution -> its module, and what it is for."""
_DISPENSABLE = {
    "llama-cpp-python": "Ohne diesen Baustein antworte ich mit den Worten der Lektionen. Du kannst ihn nachrüsten: "
    "pip install llama-cpp-python",
    "pytest": "Das brauchst du nur zum Testen: make test",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    """False: something does not work that was asked for."""
    text: str
    advice: str = ""
    """What to do, or nothing."""


def diagnose(settings: Settings) -> list[Finding]:
    """Everything that can be told without loading a model. A check that breaks becomes a finding itself."""
    checks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("Python", _python),
        ("Bausteine", _parts),
        ("Modelle", lambda: _models(settings)),
        ("Stimme", _espeak),
        ("Sprachmodell", lambda: _llm(settings)),
        ("Datenordner", lambda: _data_dir(settings.data_dir)),
        ("Speicherplatz", lambda: _disk(settings.data_dir)),
        ("Port", lambda: _port(settings.host, settings.port)),
    ]
    return [finding for name, check in checks for finding in _guarded(name, check)]


def _guarded(name: str, check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(check())
    except Exception as error:  # a broken installation can raise anything; the doctor still reports the rest
        text = f"Das konnte ich nicht prüfen ({type(error).__name__}: {' '.join(str(error).split())})."
        return [Finding(name, False, text, "Installiere KI-Kumpel neu: make setup")]


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    ok = sys.version_info[:2] >= OLDEST_PYTHON
    needed = ".".join(map(str, OLDEST_PYTHON))
    yield Finding("Python", ok, f"Version {version}.", "" if ok else f"Gebraucht wird Python {needed} oder neuer.")


def _parts() -> Iterator[Finding]:
    for distribution, (module, job) in PARTS.items():
        if importlib.util.find_spec(module) is not None:
            yield Finding(distribution, True, f"{_version(distribution)}, für {job}.")
        elif distribution in _DISPENSABLE:
            yield Finding(distribution, True, f"Nicht installiert; gedacht für {job}.", _DISPENSABLE[distribution])
        else:
            text = f"Nicht installiert; gebraucht für {job}."
            yield Finding(distribution, False, text, f"Installiere es: pip install {distribution}")


def _version(distribution: str) -> str:
    try:
        return f"Version {metadata.version(distribution)}"
    except metadata.PackageNotFoundError:
        return "Ohne Angabe der Version"


def _models(settings: Settings) -> Iterator[Finding]:
    own = {"recogniser": settings.recogniser_dir, "llm": settings.llm_path, "voice": settings.voice_path}
    for owner, model in profiles.in_use(settings.profile):
        if own.get(model.job) is None and model.files:
            yield _profile_model(f"{_JOBS[model.job]} ({owner})", model, owner, settings.data_dir)
    for job, path in own.items():
        if path is not None:
            yield _own_model(f"{_JOBS[job]} (eigenes Modell)", path)


_JOBS = {"recogniser": "Erkenner", "embedder": "Suche", "llm": "Sprachmodell", "voice": "Stimme"}


def _profile_model(name: str, model: profiles.Model, owner: str, data_dir: Path) -> Finding:
    try:
        place = profiles.locate(owner, model.job, data_dir)
        for file in _files(place):
            check_file(file, file.name)
    except KumpelError as error:
        return Finding(name, False, error.message)
    except ModelError as error:
        return Finding(name, False, f"„{model.name}“ ist beschädigt ({error})", _again(model))
    size = _megabytes(place)
    if size < model.megabytes * LEAST_SHARE:
        text = f"„{model.name}“ ist nicht vollständig: {_shown(size)} von etwa {model.megabytes} MB in {place}."
        return Finding(name, False, text, _again(model))
    limits = " Es versteht nur künstliche Stimmen, keine Menschen." if _is_starter_recogniser(model) else ""
    advice = "Für echte Stimmen stell das Profil „klein“ ein: kumpel models list" if limits else ""
    return Finding(name, True, f"„{model.name}“ ist da ({_shown(size)} MB).{limits}", advice)


def _is_starter_recogniser(model: profiles.Model) -> bool:
    return model.job == "recogniser" and model.url is None


def _again(model: profiles.Model) -> str:
    return f"Lade es noch einmal von {model.url}." if model.url else "Hol die Dateien neu: git checkout, git lfs pull"


def _own_model(name: str, path: Path) -> Finding:
    size = _megabytes(path)
    if size > 0:
        return Finding(name, True, f"{path} ist da ({_shown(size)} MB).")
    advice = "Prüfe den Pfad in kumpel.toml oder in der Umgebung."
    return Finding(name, False, f"{path} fehlt oder ist leer.", advice)


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else [file for file in sorted(path.rglob("*")) if file.is_file()]


def _megabytes(path: Path) -> float:
    """Size in MB; anything that is not empty counts as at least 0.1."""
    size = sum(file.stat().st_size for file in _files(path))
    return max(0.1, round(size / 1e6, 1)) if size else 0.0


def _shown(number: float) -> str:
    return f"{number:.1f}".replace(".", ",")


def _espeak() -> Iterator[Finding]:
    import espeakng_loader

    library, data = Path(espeakng_loader.get_library_path()), Path(espeakng_loader.get_data_path())
    if library.is_file() and (data / "phontab").is_file():
        yield Finding("espeak-ng", True, "Die eingebaute Stimme ist da.")
    else:
        missing = data if library.is_file() else library
        advice = "Installiere es neu: pip install --force-reinstall espeakng-loader"
        yield Finding("espeak-ng", False, f"Der eingebauten Stimme fehlt {missing}.", advice)


def _llm(settings: Settings) -> Iterator[Finding]:
    lesson_words = "Ich antworte mit den Worten der Lektionen."
    if settings.llm_path is None and profiles.profile(settings.profile).model("llm") is None:
        yield Finding("Antworten", True, f"Es ist kein Sprachmodell eingestellt. {lesson_words}")
    elif importlib.util.find_spec("llama_cpp") is not None:
        yield Finding("Antworten", True, "Ein Sprachmodell ist eingestellt.")
    else:
        text = f"Ein Sprachmodell ist eingestellt, aber llama-cpp-python fehlt. {lesson_words}"
        yield Finding("Antworten", False, text, "Installiere es: pip install llama-cpp-python")


def _data_dir(folder: Path) -> Iterator[Finding]:
    existing = _nearest_existing(folder)
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError:
        advice = "Wähle mit KUMPEL_DATA_DIR einen anderen Ordner, oder ändere die Rechte."
        yield Finding("Datenordner", False, f"In {existing} kann ich nicht schreiben.", advice)
    else:
        later = "" if folder == existing else " Ich lege ihn an, wenn ich ihn brauche."
        yield Finding("Datenordner", True, f"{folder}.{later}")


def _disk(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(_nearest_existing(folder)).free / 1e9
    ok = free >= LEAST_FREE_GB
    advice = "" if ok else f"Mach Platz: Mindestens {LEAST_FREE_GB:.0f} GB sollte frei sein."
    yield Finding("Speicherplatz", ok, f"{_shown(free)} GB sind frei.", advice)


def _nearest_existing(folder: Path) -> Path:
    return next((path for path in (folder, *folder.parents) if os.path.exists(path)), Path.cwd())


def _port(host: str, port: int) -> Iterator[Finding]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            yield Finding("Port", False, *_why_not(host, port, error))
        else:
            yield Finding("Port", True, f"Port {port} auf {host} ist frei.")


def _why_not(host: str, port: int, error: OSError) -> tuple[str, str]:
    other = "nimm einen anderen: kumpel serve --port 8001"
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} auf {host} ist belegt.", f"Läuft KI-Kumpel vielleicht schon? Sonst {other}"
    if error.errno == errno.EACCES:
        return f"Port {port} ist geschützt.", f"Ports unter 1024 brauchen besondere Rechte; {other}"
    return f"Die Adresse {host} gibt es auf diesem Rechner nicht.", "Prüfe „host“ in kumpel.toml oder KUMPEL_HOST."
