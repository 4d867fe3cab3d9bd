"""What `kumpel corpus add`, `approve` and `retire` do."""

from __future__ import annotations

import hashlib
import sys
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from assistant.errors import BadInput, KumpelError, Unavailable
from assistant.library import INDEX, LIBRARY, Publisher
from assistant.settings import Settings
from assistant.writer import alone, order
from corpus.documents.extract import DocumentError, Extract
from corpus.documents.reading import read_document
from corpus.library import GERMAN, Document, LibraryError, draft
from corpus.library_folder import FolderLibrary
from german.plain import DOCUMENT, check

SHOWN_FINDINGS = 5


def add(settings: Settings, files: list[Path], as_id: str | None) -> int:
    """Reads each file and keeps a draft of it; the exit status is 1 when one could not be read."""
    status = 0
    for path in files:
        try:
            _add(settings, path, as_id)
        except (DocumentError, LibraryError, KumpelError) as error:
            print(error, file=sys.stderr)
            status = 1
    return status


def approve(settings: Settings, id_: str, by: str) -> None:
    """Publishes the youngest draft."""
    done = _change(settings, {"do": "approve", "id": id_, "by": by})
    print(f"{done['id']}, Version {done['version']}: freigegeben von {done['approved_by']}. Ab jetzt wird es gefunden.")


def retire(settings: Settings, id_: str) -> None:
    """Takes a document out of the search."""
    done = _change(settings, {"do": "retire", "id": id_})
    print(f"{done['id']} ist zurückgezogen. Die Dateien bleiben; neu freigeben geht mit kumpel corpus add.")


def documents(settings: Settings) -> list[Document]:
    """Everything that was added. Raises BadInput for a damaged file."""
    try:
        return FolderLibrary(settings.data_dir / LIBRARY).load()
    except LibraryError as error:
        raise BadInput(str(error)) from error


def state_of(document: Document) -> str:
    """A document's state, for a table."""
    by = f" von {document.approved_by}" if document.approved_by else ""
    return f"{GERMAN[document.state]}{by}"


def _add(settings: Settings, path: Path, as_id: str | None) -> None:
    with _Bar(f"{path.name} lesen") as bar:
        extract = read_document(path, progress=lambda done, total: bar(done, total))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    findings = _findings(extract)
    store = FolderLibrary(settings.data_dir / LIBRARY)
    made = draft(extract, path.name, digest, len(findings), date.today(), store.load(), as_id)
    try:
        store.save(made)
    except OSError as error:
        raise Unavailable(f"{store.folder}: Dahin kann ich nicht schreiben ({error.strerror}).") from error
    pages = f"{extract.pages} Seiten, " if extract.pages else ""
    print(f"{path.name}: „{made.title}“, {pages}{len(made.sections)} Abschnitte.")
    print(f"  Entwurf {made.id}, Version {made.version}.")
    for finding in findings[:SHOWN_FINDINGS]:
        print(f"  {finding}")
    if findings:
        print(f"  {len(findings)} Stellen sind schwer zu verstehen. Das hindert die Freigabe nicht.")
    print(f'  Lies es durch. Dann: kumpel corpus approve {made.id} --by "Vorname Nachname"')


def _findings(extract: Extract) -> list[str]:
    """What the plain-language gate finds, with the page."""
    found = []
    for section in extract.sections:
        place = f"Seite {section.page}" if section.page else section.heading or "Text"
        for finding in check(section.text, DOCUMENT).findings:
            if not finding.hint:
                words = f" „{finding.words}“" if finding.words and finding.words not in finding.message else ""
                found.append(f"{place}: {finding.rule}{words}: {finding.message}")
    return found


def _change(settings: Settings, request: dict[str, Any]) -> dict[str, Any]:
    with alone(settings.data_dir) as writing:
        if not writing:
            return order(settings.data_dir, request)
        from assistant.wiring import search_parts

        embedder, fusion = search_parts(settings)
        store = FolderLibrary(settings.data_dir / LIBRARY)
        publisher = Publisher(store, embedder, fusion, settings.data_dir / INDEX)
        with _Bar("Suche aufbauen") as bar:
            if request["do"] == "approve":
                done = publisher.approve(request["id"], request["by"], date.today(), bar)
            else:
                done = publisher.retire(request["id"], date.today(), bar)
    return {"id": done.id, "version": done.version, "approved_by": done.approved_by}


class _Bar:
    """A progress bar on the terminal that is told (done, total)."""

    def __init__(self, what: str) -> None:
        columns = (TextColumn(what), BarColumn(), TextColumn("{task.completed} von {task.total}"))
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._progress.add_task(what, total=None)

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def __call__(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)
