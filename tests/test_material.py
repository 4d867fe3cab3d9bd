"""The material is read whole: one bad file gives one clear error, and nothing of the folder is changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.audit import audit
from corpus.files import MaterialError, repaired
from corpus.material import load_handouts, load_lessons, read_candidates
from tests.material_support import BODY, HANDOUT, HANDOUT_BODY, lesson_text, make_material

TODAY = date(2026, 11, 25)
TERM = {"term": "Band", "meaning": "Ein Band bewegt Kisten.", "misheard": [], "translations": {"en": "belt"}}

BAD_FILES = {
    "a missing field": (lesson_text("m02-1").replace("goal:", "gaol:"), "'goal' fehlt"),
    "a wrong id": (lesson_text("m02-2"), "'id' ist m02-2, die Datei heißt aber m02-1.md: Gib beiden denselben Namen"),
    "an unknown prerequisite": (
        lesson_text("m02-1", requires=["m01-22"]),
        "'requires' nennt m01-22, aber diese Lektion gibt es nicht: Meinst du m01-2?",
    ),
    "a circle": (lesson_text("m02-1", requires=["m02-1"]), "'requires' führt im Kreis: m02-1 → m02-1."),
    "a dead link": (
        lesson_text("m02-1", BODY + "\nMehr steht in den [Fragen](drei-frage).\n"),
        "'Link' führt zu „drei-frage“, das gibt es nicht: Meinst du drei-fragen?",
    ),
    "an insecure link": (lesson_text("m02-1", BODY + "\nLies [das](http://a.de).\n"), "'Link' führt zu „http://a.de“"),
    "Windows line ends": (lesson_text("m02-1").replace("\n", "\r\n"), "'Datei' hat Zeilenenden von Windows"),
    "a BOM": ("\ufeff" + lesson_text("m02-1"), "'Datei' beginnt mit einem unsichtbaren Zeichen (BOM)"),
    "5 MB": (lesson_text("m02-1", BODY + "Noch ein Satz. " * 350_000), "'Datei' ist größer als 200 Kilobyte"),
    "a script tag": (lesson_text("m02-1", BODY + "\n<script>alert(1)</script>\n"), "'Text' enthält „<script>“"),
    "broken YAML": (lesson_text("m02-1").replace("requires: []", "requires: [m01"), "'Kopf' ist nicht lesbar"),
    "another encoding": (lesson_text("m02-1").encode("utf-16"), "'Datei' ist nicht in UTF-8 gespeichert"),
    "an id twice": (lesson_text("m01-1"), "'id' ist m01-1, die Datei heißt aber m02-1.md"),
}


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.md")}


@pytest.mark.parametrize(("content", "expected"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_lesson_gives_one_clear_error_and_leaves_the_library_as_it_was(
    tmp_path: Path, content: str | bytes, expected: str
) -> None:
    (tmp_path / "library").mkdir()
    library = make_material(tmp_path / "library")
    before = snapshot(library)
    bad = tmp_path / "m02-1.md"
    bad.write_bytes(content if isinstance(content, bytes) else content.encode())

    report = audit(TODAY, library / "lessons", library / "handouts", None, candidates=[bad])
    assert len(report.errors) == 1, report.errors
    error = report.errors[0]
    message = f"'{error.rule}' {error.problem}: {error.better}"
    assert message.startswith(expected)
    assert error.file == str(bad)
    assert error.line >= 1
    assert snapshot(library) == before

    (library / "lessons" / bad.name).write_bytes(bad.read_bytes())  # even laid among the others it takes nothing down
    with pytest.raises(MaterialError) as refused:
        load_lessons(library / "lessons")
    assert expected in str(refused.value)
    (library / "lessons" / bad.name).unlink()
    assert list(load_lessons(library / "lessons")) == ["m01-1", "m01-2"]


def test_a_good_lesson_passes_as_a_candidate(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    library = make_material(tmp_path / "library")
    good = tmp_path / "m02-1.md"
    good.write_text(lesson_text("m02-1", BODY + "\nMehr steht in den [Fragen](drei-fragen).\n"), "utf-8")
    report = audit(TODAY, library / "lessons", library / "handouts", None, candidates=[good])
    assert report.errors == []
    assert [figures["id"] for figures in report.lessons] == ["m02-1"]


def test_a_circle_names_its_way(tmp_path: Path) -> None:
    library = make_material(tmp_path) / "lessons"
    (library / "m01-1.md").write_text(lesson_text("m01-1", requires=["m01-2"]), "utf-8")
    (library / "m01-2.md").write_text(lesson_text("m01-2", requires=["m01-1"]), "utf-8")
    with pytest.raises(MaterialError, match=r"m01-2\.md:\d+: 'requires' führt im Kreis: m01-\d → m01-\d → m01-\d"):
        load_lessons(library)


def test_an_id_is_given_once(tmp_path: Path) -> None:
    library = make_material(tmp_path) / "lessons"
    (library / "m01").mkdir()
    (library / "m01" / "m01-1.md").write_text(lesson_text("m01-1"), "utf-8")
    with pytest.raises(MaterialError, match=r"m01-1\.md:\d+: 'id' gibt es schon: m01-1"):
        load_lessons(library)


def test_a_word_has_one_meaning(tmp_path: Path) -> None:
    library = make_material(tmp_path) / "lessons"
    (library / "m01-1.md").write_text(lesson_text("m01-1", terms=[TERM]), "utf-8")
    other = {**TERM, "term": "band", "meaning": "Ein Band macht Musik."}
    (library / "m01-2.md").write_text(lesson_text("m01-2", terms=[other]), "utf-8")
    with pytest.raises(MaterialError, match=r"'terms\[1\]\.meaning' ist bei „band“ anders als in m01-1"):
        load_lessons(library)


def test_a_review_that_is_due_is_told_by_the_check_and_does_not_stop_the_server(tmp_path: Path) -> None:
    material = make_material(tmp_path)
    late = audit(date(2027, 6, 1), material / "lessons", material / "handouts", None)
    assert {error.rule for error in late.errors} == {"review_due"}
    assert len(late.errors) == 3
    assert "war am 31.05.2027: Lies den Text noch einmal" in f"{late.errors[0].problem}: {late.errors[0].better}"
    assert load_lessons(material / "lessons")


def test_the_last_day_of_a_review_is_still_in_time(tmp_path: Path) -> None:
    material = make_material(tmp_path)
    assert audit(date(2027, 5, 31), material / "lessons", material / "handouts", None).errors == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HANDOUT.format(id="drei fragen", body=HANDOUT_BODY), "'id' besteht aus kleinen Buchstaben und Strichen"),
        (HANDOUT.format(id="m01-1", body=HANDOUT_BODY), "'id' besteht aus kleinen Buchstaben und Strichen"),
        (HANDOUT.format(id="vier", body=HANDOUT_BODY), "'id' ist vier, die Datei heißt aber drei-fragen.md"),
        (HANDOUT.format(id="drei-fragen", body=""), "'---' steht am Ende: Unter dem Kopf fehlt der Text"),
        (HANDOUT.format(id="drei-fragen", body="<b>Halt</b>"), "'Text' enthält „<b>“"),
        (HANDOUT.format(id="drei-fragen", body="[Mehr](m01-9)"), "'Link' führt zu „m01-9“"),
        (HANDOUT.format(id="drei-fragen", body="Gut.").replace("checklist", "liste"), "'kind' kennt nur: card, "),
        (HANDOUT.format(id="drei-fragen", body="Gut.").replace("summary", "kurz"), "'summary' fehlt"),
    ],
)
def test_a_bad_handout_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    folder = make_material(tmp_path) / "handouts"
    (folder / "drei-fragen.md").write_text(text, "utf-8")
    with pytest.raises(MaterialError) as refused:
        load_handouts(folder)
    assert expected in str(refused.value)


def test_a_candidate_that_is_not_there_is_told(tmp_path: Path) -> None:
    lessons, handouts, errors = read_candidates([tmp_path / "nichts.md"])
    assert not lessons
    assert not handouts
    assert "'Datei' kann ich nicht lesen: No such file" in str(errors[0])


def test_marks_of_other_editors_can_be_repaired() -> None:
    assert repaired("\ufeffa\r\nb\rc\n") == "a\nb\nc\n"
