"""Page sizes and continuation tokens."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from secrets import token_bytes

from .refusal import Refusal, invalid
from .shelf import Record, Shelf

_SECRET = token_bytes(16)


def page(
    shelf: Shelf,
    listing: str,
    size: int,
    token: str | None,
    empty_first: bool = False,
    wanted: Callable[[Record], bool] = lambda record: True,
) -> tuple[list[Record], str | None]:
    """One page of a listing and the token of the next; the token is from the request's headers."""
    if token is None and empty_first:
        return [], _token(listing, "")
    records, more = shelf.page(size, "" if token is None else _position(listing, token), wanted)
    return records, None if more is None else _token(listing, more)


def size(header: str | None, largest: int) -> int:
    """The records on a page, as the request's header asks and as the service allows."""
    if header is None:
        return largest
    if not header.isdecimal() or int(header) < 1:
        raise invalid("x-ms-max-item-count must be a positive integer.")
    return min(int(header), largest)


def _token(listing: str, position: str) -> str:
    token = f"+RID:~{_seal(listing, position)}#RT:1#TRC:6#PCP:{position}"
    return b64encode(json.dumps([{"token": token, "range": {"min": "", "max": "FF"}}]).encode()).decode()


def _position(listing: str, token: str) -> str:
    try:
        inner = str(json.loads(b64decode(token, validate=True))[0]["token"])
        seal, position = inner[len("+RID:~") :].split("#RT:1#TRC:6#PCP:")
    except (ValueError, KeyError, IndexError, TypeError):
        raise Refusal(400, 400000, "Bad Request") from None
    if seal != _seal(listing, position):
        raise Refusal(400, 400000, "Bad Request")
    return position


def _seal(listing: str, position: str) -> str:
    return hmac.new(_SECRET, f"{listing}\n{position}".encode(), sha256).hexdigest()[:16]
