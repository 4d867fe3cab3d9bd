"""Characters and line ends: nothing invisible stays, and words that a line end has parted are joined."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

BULLETS = "•‣▪■□▫●○◦◆◇➢➔→✓✔☐☑–—-*·"
"""Marks before the items of lists."""

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
"""Control, format (zero width, direction, soft hyphen), half of a pair, private and unassigned characters."""
_VARIATION = {chr(code) for code in range(0xFE00, 0xFE10)}
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_HYPHENS = "-\u00ad\u2010\u0002\ufffe"
"""What stands at a parted word's end; pdfium writes U+0002 or U+FFFE for it."""
_BROKEN = re.compile(rf"(?<=[^\W\d_])[{_HYPHENS}]$")
_JOINT = re.compile(r"(und|oder|bzw|sowie|als|noch)\b")
"""After these a hyphen stands for a part left out: "Wartungs- und Prüfplan"."""
_SOFT_BREAK = re.compile("\u00ad\\s*\n\\s*")


def cleaned(text: str) -> str:
    """`text` in NFC, with single spaces and without invisible characters or ligatures.

    >>> cleaned("Not\u00adhalt\u200b  dr\u0075\u0308cken\\n")
    'Nothalt drücken'
    """
    text = _LIGATURE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), _SOFT_BREAK.sub("", text))
    kept = (char for char in text if char.isspace() or unicodedata.category(char) not in _INVISIBLE)
    visible = "".join(char for char in kept if char not in _VARIATION)
    return " ".join(unicodedata.normalize("NFC", visible).split())


def joined(lines: Iterable[str]) -> str:
    """The lines of a paragraph as one text, words joined that a line end has parted.

    >>> joined(["Ohne Sicherheits-", "schuhe und Not-", "Halt keine Wartungs-", "und Prüfarbeit."])
    'Ohne Sicherheitsschuhe und Not-Halt keine Wartungs- und Prüfarbeit.'
    """
    text = ""
    for line in lines:
        line = line.strip()
        if not text or not line:
            text += line
        elif not _BROKEN.search(text):
            text += f" {line}"
        elif line[0].islower():
            text = f"{text[:-1]}- {line}" if _JOINT.match(line) else text[:-1] + line
        else:
            text = f"{text[:-1]}-{line}"
    return cleaned(text)


def without_bullet(line: str) -> str:
    """`line` without the mark of a list's item."""
    return line.lstrip(BULLETS + " \t") if line[:1] in BULLETS and line[1:2].isspace() else line
