"""`kumpel talk`: a WebSocket client for people who test."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.cli.recordings import read_recording
from assistant.client import WIRE_RATE, Event, RealtimeClient, Reply
from assistant.errors import Unavailable
from assistant.files import write_file
from speech.audio import write_wav

MICROPHONE_SECONDS = 10


def talk(url: str, recordings: list[Path], texts: list[str], microphone: bool, out: Path | None, events: bool) -> int:
    """Asks everything over one connection; the exit status is 1 when an answer did not complete."""
    return asyncio.run(_talk(url, recordings, texts, microphone, out, events))


async def _talk(
    url: str, recordings: list[Path], texts: list[str], microphone: bool, out: Path | None, events: bool
) -> int:
    sounds = [read_recording(path) for path in recordings]
    audio, status = b"", 0
    async with RealtimeClient(url, _print_event if events else None) as client:
        for samples, rate in sounds:
            reply = await client.ask_speech(samples, rate)
            audio, status = audio + reply.audio, max(status, _show(reply))
        for text in texts:
            reply = await client.ask_text(text)
            audio, status = audio + reply.audio, max(status, _show(reply))
        if microphone:
            print(f"Sprich jetzt, höchstens {MICROPHONE_SECONDS} Sekunden …", file=sys.stderr, flush=True)
            reply = await client.ask_speech(await asyncio.to_thread(_record), WIRE_RATE)
            audio, status = audio + reply.audio, max(status, _show(reply))
    if out:
        write_file(out, write_wav(np.frombuffer(audio, np.int16), WIRE_RATE))
    return status


def _record() -> NDArray[np.float32]:
    try:
        import sounddevice
    except (ImportError, OSError) as problem:
        raise Unavailable(
            "Für das Mikrofon fehlt ein Teil: pip install 'ki-kumpel[microphone]' und PortAudio"
        ) from problem
    recorded = sounddevice.rec(
        MICROPHONE_SECONDS * WIRE_RATE, samplerate=WIRE_RATE, channels=1, dtype="float32", blocking=True
    )
    return np.asarray(recorded, np.float32)[:, 0]


def _show(reply: Reply) -> int:
    for error in reply.errors:
        print(f"Fehler ({error.get('code')}): {error['message']}", file=sys.stderr)
    if reply.heard is not None:
        print(f"Gehört: {reply.heard}")
    print(reply.text.strip())
    for source in reply.sources:
        print(f"Quelle: {source['lesson']} „{source['title']}“")
    return 0 if reply.status == "completed" else 1


def _print_event(seconds: float, event: Event) -> None:
    """One line an event: when, what, and its content with sound shown as a length."""
    shown: dict[str, Any] = {k: v for k, v in event.items() if k not in ("type", "event_id")}
    if event["type"] == "response.output_audio.delta":
        shown["delta"] = f"{len(base64.b64decode(event['delta'])) / 2 / WIRE_RATE:.3f} s"
    print(f"{seconds:8.3f}  {event['type']}  {json.dumps(shown, ensure_ascii=False)[:240]}", flush=True)
