"""`kumpel ask`: typed questions or recordings, answered without a server."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

from assistant.ask import Report, ask_speech, ask_text
from assistant.errors import BadAudio
from assistant.settings import Settings
from assistant.turn import Engines
from speech.asr import ASR_RATE
from speech.audio import AudioError, read_wav, resample


def ask(settings: Settings, questions: Iterable[str], recordings: list[Path], as_json: bool) -> int:
    """Answers each in turn; the exit status is 1 when a recording could not be read."""
    from assistant.wiring import build_engines

    return asyncio.run(_print_all(build_engines(settings), questions, recordings, as_json))


def lines(source: Iterable[str]) -> Iterator[str]:
    """The questions of a file or standard input: one a line, empty lines skipped."""
    return (line.strip() for line in source if line.strip())


async def _print_all(engines: Engines, questions: Iterable[str], recordings: list[Path], as_json: bool) -> int:
    status = 0
    async for report in _reports(engines, questions, recordings):
        if isinstance(report, BadAudio):
            print(report.message, file=sys.stderr)
            status = 1
        elif as_json:
            print(json.dumps(report.as_json(), ensure_ascii=False), flush=True)
        else:
            _print_plainly(report)
    return status


async def _reports(
    engines: Engines, questions: Iterable[str], recordings: list[Path]
) -> AsyncIterator[Report | BadAudio]:
    for path in recordings:
        try:
            samples, rate = read_wav(path.read_bytes())
            yield await ask_speech(engines, resample(samples, rate, ASR_RATE))
        except (AudioError, OSError) as problem:
            yield BadAudio(f"{path}: {problem}")
    for question in questions:
        yield await ask_text(engines, question)


def _print_plainly(report: Report) -> None:
    if report.heard is not None:
        print(f"Gehört: {report.heard}")
    print(report.answer)
    if report.source:
        approved = report.source.approved_by or "noch nicht fachlich freigegeben"
        print(f"Quelle: {report.source.lesson} „{report.source.title}“ ({approved})")
