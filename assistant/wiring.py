"""The one place where the parts are put together; see docs/decisions/0001-wiring-apart.md.

Nothing heavy is imported before its engine is built. What goes wrong while loading becomes a `KumpelError` here.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant import profiles
from assistant.answer import Answerer, LessonWords
from assistant.engines import Pool
from assistant.errors import BadLesson, ModelMissing, Unavailable
from assistant.settings import Settings
from assistant.turn import Engines
from corpus.files import MaterialError
from corpus.lesson import Lesson
from corpus.library import Document
from corpus.material import load_lessons
from speech.segmenter import SegmenterSettings

if TYPE_CHECKING:
    from assistant.library import Publisher
    from retrieval.dense import Embedder
    from retrieval.documents import DocumentSearch
    from retrieval.fusion import Fusion
    from retrieval.search import Search
    from speech.asr import Transcriber
    from speech.tts import Synthesizer
    from speech.vad import VoiceDetector
    from speech.whisper import WhisperSettings

_log = logging.getLogger(__name__)

_STARTER_CONFIDENCE = 0.79
"""Below this the starter recogniser asks again; found by `python -m training.confidence`."""


def build_engines(settings: Settings) -> Engines:
    """Loads every part that turns share. Takes seconds.

    Raises ModelMissing, BadLesson or Unavailable, each with one German sentence.
    """
    lessons = _lessons()
    transcribers = [_transcriber(settings) for _ in range(settings.transcriber_count)]
    search = _search(lessons, settings)
    documents: dict[str, Document] = {}
    publisher = _publisher(search, documents, settings)
    return Engines(
        transcribers=Pool("transcribe", transcribers, settings.waiting),
        retriever=Pool("search", [search], settings.waiting),
        answerers=Pool("answer", [_answerer(settings)], settings.waiting),
        voices=Pool("speak", _voices(settings), settings.waiting),
        lessons=lessons,
        documents=documents,
        publisher=publisher,
        contact=settings.contact.strip(),
    )


def make_detector_factory(settings: Settings) -> Callable[[], VoiceDetector]:
    """Makes each session's voice detector; the network behind them is loaded once, now. Raises ModelMissing."""
    from speech.vad import SileroDetector, SileroModel

    with _loading("Spracherkenner für Anfang und Ende"):
        model = SileroModel()
    return lambda: SileroDetector(model)


def segmenter_settings(settings: Settings) -> SegmenterSettings:
    """When an utterance begins and ends."""
    return SegmenterSettings(
        end_silence_ms=settings.silence_ms,
        pause_ms=min(SegmenterSettings.pause_ms, settings.silence_ms),
        max_utterance_seconds=settings.max_utterance_s,
    )


def build_voice(settings: Settings) -> Synthesizer:
    """One voice alone, for what is read aloud without a conversation. Raises ModelMissing or Unavailable."""
    return _voices(replace(settings, voice_count=1))[0]


def _lessons() -> dict[str, Lesson]:
    try:
        return load_lessons()
    except MaterialError as error:
        raise BadLesson(str(error), param=error.field) from error


def _transcriber(settings: Settings) -> Transcriber:
    from speech.asr import GateSettings
    from speech.whisper import WhisperSettings, WhisperTranscriber

    folder = settings.recogniser_dir or profiles.locate(settings.profile, "recogniser", settings.data_dir)
    whisper, gate = WhisperSettings(threads=settings.threads), GateSettings()
    if settings.recogniser_dir is None and settings.profile == "starter":
        whisper, gate = starter_whisper(settings.threads), GateSettings(min_confidence=_STARTER_CONFIDENCE)
    elif settings.profile == "gpu":
        whisper = replace(whisper, device="cuda", compute_type="float16")
    with _loading("Erkenner"):
        return WhisperTranscriber(folder, whisper, gate)


def starter_whisper(threads: int) -> WhisperSettings:
    """How the starter recogniser is run."""
    from speech.whisper import WhisperSettings

    # Its decoder is so small that a wide beam costs little and spells better; its vocabulary of word pieces is so
    # small that a long utterance needs most of the decoder's 160 positions.
    return WhisperSettings(threads=threads, beam_size=5, temperatures=(0.0,), max_new_tokens=150, hotwords=False)


def search_parts(settings: Settings) -> tuple[Embedder, Fusion]:
    """What questions and passages are compared by. Raises ModelMissing."""
    from retrieval.dense import SentenceEmbedder
    from retrieval.fusion import Fusion

    owner = next(owner for owner, model in profiles.in_use(settings.profile) if model.job == "embedder")
    folder = profiles.locate(owner, "embedder", settings.data_dir)
    with _loading("Suchmodell"):
        fusion = Fusion.load(folder / "fusion.json")
        return SentenceEmbedder(folder), fusion


def _search(lessons: Mapping[str, Lesson], settings: Settings) -> Search:
    from corpus.questions import load_training
    from retrieval.search import Search

    embedder, fusion = search_parts(settings)
    index = settings.data_dir / "index" / "lessons"
    try:
        return Search(lessons, load_training(), embedder, fusion, index)
    except Exception as error:  # a read-only or full disk, and whatever Chroma makes of it
        _log.warning("the lessons' index is kept in memory (%s: %s)", type(error).__name__, error)
        return Search(lessons, load_training(), embedder, fusion)


def _publisher(search: Search, documents: dict[str, Document], settings: Settings) -> Publisher:
    """Publishes what is live, now and whenever it changes."""
    from assistant.library import INDEX, LIBRARY, Publisher
    from corpus.library_folder import FolderLibrary

    def published(pages: DocumentSearch, live: list[Document]) -> None:
        documents.update((document.id, document) for document in live)  # before anybody can find their passages
        search.documents = pages
        for gone in documents.keys() - {document.id for document in live}:
            del documents[gone]

    store = FolderLibrary(settings.data_dir / LIBRARY)
    publisher = Publisher(store, search.embedder, search.fusion, settings.data_dir / INDEX, published)
    publisher.open()
    return publisher


def _answerer(settings: Settings) -> Answerer:
    path = settings.llm_path
    if path is None and profiles.profile(settings.profile).model("llm") is not None:
        path = profiles.locate(settings.profile, "llm", settings.data_dir)
    if path is None:
        return LessonWords()
    if importlib.util.find_spec("llama_cpp") is None:
        _log.warning("llama-cpp-python is not installed: answers are the lessons' own words")
        return LessonWords()
    from assistant.llm import LlamaAnswerer, LlamaSettings

    gpu_layers = -1 if settings.profile == "gpu" else 0
    return LlamaAnswerer(path, LlamaSettings(threads=settings.threads, gpu_layers=gpu_layers))


def _voices(settings: Settings) -> list[Synthesizer]:
    path = settings.voice_path
    if path is None and settings.profile != "starter":
        path = profiles.locate(settings.profile, "voice", settings.data_dir)
    if path is None:
        return [_espeak()]  # one, however many are set: espeak-ng is global state
    from speech.piper import PiperVoice

    with _loading("Stimme"):
        return [PiperVoice(path, settings.threads) for _ in range(settings.voice_count)]


def _espeak() -> Synthesizer:
    from speech.espeak import EspeakLibrary, EspeakVoice

    try:
        EspeakLibrary.get()
    except OSError as error:
        raise Unavailable(f"Die eingebaute Stimme startet nicht ({error}). Hilfe: kumpel doctor") from error
    return EspeakVoice()


@contextmanager
def _loading(what: str) -> Iterator[None]:
    """Turns what the lower packages raise while loading into ModelMissing."""
    from retrieval.dense import EmbedderError
    from speech.model_files import ModelError

    try:
        yield
    except (ModelError, EmbedderError, OSError, ValueError, KeyError) as error:
        reason = " ".join(str(error).split())
        raise ModelMissing(f"{what}: Das Modell lässt sich nicht laden ({reason}). Hilfe: kumpel doctor") from error
