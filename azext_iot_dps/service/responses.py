"""Responses: JSON of the expected type from those of success, and ServiceError from all others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests

from azext_iot_dps import exact_json
from azext_iot_dps.service import redaction
from azext_iot_dps.service.auth import Credential
from azext_iot_dps.service.failure import Effect, Outcome, Reason, ServiceError, Subject

Json = dict[str, Any]

# Levels of nesting: more than an option accepts, and fewer than would exhaust Python's stack where az prints it.
MAX_DEPTH = 150
# Characters of an error code or a tracking ID.
_MAX_CODE = 100
_NO_REASON = "The service gave no reason."


class Refused(NamedTuple):
    """Why a bulk operation refused a record: the service's error code and its message, redacted."""

    code: int
    message: str

    @property
    def status(self) -> int:
        """The HTTP status that the code stands for."""
        return self.code // 1000


def json_object(response: requests.Response, effect: Effect = Effect.READ, subject: Subject | None = None) -> Json:
    """The JSON object in a success response.

    Raises ServiceError(UNEXPECTED) for anything else; its outcome is unknown unless the request only reads.
    """
    found = _parsed(response)
    if not isinstance(found, dict):
        raise unexpected(response, effect, subject)
    return found


def json_objects(response: requests.Response) -> list[Json]:
    """The list of JSON objects in a success response. Raises ServiceError(UNEXPECTED) for anything else."""
    found = _parsed(response)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise unexpected(response)
    return found


def refused(
    response: requests.Response, id_member: str, ids: set[str], subject: Subject | None = None
) -> dict[str, Refused]:
    """The records that a bulk operation refused, by id in lower case.

    `ids` are those that were sent, in lower case. Raises ServiceError(UNEXPECTED) when the response names others, or
    when its `isSuccessful` contradicts its `errors`.
    """
    body = json_object(response, Effect.REPEATABLE, subject)
    errors = body.get("errors") or []
    found, known = {}, redaction.secrets(response.request) if errors else None
    for error in errors if isinstance(errors, list) else [None]:
        error = error if isinstance(error, dict) else {}
        id, code = str(error.get(id_member)).lower(), error.get("errorCode")
        if id not in ids or not isinstance(code, int):
            raise unexpected(response, Effect.REPEATABLE, subject)
        status = error.get("errorStatus")
        message = redaction.text(str(status).strip(), known) if status is not None else ""
        found[id] = Refused(code, message or _NO_REASON)
    if body.get("isSuccessful") is not (not found):
        raise unexpected(response, Effect.REPEATABLE, subject)
    return found


def refusal(response: requests.Response, credential: Credential, subject: Subject | None = None) -> ServiceError:
    """The error for a redirect, or for a status of 400 and above."""
    details, known = _details(response), redaction.secrets(response.request)
    message = details.get("message")
    if not isinstance(message, str) or not message.strip():
        message = f"The service returned HTTP {response.status_code} {response.reason or ''}".rstrip() + "."
    tracking_id = _code(details, "trackingid", known) or _code(response.headers, "x-ms-request-id", known)
    return ServiceError(
        Reason.REFUSED,
        redaction.text(message.strip(), known),
        _host(response),
        status=response.status_code,
        code=_code(details, "errorcode", known) or _code(details, "code", known) or response.status_code,
        tracking_id=None if tracking_id is None else str(tracking_id)[:_MAX_CODE],
        credential=credential,
        subject=subject,
    )


def unexpected(
    response: requests.Response, effect: Effect = Effect.READ, subject: Subject | None = None
) -> ServiceError:
    """The error for a success response whose body is not what the request asks for."""
    host, status = _host(response), response.status_code
    return ServiceError(
        Reason.UNEXPECTED,
        f"{host} returned an unexpected response (HTTP {status}).",
        host,
        status=status,
        outcome=Outcome.NOT_CARRIED_OUT if effect is Effect.READ else Outcome.UNKNOWN,
        subject=subject,
    )


def _parsed(response: requests.Response) -> Any:
    """The JSON of a body; None, which no caller accepts, for anything else and for what is nested too deeply."""
    try:
        # response.json() would guess the encoding of what is not UTF-8, which takes a minute for a large body
        found: Any = exact_json.loads(response.content)
    except (ValueError, RecursionError):
        return None
    return None if _deeper(found, MAX_DEPTH) else found


def _deeper(value: Any, levels: int) -> bool:
    """Whether objects and lists are nested deeper than that number of levels."""
    nested = [value] if isinstance(value, (dict, list)) else []
    for _ in range(levels):
        members = (part.values() if isinstance(part, dict) else part for part in nested)
        nested = [item for inner in members for item in inner if isinstance(item, (dict, list))]
    return bool(nested)


def _details(response: requests.Response) -> Json:
    """The body as an object with names in lower case.

    Azure Resource Manager wraps it in `error`, and some services of the IoT family capitalize the names.
    """
    body = _parsed(response)
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        body = body["error"]
    return {str(name).lower(): value for name, value in body.items()} if isinstance(body, dict) else {}


def _code(details: Mapping[str, Any], name: str, known: re.Pattern[str] | None) -> int | str | None:
    value = details.get(name)
    if isinstance(value, str):
        return redaction.text(value.strip(), known)[:_MAX_CODE] or None
    return value if isinstance(value, int) else None


def _host(response: requests.Response) -> str:
    return str(urlsplit(response.url).netloc)
