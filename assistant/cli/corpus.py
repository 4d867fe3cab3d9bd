"""`kumpel corpus`: the commands over the learning material. Each imports what it needs when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

corpus = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Lektionen, Handzettel und Wörterbuch: prüfen, zeigen, vorlesen, drucken.",
    epilog="Beispiele: kumpel corpus list  |  kumpel corpus print emergency-card  |  kumpel corpus check neu.md",
)
Id = Annotated[str, typer.Argument(help="Zum Beispiel m06-1, emergency-card oder glossary; siehe kumpel corpus list.")]


@corpus.command("list")
def list_all() -> None:
    """Nennt alle Lektionen und Handzettel mit ihrer id.

    Beispiel: kumpel corpus list
    """
    from assistant.cli import material

    material.list_all()


@corpus.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Nur diese Dateien, so als lägen sie schon beim Material.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Ein JSON-Objekt mit allen Zahlen und Fehlern.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Ersetzt Zeilenenden von Windows und entfernt ein BOM.")] = False,
) -> None:
    """Prüft das Material: Felder, Verweise, Prüfdatum, einfache Sprache. Endet mit 0, wenn nichts zu tun ist.

    Beispiele: kumpel corpus check  |  kumpel corpus check --json  |  kumpel corpus check entwurf/m06-1.md --fix
    """
    from assistant.cli import material

    raise typer.Exit(material.check(list(files or []), as_json, fix))


@corpus.command()
def show(id_: Id) -> None:
    """Zeigt eine Lektion, einen Handzettel oder das Wörterbuch.

    Beispiele: kumpel corpus show m06-1  |  kumpel corpus show glossary
    """
    from assistant.cli import material

    material.show(id_)


@corpus.command()
def read(
    id_: Id,
    out: Annotated[Path | None, typer.Option(help="Wohin die Sprache kommt; sonst ID.wav.")] = None,
    speed: Annotated[float, typer.Option(help="Tempo: 0.8 ist langsamer, 1.2 schneller.", min=0.5, max=2.0)] = 1.0,
) -> None:
    """Liest eine Lektion oder einen Handzettel vor und schreibt das als WAV-Datei.

    Beispiel: kumpel corpus read m06-1 --out lektion.wav --speed 0.9
    """
    from assistant.cli import material
    from assistant.settings import load_settings

    material.read(load_settings(), id_, out or Path(f"{id_}.wav"), speed)


@corpus.command("print")
def print_(
    id_: Id,
    out: Annotated[Path | None, typer.Option(help="Wohin das PDF kommt; sonst ID.pdf.")] = None,
) -> None:
    """Macht aus einer Lektion, einem Handzettel oder dem Wörterbuch ein PDF zum Ausdrucken.

    Beispiele: kumpel corpus print emergency-card --out notfall.pdf  |  kumpel corpus print glossary
    """
    from assistant.cli import material

    material.print_pdf(id_, out or Path(f"{id_}.pdf"))
