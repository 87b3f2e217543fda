"""What may be logged or shown of a request and its response: everything but secrets and control characters.

First go the values that a request carried, in every spelling in which a service may return them; then what looks like a
secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

HIDDEN = "***"
# Of a response no more is logged: a page of a hundred records has some 100 KB.
MAX_LENGTH = 4000
# What is longer is not even searched for secrets, which takes half a second for this much.
MAX_READ = 1_000_000
# Characters of a value; shorter ones are no secrets, and stand in ordinary words.
MIN_SECRET = 5

_NAMES = {
    "primarykey",
    "secondarykey",
    "endorsementkey",
    "storagerootkey",
    "symmetrickey",
    "sharedaccesskey",
    "connectionstring",
    "authenticationkey",
    "authorization",
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
}
_URLS = {"webhookurl"}
# Between a name and its value: punctuation as it is, as JSON within JSON, or as in a URL.
_BETWEEN = r"(?:[\W_]|%[0-9A-Fa-f]{2}){1,12}?"
_PATTERNS = (
    r"((?:SharedAccessKey|AccountKey|password|pwd|client_secret)\s*(?:=|%3D)\s*)[^;&\"'\s\\]+",
    r"(SharedAccessSignature(?:\s+|%20|\+))[^\"'\s\\]+",
    r"(Bearer(?:\s+|%20|\+))[^\"'\s\\]+",
    r"((?:\b|%3F|%26)(?:sig|code|key)(?:=|%3D))[^&;\"'\s\\]+",
    rf"((?:primary|secondary|endorsement|storageRoot|authentication|account|access)Key{_BETWEEN})"
    r"[A-Za-z0-9+/=%]{8,}",
    rf"((?:access_token|refresh_token|id_token|client_secret){_BETWEEN})[A-Za-z0-9._~+/=%-]{{8,}}",
    r"()\beyJ[A-Za-z0-9_-]{6,}(?:(?:\.|%2E)[A-Za-z0-9_-]*){1,4}",
    r"(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(?=-----END|\Z)",
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_WHITE = re.compile(r"[ \t]*(?:\r?\n|\t)[ \t]*")


class Logged:
    """A body for the log. Its text is made when a handler asks for it, which without --debug none does."""

    def __init__(self, content: bytes | str | None, request: Any = None):
        """`request` is the one of requests whose secrets must not be shown either."""
        self._content = content
        self._request = request

    def __str__(self) -> str:
        return body(self._content, secrets(self._request))


def text(value: str, known: Iterable[str] = ()) -> str:
    """The text on one line without `known` secrets and those that patterns find, and without control characters."""
    for spelling in known:
        value = value.replace(spelling, HIDDEN)
    for pattern in _patterns():
        value = pattern.sub(rf"\g<1>{HIDDEN}", value)
    return printable(value)


def printable(value: str) -> str:
    """The text on one line, with control characters shown as escapes such as \\x1b: a terminal would obey them."""
    if value.isprintable() and value.isascii():
        return value
    return _CONTROL.sub(lambda match: ascii(match[0])[1:-1], _WHITE.sub(" ", value))


def body(content: bytes | str | None, known: Iterable[str] = ()) -> str:
    """The body of a request or a response as one line for the log, without secrets, no longer than MAX_LENGTH."""
    if not content:
        return "nothing"
    if len(content) > MAX_READ:
        return f"{len(content):,} bytes, which are too many to log"
    plain = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
    try:
        plain = json.dumps(_without(json.loads(plain)))
        for spelling in known:
            plain = plain.replace(spelling, HIDDEN)
    except (ValueError, RecursionError):
        # what is not JSON, or is cut off, has no member names
        plain = text(" ".join(plain[:MAX_LENGTH].split()), known)
    return plain if len(plain) <= MAX_LENGTH else f"{plain[:MAX_LENGTH]}… ({len(plain):,} characters)"


def secrets(request: Any) -> list[str]:
    """The secrets that a request of requests carries, each in every spelling of `spellings`, the longest first."""
    found: set[str] = set()
    if request is not None:
        found.update(_authorization(str(request.headers.get("Authorization") or "")))
        if request.body and len(request.body) <= MAX_READ:
            with suppress(ValueError, RecursionError):
                found.update(_named(json.loads(request.body)))
    return spellings(found)


def spellings(found: Iterable[str]) -> list[str]:
    """Each secret as it is, in URLs, in JSON within JSON, and without the padding of base64; the longest first."""
    spelled: set[str] = set()
    for value in found:
        bare = value.rstrip("=")
        for form in (value, bare, value.strip()):
            escaped = json.dumps(form)[1:-1]
            for each in (form, escaped, json.dumps(escaped)[1:-1], form.replace("/", "\\/")):
                spelled.add(each)
            for each in (quote(form, safe=""), quote_plus(form), quote(form), unquote(form)):
                spelled.update((each, each.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d")))
    return sorted((each for each in spelled if len(each) >= MIN_SECRET), key=len, reverse=True)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in _PATTERNS)


def _authorization(header: str) -> Iterator[str]:
    """The header, its credential, and of a SAS token the signature."""
    _, _, credential = header.partition(" ")
    if credential:
        yield header
        yield credential
        yield from (value for name, value in parse_qsl(credential) if name == "sig")


def _named(value: Any) -> Iterator[str]:
    """The values of secret members, and of the query of a webhook's URL."""
    if isinstance(value, list):
        for item in value:
            yield from _named(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, str) and key.lower() in _NAMES:
                yield item
            elif isinstance(item, str) and key.lower() in _URLS:
                yield from _query_values(item)
            else:
                yield from _named(item)


def _query_values(url: str) -> Iterator[str]:
    try:
        query = urlsplit(url).query
    except ValueError:
        return
    for pair in query.split("&"):
        yield unquote(pair.partition("=")[2])
        yield pair.partition("=")[2]


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _hidden(item) if key.lower() in _NAMES else _without(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without(item) for item in value]
    return text(value) if isinstance(value, str) else value


def _hidden(item: Any) -> Any:
    """A name may stand for a part that has secrets in it: symmetricKey for both keys. Names and nulls stay."""
    if isinstance(item, dict):
        return {key: _hidden(inner) for key, inner in item.items()}
    if isinstance(item, list):
        return [_hidden(inner) for inner in item]
    return None if item is None else HIDDEN
