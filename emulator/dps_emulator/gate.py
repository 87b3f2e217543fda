"""Between the connection and the routes: the request log, faults, and the form of the answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from threading import Event, Lock
from typing import Any

from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from .app import canonical
from .faults import Fault, Faults
from .log import Logged, logged
from .switches import Switches

WsgiApp = Callable[..., Any]


@dataclass(frozen=True)
class Reply:
    """What the connection does: send (all, or half and then close), or close or reset without a word."""

    response: Response
    chunked: bool = False
    cut: str | None = None


class Gate:
    """One request in, one reply out."""

    def __init__(
        self, app: WsgiApp, switches: Switches, ended: Callable[[Logged], None] = lambda request: None
    ) -> None:
        """`ended` is called for every request once its answer is known, and for every refused handshake."""
        self.requests: list[Logged] = []
        self.log: list[Logged] = []
        """The requests, and what was no request because its handshake was refused."""
        self.faults = Faults()
        self.stopping = Event()
        self._app, self._switches, self._ended = app, switches, ended
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], content: bytes) -> Reply:
        start = time.monotonic()
        request = logged(environ, content)
        with self._lock:
            self.requests.append(request)
            self.log.append(request)
            fault = self.faults.take(request)
        reply = self._reply(request, fault, environ, content)
        self.stopping.wait(max(0, start + self._switches.latency - time.monotonic()))
        request.seconds = time.monotonic() - start
        self._ended(request)
        return reply

    def note(self, request: Logged) -> None:
        """Log a request that was answered elsewhere."""
        with self._lock:
            self.requests.append(request)
            self.log.append(request)
        self._ended(request)

    def note_handshake(self, refused: Logged) -> None:
        """Log a handshake that was refused, unless it is this program's end that refuses it."""
        if self.stopping.is_set():
            return
        with self._lock:
            self.log.append(refused)
        self._ended(refused)

    def forget(self, remembered: int = 0) -> None:
        """Empty both lists, except for the last entries."""
        with self._lock:
            for logged in (self.requests, self.log):
                del logged[: max(0, len(logged) - remembered)]

    def reset(self) -> None:
        """Without faults, and with empty lists."""
        self.faults.clear()
        self.forget()

    def _reply(self, request: Logged, fault: Fault | None, environ: dict[str, Any], content: bytes) -> Reply:
        if fault is not None and fault.delay and self.stopping.wait(fault.delay):
            return _cut(request, Response(), "before")
        carried_out = fault is None or fault.carries_out
        response = self._carried_out(environ, content) if carried_out else Response()
        if fault is not None:
            response = _changed(response, fault)
            if fault.drop:
                return _cut(request, response, fault.drop)
        request.answered = response.get_data()
        request.status = response.status_code
        return Reply(response, self._switches.chunked)

    def _carried_out(self, environ: dict[str, Any], content: bytes) -> Response:
        inner = {
            **{name: value for name, value in environ.items() if name != "HTTP_TRANSFER_ENCODING"},
            "PATH_INFO": canonical(environ["PATH_INFO"]),
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.input": BytesIO(content),
        }
        content_parts, status, headers = run_wsgi_app(self._app, inner, buffered=True)
        response = Response(content_parts, status)
        # Assigned, not passed in: a 204 has no Content-Type, and the constructor would add one.
        response.headers = headers
        return response


def _changed(response: Response, fault: Fault) -> Response:
    changed = fault.answer() if fault.answers else response
    changed.headers.update(fault.headers)
    return changed


def _cut(request: Logged, response: Response, drop: str) -> Reply:
    request.status = "dropped"
    return Reply(response, cut=drop)
