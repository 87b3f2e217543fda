"""Base64 text: the one place where it is decoded and checked."""

from __future__ import annotations

import base64


def decoded(text: str) -> bytes:
    """The bytes of standard base64 with padding. Raises ValueError for other characters, white space included."""
    return base64.b64decode(text, validate=True)


def is_base64(text: object) -> bool:
    """Whether `text` is a string, and base64 of at least one byte."""
    try:
        return isinstance(text, str) and bool(decoded(text))
    except ValueError:
        return False
