"""Written German -> spoken clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Clause:
    """One piece for the voice: as it is written (caption) and as it is spoken."""

    written: str
    spoken: str


def clauses(text: str) -> Iterator[Clause]:
    for part in re.split(r"(?<=[.?!;:])\s+", text.strip()):
        if part:
            yield Clause(part, part)
