"""JSON in and out of the routes, and the two forms of a refusal."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from flask import Response, current_app, request

from . import stamps
from .backend import Backend
from .refusal import Refusal, invalid


def backend() -> Backend:
    """The state of the emulator that serves this request."""
    state: Backend = current_app.extensions["backend"]
    return state


def answer(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate has no UTF-8; its backslash form is the JSON escape it came as.
    content = text.encode("utf-8", "backslashreplace")
    return Response(content, status, headers, content_type="application/json; charset=utf-8")


def nothing() -> Response:
    """204: no body and no type."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def sent() -> Any:
    """The request's JSON body; None when there is none."""
    content = request.get_data()
    if not content:
        return None
    if request.mimetype != "application/json":
        raise Refusal(415, 415000, "Content-Type must be application/json.")
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise invalid("The body is not valid JSON.") from None


def check_api_version(known: tuple[str, ...]) -> None:
    version = request.args.get("api-version")
    if not version:
        raise invalid("The query parameter api-version is required.")
    if version not in known:
        raise invalid(f"Unsupported API version {version}.")


def dps_refusal(refusal: Refusal) -> Response:
    """In the form of the service and of the device API."""
    tracking = str(uuid4())
    body = {
        "errorCode": refusal.code,
        "trackingId": tracking,
        "message": refusal.message,
        "timestampUtc": stamps.now(),
    }
    headers = {"x-ms-error-code": str(refusal.code), "x-ms-request-id": tracking, **refusal.headers}
    return answer(body, refusal.status, headers)


def arm_refusal(refusal: Refusal) -> Response:
    body = {"error": {"code": refusal.code, "message": refusal.message}}
    return answer(body, refusal.status, {"x-ms-request-id": str(uuid4()), **refusal.headers})
