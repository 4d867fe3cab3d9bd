"""What the command line lets a running server write, so that nobody else does.

POST /v1/kumpel/library   {"do": "approve", "id", "by"} or {"do": "retire", "id"}, with the writer's token
"""

from __future__ import annotations

import asyncio
import hmac
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, HTTPException
from pydantic import BaseModel

from assistant.library import Publisher
from assistant.writer import PATH


class Order(BaseModel):
    """One change to the documents."""

    do: Literal["approve", "retire"]
    id: str
    by: str = ""


def router(publisher: Publisher, token: str) -> APIRouter:
    """The one route; whoever does not know the token is told nothing."""
    routes = APIRouter()

    @routes.post(PATH)
    async def write(order: Order, authorization: Annotated[str, Header()] = "") -> dict[str, Any]:
        """Does it and answers when it is searched; nobody who talks meanwhile is disturbed."""
        if not hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise HTTPException(404)
        if order.do == "approve":
            done = await asyncio.to_thread(publisher.approve, order.id, order.by, date.today())
        else:
            done = await asyncio.to_thread(publisher.retire, order.id, date.today())
        return {"id": done.id, "version": done.version, "title": done.title, "approved_by": done.approved_by}

    return routes
