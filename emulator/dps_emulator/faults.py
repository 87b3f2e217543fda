"""Misbehaviour on request."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from typing import Any

from werkzeug.wrappers import Response

from .log import Logged


@dataclass
class Fault:
    """What the next `times` matching calls get. `Emulator.fail` takes these as arguments.

    Answers: `status`, `headers`, `body` (an object, sent as JSON) or `raw` (sent as it is, with `content_type`);
    what is not given is not sent, and headers alone are added to the real answer. `carry_out` carries the request
    out nevertheless. `delay` is in seconds. `drop` cuts the connection: "before" (reset, nothing carried out),
    "after" (carried out, no answer) or "middle" (carried out, half of the answer's body sent).

    Matching: `method`, `path` (a part of the decoded path), `where` (a function of the logged request). Without
    path and where only requests to the service API match.
    """

    times: int = 1
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    raw: bytes | str | None = None
    content_type: str = "application/json"
    delay: float = 0
    drop: str | None = None
    carry_out: bool = False
    method: str | None = None
    path: str | None = None
    where: Callable[[Logged], bool] | None = None

    def __post_init__(self) -> None:
        if self.drop not in (None, "before", "after", "middle"):
            raise ValueError(f"drop must be before, after or middle, not {self.drop}")
        self.headers = self.headers or {}

    @property
    def answers(self) -> bool:
        """Whether it has an answer of its own."""
        return self.status is not None or self.body is not None or self.raw is not None

    @property
    def carries_out(self) -> bool:
        return self.drop != "before" and (self.carry_out or not self.answers)

    def answer(self) -> Response:
        raw = self.raw if self.body is None else json.dumps(self.body)
        response = Response(raw or b"", self.status or HTTPStatus.OK)
        response.headers.clear()
        if raw:
            response.headers["Content-Type"] = self.content_type
        response.headers["Content-Length"] = str(len(response.get_data()))
        return response

    def matches(self, request: Logged) -> bool:
        if self.path is None and self.where is None and not request.is_service:
            return False
        if self.method is not None and self.method.upper() != request.method:
            return False
        return (self.path is None or self.path in request.path) and (self.where is None or self.where(request))


class Faults:
    """Faults waiting for their calls, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, request: Logged) -> Fault | None:
        """The fault that this call gets."""
        with self._lock:
            for fault in self._waiting:
                if fault.times > 0 and fault.matches(request):
                    fault.times -= 1
                    return fault
        return None
