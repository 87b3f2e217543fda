"""Requests as they came and as they were answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

from werkzeug.datastructures import EnvironHeaders, Headers

_AROUND = ("/subscriptions", "/tenants", "/providers/", "/metadata/", "/msi/")
_SIGN_IN = ("/oauth2/v2.0/", "/v2.0/.well-known/", "/discovery/v2.0/")


@dataclass
class Logged:
    """One request; `status` and `answer` are there as soon as the client has them.

    `text` is the body as it came, in which numbers have their spelling; `answered` the answer's, still encoded.
    """

    method: str
    path: str
    raw_path: str
    query: dict[str, str]
    headers: Headers
    text: str = ""
    status: int | str | None = None
    answered: bytes = b""
    seconds: float = 0

    @cached_property
    def body(self) -> Any:
        """The value of its JSON, read when a test asks for it."""
        return parsed(self.text.encode("utf-8", "surrogatepass"))

    @property
    def answer(self) -> Any:
        """The value of the answer's JSON."""
        return parsed(self.answered)

    @property
    def is_dps(self) -> bool:
        """Whether it went to DPS, its service or its device API: not to ARM, metadata or token."""
        path = self.path.lower()
        return not (path.startswith(_AROUND) or any(part in path for part in _SIGN_IN))

    @property
    def is_service(self) -> bool:
        """Whether it went to the service API of DPS."""
        path = self.path.lower()
        device = path.split("/")[2:3] == ["registrations"] and not path.startswith(("/enrollments/", "/enrollmentg"))
        return self.is_dps and not device

    def __str__(self) -> str:
        """One line without query, headers and body, where secrets would be."""
        line = f"{self.method} {self.raw_path} {self.status} {self.seconds * 1000:.0f} ms"
        # A long listing need not be read for it.
        line += "" if self.status == 200 else self._reason
        return "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in line)

    @property
    def _reason(self) -> str:
        """The code and the message of an error, by the names that DPS, ARM (one level down) and the sign-in use."""
        answer = self.answer if isinstance(self.answer, dict) else {}
        error = answer["error"] if isinstance(answer.get("error"), dict) else answer
        code = error.get("errorCode", error.get("code", error.get("error")))
        message = error.get("message", error.get("error_description"))
        return f"  {code} {message}" if code and self.status != 200 else ""


def handshake(port: int, reason: str, seconds: float) -> Logged:
    """What is logged of a client that never got as far as a request."""
    at = f":{port}"
    return Logged("TLS", at, at, {}, Headers(), status=f"handshake refused: {reason}", seconds=seconds)


def logged(environ: dict[str, Any], content: bytes) -> Logged:
    raw_path, _, query = environ["RAW_URI"].partition("?")
    return Logged(
        method=environ["REQUEST_METHOD"],
        path=unquote(raw_path),
        raw_path=raw_path,
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers=Headers(list(EnvironHeaders(environ))),
        text=content.decode("utf-8", "replace"),
    )


def parsed(content: bytes) -> Any:
    """JSON as what it says, anything else as text, nothing as None."""
    if not content:
        return None
    text = content.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
