"""What became of a record whose PUT was never answered: is it what was sent?"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from typing import Any

Json = dict[str, Any]

# The service's own members of a record, which it fills in and does not take.
READ_ONLY = {"registrationState", "createdDateTimeUtc", "lastUpdatedDateTimeUtc"}


def as_sent(sent: Json, stored: Json) -> bool:
    """Whether the stored record is what a PUT asked for, but for its etag and what the service adds of its own.

    A member that is null is like one that is absent, an absent status is "enabled", and ids and policies are read
    without regard to letter case. `stored` has its symmetric keys.
    """
    names = (sent.keys() | stored.keys()) - READ_ONLY - {"etag"}
    return all(_member(name, sent) == _member(name, stored) for name in names - {"attestation"}) and _proves(
        _object(sent.get("attestation")), _object(stored.get("attestation"))
    )


def _member(name: str, record: Json) -> Any:
    value = record.get(name)
    if name == "provisioningStatus":
        return value or "enabled"
    if name in ("registrationId", "enrollmentGroupId", "allocationPolicy"):
        return str(value or "").lower()
    return _without_nulls(value)


def _without_nulls(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    return {name: _without_nulls(value) for name, value in part.items() if value is not None}


def _proves(sent: Json, stored: Json) -> bool:
    """Keys that were not sent are the service's to make; of a certificate it shows the thumbprint."""
    keys, shown = (_object(part.get("symmetricKey")) for part in (sent, stored))
    return all(shown.get(name) == key for name, key in keys.items() if key) and _rest(sent) == _rest(stored)


def _object(part: Any) -> Json:
    return part if isinstance(part, dict) else {}


def _rest(attestation: Json) -> Any:
    return _seen({name: value for name, value in attestation.items() if name != "symmetricKey"})


def _seen(part: Any) -> Any:
    """A part of an attestation with thumbprints in the place of certificates, and without nulls."""
    if not isinstance(part, dict):
        return part
    if isinstance(part.get("certificate"), str):
        return {"thumbprint": _thumbprint(part["certificate"])}
    if isinstance(part.get("info"), dict):
        return {"thumbprint": str(part["info"].get("sha256Thumbprint")).upper()}
    return {name: _seen(value) for name, value in part.items() if value is not None}


def _thumbprint(certificate: str) -> str | None:
    lines = [line for line in certificate.splitlines() if not line.startswith("-----")]
    try:
        return hashlib.sha256(b64decode("".join(lines))).hexdigest().upper()
    except ValueError:
        return None
