"""`kumpel serve` and `kumpel demo`."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from assistant.demo import run_demo
from assistant.serving import background_server, make_server, take_port
from assistant.settings import Settings


def serve(settings: Settings, demo: bool) -> int:
    """Serves until interrupted; with `demo` the server first asks itself one spoken question."""
    taken = take_port(settings.host, settings.port)
    port = taken.getsockname()[1]
    print("KI-Kumpel lädt seine Modelle …", flush=True)
    server = make_server(settings, port)
    taken.listen()  # what is announced as ready takes connections, before uvicorn runs
    print(f"KI-Kumpel ist bereit: http://{_shown(settings.host)}:{port}  (Ende mit Strg+C)", flush=True)
    if demo:
        url = f"ws://{settings.host}:{port}/v1/realtime"
        threading.Thread(target=_demo_beside, args=(url, settings.host, port), daemon=True).start()
    server.run(sockets=[taken])
    return 0


def demo(settings: Settings, question: str, out: Path) -> int:
    """One spoken question to a server of its own on a free port."""
    print("KI-Kumpel lädt seine Modelle …", flush=True)
    with background_server(replace(settings, port=0)) as url:
        return 0 if run_demo(url, question, out) else 1


def _demo_beside(url: str, host: str, port: int) -> None:
    worked = run_demo(url)
    after = "Das hat geklappt." if worked else "Das hat nicht geklappt; kumpel doctor sagt, woran es liegt."
    print(f"{after} Die Seite zum Ausprobieren: http://{_shown(host)}:{port}", flush=True)


def _shown(host: str) -> str:
    return "localhost" if host in ("127.0.0.1", "0.0.0.0") else host
