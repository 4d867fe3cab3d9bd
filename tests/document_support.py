"""Papers of a metal works as files: a manual, a leaflet and slides, and what people ask of them."""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pptx
import typst
from docx.enum.text import WD_BREAK
from lxml import etree
from PIL import Image, ImageDraw
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.util import Cm

from corpus.documents.extract import Extract

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MANUALS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("manuals.toml").read_text("utf-8"))
QUESTIONS: list[tuple[str, str, int]] = [
    (asked["kind"], asked["page"], asked["text"]) for asked in MANUALS["questions"]
]
"""Kind of the file (pdf, docx or pptx), page or slide with the answer, question."""

_PAGE = """
#set document(title: {title})
#set text(lang: "de", size: 10pt, hyphenate: true)
#set par(justify: true)
#set page(
  paper: "a4", margin: 2.2cm,
  header: [#text(8pt)[#{running}] #h(1fr) #text(8pt)[Fassung 7]],
  footer: context [#h(1fr) #text(8pt)[Seite #counter(page).display() von 30]],
)
"""


def typeset(source: str, path: Path) -> Path:
    """A PDF from Typst's language."""
    path.write_bytes(typst.compile(source.encode("utf-8")))
    return path


def make_manual_pdf(path: Path) -> Path:
    """The manual of press 4: thirty pages, two columns of justified text, ruled tables, running header and footer."""
    manual = MANUALS["pdf"]
    pages = [_typst_page(page) for page in manual["pages"]]
    head = _PAGE.format(title=quoted(manual["title"]), running=quoted(manual["running"]))
    return typeset(head + "\n#pagebreak()\n".join(pages), path)


def make_manual_docx(path: Path) -> Path:
    """The leaflet on fork lifts: five pages parted by hard breaks, with headings, lists and a table."""
    leaflet = MANUALS["docx"]
    document = docx.Document()
    document.core_properties.title = leaflet["title"]
    for number, page in enumerate(leaflet["pages"]):
        if number:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        document.add_heading(page["heading"], 1)
        for kind, text in _parts(page["text"]):
            if kind == "heading":
                document.add_heading(text, 2)
            else:
                document.add_paragraph(text, style="List Bullet" if kind == "item" else None)
        if "table" in page:
            _fill(document.add_table(len(page["table"]), len(page["table"][0])), page["table"])
    document.save(str(path))
    return path


def make_slides_pptx(path: Path) -> Path:
    """The slides on hazardous substances: nine, with notes and a table."""
    talk = MANUALS["pptx"]
    presentation = pptx.Presentation()
    presentation.core_properties.title = talk["title"]
    for page in talk["slides"]:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = page["title"]
        slide.placeholders[1].text = "\n".join(page["points"])
        if "table" in page:
            rows, columns = len(page["table"]), len(page["table"][0])
            frame = slide.shapes.add_table(rows, columns, Cm(2), Cm(12), Cm(20), Cm(4))
            _fill(frame.table, page["table"])
        slide.notes_slide.notes_text_frame.text = page["notes"]
    presentation.save(str(path))
    return path


def quoted(text: str) -> str:
    """A string of Typst's language."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _typst_page(page: dict[str, Any]) -> str:
    parts = [f"#heading(level: 1, {quoted(page['heading'])})", "#columns(2, ["]
    for kind, text in _parts(page["text"]):
        parts.append(f"#heading(level: 2, {quoted(text)})" if kind == "heading" else f"#par({quoted(text)})")
    parts.append("])")
    if "table" in page:
        head, *rows = page["table"]
        cells = [f"[*#{quoted(cell)}*]" for cell in head] + [f"[#{quoted(cell)}]" for row in rows for cell in row]
        parts.append(f"#table(columns: {len(head)}, {', '.join(cells)})")
    return "\n".join(parts)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """The headings, items and paragraphs of a page's text."""
    for part in re.split(r"\n+", text.strip()):
        if part.startswith("## "):
            yield "heading", part[3:]
        elif part.startswith("- "):
            yield "item", part[2:]
        else:
            yield "text", part


def _fill(table: Any, rows: list[list[str]]) -> None:
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            table.cell(i, j).text = text


def add_diagram(slide: Any, words: list[str]) -> None:
    """A SmartArt drawing, which python-pptx cannot make."""
    main = "http://schemas.openxmlformats.org/drawingml/2006/main"
    drawn = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
    points = "".join(f"<d:pt><d:t><a:p><a:r><a:t>{word}</a:t></a:r></a:p></d:t></d:pt>" for word in words)
    data = f'<d:dataModel xmlns:d="{drawn}" xmlns:a="{main}"><d:ptLst>{points}</d:ptLst></d:dataModel>'
    kind = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"
    part = Part(PackURI("/ppt/diagrams/data1.xml"), kind, slide.part.package, data.encode("utf-8"))
    relation = slide.part.relate_to(part, f"{RELATIONS}/diagramData")
    frame = slide.shapes.add_table(1, 1, Cm(1), Cm(8), Cm(5), Cm(1))
    content = frame._element.graphic.graphicData
    content.remove(content.tbl)
    content.set("uri", drawn)
    ids = etree.SubElement(content, f"{{{drawn}}}relIds")
    ids.set(f"{{{RELATIONS}}}dm", relation)


def words_of(page: dict[str, Any]) -> set[str]:
    """The words of a page's paragraphs, which must all be found on it."""
    return {word for kind, text in _parts(page["text"]) if kind == "text" for word in text.split()}


def locked_pdf(path: Path) -> Path:
    """A PDF that opens with no password that anybody knows."""
    key = "<" + "5a" * 32 + ">"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        f"<< /Filter /Standard /V 1 /R 2 /O {key} /U {key} /P -4 >>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"<< /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [{key} {key}] >>"
    path.write_text(f"{body}xref\n0 5\n0000000000 65535 f \n{table}trailer\n{trailer}\nstartxref\n{len(body)}\n%%EOF\n")
    return path


def text_of(extract: Extract, page: int | None = None) -> str:
    return " ".join(part.text for part in extract.sections if page is None or part.page == page)


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def zipped(path: Path, **parts: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def repacked(path: Path, part: str, change: Any) -> Path:
    """The same DOCX or PPTX with one part changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped(path, **(parts | {part: change(parts.get(part, b""))}))


def picture(kind: str) -> bytes:
    image = Image.new("1", (600, 300), 1)
    ImageDraw.Draw(image).rectangle((50, 50, 200, 90), fill=0)
    stream = io.BytesIO()
    image.save(stream, kind)
    return stream.getvalue()
