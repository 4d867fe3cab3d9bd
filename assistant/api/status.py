"""`/healthz` and `/v1/models`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from assistant.api.realtime import SessionCount
from assistant.turn import Engines


def router(profile: str, engines: Engines, sessions: SessionCount) -> APIRouter:
    """The two routes."""
    routes = APIRouter()
    voice, recogniser = engines.voices.engines[0].name, engines.transcribers.engines[0].name
    answerer = engines.answerers.engines[0].name

    @routes.get("/healthz")
    async def health() -> dict[str, Any]:
        """Ready as soon as it answers: the engines are loaded before the server starts."""
        return {
            "ready": True,
            "profile": profile,
            "engines": {"recogniser": recogniser, "answerer": answerer, "voice": voice},
            "lessons": len(engines.lessons),
            "sessions": {"open": sessions.open, "limit": sessions.limit},
        }

    @routes.get("/v1/models")
    async def models() -> dict[str, Any]:
        """The assistant as a whole, and its engines."""
        names = dict.fromkeys(["kumpel", recogniser, answerer, voice])
        return {
            "object": "list",
            "data": [{"id": name, "object": "model", "created": 0, "owned_by": "ki-kumpel"} for name in names],
        }

    return routes
