"""HTML, Markdown and plain text as blocks. Markdown is made HTML first, so that both are read alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from corpus.documents.clean import BULLETS, cleaned, joined, without_bullet
from corpus.documents.extract import Limits
from corpus.documents.kinds import decoded
from corpus.documents.parsing import Parsed, Progress
from corpus.documents.passages import Block
from corpus.documents.tables import row_texts

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_NEVER_READ = {
    "script", "style", "noscript", "template", "svg", "math", "head", "nav", "iframe", "object", "button", "select",
    "input", "textarea", "canvas", "audio", "video", "dialog",
}  # fmt: skip
"""Elements whose content is no text of the document, or not seen until somebody clicks."""
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
    "u", "var", "wbr",
}  # fmt: skip
"""Elements that do not end a paragraph."""
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_AT_RULE = re.compile(r"@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|/\*.*?\*/", re.DOTALL)
_HIDING_RULE = re.compile(r"([^{}]+)\{[^{}]*(?:display\s*:\s*none|visibility\s*:\s*hidden)[^{}]*\}", re.IGNORECASE)
_SIMPLE_SELECTOR = re.compile(r"[.#][\w-]+")
_MOST_COLUMNS, _MOST_ROWS = 50, 500
"""How far one cell may reach, whatever it claims."""
_FRONT = re.compile(r"\A---\r?\n(.*?)\r?\n(?:---|\.\.\.)\r?\n", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE | re.IGNORECASE)
_TICK = re.compile(r"^\[[ xX]\]\s+")
_UNDERLINE = re.compile(r"^(={3,}|-{3,}|~{3,}|\*{3,})$")
_ITEM = re.compile(rf"^(?:[{re.escape(BULLETS)}]|\(?(?:\d{{1,3}}|[a-z])[.)])\s")
_LONGEST_HEADING = 10
"""Words of a line in capitals that is a heading."""


def read_html(data: bytes, limits: Limits, progress: Progress) -> Parsed:
    """An HTML page: what a reader sees of it."""
    return _parsed(decoded(data), progress)


def read_markdown(data: bytes, limits: Limits, progress: Progress) -> Parsed:
    """A Markdown file: headings, lists and tables; the fields in its head are no text."""
    from markdown_it import MarkdownIt

    text = decoded(data)
    front = _FRONT.match(text)
    named = _FRONT_TITLE.search(front[1]) if front else None
    page = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text[front.end() :] if front else text)
    read = _parsed(page, progress)
    blocks = [Block(_TICK.sub("", block.text), block.page, block.level) for block in read.blocks]
    return Parsed(named[1] if named else "", None, blocks)


def read_plain(data: bytes, limits: Limits, progress: Progress) -> Parsed:
    """A text file: paragraphs parted by empty lines, pages by form feeds."""
    text = decoded(data).replace("\r\n", "\n").replace("\r", "\n").strip("\f\x1a \n")
    pages = text.split("\f")
    blocks: list[Block] = []
    for number, page in enumerate(pages, 1):
        for paragraph in re.split(r"\n[ \t]*\n", page):
            blocks += _paragraph(paragraph.split("\n"), number if len(pages) > 1 else None)
        progress(number, len(pages))
    return Parsed("", len(pages) if len(pages) > 1 else None, blocks)


def _paragraph(lines: list[str], page: int | None) -> Iterator[Block]:
    """Lines without an empty one between: perhaps headings first, then text or items."""
    lines = [line.strip() for line in lines if line.strip()]
    if len(lines) > 1 and _UNDERLINE.match(lines[1]):
        yield Block(cleaned(lines[0]), page, 1 if lines[1][0] == "=" else 2)
        lines = lines[2:]
    elif len(lines) == 1 and lines[0].isupper() and 1 < len(lines[0].split()) <= _LONGEST_HEADING:
        yield Block(cleaned(lines[0]), page, 2)
        return
    started: list[list[str]] = []
    for line in lines:
        if _UNDERLINE.match(line):
            continue
        if _ITEM.match(line) or not started:
            started.append([without_bullet(line)])
        else:
            started[-1].append(line)
    yield from (Block(joined(part), page) for part in started)


def _parsed(page: str, progress: Progress) -> Parsed:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:  # nothing but comments
        return Parsed("", None, [])
    title = root.findtext(".//title") or ""
    _drop_unseen(root)
    walk = _Walk()
    walk.visit(root)
    walk.end_paragraph()
    progress(1, 1)
    return Parsed(title, None, walk.blocks)


def _drop_unseen(root: Any) -> None:
    """Takes out of the tree what a browser does not show."""
    rules = " ".join(_AT_RULE.sub(" ", style.text or "") for style in root.iter("style"))
    hidden = {
        selector.strip()
        for match in _HIDING_RULE.finditer(rules)
        for selector in match[1].split(",")
        if _SIMPLE_SELECTOR.fullmatch(selector.strip())
    }
    for element in list(root.iter()):
        names = {f".{name}" for name in (element.get("class") or "").split()} | {f"#{element.get('id')}"}
        unseen = element.get("hidden") is not None or _HIDING.search(element.get("style") or "")
        if element is not root and (element.tag in _NEVER_READ or unseen or names & hidden):
            element.drop_tree()


class _Walk:
    """Collects the blocks of a tree."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._words: list[str] = []

    def visit(self, element: Any) -> None:
        """Reads an element with all in it, but not what follows it."""
        tag = element.tag
        if tag in _HEADINGS:
            self.end_paragraph()
            self.blocks.append(Block(cleaned(_text(element)), None, _HEADINGS[tag]))
        elif tag == "table" and not _lays_out(element):
            self.end_paragraph()
            rows, head = _rows(element)
            self.blocks += [Block(cleaned(_text(caption))) for caption in element.iter("caption")]
            self.blocks += [Block(text) for text in row_texts(rows, head)]
        elif tag in _INLINE:
            self._inside(element)
        else:
            self.end_paragraph()
            self._inside(element)
            self.end_paragraph()

    def end_paragraph(self) -> None:
        """What was read so far is a block of its own."""
        if text := without_bullet(cleaned("".join(self._words))):
            self.blocks.append(Block(text))
        self._words.clear()

    def _inside(self, element: Any) -> None:
        self._words.append(" " if element.tag == "br" else element.text or "")
        for child in element:
            if child.tag == "br":
                self._words.append(" ")
            else:
                self.visit(child)
            self._words.append(child.tail or "")


def _text(element: Any) -> str:
    """All text in an element; only inline elements do not part words."""
    parts = [element.text or ""]
    for child in element:
        gap = "" if child.tag in _INLINE else " "
        parts += [gap, _text(child), gap, child.tail or ""]
    return "".join(parts)


def _lays_out(table: Any) -> bool:
    """Whether a table only arranges the page: it holds headings or further tables, or has one column."""
    inner = next(table.iter("h1", "h2", "h3", "h4"), None) is not None or len(list(table.iter("table"))) > 1
    return inner or all(len(row.findall("td") + row.findall("th")) < 2 for row in table.iter("tr"))


def _rows(table: Any) -> tuple[list[list[str]], bool | None]:
    """The cells of a table, merged ones spread, and whether its first row names the columns."""
    rows: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}  # column: in how many more rows a cell from above still stands
    head = None
    for number, row in enumerate(table.iter("tr")):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if number == 0 and cells and all(cell.tag == "th" for cell in cells):
            head = True
        texts: list[str] = []
        for cell in cells:
            _fill(texts, hanging)
            text = cleaned(_text(cell))
            high = _span(cell, "rowspan", _MOST_ROWS)
            for _ in range(_span(cell, "colspan", _MOST_COLUMNS)):
                if high > 1:
                    hanging[len(texts)] = (high - 1, text)
                texts.append(text)
                text = ""
        _fill(texts, hanging)
        rows.append(texts)
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows], head


def _fill(texts: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    """Adds the cells that reach down into this place of the row."""
    while (column := len(texts)) in hanging:
        more, text = hanging.pop(column)
        texts.append(text)
        if more > 1:
            hanging[column] = (more - 1, text)
            # the same column is asked again only in the next row, as `texts` has grown


def _span(cell: Any, name: str, most: int) -> int:
    value = (cell.get(name) or "").strip()
    return max(1, min(most, int(value))) if value.isascii() and value.isdigit() else 1
