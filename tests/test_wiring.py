"""The parts put together: real engines on tiny models that the test makes, and the shipped ones where they are."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from assistant import profiles, wiring
from assistant.errors import BadLesson, ModelMissing
from assistant.settings import Settings
from assistant.turn import Turn
from assistant.wiring import build_engines, make_detector_factory, segmenter_settings
from corpus.material import LESSONS, load_lessons
from retrieval.fusion import UNFITTED
from retrieval.index import CHANNELS, OUTSIDE
from speech.vad import FRAME
from tests.gguf_support import scripted_gguf
from tests.speech_support import TINY_PIPER_RATE, silence, speech, tiny_piper, tiny_whisper

SHIPPED = Path(profiles.__file__).resolve().parent.parent
needs_llama = pytest.mark.skipif(
    importlib.util.find_spec("llama_cpp") is None, reason="llama-cpp-python is not installed"
)


def tiny_embedder(folder: Path) -> Path:
    """A static embedder with random vectors, and fusion weights that trust the words and never abstain."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.train_from_iterator(["guten tag"], trainers.BpeTrainer(vocab_size=50, special_tokens=["[UNK]"]))
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8)], device="cpu").save(str(folder))
    rank = tuple(float(name.startswith("words")) for name in CHANNELS) * 2
    trusting = replace(UNFITTED, rank=rank, answer_from=0.0)
    assert len(trusting.answerable) == len(CHANNELS) + len(OUTSIDE) + 3
    trusting.save(folder / "fusion.json")
    return folder


@pytest.fixture(scope="module")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packages whose starter folders hold tiny models."""
    root = tmp_path_factory.mktemp("packages")
    tiny_whisper(root / "speech" / "starter", tmp_path_factory.mktemp("workshop"))
    tiny_embedder(root / "retrieval" / "starter")
    return root


@pytest.fixture
def starter(tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tiny starter, to be broken at will."""
    packages = tmp_path / "packages"
    shutil.copytree(tiny_models, packages)
    monkeypatch.setattr(profiles, "_PACKAGES", packages)
    return packages


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once: an index is named by what is in it, so that no test finds another's."""
    return tmp_path_factory.mktemp("index")


@pytest.fixture
def settings(tmp_path: Path, starter: Path, indexes: Path) -> Settings:
    (tmp_path / "daten").mkdir()
    (tmp_path / "daten" / "index").symlink_to(indexes)
    return Settings(data_dir=tmp_path / "daten", threads=1)


async def test_the_starter_hears_finds_answers_and_speaks(settings: Settings) -> None:
    engines = build_engines(settings)
    turn = Turn(engines)
    assert (await turn.hear(silence(1.0))).rejected == "silence"
    found = await turn.find("Was ist eine Halluzination bei KI?")
    assert found.best is not None
    assert found.best.source == "m06-1"
    answer = [sentence async for sentence in turn.answer(found)]
    assert answer[0] == engines.lessons["m06-1"].short_answer[0]
    frames = [frame async for frame in turn.speak(answer[0])]
    assert sum(len(frame.samples) for frame in frames) > engines.voice_rate
    assert engines.answerers.engines[0].name == "lesson"
    assert engines.voices.engines[0].name == "espeak-ng de"


@needs_llama
def test_models_of_ones_own_take_the_place_of_the_profiles(settings: Settings, starter: Path, tmp_path: Path) -> None:
    recogniser = shutil.move(starter / "speech" / "starter", tmp_path / "erkenner")
    own = Settings(
        data_dir=settings.data_dir,
        threads=1,
        recogniser_dir=Path(recogniser),
        llm_path=scripted_gguf(tmp_path / "klug.gguf", "KI rät."),
        voice_path=tiny_piper(tmp_path),
        transcriber_count=2,
        voice_count=3,
        contact=" Frag Frau Yılmaz, Telefon 214. ",
    )
    engines = build_engines(own)
    assert engines.contact == "Frag Frau Yılmaz, Telefon 214."
    assert [engine.name for engine in engines.transcribers.engines] == ["whisper erkenner"] * 2
    assert engines.transcribers.engines[0] is not engines.transcribers.engines[1]
    assert [engine.name for engine in engines.answerers.engines] == ["llm klug"]
    assert [engine.name for engine in engines.voices.engines] == ["piper de_DE-tiny"] * 3
    assert engines.voice_rate == TINY_PIPER_RATE


@needs_llama
def test_a_profile_put_together_by_hand_runs(settings: Settings, starter: Path, tmp_path: Path) -> None:
    place = settings.data_dir / "models" / "klein"
    for job in ("voice", "llm"):
        (place / job).mkdir(parents=True)
    shutil.copytree(starter / "speech" / "starter", place / "recogniser")
    scripted_gguf(place / "llm" / "modell.gguf", "KI rät.")
    tiny_piper(place / "voice")
    engines = build_engines(Settings(data_dir=settings.data_dir, threads=1, profile="klein"))
    assert engines.transcribers.engines[0].name == "whisper recogniser"
    assert engines.answerers.engines[0].name == "llm modell"
    assert engines.voices.engines[0].name == "piper de_DE-tiny"


def test_a_profile_that_is_not_there_says_what_is_missing(settings: Settings) -> None:
    with pytest.raises(ModelMissing, match="whisper-small") as caught:
        build_engines(Settings(data_dir=settings.data_dir, profile="klein"))
    assert str(settings.data_dir / "models" / "klein" / "recogniser") in caught.value.message


def test_without_llama_cpp_the_lessons_words_are_used(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "llama_cpp" else find_spec(name))
    engines = build_engines(Settings(data_dir=settings.data_dir, threads=1, llm_path=tmp_path / "m.gguf"))
    assert engines.answerers.engines[0].name == "lesson"


def test_espeak_is_one_voice_however_many_are_set(settings: Settings) -> None:
    engines = build_engines(Settings(data_dir=settings.data_dir, threads=1, voice_count=4))
    assert len(engines.voices.engines) == 1


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("speech/starter/model.bin", b"<!DOCTYPE html>"),
        ("speech/starter/model.bin", b"cut short"),
        ("speech/starter/model.bin", b""),
        ("speech/starter/tokenizer.json", b"{"),
        ("retrieval/starter/model.safetensors", b"cut short"),
        ("retrieval/starter/fusion.json", b"{}"),
        ("retrieval/starter/fusion.json", b"<html>"),
        ("retrieval/starter/modules.json", b""),
    ],
)
def test_a_broken_model_is_one_clear_error(settings: Settings, starter: Path, file: str, content: bytes) -> None:
    (starter / file).write_bytes(content)
    with pytest.raises(ModelMissing) as caught:
        build_engines(settings)
    assert str(starter) in caught.value.message or "kumpel doctor" in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("setting", ["voice_path", "llm_path", "recogniser_dir"])
def test_a_web_page_in_place_of_a_model_is_one_clear_error(settings: Settings, tmp_path: Path, setting: str) -> None:
    page = tmp_path / "seite.onnx"
    page.write_text("<html><body>Not found</body></html>")
    changed = Settings(data_dir=settings.data_dir, threads=1, **{setting: page})  # type: ignore[arg-type]
    if setting == "llm_path":
        pytest.importorskip("llama_cpp")
    with pytest.raises(ModelMissing, match=r"seite\.onnx"):
        build_engines(changed)


def test_a_broken_lesson_is_named(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "lessons"
    folder.mkdir()
    text = (LESSONS / "m06" / "m06-1.md").read_text("utf-8")
    (folder / "m06-1.md").write_text(text.replace("title:", "titel:"), "utf-8")
    monkeypatch.setattr(wiring, "load_lessons", partial(load_lessons, folder))
    with pytest.raises(BadLesson, match=r"m06-1\.md.*title"):
        build_engines(settings)


def test_sessions_share_the_detectors_network_but_not_what_was_heard() -> None:
    make = make_detector_factory(Settings())
    first, second = make(), make()
    said = speech("Was ist eine Halluzination?")
    frames = [said[start : start + FRAME] for start in range(0, len(said) - FRAME, FRAME)]
    alone = [first.probability(frame) for frame in frames]
    assert max(alone) > 0.8
    assert second.probability(silence(1)[:FRAME]) < 0.3
    third = make()
    assert [third.probability(frame) for frame in frames] == alone


def test_turn_taking_follows_the_settings() -> None:
    usual = segmenter_settings(Settings())
    assert (usual.end_silence_ms, usual.pause_ms, usual.max_utterance_seconds) == (500, 300, 20.0)
    hasty = segmenter_settings(Settings(silence_ms=200, max_utterance_s=8))
    assert (hasty.end_silence_ms, hasty.pause_ms, hasty.max_utterance_seconds) == (200, 200, 8)


def test_importing_the_wiring_loads_no_engine() -> None:
    heavy = {"torch", "faster_whisper", "chromadb", "sentence_transformers", "llama_cpp", "piper", "onnxruntime"}
    script = f"import sys, assistant.wiring; print(*({heavy!r} & set(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=SHIPPED, check=True
    ).stdout
    assert loaded.strip() == ""


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    data_dir = tmp_path_factory.mktemp("daten")
    for owner, model in profiles.in_use("starter"):
        if profiles.missing_files(model, profiles.folder(owner, model.job, data_dir)):
            pytest.skip(f"the starter's {model.job} is not made yet: python -m training.{model.job}")
    return Settings(data_dir=data_dir, threads=1)


async def test_what_ships_answers_a_typed_and_a_spoken_question(shipped: Settings) -> None:
    turn = Turn(build_engines(shipped))
    typed = await turn.find("Was ist eine Halluzination bei KI?")
    assert typed.best is not None
    assert typed.best.source == "m06-1"
    heard = await turn.hear(speech("Warum erfindet die KI manchmal etwas?", "de+f2"))
    assert heard.rejected is None
