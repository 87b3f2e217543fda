"""Times and etags as the service writes them."""

from __future__ import annotations

import time
from base64 import b64encode
from secrets import token_hex


def now() -> str:
    """The time in UTC: up to seven fraction digits, trailing zeros dropped."""
    ticks = time.time_ns() // 100
    seconds, fraction = divmod(ticks, 10**7)
    digits = f".{fraction:07}".rstrip("0").rstrip(".")
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + digits + "Z"


def etag() -> str:
    """A new etag: base64 of a GUID-like string in quotes."""
    plain = f'"{token_hex(4)}-0000-0800-0000-{int(time.time()):08x}0000"'
    return encoded(plain.encode())


def encoded(content: bytes) -> str:
    """Bytes as text in base64."""
    return b64encode(content).decode()
