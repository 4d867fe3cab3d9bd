"""A document is a draft, is approved by a named person, is found with its page, and is retired; or nothing changes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant import writer
from assistant.api import failures, library
from assistant.errors import BadInput, Unavailable
from assistant.library import Publisher
from corpus.documents.extract import Extract, Section
from corpus.library import Document, LibraryError, approve, draft, live, retire
from corpus.library_folder import FolderLibrary
from retrieval.documents import DocumentSearch
from tests import retrieval_support as support

TODAY = date(2026, 11, 25)


def extract(title: str, *texts: str) -> Extract:
    return Extract(title, "PDF", len(texts), tuple(Section("", page, text) for page, text in enumerate(texts, 1)))


def made(
    title: str = "Presse 4", digest: str = "a", known: tuple[Document, ...] = (), id_: str | None = None
) -> Document:
    return draft(
        extract(title, "Der Bagger hebt Sand.", "Das Brot kommt in den Ofen."), "p.pdf", digest, 0, TODAY, known, id_
    )


def test_ids_are_readable_and_tell_documents_apart() -> None:
    first = made("Betriebsanweisung: Größe der Presse 4")
    assert first.id == "betriebsanweisung-groesse-der-presse-4"
    assert made("Betriebsanweisung: Größe der Presse 4", "b", (first,)).id == f"{first.id}-2"
    assert made("???", "c").id == "dokument"


def test_the_same_file_is_not_added_twice() -> None:
    with pytest.raises(LibraryError, match="ist schon da: presse-4, Version 1"):
        made(digest="a", known=(made(),))


def test_a_new_version_takes_the_old_ones_place_only_when_it_is_approved() -> None:
    first = approve([made()], "presse-4", "Erika Beispiel", TODAY)
    second = made(digest="b", known=(first,), id_="presse-4")
    assert second.version == 2
    assert live([first, second]) == [first]
    approved = approve([first, second], "presse-4", "Max Muster", TODAY)
    assert live([first, approved]) == [approved]
    assert all(document.state == "retired" for document in retire([first, approved], "presse-4", TODAY))


@pytest.mark.parametrize("name", ["", "  ", "x", "123"])
def test_nobody_is_not_a_name(name: str) -> None:
    with pytest.raises(LibraryError, match="Name eines Menschen"):
        approve([made()], "presse-4", name, TODAY)


@pytest.mark.parametrize(
    "act", [lambda known: approve(known, "x", "Erika B", TODAY), lambda known: retire(known, "x", TODAY)]
)
def test_an_unknown_id_is_said_to_be_one(act: object) -> None:
    with pytest.raises(LibraryError, match="x gibt es nicht"):
        act([made()])  # type: ignore[operator]


def test_what_is_kept_comes_back_as_it_was(tmp_path: Path) -> None:
    store = FolderLibrary(tmp_path / "library")
    assert store.load() == []
    document = approve([made()], "presse-4", "Erika Beispiel", TODAY)
    store.save(document)
    assert store.load() == [document]
    next(store.folder.glob("*.json")).write_text("{", "utf-8")
    with pytest.raises(LibraryError, match="ist beschädigt"):
        store.load()


class Shelf:
    """Takes what is published."""

    def __init__(self, folder: Path) -> None:
        self.store = FolderLibrary(folder / "library")
        fusion = replace(support.even_fusion(0.5), passage=(8.0, 8.0, 0.0, -4.0))
        self.search: DocumentSearch | None = None
        self.publisher = Publisher(self.store, support.embedder(), fusion, folder / "index", self.take)

    def take(self, search: DocumentSearch, documents: list[Document]) -> None:
        self.search, self.documents = search, documents

    def found(self, query: str) -> list[tuple[str, int | None]]:
        assert self.search is not None
        return [(hit.source, hit.passage.page) for hit in self.search.hits([query])]


def test_a_draft_is_not_found_an_approved_document_is_with_its_page_and_a_retired_one_is_not(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.store.save(made())
    shelf.publisher.open()
    assert shelf.found("Wann kommt das Brot in den Ofen?") == []
    shelf.publisher.approve("presse-4", "Erika Beispiel", TODAY)
    assert shelf.found("Wann kommt das Brot in den Ofen?") == [("presse-4", 2)]
    after_restart = Shelf(tmp_path)
    after_restart.publisher.open()
    assert after_restart.found("Der Bagger hebt den Sand") == [("presse-4", 1)]
    shelf.publisher.retire("presse-4", TODAY)
    assert shelf.found("Brot Ofen") == []


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(tmp_path)
    shelf.store.save(made())
    shelf.publisher.open()

    def full(document: Document) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shelf.store, "save", full)
    with pytest.raises(Unavailable, match="Es hat sich nichts geändert"):
        shelf.publisher.approve("presse-4", "Erika Beispiel", TODAY)
    assert shelf.found("Brot Ofen") == []
    assert [document.state for document in shelf.store.load()] == ["draft"]


def test_only_one_process_writes(tmp_path: Path) -> None:
    first = writer.take(tmp_path)
    assert first is not None
    assert writer.take(tmp_path) is None
    with writer.alone(tmp_path) as writing:
        assert not writing
    first.close()
    with writer.alone(tmp_path) as writing:
        assert writing


def test_the_servers_door_is_open_only_to_those_who_may_read_the_folder(tmp_path: Path) -> None:
    server = writer.take(tmp_path)
    assert server is not None
    server.open_door("0.0.0.0", 8123)
    door = json.loads((tmp_path / writer.DOOR).read_text("utf-8"))
    assert door["url"].startswith("http://127.0.0.1:8123/")
    assert (tmp_path / writer.DOOR).stat().st_mode & 0o077 == 0
    server.close()
    with pytest.raises(Unavailable):
        writer.order(tmp_path, {"do": "retire", "id": "x"})


def test_a_running_server_publishes_for_whoever_knows_its_word(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.store.save(made())
    shelf.publisher.open()
    app = FastAPI()
    failures.install(app)
    app.include_router(library.router(shelf.publisher, "word"))
    client = TestClient(app)
    order = {"do": "approve", "id": "presse-4", "by": "Erika Beispiel"}
    assert client.post(writer.PATH, json=order).status_code == 404
    assert client.post(writer.PATH, json=order, headers={"Authorization": "Bearer wort"}).status_code == 404
    assert shelf.found("Brot Ofen") == []
    known = {"Authorization": "Bearer word"}
    assert client.post(writer.PATH, json=order, headers=known).json()["approved_by"] == "Erika Beispiel"
    assert shelf.found("Brot Ofen") == [("presse-4", 2)]
    again = client.post(writer.PATH, json=order, headers=known)
    assert again.status_code == 400
    assert "keinen Entwurf" in again.json()["error"]["message"]
    with pytest.raises(BadInput):
        shelf.publisher.retire("fremd", TODAY)
