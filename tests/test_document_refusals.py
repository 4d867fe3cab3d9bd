"""Trainers' own files: what is refused in one German sentence, and what a file cannot do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.documents import reading
from corpus.documents.clean import cleaned
from corpus.documents.extract import DEFAULT_LIMITS, DocumentError, Limits
from corpus.documents.parsing import parse
from corpus.documents.reading import read_document
from tests.document_support import (
    locked_pdf,
    make_manual_docx,
    make_manual_pdf,
    make_slides_pptx,
    picture,
    repacked,
    text_of,
    typeset,
    written,
    zipped,
)

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DOCX, PPTX = "word/document.xml", "ppt/presentation.xml"


def refusal(path: Path, limits: Limits = DEFAULT_LIMITS) -> str:
    with pytest.raises(DocumentError) as caught:
        read_document(path, limits)
    sentence = str(caught.value)
    assert sentence.startswith("„")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


# What is refused, and how.


def made_by(maker: Any, path: Path) -> bytes:
    content: bytes = maker(path).read_bytes()
    path.unlink()
    return content


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("scan.pdf", "PNG", ("„.pdf“", "ein Bild (PNG)")),
        ("brief.pdf", make_manual_docx, ("„.pdf“", "Word-Datei (DOCX)", "„.docx“")),
        ("folien.docx", make_slides_pptx, ("„.docx“", "PowerPoint-Datei (PPTX)", "„.pptx“")),
        ("liste.docx", "Nur Text, sonst nichts.", ("„.docx“", "einfacher Text", "„.txt“")),
        ("hallo.txt", b"MZ\x90\0\x03\0\0\0", ("„.txt“", "ein Programm")),
        ("seite.txt", "<!DOCTYPE html><p>Hallo</p>", ("„.txt“", "HTML-Seite", "„.html“")),
        ("seite.html", "Nur Text, sonst nichts.", ("„.html“", "einfacher Text")),
        ("handbuch", "%PDF-1.7", ("keine Endung", "ein PDF", "„.pdf“")),
        (
            "alt.doc",
            OLD_OFFICE + "WordDocument".encode("utf-16-le"),
            ("alte Word-Datei", "DOCX"),
        ),
        ("bild.png", "PNG", ("ein Bild (PNG)", "PDF, DOCX, PPTX, HTML, Markdown oder Text")),
        ("daten.txt", bytes(range(256)), ("„.txt“", "keine Textdatei")),
        ("notiz.rtf", r"{\rtf1 Hallo}", ("RTF",)),
    ],
)
def test_a_name_that_lies_is_told_what_the_file_is(tmp_path: Path, name: str, content: Any, words: tuple[str]) -> None:
    if content == "PNG":
        content = picture("PNG")
    elif callable(content):
        content = made_by(content, tmp_path / "wahr")
    sentence = refusal(written(tmp_path / name, content))
    assert all(word in sentence for word in (f"„{name}“", *words)), sentence


def test_what_is_no_readable_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "gibt es nicht" in refusal(tmp_path / "fehlt.pdf")
    assert "gibt es nicht" in refusal(tmp_path / "un\0sinn.pdf")
    assert "Ordner" in refusal(tmp_path)
    assert "leer" in refusal(written(tmp_path / "leer.pdf", b""))
    assert "mehr als 1 Megabyte" in refusal(written(tmp_path / "gross.txt", "a" * 1_000_001), Limits(file_mb=1))
    os.mkfifo(tmp_path / "rohr.txt")
    assert "keine gewöhnliche Datei" in refusal(tmp_path / "rohr.txt")
    closed = written(tmp_path / "zu.txt", "Text.")

    def forbid(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "open", forbid)
    assert "darf ich nicht lesen" in refusal(closed)


def test_locked_files_are_refused(tmp_path: Path) -> None:
    assert "Passwort" in refusal(locked_pdf(tmp_path / "geheim.pdf"))
    locked = OLD_OFFICE + "EncryptedPackage".encode("utf-16-le")
    assert "Passwort" in refusal(written(tmp_path / "geheim.docx", locked))


def test_broken_files_are_refused(tmp_path: Path) -> None:
    for path in (make_manual_pdf(tmp_path / "halb.pdf"), make_manual_docx(tmp_path / "halb.docx")):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        assert "beschädigt" in refusal(path)
    assert "beschädigt" in refusal(zipped(tmp_path / "leer.docx", **{DOCX: "<oops"}))
    assert "beschädigt" in refusal(repacked(make_slides_pptx(tmp_path / "x.pptx"), PPTX, lambda _: b"<oops"))


def test_a_scan_is_told_apart_from_a_text_with_pictures(tmp_path: Path) -> None:
    scan = written(tmp_path / "scan.pdf", picture("PDF"))
    assert "(OCR)" in refusal(scan)
    mixed, text = pypdfium2.PdfDocument(scan), typeset("Seite mit Text.", tmp_path / "text.pdf")
    mixed.import_pages(pypdfium2.PdfDocument(text))
    mixed.save(str(tmp_path / "gemischt.pdf"))
    read = read_document(tmp_path / "gemischt.pdf")
    assert [(part.page, part.text) for part in read.sections] == [(2, "Seite mit Text.")]


def test_empty_pages_and_too_many_are_refused(tmp_path: Path) -> None:
    assert "keinen Text" in refusal(typeset("#pagebreak()", tmp_path / "weiss.pdf"))
    assert "keinen Text" in refusal(written(tmp_path / "weiss.html", "<html><!-- nichts --></html>"))
    assert "mehr als 29 Seiten" in refusal(make_manual_pdf(tmp_path / "lang.pdf"), Limits(pages=29))
    assert "mehr als 8 Folien" in refusal(make_slides_pptx(tmp_path / "lang.pptx"), Limits(pages=8))
    assert "mehr als 4 Seiten" in refusal(make_manual_docx(tmp_path / "lang.docx"), Limits(pages=4))
    assert "zu viel Text" in refusal(written(tmp_path / "lang.txt", "Wort. " * 1000), Limits(text_chars=5000))


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = make_manual_docx(tmp_path / "bombe.docx")
    assert "gefährlich" in refusal(repacked(path, DOCX, lambda _: b" " * 20_000_000))
    assert "gefährlich" in refusal(make_manual_docx(tmp_path / "viel.docx"), Limits(parts=3))
    assert "gefährlich" in refusal(make_manual_docx(tmp_path / "weit.docx"), Limits(unpacked_mb=0))


def test_a_part_that_lies_about_its_size_is_not_read_further(tmp_path: Path) -> None:
    path = repacked(make_manual_docx(tmp_path / "luege.docx"), DOCX, lambda _: b" " * 20_000_000)
    honest, lie = (20_000_000).to_bytes(4, "little"), (5000).to_bytes(4, "little")
    assert "beschädigt" in refusal(written(path, path.read_bytes().replace(honest, lie)))


def test_entities_do_not_grow(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]><w>&l9;</w>'
    assert "beschädigt" in refusal(repacked(make_manual_docx(tmp_path / "lach.docx"), DOCX, lambda _: bomb))
    assert "beschädigt" in refusal(repacked(make_slides_pptx(tmp_path / "lach.pptx"), PPTX, lambda _: bomb))
    page = written(tmp_path / "lach.html", bomb.replace("DOCTYPE w", "DOCTYPE html").replace("<w>", "<p>Hallo. "))
    assert len(text_of(read_document(page))) < 1000


# The worker and its fence.

DEATHS = {
    "import time; time.sleep(60)": "dauert zu lange",
    "import os; os.kill(os.getpid(), 11)": "beschädigt",
    "import os; os.kill(os.getpid(), 9)": "braucht zu viel Speicher",
    "raise SystemExit(3)": "beschädigt",
    "print('x' * 10_000_000)": "zu viel Text",
    "print('kein JSON')": "beschädigt",
    "print('{\"extract\": 7}')": "beschädigt",
    'print(\'{"done": "x", "of": 2}\')': "beschädigt",
}


@pytest.mark.parametrize("code", DEATHS)
def test_whatever_becomes_of_the_worker_there_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr(reading, "_START", code)
    limits = Limits(seconds=0.5 if "sleep" in code else 20, text_chars=1000)
    assert DEATHS[code] in refusal(written(tmp_path / "notiz.txt", "Text."), limits)


def test_time_and_memory_are_limited(tmp_path: Path) -> None:
    assert "dauert zu lange" in refusal(make_manual_pdf(tmp_path / "lang.pdf"), Limits(seconds=0.01))
    big = written(tmp_path / "gross.txt", "Wort. " * 8_000_000)
    assert "braucht zu viel Speicher" in refusal(big, Limits(memory_mb=150))


def test_a_caller_that_gives_up_leaves_no_worker_behind(tmp_path: Path) -> None:
    def give_up(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_document(make_slides_pptx(tmp_path / "folien.pptx"), progress=give_up)


FENCED = """
import os, socket, subprocess, sys
sys.path.insert(0, {root!r})
from corpus.documents import sandbox
from corpus.documents.extract import Limits
sandbox.enter(Limits())
attempts = [
    lambda: socket.create_connection(("127.0.0.1", {port})),
    lambda: socket.getaddrinfo("localhost", 80),
    lambda: subprocess.run(["true"]),
    lambda: os.system("true"),
    lambda: os.fork(),
    lambda: os.execv("/bin/true", ["true"]),
    lambda: open({new!r}, "w"),
    lambda: os.open({new!r}, os.O_CREAT | os.O_WRONLY),
    lambda: os.remove({file!r}),
    lambda: open({file!r}).read(),
]
for attempt in attempts:
    try:
        attempt()
    except PermissionError:
        print("refused")
"""


def test_the_worker_reaches_no_network_no_program_and_no_other_file(tmp_path: Path) -> None:
    file = written(tmp_path / "fremd.txt", "Geht dich nichts an.")
    with socket.create_server(("127.0.0.1", 0)) as server:
        root, port = str(Path(reading.__file__).parents[2]), server.getsockname()[1]
        code = FENCED.format(root=root, port=port, new=str(tmp_path / "neu.txt"), file=str(file))
        told = subprocess.run([sys.executable, "-I", "-B", "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["refused"] * 10
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fremd.txt"]


# Whatever comes.

ENDINGS = st.sampled_from([".pdf", ".docx", ".pptx", ".html", ".md", ".txt", ".exe", ""])
STARTS = st.sampled_from(
    [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html><table>", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)


@settings(max_examples=60, deadline=None)
@given(STARTS, st.binary(max_size=400) | st.text(max_size=200).map(str.encode), ENDINGS)
def test_any_bytes_give_an_extract_or_one_sentence(start: bytes, rest: bytes, ending: str) -> None:
    try:
        read = parse(start + rest, f"datei{ending}")
    except DocumentError:
        return
    assert read.sections
    assert all(part.text == cleaned(part.text) for part in read.sections)
