"""What may be logged or said of a request and its answer: everything but secrets."""

from __future__ import annotations

import json
import re
from typing import Any

HIDDEN = "***"
# Of an answer no more is logged: a page of a hundred records has some 100 KB.
MAX_LENGTH = 4000
# What is longer is not even searched for secrets, which takes half a second for this much.
MAX_READ = 1_000_000

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
}
_TEXTS = (
    re.compile(r"(SharedAccessKey\s*=\s*)[^;\"'\s]+", re.IGNORECASE),
    re.compile(r"(SharedAccessSignature\s+)[^\"'\s]+", re.IGNORECASE),
    re.compile(r"(Bearer\s+)[^\"'\s]+", re.IGNORECASE),
    re.compile(r"(\b(?:sig|code)=)[^&;\"'\s]+", re.IGNORECASE),
    re.compile(
        r"((?:primary|secondary|endorsement|storageRoot|authentication)Key\W{1,5})[A-Za-z0-9+/=]{8,}", re.IGNORECASE
    ),
    re.compile(r"(access_token\W{1,5})[^\"'\s]+", re.IGNORECASE),
    re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(?=-----END|\Z)", re.DOTALL),
)


class Logged:
    """A body for the log. Its text is made when a handler asks for it, which without --debug none does."""

    def __init__(self, content: bytes | str | None):
        self._content = content

    def __str__(self) -> str:
        return body(self._content)


def text(value: str) -> str:
    """The text without the secrets that patterns find."""
    for pattern in _TEXTS:
        value = pattern.sub(rf"\g<1>{HIDDEN}", value)
    return value


def body(content: bytes | str | None) -> str:
    """The body of a request or an answer as one line for the log, without secrets and no longer than MAX_LENGTH."""
    if not content:
        return "nothing"
    if len(content) > MAX_READ:
        return f"{len(content):,} bytes, which are too many to log"
    plain = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
    try:
        plain = json.dumps(_without(json.loads(plain)))
    except (ValueError, RecursionError):
        # what is not JSON, or is cut off, has no member names
        plain = text(" ".join(plain[:MAX_LENGTH].split()))
    return plain if len(plain) <= MAX_LENGTH else f"{plain[:MAX_LENGTH]}… ({len(plain):,} characters)"


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
