"""One question without a server: text or a recording in, a report out. What `kumpel ask` prints."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import NotUnderstood
from assistant.turn import Engines, Source, Stopwatch, Turn
from retrieval.passages import Found


@dataclass(frozen=True)
class Report:
    """Everything about one turn, for people who test."""

    question: str
    heard: str | None
    """What the recogniser understood, or None for a typed question."""
    variants: list[str]
    intent: str
    """"question", or "not_understood" when the gate refused the recording."""
    lesson: str | None
    candidates: list[str]
    """At most three lesson ids, best first."""
    score: float
    abstained: bool
    answer: str
    source: Source | None
    answerer: str
    timings_ms: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        """Plain types for json.dumps."""
        return asdict(self)


async def ask_text(engines: Engines, question: str) -> Report:
    """Answers a typed question."""
    return await _answer(engines, Turn(engines), question, None, Stopwatch())


async def ask_speech(engines: Engines, samples: NDArray[np.float32]) -> Report:
    """Answers a recording (mono, 16 kHz, within ±1, shape (n,))."""
    turn, watch = Turn(engines), Stopwatch()
    transcript = await turn.hear(samples)
    watch.lap("hear")
    if transcript.rejected:
        return Report(
            transcript.text, transcript.text, [], "not_understood", None, [], 0.0, True,
            NotUnderstood.spoken, None, engines.answerers.engines[0].name, watch.timings_ms,
        )  # fmt: skip
    return await _answer(engines, turn, transcript.text, transcript.text, watch)


async def _answer(engines: Engines, turn: Turn, question: str, heard: str | None, watch: Stopwatch) -> Report:
    found: Found = await turn.find(question)
    watch.lap("find")
    sentences: list[str] = []
    async for sentence in turn.answer(found):
        if not sentences:
            watch.lap("answer")
        sentences.append(sentence)
    async with aclosing(turn.speak(sentences[0])) as frames:
        async for _frame in frames:
            break
    watch.lap("speak")
    best = found.best
    return Report(
        question, heard, list(found.variants), "question", best.source if best else None,
        [hit.source for hit in found.hits[:3]], round(found.hits[0].score, 4) if found.hits else 0.0, found.abstained,
        " ".join(sentences), turn.source(found), engines.answerers.engines[0].name, watch.timings_ms,
    )  # fmt: skip
