"""The spoken question of `make run`: asked over the real WebSocket, told as it goes, kept as antwort.wav."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.client import WIRE_RATE, RealtimeClient, Reply
from assistant.errors import KumpelError
from assistant.files import write_file
from speech.audio import write_wav
from speech.espeak import ESPEAK_RATE, EspeakLibrary

QUESTION = "Was ist eine Halluzination bei der KI?"
EXAMPLE_VOICE = "de+f2"
ANSWER_FILE = Path("antwort.wav")


def example_speech(text: str, voice: str = EXAMPLE_VOICE) -> tuple[NDArray[np.float32], int]:
    """`text` spoken by the example voice: samples within ±1, shape (n,), and their rate in Hertz."""
    return EspeakLibrary.get().say(text, voice).as_float(), ESPEAK_RATE


async def ask_itself(url: str, question: str) -> Reply:
    """Asks `question` aloud at the running server."""
    samples, rate = example_speech(question)
    async with RealtimeClient(url) as client:
        return await client.ask_speech(samples, rate)


def run_demo(url: str, question: str = QUESTION, out: Path = ANSWER_FILE) -> bool:
    """Asks, prints what happened, writes the answer as a WAV; True when it worked."""
    print(f"Ich frage mich selbst, mit künstlicher Stimme: „{question}“", flush=True)
    try:
        reply = asyncio.run(asyncio.wait_for(ask_itself(url, question), 60))
    except TimeoutError:
        print("Nach 60 Sekunden kam keine Antwort.")
        return False
    except KumpelError as problem:
        print(problem.message)
        return False
    for error in reply.errors:
        print(f"Fehler: {error['message']}")
    print(f"  gehört:    {reply.heard}")
    for source in reply.sources:
        approved = source["approved_by"] or "noch nicht fachlich freigegeben"
        print(f"  Lektion:   {source['lesson']} „{source['title']}“ ({approved})")
    print(f"  Antwort:   {reply.text.strip()}")
    stages = {"hear": "verstehen", "find": "suchen", "answer": "antworten", "speak": "sprechen", "total": "insgesamt"}
    times = [f"{stages[name]} {value:.0f} ms" for name, value in reply.timings_ms.items() if name in stages]
    if reply.first_sound:
        times.append(f"vom Ende der Frage bis zum ersten Ton {1000 * (reply.first_sound - reply.endpoint):.0f} ms")
    print(f"  Zeiten:    {', '.join(times)}")
    worked = reply.status == "completed" and bool(reply.sources) and bool(reply.audio)
    if reply.audio:
        try:
            write_file(out, write_wav(np.frombuffer(reply.audio, np.int16), WIRE_RATE))
        except KumpelError as problem:
            print(problem.message)
            return False
        print(f"  Ton:       {out} ({len(reply.audio) / 2 / WIRE_RATE:.1f} s)", flush=True)
    return worked
