"""The admin port: what Python has as methods of `Emulator`, for tests in other languages."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any

from flask import Flask, Response, request
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from .faults import Fault
from .listening import listening
from .server import Emulator
from .switches import Switches

# What a matching function of Python has no place in JSON for.
_FAULT_MEMBERS = tuple(field.name for field in fields(Fault) if field.name != "where")
_NUMBERS = (int, float)
_TYPES: dict[str, tuple[type, ...]] = {
    "times": (int,),
    "status": (int,),
    "headers": (dict,),
    "raw": (str,),
    "content_type": (str,),
    "delay": _NUMBERS,
    "drop": (str,),
    "carry_out": (bool,),
    "method": (str,),
    "path": (str,),
}


class Admin:
    """Plain HTTP on 127.0.0.1, for those who have the token; a context manager."""

    def __init__(self, dps: Emulator, port: int, set_switches: Callable[[Switches], None]) -> None:
        """`set_switches` sets those that the program's options set, after a reset. Raises ListenError."""
        self.token = secrets.token_urlsafe(24)
        (socket,) = listening(("127.0.0.1",), port, "--admin-port")
        with socket:
            number = socket.getsockname()[1]
            app = _application(dps, number, self.token, set_switches)
            self._server = ThreadedWSGIServer("127.0.0.1", number, app, _Handler, fd=socket.fileno())
        self.url = f"http://127.0.0.1:{number}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="dps-emulator-admin", daemon=True)

    def __enter__(self) -> Admin:
        self._thread.start()
        return self

    def __exit__(
        self, type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: the log is of what the tested program sends."""


def _application(dps: Emulator, port: int, token: str, set_switches: Callable[[Switches], None]) -> Flask:
    app = Flask("dps_emulator_admin")
    hosts = [f"127.0.0.1:{port}", f"localhost:{port}"]

    @app.before_request
    def check_access() -> Response | None:
        # A page in a browser of this machine may send requests here, also under a name that its own server resolves.
        if request.headers.get("Host", "").lower() not in hosts:
            return _refusal(403, f"The Host header must be {hosts[0]} or {hosts[1]}.")
        origin = request.headers.get("Origin")
        if origin is not None and origin.lower() not in [f"http://{host}" for host in hosts]:
            return _refusal(403, f"Requests from the origin {origin} are refused.")
        sent = request.headers.get("Authorization", "").encode()
        if not secrets.compare_digest(sent, f"Bearer {token}".encode()):
            refusal = _refusal(401, "The header 'Authorization: Bearer' with the adminToken is required.")
            refusal.headers["WWW-Authenticate"] = "Bearer"
            return refusal
        return None

    @app.get("/ready")
    def ready() -> Response:
        return _json({"ready": True})

    @app.get("/ca.pem")
    def authority() -> Response:
        return Response(Path(dps.ca_file).read_bytes(), content_type="application/x-pem-file")

    @app.get("/issuer.pem")
    def issuer() -> Response:
        return Response(dps.issuing_authority, content_type="application/x-pem-file")

    @app.post("/reset")
    def reset() -> Response:
        dps.reset()
        set_switches(dps.switches)
        return Response(status=204)

    @app.post("/faults")
    def faults() -> Response:
        sent: Any = request.get_json(force=True, silent=True)
        found = sent if isinstance(sent, list) else [sent]
        reasons = [reason for reason in map(_fault_reason, found) if reason]
        if reasons:
            return _refusal(400, reasons[0])
        for fault in found:
            dps.fail(**{name: value for name, value in fault.items() if value is not None})
        return Response(status=204)

    @app.get("/requests")
    def requests() -> Response:
        logged = list(dps.log)
        return _json([{"method": each.method, "path": each.path, "status": each.status} for each in logged])

    @app.get("/state")
    def state() -> Response:
        shelves = {
            "enrollments": dps.enrollments,
            "enrollmentGroups": dps.groups,
            "registrations": dps.registrations,
        }
        return _json({name: shelf.values() for name, shelf in shelves.items()})

    @app.errorhandler(404)
    def not_there(error: Exception) -> Response:
        return _refusal(404, f"The admin port has no {request.path}.")

    @app.errorhandler(405)
    def not_allowed(error: Exception) -> Response:
        return _refusal(405, f"{request.method} is not allowed on {request.path}.")

    return app


def _fault_reason(fault: object) -> str | None:
    """What is wrong with a fault."""
    if not isinstance(fault, dict):
        return "The body must be a fault, which is an object, or a list of faults, as JSON."
    for name, value in fault.items():
        if name not in _FAULT_MEMBERS:
            return f"A fault has no member {name!r}. Its members are {', '.join(_FAULT_MEMBERS)}."
        types = _TYPES.get(name)
        if (
            value is not None
            and types
            and (not isinstance(value, types) or (bool not in types and isinstance(value, bool)))
        ):
            return f"{name} must be of JSON's type {types[0].__name__}, not {json.dumps(value)}."
    if not 100 <= (fault.get("status") or 100) <= 599:
        return f"status must be from 100 to 599, not {fault['status']}."
    if fault.get("drop") not in (None, "before", "after", "middle"):
        return f"drop must be before, after or middle, not {fault['drop']}."
    return None


def _json(content: Any, status: int = 200) -> Response:
    return Response(json.dumps(content), status, content_type="application/json")


def _refusal(status: int, sentence: str) -> Response:
    return _json({"error": sentence}, status)
