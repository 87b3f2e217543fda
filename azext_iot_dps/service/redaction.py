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
from urllib.parse import parse_qsl, unquote, urlsplit

HIDDEN = "***"
# Of a response no more is logged: a page of a hundred records has some 100 KB.
MAX_LENGTH = 4000
# Behind MAX_LENGTH so many are searched for secrets too, so that none is cut off in its middle and then shown.
MARGIN = 20_000
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
    "csr",
    "authorization",
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
}
_URLS = {"webhookurl"}
# Between a name and its value: punctuation as it is, as JSON within JSON, or as in a URL.
_BETWEEN = r"(?:[^\w*;&,%]|_|%[0-9A-Fa-f]{2}){0,11}?(?:[:=\"']|%3A|%3D|%22)(?:[^\w*;&,%]|_|%[0-9A-Fa-f]{2}){0,11}"
# A word of a sentence, which is no secret.
_WORD = r"(?-i:[A-Za-z]?[a-z]{1,14}(?:[\s.,;:!?)'\"]|\Z))"
_PATTERNS = (
    r"((?:SharedAccessKey|AccountKey|password|pwd|client_secret)\s*(?:=|%3D)\s*)[^;&\"'\s\\]+",
    rf"(SharedAccessSignature(?:\s+|%20|\+))(?!{_WORD})[^\"'\s\\]+",
    rf"(Bearer(?:\s+|%20|\+))(?!{_WORD})[^\"'\s\\]+",
    # an error code of digits is no secret
    r"((?:\b|%3F|%26)(?:sig|code|key)(?:=|%3D))(?!\d{1,9}(?![\w%+/=-]))[^&;\"'\s\\]+",
    rf"((?:primary|secondary|endorsement|storageRoot|authentication|account|access)Key{_BETWEEN})(?!{_WORD})"
    r"[A-Za-z0-9+/=%]{8,}",
    r"((?:primary|secondary|endorsement|storageRoot|authentication|account|access)Key\s+)(?!"
    rf"{_WORD})[A-Za-z0-9+/=]{{16,}}",
    rf"((?:access_token|refresh_token|id_token|client_secret){_BETWEEN})(?!{_WORD})[A-Za-z0-9._~+/=%-]{{8,}}",
    r"()(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{6,}(?:(?:\.|%2E)[A-Za-z0-9_-]*){1,4}",
    r"(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(?=-----END|\Z)",
)
# A character of a secret in texts other than those that stand in it as they are.
_ALSO = {"+": "|-", "/": "|_", " ": r"|\+"}
# Characters before which JSON may have backslashes, and those for which it has letters behind one.
_ESCAPED = {**{each: re.escape(each) for each in '"/\\'}, "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
_PADDING = r"(?:=|%(?:25)*3[Dd]|\\+u003[Dd])*"
_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
# Both this and the pattern of tokens begin where a run of characters does: otherwise a long run would be read again
# from each of its characters.
_WHITE = re.compile(r"(?<![ \t])[ \t]*(?:(?:\r?\n|\t)[ \t]*)+")


class Logged:
    """A body for the log. Its text is made when a handler asks for it, which without --debug none does."""

    def __init__(self, content: bytes | str | None, request: Any = None):
        """`request` is the one of requests whose secrets must not be shown either."""
        self._content = content
        self._request = request

    def __str__(self) -> str:
        return body(self._content, secrets(self._request))


def text(value: str, known: re.Pattern[str] | None = None) -> str:
    """The text on one line without `known` secrets and those that patterns find, and without control characters.

    It is no longer than MAX_LENGTH.
    """
    is_cut = len(value) > MAX_LENGTH + MARGIN
    value = _redacted(value[: MAX_LENGTH + MARGIN], known)
    # where it was cut off, a part of a secret may stand
    return printable(value[:-MARGIN] if is_cut else value)[:MAX_LENGTH]


def printable(value: str) -> str:
    """The text on one line, with control characters shown as escapes such as \\x1b: a terminal would obey them."""
    if value.isprintable() and value.isascii():
        return value
    return _CONTROL.sub(lambda match: ascii(match[0])[1:-1], _WHITE.sub(" ", value))


def body(content: bytes | str | None, known: re.Pattern[str] | None = None) -> str:
    """The body of a request or a response as one line for the log, without secrets, no longer than MAX_LENGTH."""
    if not content:
        return "nothing"
    if len(content) > MAX_READ:
        return f"{len(content):,} bytes, which are too many to log"
    plain = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
    try:
        plain = json.dumps(_without(json.loads(plain), known))
        # once more for numbers
        plain = known.sub(HIDDEN, plain) if known else plain
    except (ValueError, RecursionError):
        # what is not JSON, or is cut off, has no member names
        plain = " ".join(text(plain, known).split())
    return plain if len(plain) <= MAX_LENGTH else f"{plain[:MAX_LENGTH]}… ({len(plain):,} characters)"


def secrets(request: Any) -> re.Pattern[str] | None:
    """What finds the secrets that a request of requests carries, in every spelling; None when it has none."""
    found: set[str] = set()
    if request is not None:
        found.update(_authorization(str(request.headers.get("Authorization") or "")))
        if request.body:
            with suppress(ValueError, RecursionError):
                found.update(_named(json.loads(request.body)))
    return finder(found)


def finder(found: Iterable[str], least: int = MIN_SECRET) -> re.Pattern[str] | None:
    """What finds each secret of `least` characters: as it is, in URLs, in JSON within JSON, and in other base64.

    None when there is none.
    """
    bare = {value.strip().rstrip("=") for value in found}
    wanted = sorted((each for each in bare if len(each) >= least), key=len, reverse=True)
    if not wanted:
        return None
    return re.compile("|".join("".join(map(_spelled, each)) + _PADDING for each in wanted))


@cache
def _spelled(character: str) -> str:
    """A pattern for a character of a secret."""
    plain = re.escape(character)
    if character.isascii() and character.isalnum():
        return plain
    with suppress(UnicodeEncodeError):
        encoded = "".join(f"%(?:25)*{_hex(byte)}" for byte in character.encode())
        units = character.encode("utf-16-be")
        escaped = "".join(rf"\\+u{_hex(high)}{_hex(low)}" for high, low in zip(units[::2], units[1::2]))
        slashed = rf"|\\+{_ESCAPED[character]}" if character in _ESCAPED else ""
        return f"(?:{plain}|{encoded}|{escaped}{slashed}|&#0*{ord(character)};{_ALSO.get(character, '')})"
    return plain


def _hex(byte: int) -> str:
    """A pattern for two digits in both letter cases."""
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in f"{byte:02x}")


def _redacted(value: str, known: re.Pattern[str] | None = None) -> str:
    if known:
        value = known.sub(HIDDEN, value)
    for pattern in _patterns():
        value = pattern.sub(rf"\g<1>{HIDDEN}", value)
    return value


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in _PATTERNS)


def _authorization(header: str) -> Iterator[str]:
    """The signature of a SAS token, whose other parts are no secrets; an access token and its parts."""
    scheme, _, credential = header.partition(" ")
    if scheme == "SharedAccessSignature":
        yield from (value for name, value in parse_qsl(credential) if name == "sig")
    else:
        yield from (credential, *credential.split("."))


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
    """The values in the query of a URL, and its password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    yield parts.password or ""
    for pair in parts.query.split("&"):
        name, equals, value = pair.partition("=")
        yield from (unquote(value if equals else name), value if equals else name)


def _without(value: Any, known: re.Pattern[str] | None) -> Any:
    if isinstance(value, dict):
        return {printable(_redacted(key, known)): _member(key.lower(), item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [_without(item, known) for item in value]
    return printable(_redacted(value, known)) if isinstance(value, str) else value


def _member(name: str, item: Any, known: re.Pattern[str] | None) -> Any:
    if name in _NAMES:
        return _hidden(item)
    if name in _URLS and isinstance(item, str):
        own = finder(_query_values(item))
        item = own.sub(HIDDEN, item) if own else item
    return _without(item, known)


def _hidden(item: Any) -> Any:
    """A name may stand for a part that has secrets in it: symmetricKey for both keys. Names and nulls stay."""
    if isinstance(item, dict):
        return {key: _hidden(inner) for key, inner in item.items()}
    if isinstance(item, list):
        return [_hidden(inner) for inner in item]
    return None if item is None else HIDDEN
