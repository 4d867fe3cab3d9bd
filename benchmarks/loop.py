"""The spoken loop over the real WebSocket: what is heard, which lesson is found, how long the first sound takes.

Each test question is sent to a server in a process of its own, its last half second and the silence after it in real
time. Then the same utterance goes through the bare engines in this process; the two alternate, so that a machine that
drifts does so for both, and `cost_over_engines` is the ratio of their medians.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from assistant.client import RealtimeClient, Reply
from assistant.settings import Settings, load_settings
from assistant.turn import Engines
from assistant.wiring import build_engines, make_detector_factory, segmenter_settings
from benchmarks.report import Goal, percentile, report
from benchmarks.spoken import SEED, SpokenQuestion, spoken_questions
from german.text import plain
from speech.segmenter import Segmenter, Utterance

COUNT, WARM_UP = 60, 3
PACED_SECONDS = 0.5
GOALS = [
    Goal("wer", "<=", 0.20),
    Goal("lesson_hit", ">=", 0.85),
    Goal("first_sample_after_endpoint_ms_p95", "<=", 150),
    Goal("first_sample_after_speech_ms_p95", "<=", 750),
    Goal("cost_over_engines", "<=", 1.10),
]


def run(full: bool = False) -> dict[str, Any]:
    """Asks COUNT questions (all test questions with `full`)."""
    settings = load_settings()
    questions = spoken_questions(None if full else COUNT)
    engines = build_engines(settings)
    with server_process() as url:
        replies, bare = asyncio.run(_ask_all(url, settings, engines, questions))
    return report("loop", figures(questions, replies, bare, settings), GOALS)


def figures(
    questions: list[SpokenQuestion], replies: list[Reply], bare_ms: list[float], settings: Settings
) -> dict[str, Any]:
    """Figures from what came back; the first WARM_UP turns count for words and lessons, not for times."""
    pairs = [(plain(q.text).split(), plain(r.heard or "").split()) for q, r in zip(questions, replies, strict=True)]
    hits = [bool(r.sources) and r.sources[0]["lesson"] == q.lesson for q, r in zip(questions, replies, strict=True)]
    timed = [r for r in replies[WARM_UP:] if r.first_sound and r.endpoint and r.heard is not None]
    after_endpoint = [1000 * (r.first_sound - r.endpoint) for r in timed]
    after_speech = [1000 * (r.first_sound - r.speech_sent) for r in timed]
    result: dict[str, Any] = {
        "wer": sum(Levenshtein.distance(a, b) for a, b in pairs) / sum(len(a) for a, _ in pairs),
        "lesson_hit": sum(hits) / len(hits),
        "not_understood": sum(r.heard is None for r in replies) / len(replies),
    }
    for kind in sorted({q.kind for q in questions}):
        chosen = [hit for hit, q in zip(hits, questions, strict=True) if q.kind == kind]
        result[f"lesson_hit_{kind}"] = sum(chosen) / len(chosen)
    for name, values in (("after_endpoint", after_endpoint), ("after_speech", after_speech)):
        for share in (50, 95):
            result[f"first_sample_{name}_ms_p{share}"] = percentile(values, share / 100)
    result["engines_ms_p50"] = percentile(bare_ms[WARM_UP:], 0.5)
    result["cost_over_engines"] = result["first_sample_after_endpoint_ms_p50"] / result["engines_ms_p50"]
    return result | {"endpoint_silence_ms": settings.silence_ms, "questions": len(questions), "seed": SEED}


async def _ask_all(
    url: str, settings: Settings, engines: Engines, questions: list[SpokenQuestion]
) -> tuple[list[Reply], list[float]]:
    replies, bare = [], []
    for question in questions:
        paced = max(0.0, len(question.samples) / question.rate - PACED_SECONDS)
        async with RealtimeClient(url) as client:
            replies.append(await client.ask_speech(question.samples, question.rate, paced))
        bare.append(_bare_engines_ms(engines, _utterance(settings, question.samples)))
    return replies, bare


def _utterance(settings: Settings, samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The slice that the server's segmenter hands to the recogniser."""
    detector, segmenter = make_detector_factory(settings)(), Segmenter(segmenter_settings(settings))
    sound = np.concatenate([samples, np.zeros(2 * 16000, np.float32)])
    for start in range(0, len(sound) - 511, 512):
        frame = sound[start : start + 512]
        for event in segmenter.process(frame, detector.probability(frame)):
            if isinstance(event, Utterance):
                return event.samples
    return samples


def _bare_engines_ms(engines: Engines, samples: NDArray[np.float32]) -> float:
    """Recogniser, search, answer and the first frame of the voice, called directly, in milliseconds."""
    transcriber, retriever = engines.transcribers.engines[0], engines.retriever.engines[0]
    began = time.perf_counter()
    found = retriever.search(transcriber.transcribe(samples).text)
    first = engines.lessons[found.best.source].short_answer[0] if found.best else "Das steht nicht in meinem Material."
    next(iter(engines.voices.engines[0].synthesize(first)))
    return 1000 * (time.perf_counter() - began)


@contextmanager
def server_process() -> Iterator[str]:
    """`kumpel serve` on a free port in a process of its own; yields its WebSocket URL."""
    command = [sys.executable, "-m", "assistant", "serve", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        assert server.stdout is not None
        for line in server.stdout:
            if found := re.search(r"http://localhost:(\d+)", line):
                yield f"ws://127.0.0.1:{found[1]}/v1/realtime"
                return
        raise RuntimeError("the server did not start")
    finally:
        server.terminate()
        server.wait(10)
