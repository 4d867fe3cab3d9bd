"""Which models a machine uses, and where their files lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ModelMissing
from assistant.profiles import PROFILES, folder, listing, locate, profile

JOBS = {"recogniser", "embedder", "llm", "voice"}


def put(place: Path, *names: str, content: bytes = b"weights") -> None:
    place.mkdir(parents=True, exist_ok=True)
    for name in names:
        (place / name).write_bytes(content)


def test_every_profile_can_hear_search_and_speak() -> None:
    assert list(PROFILES) == ["starter", "klein", "mittel", "gpu"]
    for entry in PROFILES.values():
        jobs = [model.job for model in entry.models]
        assert len(set(jobs)) == len(jobs)
        assert {"recogniser", "embedder", "voice"} <= set(jobs) <= JOBS


def test_nobody_takes_a_model_without_seeing_its_licence_and_lineage() -> None:
    for entry in PROFILES.values():
        for model in entry.models:
            assert model.licence
            assert model.lineage
            assert model.megabytes > 0
    for name in ("klein", "mittel", "gpu"):
        voice = profile(name).model("voice")
        assert voice is not None
        assert "nur für die Forschung" in voice.lineage  # every thorsten voice of these descends from "lessac"


def test_the_models_fit_into_the_machines_memory() -> None:
    for entry in PROFILES.values():
        assert sum(model.megabytes for model in entry.models) < 0.7 * entry.ram_gb * 1000


def test_only_the_starter_needs_no_download() -> None:
    for entry in PROFILES.values():
        assert all((model.url is None) == (entry.name == "starter") for model in entry.models)
    voice = profile("klein").model("voice")
    assert voice is not None
    assert voice.url == "https://huggingface.co/rhasspy/piper-voices/tree/main/de/de_DE/thorsten/medium"


def test_the_starter_lies_in_the_packages_wherever_the_data_is(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parent.parent
    assert folder("starter", "recogniser", tmp_path) == root / "speech" / "starter"
    assert folder("starter", "embedder", tmp_path) == root / "retrieval" / "starter"


def test_a_model_put_into_its_folder_by_hand_is_found(tmp_path: Path) -> None:
    recogniser = tmp_path / "models" / "klein" / "recogniser"
    put(recogniser, "model.bin", "config.json", "tokenizer.json", "vocabulary.txt")
    assert locate("klein", "recogniser", tmp_path) == recogniser
    put(tmp_path / "models" / "klein" / "voice", "stimme.onnx", "stimme.onnx.json")
    assert locate("klein", "voice", tmp_path).name == "stimme.onnx"
    put(tmp_path / "models" / "klein" / "llm", "adapter.gguf")
    put(tmp_path / "models" / "klein" / "llm", "modell.gguf", content=b"weights" * 10)
    assert locate("klein", "llm", tmp_path).name == "modell.gguf"
    present = {(entry.name, model.job) for entry, model, there in listing(tmp_path) if there}
    assert {("klein", "recogniser"), ("klein", "voice"), ("klein", "llm"), ("starter", "voice")} <= present
    assert ("klein", "embedder") not in present
    assert ("mittel", "voice") not in present


def test_what_is_missing_is_told_with_where_to_get_it_and_where_to_put_it(tmp_path: Path) -> None:
    place = tmp_path / "models" / "klein" / "recogniser"
    put(place, "model.bin", "config.json", "vocabulary.txt")
    put(place, "tokenizer.json", content=b"")
    with pytest.raises(ModelMissing) as caught:
        locate("klein", "recogniser", tmp_path)
    message = caught.value.message
    assert "tokenizer.json" in message  # an empty file counts as missing
    assert "model.bin" not in message
    assert str(place) in message
    assert "https://huggingface.co/Systran/faster-whisper-small" in message
    assert "spätere" in message


def test_a_profile_or_a_job_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="riesig"):
        profile("riesig")
    with pytest.raises(ModelMissing, match="llm"):
        locate("starter", "llm", tmp_path)


def test_a_file_in_place_of_the_folder_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("not a folder")
    assert not any(there for entry, model, there in listing(tmp_path) if entry.name != "starter")
