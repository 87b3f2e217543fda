"""An answer that says success → its JSON, once it is sure to be what was asked for."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import requests

from azext_iot_dps.service import redaction
from azext_iot_dps.service.errors import answer_error

# Levels of an answer: more than an option takes, and fewer than would exhaust Python's stack where az prints it.
MAX_DEPTH = 150


class Refused(NamedTuple):
    """Why a bulk operation left a record out, in the service's own code and words."""

    code: int
    words: str


def refused(response: requests.Response, id_member: str, ids: set[str]) -> dict[str, Refused]:
    """What a bulk answer refuses, by id in lower case; it must say so of the `ids` that were sent, and of no other."""
    answer = parsed(response, dict)
    errors = answer.get("errors") or []
    found = {}
    for error in errors if isinstance(errors, list) else [None]:
        error = error if isinstance(error, dict) else {}
        id, code = str(error.get(id_member)).lower(), error.get("errorCode")
        if id not in ids or not isinstance(code, int):
            raise answer_error(response)
        found[id] = Refused(code, redaction.text(str(error.get("errorStatus"))[: redaction.MAX_LENGTH]))
    if answer.get("isSuccessful") is not (not found):
        raise answer_error(response)
    return found


def parsed(response: requests.Response, kind: type) -> Any:
    """The JSON of an answer, which must be of that kind: an object, or a list of objects."""
    try:
        # response.json() would guess the encoding of what is not UTF-8, for a minute if there is much of it
        answer: Any = json.loads(response.content, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise answer_error(response) from None
    if not isinstance(answer, kind) or (
        isinstance(answer, list) and not all(isinstance(item, dict) for item in answer)
    ):
        raise answer_error(response)
    if _deeper(answer, MAX_DEPTH):
        raise answer_error(response)
    return answer


def _deeper(value: Any, levels: int) -> bool:
    """Whether objects and lists are nested deeper than so many levels."""
    nested = [value]
    for _ in range(levels):
        members = (part.values() if isinstance(part, dict) else part for part in nested)
        nested = [item for inner in members for item in inner if isinstance(item, (dict, list))]
    return bool(nested)


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")
