"""The server: wires the routes to the engines, no logic."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from assistant.api import audio, failures, lessons, library, realtime, status
from assistant.settings import Settings
from assistant.turn import Engines
from assistant.writer import Writer
from speech.vad import VoiceDetector

WEB = Path(__file__).resolve().parent.parent / "web"


def create_app(
    settings: Settings, engines: Engines, make_detector: Callable[[], VoiceDetector], writer: Writer | None = None
) -> FastAPI:
    """The application. `make_detector` makes a session's own detector; `engines` are shared by all sessions.

    `writer`: this process writes the data folder; None: another one does.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        for pool in (engines.transcribers, engines.retriever, engines.answerers, engines.voices):
            pool.close()
        if writer is not None:
            writer.close()

    app = FastAPI(title="KI-Kumpel", docs_url=None, redoc_url=None, lifespan=lifespan)
    sessions = realtime.SessionCount(settings.max_sessions)
    failures.install(app)
    app.include_router(realtime.router(settings, engines, make_detector, sessions))
    app.include_router(audio.router(engines))
    app.include_router(status.router(settings.profile, engines, sessions))
    app.include_router(lessons.router(engines.lessons))
    if writer is not None and engines.publisher is not None:
        app.include_router(library.router(engines.publisher, writer.token))
    app.mount("/", StaticFiles(directory=WEB, html=True))
    return app
