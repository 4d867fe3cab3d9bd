"""What the styles of a DOCX say about a paragraph: heading of which level, page break before it, bold."""

from __future__ import annotations

from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""The namespace of Word's XML, as lxml writes it."""

_CONTENTS = ("toc ", "table of figures", "inhaltsverzeichnis", "verzeichnis ")
"""How the names of styles begin that a table of contents uses."""
_DEEPEST = 10
"""How many styles may be based on one another."""


class Styles:
    """The styles of a document, looked up by the paragraph."""

    def __init__(self, styles: Any) -> None:
        self._by_id = {style.style_id: style for style in styles}
        self._levels: dict[str | None, int | None] = {}

    def level(self, paragraph: Any) -> int | None:
        """Of a heading, 1 for the title and 2 for the highest below; 0 for text, None for a line of contents."""
        own = paragraph.find(f"{W}pPr/{W}outlineLvl")
        if own is not None:
            return _outline(own)
        style: str | None = paragraph.style
        if style not in self._levels:
            self._levels[style] = self._style_level(style)
        return self._levels[style]

    def starts_page(self, paragraph: Any) -> bool:
        """Whether a page break stands before the paragraph."""
        properties = paragraph.find(f"{W}pPr")
        if properties is not None and properties.find(f"{W}pageBreakBefore") is not None:
            return switched_on(properties, "pageBreakBefore")
        style = self._by_id.get(paragraph.style)
        return style is not None and switched_on(style.element.find(f"{W}pPr"), "pageBreakBefore")

    def _style_level(self, style_id: str | None) -> int | None:
        style = self._by_id.get(style_id)
        for _ in range(_DEEPEST):
            if style is None:
                break
            name = (style.name or "").lower()
            if name.startswith(_CONTENTS):
                return None
            if name in ("title", "titel"):
                return 1
            number = name.removeprefix("heading ").removeprefix("überschrift ")
            if number != name and number.isdecimal():
                return int(number) + 1
            outline = style.element.find(f"{W}pPr/{W}outlineLvl")
            if outline is not None:
                return _outline(outline)
            based = style.element.find(f"{W}basedOn")
            style = None if based is None else self._by_id.get(based.get(f"{W}val"))
        return 0


def switched_on(properties: Any, name: str) -> bool:
    """Whether a property stands there and is not switched off."""
    found = None if properties is None else properties.find(f"{W}{name}")
    return found is not None and found.get(f"{W}val") not in ("0", "false", "off")


def all_bold(element: Any) -> bool:
    """Whether every run with text is set in bold."""
    runs = [run for run in element.iter(f"{W}r") if "".join(t.text or "" for t in run.iter(f"{W}t")).strip()]
    return bool(runs) and all(switched_on(run.find(f"{W}rPr"), "b") for run in runs)


def _outline(element: Any) -> int:
    number = int(element.get(f"{W}val") or 9)  # counted from 0; 9 is body text
    return number + 2 if number < 9 else 0
