"""What a file is, told by its content; a name that says something else is refused."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from pathlib import PurePath

from corpus.documents.clean import cleaned
from corpus.documents.extract import DAMAGED, Refused

EXTENSIONS = {
    "PDF": (".pdf",),
    "DOCX": (".docx",),
    "PPTX": (".pptx",),
    "HTML": (".html", ".htm", ".xhtml"),
    "Markdown": (".md", ".markdown"),
    "Text": (".txt", ".text"),
}
"""The formats that are read, each with the endings of its files, the usual one first."""
READABLE = "PDF, DOCX, PPTX, HTML, Markdown oder Text"

_FORMAT_BY_EXTENSION = {extension: name for name, extensions in EXTENSIONS.items() for extension in extensions}
_OTHERS = (
    (b"\x89PNG", "ein Bild (PNG)"), (b"\xff\xd8\xff", "ein Bild (JPEG)"), (b"GIF8", "ein Bild (GIF)"),
    (b"II*\0", "ein Bild (TIFF)"), (b"MM\0*", "ein Bild (TIFF)"), (b"BM", "ein Bild (BMP)"), (b"RIFF", "ein Medium"),
    (b"MZ", "ein Programm"), (b"\x7fELF", "ein Programm"), (b"\xca\xfe\xba\xbe", "ein Programm"),
    (b"{\\rtf", "ein Text im Format RTF"), (b"%!PS", "ein Druckauftrag (PostScript)"),
    (b"\x1f\x8b", "ein gepacktes Archiv"), (b"7z\xbc\xaf", "ein gepacktes Archiv"), (b"Rar!", "ein gepacktes Archiv"),
    (b"ID3", "eine Tonaufnahme"), (b"OggS", "eine Tonaufnahme"), (b"SQLite format 3", "eine Datenbank"),
)  # fmt: skip
"""How files begin that are not read, and what they are."""
_PACKED = (
    ("word/document.xml", "DOCX"), ("ppt/presentation.xml", "PPTX"), ("xl/workbook.xml", "eine Excel-Datei"),
    ("xl/workbook.bin", "eine Excel-Datei"), ("META-INF/container.xml", "ein E-Book (EPUB)"),
    ("content.xml", "eine OpenDocument-Datei"),
)  # fmt: skip
"""By which part a ZIP file is known."""
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(r"(?:\s|<!--.*?-->|<\?xml[^>]*>)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(r"\s*<\?xml\s")
_TAG = re.compile(r"</?(?:p|div|h[1-6]|br|table|ul|ol|li|span|a|b|i|em|strong|title|section|article)\b[^<>]*>", re.I)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_LONGEST_EXTENSION = 12
_LEADING = 4096
"""Bytes or characters at the start that tell what a file is."""


def told_format(data: bytes, name: str) -> str:
    """The format, a key of EXTENSIONS, of a file whose content and name agree. Raises Refused."""
    extension = cleaned(PurePath(name).suffix.lower())[:_LONGEST_EXTENSION]
    claimed = _FORMAT_BY_EXTENSION.get(extension)
    found = _found(data, claimed)
    if found in EXTENSIONS and claimed != found:
        wanted = EXTENSIONS[found][0]
        has = f"heißt am Ende „{extension}“" if extension else "hat keine Endung im Namen"
        raise Refused(f"{has}, ist aber {_article(found)}: Benenn die Datei um, sodass sie auf „{wanted}“ endet")
    if found in EXTENSIONS:
        return found
    if claimed:
        advice = f"Speicher den Inhalt als echte Datei im Format {claimed} oder lass sie weg"
        raise Refused(f"heißt am Ende „{extension}“, ist aber {found}: {advice}")
    raise Refused(f"ist {found}, das kann ich nicht lesen: Speicher den Inhalt als {READABLE}")


def decoded(data: bytes) -> str:
    """The characters of a text file: UTF-8 or UTF-16 as marked, else what HTML names, else UTF-8 or Windows-1252."""
    for mark, coding in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return data.decode(coding, "replace").removeprefix("\ufeff")
    named = _CHARSET.search(data[:_LEADING]) if b"<" in data[:_LEADING] else None
    for coding in (named[1].decode("ascii") if named else "utf-8", "utf-8"):
        try:
            return data.decode(coding)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _found(data: bytes, claimed: str | None) -> str:
    """A format that is read, or in German what else the file is."""
    if b"%PDF-" in data[:1024]:
        return "PDF"
    if data.startswith(b"PK\x03\x04"):
        return _packed(data)
    if data.startswith(_OLD_OFFICE):
        return _old_office(data)
    for start, what in _OTHERS:
        if data.startswith(start) and (len(start) > 3 or _BINARY.search(data[:_LEADING].decode("latin-1"))):
            return what
    if data[4:8] == b"ftyp":
        return "ein Video"
    text = decoded(data)
    if _BINARY.search(text):
        return "keine Textdatei"
    if _HTML.match(text[:_LEADING]) or (claimed == "HTML" and _TAG.search(text)):
        return "HTML"
    if _XML.match(text):
        return "eine XML-Datei"
    return "Markdown" if claimed == "Markdown" else "Text"


def _packed(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except Exception as error:  # zipfile fails in many ways on what is no archive
        raise Refused(DAMAGED) from error
    return next((what for part, what in _PACKED if part in names), "ein gepacktes Archiv (ZIP)")


def _old_office(data: bytes) -> str:
    """The container that Word and PowerPoint used until 2003, and still use for files with a password."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused("ist mit einem Passwort geschützt: Speicher sie ohne Passwort")
    if "WordDocument".encode("utf-16-le") in data:
        return "eine alte Word-Datei (.doc)"
    if "PowerPoint Document".encode("utf-16-le") in data:
        return "eine alte PowerPoint-Datei (.ppt)"
    return "eine alte Office-Datei"


def _article(found: str) -> str:
    names = {"PDF": "ein PDF", "DOCX": "eine Word-Datei (DOCX)", "PPTX": "eine PowerPoint-Datei (PPTX)"}
    return names.get(found) or {"HTML": "eine HTML-Seite", "Markdown": "Markdown"}.get(found, "einfacher Text")
