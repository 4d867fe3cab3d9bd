"""A handout: a page to hear and to print, such as a checklist or a guide. Format: `docs/handout-format.md`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from corpus.fields import FieldError, Fields
from corpus.files import MaterialError, refuse_foreign, split, without_links
from corpus.lines import line_of
from corpus.record import Record, record_fields

HandoutKind = Literal["card", "checklist", "case", "help", "pack", "guide", "course"]
"""A card hangs on the wall; a pack informs; a guide is for one module in the classroom; a course is for trainers."""
BlockKind = Literal["heading", "text", "bullets", "steps", "ticks"]

_MARKS: tuple[tuple[BlockKind, re.Pattern[str]], ...] = (
    ("heading", re.compile(r"## +")),
    ("ticks", re.compile(r"- \[ \] +")),
    ("bullets", re.compile(r"- +")),
    ("steps", re.compile(r"\d{1,2}\. +")),
)


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, or a list with its items."""

    kind: BlockKind
    texts: tuple[str, ...]
    """One text, or the items of a list. "____" is a line to write on."""


@dataclass(frozen=True, kw_only=True)
class Handout(Record):
    """One page or a few."""

    kind: HandoutKind
    summary: str
    """One or two sentences that say what the page is for; spoken first."""
    blocks: tuple[Block, ...]


def parse_handout(text: str, name: str) -> Handout:
    """The text of a handout's file -> the handout; `name` is the file's name for messages. Raises MaterialError."""
    refuse_foreign(text, name)
    try:
        values, body = split(text)
        head = Fields(values)
        id_ = head.text("id")
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", id_) or re.fullmatch(r"m\d\d-\d+", id_):
            raise FieldError("id", "besteht aus kleinen Buchstaben und Strichen, zum Beispiel: emergency-card")
        handout = Handout(
            id=id_,
            kind=head.choice("kind", get_args(HandoutKind)),
            summary=head.text("summary"),
            blocks=tuple(_blocks(without_links(body))),
            **record_fields(head),
        )
        head.finish()
    except FieldError as error:
        raise MaterialError(name, line_of(text, error.field), error.field, error.problem) from None
    return handout


def _blocks(body: str) -> list[Block]:
    blocks: list[Block] = []
    broken = False
    """Whether the line before may go on in this one."""
    for line in body.splitlines():
        kind, text = _marked(line.strip())
        last = blocks[-1] if blocks else None
        if not text:
            pass
        elif broken and last and kind == "text":
            blocks[-1] = Block(last.kind, (*last.texts[:-1], f"{last.texts[-1]} {text}"))
        elif last and kind == last.kind and kind not in ("heading", "text"):
            blocks[-1] = Block(kind, (*last.texts, text))
        else:
            blocks.append(Block(kind, (text,)))
        broken = bool(text) and kind != "heading"
    if not blocks:
        raise FieldError("---", "steht am Ende: Unter dem Kopf fehlt der Text")
    return blocks


def _marked(line: str) -> tuple[BlockKind, str]:
    for kind, mark in _MARKS:
        if match := mark.match(line):
            return kind, line[match.end() :]
    return "text", line
