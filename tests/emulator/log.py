"""Requests as they came and as they were answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from werkzeug.datastructures import EnvironHeaders, Headers

_AROUND = ("/subscriptions", "/tenants", "/metadata/", "/msi/")


@dataclass
class Logged:
    """One request; `status` and `answer` are there as soon as the client has them."""

    method: str
    path: str
    raw_path: str
    query: dict[str, str]
    headers: Headers
    body: Any
    status: int | str | None = None
    answer: Any = None

    @property
    def is_service(self) -> bool:
        """Whether it went to the DPS service API: not to ARM, metadata, token or device API."""
        path = self.path.lower()
        device = path.split("/")[2:3] == ["registrations"] and not path.startswith(("/enrollments/", "/enrollmentg"))
        return not path.startswith(_AROUND) and not device


def logged(environ: dict[str, Any], content: bytes) -> Logged:
    raw_path, _, query = environ["RAW_URI"].partition("?")
    return Logged(
        method=environ["REQUEST_METHOD"],
        path=unquote(raw_path),
        raw_path=raw_path,
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers=Headers(list(EnvironHeaders(environ))),
        body=parsed(content),
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
