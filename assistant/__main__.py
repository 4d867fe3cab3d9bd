"""The command line, `kumpel`. Each command imports what it needs when it runs, so that `--help` answers at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.corpus import corpus
from assistant.errors import KumpelError

if TYPE_CHECKING:
    from assistant.settings import Settings

app = typer.Typer(
    name="kumpel", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="KI-Kumpel: ein Lernhelfer zum Sprechen. Er erklärt KI in einfachen Worten und braucht kein Internet.",
    epilog="Beispiele: kumpel serve  |  kumpel ask 'Was ist KI?'  |  kumpel talk frage.wav --out antwort.wav --events",
)  # fmt: skip
models = typer.Typer(no_args_is_help=True, help="Welche Modelle es gibt und welche da sind.")
app.add_typer(models, name="models")
app.add_typer(corpus, name="corpus")

DEFAULT_URL = "ws://127.0.0.1:8000/v1/realtime"


def _settings(**changes: object) -> Settings:
    from dataclasses import replace

    from assistant.settings import load_settings

    return replace(load_settings(), **{name: value for name, value in changes.items() if value is not None})  # type: ignore[arg-type]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Adresse, auf der gelauscht wird.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 nimmt einen freien.", min=0, max=65535)] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Stellt sich zuerst selbst eine gesprochene Frage.")] = False,
) -> None:
    """Startet den Server und die Lernseite.

    Beispiel: kumpel serve --host 0.0.0.0 --port 8080
    """
    from assistant.cli import serving

    raise typer.Exit(serving.serve(_settings(host=host, port=port), demo))


@app.command()
def demo(
    question: Annotated[str | None, typer.Argument(help="Die Frage, die gesprochen wird.")] = None,
    out: Annotated[Path, typer.Option(help="Wohin die gesprochene Antwort kommt.")] = Path("antwort.wav"),
) -> None:
    """Stellt sich selbst eine gesprochene Frage.

    Sie geht über den echten WebSocket an einen eigenen Server. Endet mit 0, wenn es geklappt hat.
    Beispiel: kumpel demo "Was mache ich, wenn die KI ausfällt?"
    """
    from assistant import demo as demonstration
    from assistant.cli import serving

    raise typer.Exit(serving.demo(_settings(), question or demonstration.QUESTION, out))


@app.command()
def ask(
    questions: Annotated[
        list[str] | None, typer.Argument(help="Fragen; - liest eine je Zeile von der Eingabe.")
    ] = None,
    wav: Annotated[list[Path] | None, typer.Option(help="Eine Aufnahme statt Text; mehrfach erlaubt.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Ein JSON-Objekt je Frage und Zeile.")] = False,
) -> None:
    """Beantwortet Fragen ohne Server.

    Beispiele: kumpel ask "Was ist KI?"  |  kumpel ask --json - < fragen.txt  |  kumpel ask --json --wav frage.wav
    """
    from assistant.cli import asking

    given, recordings = list(questions or []), list(wav or [])
    if not given and not recordings:
        raise typer.BadParameter("Gib eine Frage, - oder --wav DATEI an.")
    texts = asking.lines(sys.stdin) if given == ["-"] else iter(given)
    raise typer.Exit(asking.ask(_settings(), texts, recordings, as_json))


@app.command()
def talk(
    recordings: Annotated[list[Path] | None, typer.Argument(help="WAV-Dateien mit Fragen.")] = None,
    text: Annotated[list[str] | None, typer.Option(help="Eine getippte Frage; mehrfach erlaubt.")] = None,
    mic: Annotated[bool, typer.Option("--mic", help="Fragt über das Mikrofon.")] = False,
    out: Annotated[Path | None, typer.Option(help="Schreibt die gesprochenen Antworten als WAV.")] = None,
    events: Annotated[bool, typer.Option("--events", help="Zeigt jedes Ereignis mit seiner Zeit.")] = False,
    url: Annotated[str, typer.Option(help="Adresse des Servers.")] = DEFAULT_URL,
) -> None:
    """Spricht mit einem laufenden Server.

    Beispiele: kumpel talk frage.wav --out antwort.wav --events  |  kumpel talk --text "Was ist KI?"
    """
    from assistant.cli import talking

    if not recordings and not text and not mic:
        raise typer.BadParameter("Gib eine WAV-Datei, --text oder --mic an.")
    raise typer.Exit(talking.talk(url, list(recordings or []), list(text or []), mic, out, events))


@app.command()
def doctor() -> None:
    """Sagt, was da ist, was fehlt und was zu tun ist."""
    from assistant.doctor import diagnose

    findings = diagnose(_settings())
    for finding in findings:
        print(f"{'✓' if finding.ok else '✗'} {finding.name}: {finding.text}")
        if finding.advice:
            print(f"    → {finding.advice}")
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@models.command("list")
def models_list() -> None:
    """Zeigt Profile, Modelle, Größen und Lizenzen."""
    from assistant.cli.models import print_models

    print_models(_settings())


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def bench(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Welche Messung: loop, retrieval, plain.")],
) -> None:
    """Misst und zeigt, was erreicht ist.

    Beispiele: kumpel bench loop  |  kumpel bench loop --json  |  kumpel bench loop --full
    """
    raise typer.Exit(subprocess.call([sys.executable, "-m", "benchmarks", name, *context.args]))


def main() -> None:
    """Runs a command; what goes wrong becomes one line and exit status 1."""
    try:
        app()
    except KumpelError as problem:
        print(problem.message, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
