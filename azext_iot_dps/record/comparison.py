"""Is a stored record as it was requested? The one comparison of records."""

from __future__ import annotations

import hashlib
from typing import Any

from azext_iot_dps.base64 import decoded
from azext_iot_dps.exact_json import same
from azext_iot_dps.record.paths import Json, as_object
from azext_iot_dps.record.schema import READ_ONLY

_ANY_CASE = ("registrationId", "enrollmentGroupId", "allocationPolicy")


def matches(asked: Json, stored: Json) -> bool:
    """Whether the stored record is what a PUT asked for, ETag and read-only members aside.

    A member that is null is like one that is absent, an absent status is "enabled", and the service ignores the letter
    case of ids and policies. Symmetric keys that were not asked for are the service's to generate; `stored` has them.
    Of a certificate the service shows the thumbprint.
    """
    names = (asked.keys() | stored.keys()) - READ_ONLY - {"etag", "attestation"}
    if not all(same(_member(name, asked), _member(name, stored)) for name in names):
        return False
    before, after = as_object(asked.get("attestation")), as_object(stored.get("attestation"))
    keys, shown = (as_object(part.get("symmetricKey")) for part in (before, after))
    if any(key and shown.get(name) != key for name, key in keys.items()):
        return False
    return same(_without_keys(before), _without_keys(after))


def differs(desired: Json, stored: Json) -> bool:
    """Whether writing `desired` would change anything of a stored record; 1E2 and 100 are the same.

    Stricter than `matches`: null and absent members differ.
    """
    kept = {name: value for name, value in stored.items() if name not in READ_ONLY}
    return not same(desired, kept)


def _member(name: str, record: Json) -> Any:
    value = record.get(name)
    if name == "provisioningStatus":
        return value or "enabled"
    if name in _ANY_CASE:
        return str(value or "").lower()
    return _without_nulls(value)


def _without_nulls(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    return {name: _without_nulls(value) for name, value in part.items() if value is not None}


def _without_keys(attestation: Json) -> Any:
    return _with_thumbprints({name: value for name, value in attestation.items() if name != "symmetricKey"})


def _with_thumbprints(part: Any) -> Any:
    """A part of an attestation with thumbprints instead of certificates, and without nulls."""
    if not isinstance(part, dict):
        return part
    if isinstance(part.get("certificate"), str):
        return {"thumbprint": _thumbprint(part["certificate"])}
    if isinstance(part.get("info"), dict):
        return {"thumbprint": str(part["info"].get("sha256Thumbprint")).upper()}
    return {name: _with_thumbprints(value) for name, value in part.items() if value is not None}


def thumbprint(entry: Json) -> str | None:
    """The SHA-256 thumbprint of a certificate in a record, be it PEM or the info that the service shows."""
    found = _with_thumbprints(entry)
    return found.get("thumbprint") if isinstance(found, dict) else None


def _thumbprint(certificate: str) -> str | None:
    lines = [line for line in certificate.splitlines() if not line.startswith("-----")]
    try:
        return hashlib.sha256(decoded("".join(lines))).hexdigest().upper()
    except ValueError:
        return None
