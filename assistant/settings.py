"""What can be set, and the only reader of the environment and of kumpel.toml.

A setting comes from its default, then kumpel.toml, then an environment variable `KUMPEL_<NAME>`; the later one wins.
The file is the one that `KUMPEL_CONFIG` names, or kumpel.toml in the working folder where there is one.
A key that nobody knows and a value of the wrong kind are refused, so that a slip of the pen is never ignored.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from assistant.errors import SettingsError
from assistant.profiles import PROFILES

PREFIX = "KUMPEL_"
CONFIG_VARIABLE = "KUMPEL_CONFIG"
FILE_NAME = "kumpel.toml"


def default_data_dir(environ: Mapping[str, str]) -> Path:
    """`$XDG_DATA_HOME/ki-kumpel`, or `~/.local/share/ki-kumpel`."""
    base = environ.get("XDG_DATA_HOME", "")
    # The XDG specification has relative paths ignored.
    return (Path(base) if os.path.isabs(base) else Path.home() / ".local" / "share") / "ki-kumpel"


@dataclass(frozen=True)
class Settings:
    """Everything that a company may set. Raises SettingsError for a value out of range."""

    host: str = "127.0.0.1"
    port: int = 8000
    """0 takes any free port."""
    profile: str = "starter"
    data_dir: Path = field(default_factory=lambda: default_data_dir(os.environ))
    """Models and everything that is stored."""
    recogniser_dir: Path | None = None
    """A Whisper folder in CTranslate2 format, in place of the profile's."""
    llm_path: Path | None = None
    """A GGUF file, in place of the profile's."""
    voice_path: Path | None = None
    """A Piper voice (.onnx), in place of the profile's."""
    threads: int = field(default_factory=lambda: min(4, os.cpu_count() or 1))
    """Threads that one engine may use."""
    transcriber_count: int = 1
    voice_count: int = 1
    waiting: int = 16
    """Calls that may queue for one kind of engine."""
    max_sessions: int = 32
    silence_ms: int = 500
    """Silence that ends an utterance, in milliseconds."""
    max_utterance_s: float = 20.0
    """Seconds after which an utterance is cut."""
    contact: str = ""
    """Whom to turn to, as the learner hears it: "Frag Frau Yılmaz, Telefon 214."."""

    def __post_init__(self) -> None:
        for item in fields(self):
            problem = _problem(item.name, getattr(self, item.name))
            if problem:
                raise SettingsError(f"„{item.name}“ {problem}.", param=item.name)


_RANGES: dict[str, tuple[float, float]] = {
    "port": (0, 65535),
    "threads": (1, 256),
    "transcriber_count": (1, 64),
    "voice_count": (1, 64),
    "waiting": (0, 10_000),
    "max_sessions": (1, 10_000),
    "silence_ms": (100, 5000),
    "max_utterance_s": (1, 120),
}
_KINDS: dict[str, str] = {str(item.name): str(item.type) for item in fields(Settings)}
"""Setting -> its annotation, as it stands above."""
_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "Path": (Path,),
    "Path | None": (Path, type(None)),
}
_EXPECTED = {
    "str": "erwartet einen Text",
    "int": "erwartet eine ganze Zahl",
    "float": "erwartet eine Zahl",
    "Path": "erwartet einen Pfad",
    "Path | None": "erwartet einen Pfad",
}


def load_settings(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """The settings of this process: defaults, then the file, then the environment.

    `environ` and `folder` (where kumpel.toml is looked for) default to the process's own.
    Raises SettingsError, whose message is one German sentence that names the file and the key.
    """
    environ = os.environ if environ is None else environ
    folder = Path.cwd() if folder is None else folder
    values: dict[str, Any] = {"data_dir": default_data_dir(environ)}
    path = _config_path(environ, folder)
    if path is not None:
        for key, value in _read(path).items():
            values[key] = _checked(key, _from_toml(key, value, path.parent), str(path), key)
    for name, text in environ.items():
        if name.startswith(PREFIX) and name != CONFIG_VARIABLE:
            key = name.removeprefix(PREFIX).lower()
            values[key] = _checked(key, _from_text(key, text, folder), "Umgebung", name)
    return Settings(**values)


def _config_path(environ: Mapping[str, str], folder: Path) -> Path | None:
    if named := environ.get(CONFIG_VARIABLE):
        return folder / os.path.expanduser(named)
    path = folder / FILE_NAME
    return path if path.exists() else None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: Die Datei kann ich nicht lesen ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: Die Datei ist kein Text in UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: Die Datei ist kein gültiges TOML ({error}).") from None


def _from_toml(key: str, value: Any, folder: Path) -> Any:
    return _to_path(key, value, folder) if isinstance(value, str) else value


def _from_text(key: str, text: str, folder: Path) -> Any:
    """The value that `text` stands for, or `text` itself where it stands for none."""
    try:
        return {"int": int, "float": float}[_KINDS.get(key, "")](text)
    except (KeyError, ValueError):
        return _to_path(key, text, folder)


def _to_path(key: str, text: str, folder: Path) -> str | Path | None:
    """A path where the setting is one: relative to where it was written; empty means unset."""
    kind = _KINDS.get(key, "")
    if kind == "Path | None" and not text:
        return None
    return folder / os.path.expanduser(text) if kind.startswith("Path") and text else text


def _checked(key: str, value: Any, origin: str, written: str) -> Any:
    if key not in _KINDS:
        known = ", ".join(sorted(_KINDS))
        raise SettingsError(f"{origin}: Die Einstellung „{written}“ kenne ich nicht; es gibt {known}.", param=key)
    problem = _problem(key, value)
    if problem:
        raise SettingsError(f"{origin}: „{written}“ {problem}.", param=key)
    return value


def _problem(key: str, value: Any) -> str | None:
    """What is wrong with a value, as the end of a German sentence, or None."""
    kind = _KINDS[key]
    if not _fits(value, kind):
        return f"{_EXPECTED[kind]}, nicht {_shown(value)}"
    if key in _RANGES:
        low, high = _RANGES[key]
        if not low <= value <= high:  # false for NaN, too
            return f"muss zwischen {low} und {high} liegen, nicht {_shown(value)}"
    if key == "profile" and value not in PROFILES:
        return f"muss eins von {', '.join(PROFILES)} sein, nicht {_shown(value)}"
    if key == "host" and not value.strip():
        return "darf nicht leer sein"
    return None


def _fits(value: object, kind: str) -> bool:
    # bool is an int to Python, but "port = true" is a slip.
    return isinstance(value, _TYPES[kind]) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    return f"„{text if len(text) <= 60 else text[:60] + '…'}“"
