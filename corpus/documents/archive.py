"""The inside of a DOCX or PPTX, checked before a library unpacks it.

Only its XML is kept: pictures and films are emptied, since nobody reads them. What is kept may not be too much, may
not claim a wrong size, and may not declare entities, by which a small XML file grows without end.
"""

from __future__ import annotations

import io
import zipfile

from corpus.documents.extract import DAMAGED, Limits, Refused

_BOMB = "ist gepackt viel kleiner als ausgepackt, das ist gefährlich: Nimm die Datei nicht, frag, woher sie kommt"
_TEXTUAL = (".xml", ".rels")
_SMALL = 1_000_000
"""Bytes; how much smaller parts are packed does not matter."""
_ENCRYPTED = 0x1
_DECLARATIONS = tuple(
    mark.encode(coding) for mark in ("<!DOCTYPE", "<!ENTITY") for coding in ("utf-8", "utf-16-le", "utf-16-be")
)
"""Office programs never write them."""


def harmless(data: bytes, limits: Limits) -> io.BytesIO:
    """The file with its XML parts alone, unpacked. Raises Refused, and what zipfile raises for a damaged one."""
    kept = io.BytesIO()
    left = limits.unpacked_mb * 1_000_000
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(kept, "w") as written:
        _check_claims(archive.infolist(), limits)
        for name in dict.fromkeys(archive.namelist()):
            content = b""
            if name.lower().endswith(_TEXTUAL):
                content = _read(archive, name, left)
                left -= len(content)
            written.writestr(name, content)
    kept.seek(0)
    return kept


def _check_claims(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    """What the table of contents says, before anything is unpacked."""
    if len(parts) > limits.parts or sum(part.file_size for part in parts) > limits.unpacked_mb * 1_000_000:
        raise Refused(_BOMB)
    for part in parts:
        if part.flag_bits & _ENCRYPTED:
            raise Refused("ist mit einem Passwort geschützt: Speicher sie ohne Passwort")
        if part.file_size > max(_SMALL, part.compress_size * limits.packing):
            raise Refused(_BOMB)


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A part, whatever size it claims, if it has at most `most` bytes."""
    with archive.open(name) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise Refused(_BOMB)
    if any(mark in content for mark in _DECLARATIONS):
        raise Refused(DAMAGED)
    return content
