"""`kumpel ask`: typed questions or recordings, answered without a server."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from assistant.ask import Report, ask_speech, ask_text
from assistant.cli.recordings import read_recording
from assistant.errors import BadAudio
from assistant.settings import Settings
from assistant.turn import Engines
from speech.asr import ASR_RATE
from speech.audio import resample


def ask(settings: Settings, questions: Iterable[str], recordings: list[Path], as_json: bool) -> int:
    """Answers each in turn.

    The exit status is 1 when a recording could not be read or, except in JSON, which says so, not be understood.
    """
    from assistant.wiring import build_engines

    return asyncio.run(_print_all(build_engines(settings), questions, recordings, as_json))


def lines(source: Iterable[str]) -> Iterator[str]:
    """The questions of a file or standard input: one a line, empty lines skipped."""
    return (line.strip() for line in source if line.strip())


async def _print_all(engines: Engines, questions: Iterable[str], recordings: list[Path], as_json: bool) -> int:
    status = 0
    for path in recordings:
        try:
            samples, rate = read_recording(path)
        except BadAudio as problem:
            print(problem.message, file=sys.stderr)
            status = 1
            continue
        report = await ask_speech(engines, resample(samples, rate, ASR_RATE))
        if report.intent == "not_understood" and not as_json:
            print(f"{path}: Darin habe ich keine Frage verstanden.", file=sys.stderr)
            status = 1
        else:
            _print(report, as_json)
    for question in questions:
        _print(await ask_text(engines, question), as_json)
    return status


def _print(report: Report, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False), flush=True)
    else:
        _print_plainly(report)


def _print_plainly(report: Report) -> None:
    if report.heard is not None:
        print(f"Gehört: {report.heard}")
    print(report.answer)
    if report.source:
        approved = report.source.approved_by or "noch nicht fachlich freigegeben"
        page = f", Seite {report.source.page}" if report.source.page is not None else ""
        print(f"Quelle: {report.source.lesson} „{report.source.title}“{page} ({approved})")
