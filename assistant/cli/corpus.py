"""`kumpel corpus`: the commands over the learning material. Each imports what it needs when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

corpus = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Lektionen, Handzettel, Wörterbuch und eigene Dokumente: prüfen, zeigen, vorlesen, drucken, aufnehmen.",
    epilog="Beispiele: kumpel corpus list  |  kumpel corpus print emergency-card  |  kumpel corpus add anweisung.pdf",
)
Id = Annotated[str, typer.Argument(help="Zum Beispiel m06-1, emergency-card oder glossary; siehe kumpel corpus list.")]


@corpus.command("list")
def list_all() -> None:
    """Nennt alle Lektionen, Handzettel und eigenen Dokumente mit ihrer id.

    Beispiel: kumpel corpus list
    """
    from assistant.cli import material
    from assistant.settings import load_settings

    material.list_all(load_settings())


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
def add(
    files: Annotated[list[Path], typer.Argument(help="PDF, DOCX, PPTX, HTML, Markdown oder Text.")],
    as_id: Annotated[
        str | None, typer.Option("--as", help="Neue Version von diesem Dokument; sonst ein neues Dokument.")
    ] = None,
) -> None:
    """Liest eigene Dokumente und legt sie als Entwurf ab. Gefunden werden sie erst nach der Freigabe.

    Beispiele: kumpel corpus add betriebsanweisung.pdf  |  kumpel corpus add neu.pdf --as betriebsanweisung-presse-4
    """
    from assistant.cli import library
    from assistant.settings import load_settings

    raise typer.Exit(library.add(load_settings(), files, as_id))


@corpus.command()
def approve(
    id_: Annotated[str, typer.Argument(help="Die id vom Entwurf; siehe kumpel corpus list.")],
    by: Annotated[str, typer.Option(help="Wer das Dokument fachlich geprüft hat: Vorname und Nachname.")],
) -> None:
    """Gibt einen Entwurf frei. Ein laufender Server findet ihn sofort, ohne Neustart.

    Beispiel: kumpel corpus approve betriebsanweisung-presse-4 --by "Erika Beispiel"
    """
    from assistant.cli import library
    from assistant.settings import load_settings

    library.approve(load_settings(), id_, by)


@corpus.command()
def retire(id_: Annotated[str, typer.Argument(help="Die id vom Dokument; siehe kumpel corpus list.")]) -> None:
    """Zieht ein Dokument zurück. Es wird dann nicht mehr gefunden; seine Datei bleibt.

    Beispiel: kumpel corpus retire betriebsanweisung-presse-4
    """
    from assistant.cli import library
    from assistant.settings import load_settings

    library.retire(load_settings(), id_)


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
