"""Trainers' own files: what is read of them, with headings and pages."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import docx
import pptx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pptx.util import Cm

from corpus.documents.clean import cleaned, joined
from corpus.documents.extract import Extract
from corpus.documents.passages import Block, sections
from corpus.documents.reading import read_document
from corpus.documents.tables import row_texts
from tests.document_support import (
    MANUALS,
    QUESTIONS,
    add_diagram,
    make_manual_docx,
    make_manual_pdf,
    make_slides_pptx,
    picture,
    text_of,
    typeset,
    words_of,
    written,
)

# The three papers, read as a trainer's files are.


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Extract]:
    makers = {"pdf": make_manual_pdf, "docx": make_manual_docx, "pptx": make_slides_pptx}
    folder = tmp_path_factory.mktemp("papers")
    return {kind: read_document(make(folder / f"papier.{kind}")) for kind, make in makers.items()}


def test_a_manual_of_thirty_pages_is_read_page_by_page(papers: dict[str, Extract]) -> None:
    manual = papers["pdf"]
    assert (manual.title, manual.format, manual.pages) == ("Betriebsanweisung Presse 4", "PDF", 30)
    for number, page in enumerate(MANUALS["pdf"]["pages"], 1):
        assert words_of(page) <= set(text_of(manual, number).split()), f"page {number}"
        assert {part.heading.split(" – ")[0] for part in manual.sections if part.page == number} == {page["heading"]}
    assert "Lindental" not in text_of(manual)
    assert "von 30" not in text_of(manual)


def test_progress_is_told_by_the_page(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    read_document(make_manual_pdf(tmp_path / "presse.pdf"), progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (30, 30)
    assert told == sorted(told)


def test_a_ruled_table_names_its_columns_in_every_row(papers: dict[str, Extract]) -> None:
    manual = papers["pdf"]
    assert "Stelle: Kugelgelenk; Mittel: Graphitfett; Frist: alle 200 Stunden." in text_of(manual, 7)
    assert "Größe: Arbeitsdruck; Normal: 120 bar; Abschaltung: 135 bar." in text_of(manual, 3)


def test_a_leaflet_has_the_pages_that_its_hard_breaks_make(papers: dict[str, Extract]) -> None:
    leaflet = papers["docx"]
    assert (leaflet.title, leaflet.format, leaflet.pages) == ("Merkblatt Gabelstapler", "DOCX", 5)
    for number, page in enumerate(MANUALS["docx"]["pages"], 1):
        assert page["heading"] in {part.heading for part in leaflet.sections if part.page == number}
    assert "Stapler: Blau 7; Tragkraft: 3500 Kilogramm; Hubhöhe: 5,80 Meter." in text_of(leaflet, 3)
    assert "Reifen ohne Risse und fest. Gabelzinken gerade und gesichert." in text_of(leaflet, 2)


def test_slides_are_read_with_their_tables_and_notes(papers: dict[str, Extract]) -> None:
    talk = papers["pptx"]
    assert (talk.title, talk.format, talk.pages) == ("Unterweisung Gefahrstoffe", "PPTX", 9)
    assert "Stoff: Aceton; Handschuh: Butyl; Hält dicht: 60 Minuten." in text_of(talk, 4)
    assert "blauen Tonne neben der Waage" in text_of(talk, 7)
    assert {part.heading for part in talk.sections if part.page == 6} == {"Umfüllen"}


def test_passages_are_short_enough_to_speak_and_clean(papers: dict[str, Extract]) -> None:
    for part in (part for paper in papers.values() for part in paper.sections):
        assert len(part.text.split()) <= 120
        assert part.text == cleaned(part.text)


def test_a_long_text_is_cut_into_passages_of_like_length() -> None:
    read = sections([Block(("Wer das Tor öffnet, schaut vorher nach links und nach rechts. " * 30).strip())])
    counts = [len(part.text.split()) for part in read]
    assert len(counts) == 4
    assert all(70 <= count <= 95 for count in counts)
    assert all(part.text.endswith("rechts.") for part in read)


def test_every_question_has_its_page() -> None:
    pages = {kind: len(MANUALS[kind]["slides" if kind == "pptx" else "pages"]) for kind in ("pdf", "docx", "pptx")}
    assert len(QUESTIONS) == 20
    assert all(1 <= page <= pages[kind] for kind, page, _ in QUESTIONS)


# Print: columns, tables without lines, line ends.


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    prose = ["links " * 60, "mitten " * 60, "rechts " * 60]
    for count in (2, 3):
        body = "\n#colbreak()\n".join(f"Anfang {text} Ende." for text in prose[:count])
        path = typeset(
            f"= Oben\nVoller Satz über die ganze Breite.\n#columns({count})[{body}]", tmp_path / "spalten.pdf"
        )
        text = text_of(read_document(path)).split(" Anfang ", 1)[1]
        assert [part.split()[0] for part in text.split("Anfang ")] == ["links", "mitten", "rechts"][:count]
        assert all(len(set(part.split()[:-1])) == 1 for part in text.split("Anfang "))


def test_a_heading_between_columns_parts_them(tmp_path: Path) -> None:
    halves = "#columns(2, [A {0} B. #colbreak() C {0} D.])"
    source = halves.format("eins " * 70) + "\n= Mitte\n" + halves.format("zwei " * 70)
    parts = read_document(typeset(source, tmp_path / "mitte.pdf")).sections
    assert "zwei" not in " ".join(part.text for part in parts if part.heading != "Mitte")
    assert "eins" not in " ".join(part.text for part in parts if part.heading == "Mitte")


@pytest.mark.parametrize("lines", ["stroke: none", "stroke: (x, y) => (bottom: 1pt)", "stroke: 1pt"])
def test_a_table_is_read_by_rows_whatever_its_lines(tmp_path: Path, lines: str) -> None:
    cells = "[*Werkstoff*], [*Drehzahl*], [*Vorschub*], [Baustahl], [60 je Minute], [langsam]"
    more = "[Messing], [900 je Minute], [mittel]"
    source = f"Vor dem Sägen nachsehen.\n#table(columns: 3, {lines}, {cells}, {more})\nDanach spannen."
    text = text_of(read_document(typeset(source, tmp_path / "tabelle.pdf")))
    assert "Werkstoff: Baustahl; Drehzahl: 60 je Minute; Vorschub: langsam." in text
    assert "Werkstoff: Messing; Drehzahl: 900 je Minute; Vorschub: mittel." in text


def test_merged_cells_are_read_in_every_row_they_cover(tmp_path: Path) -> None:
    head = "table.header([*Teil*], [*Januar*], [*Juli*])"
    source = f"#table(columns: 3, {head}, table.cell(rowspan: 2)[Haube], [sehen], [tauschen], [fühlen], [messen])"
    text = text_of(read_document(typeset(source, tmp_path / "plan.pdf")))
    assert text == "Teil: Haube; Januar: sehen; Juli: tauschen. Teil: Haube; Januar: fühlen; Juli: messen."


def test_a_page_printed_sideways_is_read(tmp_path: Path) -> None:
    source = "#rotate({}, reflow: true)[#box(width: 12cm)[Erste Zeile steht hier. \\ Zweite Zeile folgt ihr.]]"
    for angle in ("90deg", "-90deg", "180deg"):
        read = read_document(typeset(source.format(angle), tmp_path / "quer.pdf"))
        assert text_of(read) == "Erste Zeile steht hier. Zweite Zeile folgt ihr."


def test_words_parted_at_line_ends_are_joined(tmp_path: Path) -> None:
    source = "Ohne Sicherheits-\\ schuhe geht niemand zum Not-\\ Halt, auch nicht zur Wartungs-\\ und Prüfarbeit."
    text = text_of(read_document(typeset(source, tmp_path / "trennung.pdf")))
    assert text == "Ohne Sicherheitsschuhe geht niemand zum Not-Halt, auch nicht zur Wartungs- und Prüfarbeit."
    assert joined(["Schutz\u00ad", "brille"]) == "Schutzbrille"


def test_invisible_characters_go() -> None:
    assert cleaned("Not\u00adhalt\u200b \u202edru\u0308cken\u202c\x07\ufeff ﬂott\u2066") == "Nothalt drücken flott"


def test_a_short_heading_is_kept_with_its_chapter_and_never_crossed() -> None:
    blocks = [Block("Presse", 1, 1), Block("Wartung", 1, 2), Block("Öl prüfen", 1), Block("Öl wechseln.", 2)]
    read = sections([*blocks, Block("Störung", 2, 2), Block("Reset drücken.", 2)], title="Handbuch")
    assert [(part.heading, part.page, part.text) for part in read] == [
        ("Presse – Wartung", 1, "Öl prüfen."),
        ("Presse – Wartung", 2, "Öl wechseln."),
        ("Presse – Störung", 2, "Reset drücken."),
    ]


def test_a_table_without_a_head_is_not_given_one() -> None:
    assert row_texts([["Druck", "120 bar"], ["Hub", "14"]]) == ["Druck: 120 bar.", "Hub: 14."]
    assert row_texts([["Stoff", "Menge"], ["Öl", "5 Liter"]]) == ["Stoff: Öl; Menge: 5 Liter."]


# The other formats.


def test_what_a_browser_hides_is_not_read(tmp_path: Path) -> None:
    page = """<!doctype html><title>Aushang</title><style>.weg{display:none}</style><h1>Pausen</h1>
    <script>alert(1)</script><!-- geheim --><p style="display: none">versteckt</p><p class=weg>auch</p><p hidden>und</p>
    <p>Pause ist um <b>neun</b> Uhr.</p><ul><li>Tee</li><li>Kaffee</li></ul>
    <table><tr><th>Tag<th>Wer</tr><tr><td rowspan=2>Montag<td>Ali</tr><tr><td>Berta</tr></table>"""
    read = read_document(written(tmp_path / "aushang.html", page))
    assert (read.title, read.format, read.pages) == ("Aushang", "HTML", None)
    assert read.sections[0].heading == "Pausen"
    assert text_of(read) == "Pause ist um neun Uhr. Tee. Kaffee. Tag: Montag; Wer: Ali. Tag: Montag; Wer: Berta."


def test_markdown_has_headings_lists_and_tables(tmp_path: Path) -> None:
    page = "---\ntitle: Kranfahren\n---\n# Kran\n\nVor dem *Heben* prüfen:\n\n- [ ] Haken\n- Seil\n\n## Last\n\n"
    read = read_document(written(tmp_path / "kran.md", page + "| Kran | Last |\n|---|---|\n| Nord | 2 t |\n"))
    assert (read.title, read.format) == ("Kranfahren", "Markdown")
    assert [(part.heading, part.text) for part in read.sections] == [
        ("Kran", "Vor dem Heben prüfen: Haken. Seil."),
        ("Kran – Last", "Kran: Nord; Last: 2 t."),
    ]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_plain_text_has_paragraphs_and_pages(tmp_path: Path, coding: str) -> None:
    page = "Prüfen\n======\n\nDie Öl-\r\nkanne steht\nunten.\n\f\nSTÖRUNG MELDEN\n\nRuf 4460 an."
    read = read_document(written(tmp_path / "meine_notiz-2.txt", page.encode(coding)))
    assert (read.title, read.format, read.pages) == ("Prüfen", "Text", 2)
    assert [part.text for part in read.sections] == ["Die Ölkanne steht unten.", "Ruf 4460 an."]
    assert [part.heading for part in read.sections] == ["Prüfen", "STÖRUNG MELDEN"]


def test_a_file_without_title_or_heading_is_called_by_its_name(tmp_path: Path) -> None:
    assert read_document(written(tmp_path / "meine_notiz-2.txt", "Ruf an.")).title == "Meine notiz 2"


def word_file(path: Path, body: str) -> Path:
    document = docx.Document()
    space = nsdecls("w", "wp") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    for element in parse_xml(f"<w:body {space}>{body}</w:body>"):
        document.element.body.insert(len(document.element.body) - 1, element)
    document.save(str(path))
    return path


def test_pages_that_word_noted_are_counted_once(tmp_path: Path) -> None:
    noted = "<w:lastRenderedPageBreak/>"
    body = f"""<w:p><w:r><w:t>Erste Seite.</w:t></w:r></w:p><w:p><w:r><w:br w:type="page"/></w:r></w:p>
    <w:p><w:r>{noted}<w:t>Zweite Seite, die</w:t></w:r><w:r>{noted}<w:t> auf der dritten endet.</w:t></w:r></w:p>
    <w:p><w:pPr><w:pageBreakBefore/></w:pPr><w:r>{noted}<w:t>Vierte Seite.</w:t></w:r></w:p>"""
    read = read_document(word_file(tmp_path / "seiten.docx", body))
    assert read.pages == 4
    assert [part.page for part in read.sections] == [1, 2, 3, 4]


def test_a_word_file_is_read_as_it_is_seen(tmp_path: Path) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>Im Kasten.</w:t></w:r></w:p></w:txbxContent>"
    body = f"""<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Leitern</w:t></w:r></w:p>
    <w:sdt><w:sdtContent><w:p><w:r><w:t>Vorlage. </w:t></w:r><w:ins><w:r><w:t>Neu.</w:t></w:r></w:ins><w:del><w:r>
    <w:delText>Alt.</w:delText></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>Geheim.</w:t></w:r></w:p></w:sdtContent>
    </w:sdt><w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps">{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>
    </mc:AlternateContent></w:r></w:p><w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Kurz und fett</w:t></w:r></w:p>
    <w:p><w:r><w:t>Darunter.</w:t></w:r></w:p>"""
    read = read_document(word_file(tmp_path / "leitern.docx", body))
    assert [(part.heading, part.text) for part in read.sections] == [
        ("Leitern", "Vorlage. Neu. Im Kasten."),
        ("Kurz und fett", "Darunter."),
    ]
    assert read.pages is None


def test_slides_are_read_from_the_top_left_and_hidden_ones_not(tmp_path: Path) -> None:
    talk = pptx.Presentation()
    slide = talk.slides.add_slide(talk.slide_layouts[6])
    for text, left, top in (("rechts oben", 14, 2.2), ("unten", 2, 9), ("links oben", 2, 2)):
        slide.shapes.add_textbox(Cm(left), Cm(top), Cm(8), Cm(2)).text_frame.text = text
    hidden = talk.slides.add_slide(talk.slide_layouts[5])
    hidden.shapes.title.text = "Nicht zeigen"
    hidden.element.set("show", "0")
    talk.save(str(tmp_path / "folien.pptx"))
    read = read_document(tmp_path / "folien.pptx")
    assert read.pages == 2
    assert [(part.heading, part.page, part.text) for part in read.sections] == [
        ("", 1, "links oben. rechts oben. unten.")
    ]


def test_pictures_drawings_and_merged_cells_do_not_disturb(tmp_path: Path) -> None:
    talk = pptx.Presentation()
    slide = talk.slides.add_slide(talk.slide_layouts[5])
    slide.shapes.title.text = "Ablauf"
    slide.shapes.add_picture(io.BytesIO(picture("PNG")), Cm(1), Cm(5))
    table = slide.shapes.add_table(3, 3, Cm(1), Cm(10), Cm(20), Cm(3)).table
    table.cell(1, 0).merge(table.cell(2, 0))
    for i, row in enumerate([["Tor", "Früh", "Spät"], ["Nord", "auf", "zu"], ["", "zu", "auf"]]):
        for j, text in enumerate(row):
            if text:
                table.cell(i, j).text = text
    add_diagram(slide, ["Melden", "Sperren"])
    talk.save(str(tmp_path / "ablauf.pptx"))
    text = text_of(read_document(tmp_path / "ablauf.pptx"))
    assert text == "Melden. Sperren. Tor: Nord; Früh: auf; Spät: zu. Tor: Nord; Früh: zu; Spät: auf."

    document = docx.Document()
    document.add_picture(io.BytesIO(picture("PNG")))
    grid = document.add_table(3, 2)
    grid.cell(0, 0).merge(grid.cell(0, 1)).text = "Gefahren"
    grid.cell(1, 0).merge(grid.cell(2, 0)).text = "Säge"
    grid.cell(1, 1).text, grid.cell(2, 1).text = "Lärm", "Staub"
    document.save(str(tmp_path / "gefahren.docx"))
    assert text_of(read_document(tmp_path / "gefahren.docx")) == "Gefahren. Säge: Lärm. Säge: Staub."


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium")
def test_a_page_that_a_browser_printed_is_read_in_order(tmp_path: Path) -> None:
    style = "body{font-family:sans-serif} div{columns:2; text-align:justify} td,th{border:1px solid; padding:2mm}"
    halves = ["Öl wird jede Woche nachgefüllt. " * 12, "Fett kommt nur an die Kurbel. " * 12]
    table = "<table><tr><th>Stelle<th>Mittel<tr><td>Kurbel<td>Fett 2</table>"
    page = f"<style>{style}</style><h1>Plan</h1><div><p>{'<p>'.join(halves)}</div>{table}"
    source, made = written(tmp_path / "plan.html", f"<!doctype html><meta charset=utf-8>{page}"), tmp_path / "plan.pdf"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={made}"]
    subprocess.run(["chromium", *options, str(source)], check=True, capture_output=True)
    assert text_of(read_document(made)) == f"{''.join(halves)}Stelle: Kurbel; Mittel: Fett 2."
