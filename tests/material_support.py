"""Small lessons and handouts in a folder of their own, beside which a bad one can be laid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from corpus.material import LESSONS

SHIPPED = (LESSONS / "m01" / "m01-1.md").read_text("utf-8")
HEAD: dict[str, Any] = yaml.safe_load(SHIPPED.split("---\n")[1])
BODY = SHIPPED.split("---\n", 2)[2]

HANDOUT = """---
id: {id}
kind: checklist
title: Drei Fragen
summary: Mit drei Fragen prüfst du jede Antwort.
for: [alle]
owner: KI-Kumpel
approved_by: null
version: 1
reviewed: null
review_due: 2027-05-31
sources:
  - {{title: "Eigener Text", publisher: "KI-Kumpel", date: "2026-11-25", note: "Für den Test."}}
licence: CC BY 4.0
---

{body}
"""
HANDOUT_BODY = "## So geht es\n\nFrag dreimal nach.\n\n- [ ] Woher kommt das?\n- [ ] Kann das sein?"


def lesson_text(id_: str, body: str = BODY, **fields: object) -> str:
    """The file of a good lesson named `id_`, with `fields` changed."""
    head = {**HEAD, "id": id_, "module": id_.split("-")[0], "requires": [], "terms": [], **fields}
    return f"---\n{yaml.safe_dump(head, allow_unicode=True)}---\n{body}"


def make_material(folder: Path, **lessons: str) -> Path:
    """A folder with `lessons/` and `handouts/`: m01-1, m01-2, the handout "drei-fragen", and what is given."""
    (folder / "lessons").mkdir()
    (folder / "handouts").mkdir()
    for id_ in ("m01-1", "m01-2"):
        (folder / "lessons" / f"{id_}.md").write_text(lesson_text(id_), "utf-8")
    page = HANDOUT.format(id="drei-fragen", body=HANDOUT_BODY)
    (folder / "handouts" / "drei-fragen.md").write_text(page, "utf-8")
    return folder
