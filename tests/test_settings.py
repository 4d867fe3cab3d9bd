"""Settings: defaults, then kumpel.toml, then the environment; a slip of the pen is never ignored."""

from __future__ import annotations

import contextlib
import os
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import SettingsError
from assistant.settings import Settings, default_data_dir, load_settings

EXAMPLE = Path(__file__).resolve().parent.parent / "kumpel.example.toml"


def write(folder: Path, text: str) -> Path:
    path = folder / "kumpel.toml"
    path.write_text(text, "utf-8")
    return path


def complaint(environ: dict[str, str], folder: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, folder)
    assert "\n" not in caught.value.message
    return caught.value.message


def test_without_a_file_and_an_environment_the_starter_runs_on_this_machine_only(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path)
    assert (settings.host, settings.port, settings.profile) == ("127.0.0.1", 8000, "starter")
    assert (settings.llm_path, settings.voice_path, settings.recogniser_dir) == (None, None, None)


def test_the_environment_wins_over_the_file_and_the_file_over_the_defaults(tmp_path: Path) -> None:
    write(tmp_path, 'port = 9000\nsilence_ms = 700\ncontact = "Frag Frau Yılmaz."\n')
    settings = load_settings({"KUMPEL_PORT": "9001", "PATH": "/bin"}, tmp_path)
    assert (settings.port, settings.silence_ms, settings.contact) == (9001, 700, "Frag Frau Yılmaz.")
    assert settings.waiting == Settings().waiting


def test_the_file_may_lie_elsewhere(tmp_path: Path) -> None:
    elsewhere = tmp_path / "etc"
    elsewhere.mkdir()
    path = write(elsewhere, 'data_dir = "daten"\n')
    for named in (str(path), "etc/kumpel.toml"):
        assert load_settings({"KUMPEL_CONFIG": named}, tmp_path).data_dir == elsewhere / "daten"


def test_a_relative_path_starts_where_it_was_written(tmp_path: Path) -> None:
    write(tmp_path, 'llm_path = "modelle/m.gguf"\n')
    settings = load_settings({"KUMPEL_VOICE_PATH": "stimme.onnx", "KUMPEL_DATA_DIR": "/srv/kumpel"}, tmp_path)
    assert settings.llm_path == tmp_path / "modelle" / "m.gguf"
    assert settings.voice_path == tmp_path / "stimme.onnx"
    assert settings.data_dir == Path("/srv/kumpel")
    assert load_settings({"KUMPEL_DATA_DIR": "~/kumpel"}, tmp_path).data_dir == Path.home() / "kumpel"


def test_an_empty_variable_unsets_a_path(tmp_path: Path) -> None:
    write(tmp_path, 'llm_path = "m.gguf"\n')
    assert load_settings({"KUMPEL_LLM_PATH": ""}, tmp_path).llm_path is None


def test_data_lies_where_the_desktop_wants_it() -> None:
    assert default_data_dir({"XDG_DATA_HOME": "/daten"}) == Path("/daten/ki-kumpel")
    assert default_data_dir({}) == Path.home() / ".local" / "share" / "ki-kumpel"
    assert default_data_dir({"XDG_DATA_HOME": "relativ"}) == default_data_dir({})


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("prot = 8000", "prot"),
        ("Port = 8000", "Port"),
        ("[server]\nport = 8000", "server"),
        ('port = "8000"', "port"),
        ("port = true", "port"),
        ("port = 8000.0", "port"),
        ("port = 70000", "port"),
        ("max_utterance_s = nan", "max_utterance_s"),
        ("max_utterance_s = inf", "max_utterance_s"),
        ("silence_ms = 0", "silence_ms"),
        ("threads = 0", "threads"),
        ("host = 1", "host"),
        ('host = " "', "host"),
        ('profile = "riesig"', "profile"),
        ("llm_path = 1", "llm_path"),
        ('data_dir = ""', "data_dir"),
        ("contact = [1, 2]", "contact"),
        ('contact = "' + "a" * 100 + '"\nwaiting = "' + "b" * 100 + '"', "waiting"),
    ],
)
def test_a_slip_in_the_file_is_told_with_file_and_key(tmp_path: Path, line: str, key: str) -> None:
    path = write(tmp_path, line)
    message = complaint({}, tmp_path)
    assert str(path) in message
    assert f"„{key}“" in message


@pytest.mark.parametrize(
    ("name", "value"),
    [("KUMPEL_PORT", "achtzig"), ("KUMPEL_PROT", "80"), ("KUMPEL_", "x"), ("KUMPEL_PROFILE", "Starter")],
)
def test_a_slip_in_the_environment_is_told_with_the_variable(tmp_path: Path, name: str, value: str) -> None:
    message = complaint({name: value}, tmp_path)
    assert message.startswith("Umgebung: ")
    assert f"„{name}“" in message


def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "port = = 1")
    assert "kein gültiges TOML" in complaint({}, tmp_path)
    path.write_bytes(b"port = 1 # \xff")
    assert "UTF-8" in complaint({}, tmp_path)
    path.unlink()
    assert str(path) in complaint({"KUMPEL_CONFIG": "kumpel.toml"}, tmp_path)
    path.mkdir()
    assert str(path) in complaint({}, tmp_path)


def test_settings_made_in_code_are_checked_too() -> None:
    with pytest.raises(SettingsError, match="port"):
        Settings(port=-1)


@given(
    st.dictionaries(
        st.sampled_from([f"KUMPEL_{item.name.upper()}" for item in fields(Settings)])
        | st.from_regex(r"KUMPEL_\w{1,8}"),
        st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=20),
    )
)
def test_any_environment_gives_settings_or_one_clear_error(environ: dict[str, str]) -> None:
    environ.pop("KUMPEL_CONFIG", None)
    # Anything else than a SettingsError would fail the test.
    with contextlib.suppress(SettingsError):
        assert isinstance(load_settings(environ, Path("/nonexistent")), Settings)


def test_the_example_names_every_setting_with_its_default(tmp_path: Path) -> None:
    """Each line of the example is commented out; taking the marks away changes nothing but the paths."""
    lines = [line.removeprefix("# ") for line in EXAMPLE.read_text("utf-8").splitlines()]
    example = "\n".join(line for line in lines if " = " in line and not line.startswith("#"))
    assert set(tomllib.loads(example)) == {item.name for item in fields(Settings)}
    write(tmp_path, example)
    settings, usual = load_settings({}, tmp_path), load_settings({}, tmp_path / os.devnull)
    shown_by_example = {"data_dir", "recogniser_dir", "llm_path", "voice_path", "threads", "contact"}
    for item in fields(Settings):
        if item.name not in shown_by_example:
            assert getattr(settings, item.name) == getattr(usual, item.name)
