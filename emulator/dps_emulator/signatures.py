"""Shared access signatures: read and verified."""

from __future__ import annotations

import hmac
import time
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import unquote, unquote_plus

_SCHEME = "SharedAccessSignature "


@dataclass(frozen=True)
class Signature:
    """A token's fields; `raw_resource` still URL-encoded, as it was signed."""

    raw_resource: str
    sig: str
    expiry: int
    policy: str

    @property
    def resource(self) -> str:
        return unquote(self.raw_resource)

    @property
    def expired(self) -> bool:
        return self.expiry <= time.time()

    def made_with(self, keys: Iterable[str]) -> bool:
        """Whether one of these base64 keys made the signature."""
        text = f"{self.raw_resource}\n{self.expiry}"
        return any(hmac.compare_digest(sign(key, text).encode(), self.sig.encode()) for key in keys)


def parse(header: str | None) -> Signature | None:
    """The token of an Authorization header, or None when it is none."""
    if not header or not header.startswith(_SCHEME):
        return None
    parts = [field.partition("=") for field in header[len(_SCHEME) :].strip().split("&")]
    fields = {name.lower(): value for name, _, value in parts}
    if not {"sr", "sig", "se", "skn"} <= fields.keys() or not fields["se"].isdecimal():
        return None
    # A plus sign that was not encoded reads as a blank, so that a client that forgets to encode is caught.
    return Signature(fields["sr"], unquote_plus(fields["sig"]), int(fields["se"]), unquote_plus(fields["skn"]))


def sign(key: str, text: str) -> str:
    """base64(HMAC-SHA256) under a base64 key."""
    return b64encode(hmac.new(b64decode(key), text.encode(), sha256).digest()).decode()
