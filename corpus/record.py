"""Who answers for a piece of the material: owner, approval, review and sources, the same for lessons and handouts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from corpus.fields import Fields

AUDIENCES = ("alle", "azubis", "vorarbeiter", "ausbilder", "betriebsrat")


@dataclass(frozen=True)
class Source:
    """Where facts come from."""

    title: str
    publisher: str
    date: str
    """As the source states it: a day, a month, a year or "ohne Datum"."""
    note: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """What every piece says about itself."""

    id: str
    title: str
    audience: tuple[str, ...]
    """The field `for`."""
    owner: str
    approved_by: str | None
    """A named person, or None: shown and spoken as not yet approved."""
    version: int
    reviewed: date | None
    """The last review by a named person."""
    review_due: date
    sources: tuple[Source, ...]
    licence: str

    def overdue(self, today: date) -> bool:
        """Whether the day on which somebody had to look again is past."""
        return self.review_due < today


def record_fields(head: Fields) -> dict[str, Any]:
    """The fields of a `Record` from a file's head. Raises FieldError."""
    return {
        "title": head.text("title"),
        "audience": head.texts("for", least=1, among=AUDIENCES),
        "owner": head.text("owner"),
        "approved_by": head.text_or_none("approved_by"),
        "version": head.number("version", least=1),
        "reviewed": head.day_or_none("reviewed"),
        "review_due": head.day("review_due"),
        "sources": tuple(_source(item) for item in head.items("sources", least=1)),
        "licence": head.text("licence"),
    }


def _source(item: Fields) -> Source:
    source = Source(item.text("title"), item.text("publisher"), item.text("date"), item.text("note"))
    item.finish()
    return source
