"""Which models a machine uses: one table, and where their files lie.

The starter's models ship with the package. The files of any other profile lie in
`<data_dir>/models/<profile>/<job>/`, where they are put by hand; fetching them comes with a later version.
Sizes are those of the download, rounded; licences and lineage are shown before anyone takes a model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from assistant.errors import ModelMissing

_PACKAGES = Path(__file__).resolve().parent.parent
_WHISPER_FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.*")
_EMBEDDER_FILES = ("modules.json", "model.safetensors", "tokenizer.json")


@dataclass(frozen=True)
class Model:
    """One model of a profile."""

    job: str
    """"recogniser", "embedder", "llm" or "voice": its folder's name, too."""
    name: str
    repo: str | None
    """Its place on the Hugging Face hub, "owner/name"; None: it ships with the product."""
    licence: str
    lineage: str
    """What it descends from and what that means for its use, in German: it is shown to people."""
    megabytes: int
    files: tuple[str, ...]
    """Patterns, each of which must be met by a file in its folder."""
    used: bool = True
    """False: this version does not run it yet; the starter's model for the job takes its place."""
    subfolder: str = ""
    """Where in the repository its files lie."""

    @property
    def url(self) -> str | None:
        """The page with its files, or None for a model that ships with the product."""
        return self.repo and f"https://huggingface.co/{self.repo}/tree/main/{self.subfolder}".rstrip("/")


@dataclass(frozen=True)
class Profile:
    """Models that fit together on one kind of machine."""

    name: str
    ram_gb: int
    """Memory of the machine."""
    for_whom: str
    models: tuple[Model, ...]

    def model(self, job: str) -> Model | None:
        """The profile's model for a job, or None when it has none."""
        return next((model for model in self.models if model.job == job), None)


def _e5(size: str, megabytes: int) -> Model:
    lineage = "Aus XLM-RoBERTa (MIT). Vorgesehen: In dieser Version sucht noch das Modell vom Profil „starter“."
    return Model("embedder", f"multilingual-e5-{size}", f"intfloat/multilingual-e5-{size}", "MIT", lineage, megabytes,
                 _EMBEDDER_FILES, used=False)  # fmt: skip


def _qwen(size: str, quantisation: str, megabytes: int) -> Model:
    name = f"Qwen3-{size} {quantisation}"
    repo = f"Qwen/Qwen3-{size}-GGUF"
    return Model("llm", name, repo, "Apache-2.0", "Vom Hersteller selbst trainiert und umgewandelt.", megabytes,
                 ("*.gguf",))  # fmt: skip


def _thorsten(quality: str, megabytes: int) -> Model:
    lineage = (
        "Die Aufnahmen sind frei (CC0), aber die Stimme wurde aus der englischen Stimme „lessac“ weitertrainiert. "
        "Deren Aufnahmen sind nur für die Forschung freigegeben. Prüft vor dem Einsatz, ob das für euch passt."
    )
    return Model("voice", f"thorsten {quality}", "rhasspy/piper-voices", "MIT", lineage, megabytes,
                 ("*.onnx", "*.onnx.json"), subfolder=f"de/de_DE/thorsten/{quality}")  # fmt: skip


_OWN = "Vom Projekt selbst trainiert, mit eigenem Text und künstlichen Stimmen."
_WHISPER_SMALL = Model(
    "recogniser", "whisper-small", "Systran/faster-whisper-small", "MIT", "Aus OpenAI Whisper small (MIT).", 484,
    _WHISPER_FILES,
)  # fmt: skip
_TURBO_GERMAN = Model(
    "recogniser", "whisper-large-v3-turbo-german", "jimmymeister/whisper-large-v3-turbo-german-ct2", "Apache-2.0",
    "Von primeline auf Deutsch weitertrainiert, aus OpenAI Whisper large-v3-turbo (MIT); von Dritten umgewandelt.",
    1620, (*_WHISPER_FILES, "preprocessor_config.json"),
)  # fmt: skip

PROFILES: Mapping[str, Profile] = MappingProxyType({
    "starter": Profile("starter", 4, "zum Ausprobieren; versteht künstliche Stimmen und Getipptes", (
        Model("recogniser", "starter", None, "CC BY 4.0", _OWN, 8, (*_WHISPER_FILES, "preprocessor_config.json")),
        Model("embedder", "starter", None, "CC BY 4.0", _OWN, 2, (*_EMBEDDER_FILES, "fusion.json")),
        Model("voice", "espeak-ng", None, "GPL-3.0-or-later", "Kommt mit dem Paket espeakng-loader.", 15, ()),
    )),
    "klein": Profile("klein", 8, "für echte Stimmen auf einem Rechner ohne Grafikkarte", (
        _WHISPER_SMALL,
        _e5("small", 471),
        _qwen("1.7B", "Q8_0", 1830),
        _thorsten("medium", 63),
    )),
    "mittel": Profile("mittel", 16, "genauer, auf einem Rechner mit mehr Speicher", (
        _TURBO_GERMAN,
        _e5("base", 1110),
        _qwen("4B", "Q4_K_M", 2500),
        _thorsten("high", 114),
    )),
    "gpu": Profile("gpu", 16, "für viele Menschen zugleich, mit einer Grafikkarte ab 12 GB", (
        _TURBO_GERMAN,
        _e5("base", 1110),
        _qwen("8B", "Q4_K_M", 5030),
        _thorsten("high", 114),
    )),
})  # fmt: skip


def profile(name: str) -> Profile:
    """The profile of that name. Raises ModelMissing for a name that is not in the table."""
    try:
        return PROFILES[name]
    except KeyError:
        raise ModelMissing(f"Das Profil „{name}“ gibt es nicht; es gibt {', '.join(PROFILES)}.") from None


def in_use(name: str) -> list[tuple[str, Model]]:
    """What this version loads for a profile: each model, and the profile in whose folder it lies.

    The search's weights are learned for the starter's embedder, so all profiles search with that one.
    """
    starter = profile("starter")
    taken = ((name, model) if model.used else ("starter", starter.model(model.job)) for model in profile(name).models)
    return [(owner, model) for owner, model in taken if model is not None]


def folder(profile_name: str, job: str, data_dir: Path) -> Path:
    """Where the files of a profile's model belong."""
    if profile_name == "starter":
        return _PACKAGES / {"recogniser": "speech", "embedder": "retrieval"}.get(job, "assistant") / "starter"
    return data_dir / "models" / profile_name / job


def missing_files(model: Model, place: Path) -> list[str]:
    """The patterns of `model.files` that no file of some size in `place` meets."""
    return [pattern for pattern in model.files if not _largest(place, pattern)]


def locate(profile_name: str, job: str, data_dir: Path) -> Path:
    """The folder of a profile's recogniser or embedder, or the file of its llm or voice.

    Raises ModelMissing, whose sentence says in German what is missing and where it belongs.
    """
    model = profile(profile_name).model(job)
    if model is None:
        raise ModelMissing(f"Das Profil „{profile_name}“ hat kein Modell für „{job}“.")
    place = folder(profile_name, job, data_dir)
    missing = missing_files(model, place)
    if missing:
        raise ModelMissing(_how_to_put_there(model, place, missing))
    single = {"llm": "*.gguf", "voice": "*.onnx"}.get(job)
    found = _largest(place, single) if single else place
    assert found is not None  # missing_files has seen it
    return found


def listing(data_dir: Path) -> Iterator[tuple[Profile, Model, bool]]:
    """Every model of every profile, and whether its files are there."""
    for entry in PROFILES.values():
        for model in entry.models:
            yield entry, model, not missing_files(model, folder(entry.name, model.job, data_dir))


def _largest(place: Path, pattern: str) -> Path | None:
    """The largest non-empty file: of a GGUF with an adapter beside it, that is the model."""
    try:
        sizes = [(path.stat().st_size, path) for path in place.glob(pattern) if path.is_file()]
    except OSError:
        return None
    size, path = max(sizes, default=(0, None))
    return path if size else None


def _how_to_put_there(model: Model, place: Path, missing: list[str]) -> str:
    what = f"Es fehlt das Modell „{model.name}“: In {place} finde ich {', '.join(missing)} nicht."
    if model.repo is None:
        return f"{what} Es gehört zum Programm: Installiere KI-Kumpel neu."
    return (
        f"{what} Lade es an einem Rechner mit Internet von {model.url} "
        "und leg die Dateien in diesen Ordner. Automatisch geht das erst in einer späteren Version."
    )
