"""Errors over HTTP: one conversion into OpenAI's error body."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assistant.errors import BadInput, KumpelError

log = logging.getLogger(__name__)


def error_body(error: KumpelError) -> dict[str, dict[str, str | None]]:
    """`{"error": …}` as OpenAI writes it, and what the learner hears."""
    details = {"message": error.message, "type": error.type, "param": error.param, "code": error.code}
    return {"error": {**details, "spoken": error.spoken}}


def install(app: FastAPI) -> None:
    """Has `app` answer every error in this form."""

    @app.exception_handler(KumpelError)
    async def on_kumpel_error(request: Request, error: KumpelError) -> JSONResponse:
        return JSONResponse(error_body(error), error.status)

    @app.exception_handler(RequestValidationError)
    async def on_invalid_request(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        param = ".".join(str(step) for step in first["loc"] if step not in ("body", "query", "path")) or None
        code = "missing_required_parameter" if first["type"] == "missing" else "invalid_value"
        return JSONResponse(error_body(BadInput(f"{param or 'body'}: {first['msg']}", code=code, param=param)), 400)

    @app.exception_handler(HTTPException)
    async def on_http_error(request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "invalid_request")
        body = error_body(BadInput(f"{request.method} {request.url.path}: {error.detail}", code=code))
        return JSONResponse(body, error.status_code, error.headers)

    @app.exception_handler(Exception)
    async def on_failure(request: Request, error: Exception) -> JSONResponse:
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return JSONResponse(error_body(KumpelError("internal error; see the server's log")), 500)
