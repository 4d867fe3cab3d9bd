"""A tiny trained embedder and a small school of lessons, made once per test run."""

from __future__ import annotations

from functools import cache

from corpus.lesson import Lesson, parse
from corpus.questions import Question
from retrieval.fusion import ANSWERABLE_FEATURES, RANK_FEATURES, Fusion
from training.embedder import Trainer

TOPICS = {
    "m91-1": ("Bagger fahren", "Der Bagger hebt Sand und Steine.", "Wie fahre ich den Bagger?"),
    "m91-2": ("Brot backen", "Der Bäcker knetet Teig und heizt den Ofen.", "Wie backe ich ein Brot?"),
    "m91-3": ("Halluzination", "Eine Halluzination ist eine erfundene Antwort.", "Was ist eine Halluzination?"),
}
OUTSIDE = ("Wie wird das Wetter?", "Regnet es heute?", "Wann scheint die Sonne?")


@cache
def lessons() -> dict[str, Lesson]:
    """Three lessons on things that have no word in common."""
    return {id_: parse(lesson_text(id_, *topic), id_) for id_, topic in TOPICS.items()}


def lesson_text(id_: str, title: str, step: str, ask: str) -> str:
    """A whole, valid lesson file."""
    return f"""---
id: {id_}
module: {id_.split("-")[0]}
title: {title}
goal: Danach kannst du {title}.
short_answer: ["{step}"]
verbatim: false
for: [alle]
requires: []
asks:
  - {{kind: std, text: "{ask}"}}
terms: []
checks:
  - {{kind: true_false, question: "Stimmt das?", answer: true, hint: "Ja."}}
  - {{kind: true_false, question: "Und das?", answer: false, hint: "Nein."}}
task: Probier es heute.
checklist: []
owner: Test
approved_by: null
version: 1
reviewed: null
review_due: 2027-05-31
sources:
  - {{title: Buch, publisher: Verlag, date: "2025", note: Seite 1}}
licence: CC BY 4.0
---

## Lektion

{step}

## Beispiele

### Handel

{title} im Handel.

## Mehr wissen

Noch mehr über {title}.
"""


def questions() -> list[Question]:
    """What people ask, and what no lesson answers."""
    return [Question(None, None, text) for text in OUTSIDE]


@cache
def embedder() -> Trainer:
    """A real embedder, trained for a second."""
    trainer = Trainer(list(lessons().values()), questions())
    trainer.train(steps=15)
    return trainer


def even_fusion(threshold: float) -> Fusion:
    """Every channel counts the same; a question is answerable in so far as it is nearer to lessons than outside."""
    rank = (2.0,) * RANK_FEATURES
    channels = RANK_FEATURES // 2
    answerable = (1.0,) * channels + (-2.0,) * (ANSWERABLE_FEATURES - channels - 2) + (0.0, 0.0, 1.0)
    return Fusion(rank, answerable, (1.0, 0.0), (4.0, 4.0, 0.0, -3.0), threshold, 2 * threshold, 0.5)
