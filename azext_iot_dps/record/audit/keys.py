"""Checks of keys. Of other records only a hash of each key is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from azext_iot_dps.base64 import decoded
from azext_iot_dps.record.audit.check import Facts, Flaw
from azext_iot_dps.record.paths import Json, get

_ENDORSEMENT = "attestation.tpm.endorsementKey"
_PRIMARY, _SECONDARY = (f"attestation.symmetricKey.{which}Key" for which in ("primary", "secondary"))
_NAMES = {_PRIMARY: "primary", _SECONDARY: "secondary"}
# Bytes of a hash: enough for no two of a million keys to have the same one.
_HASH = 16
# Of 16 random bytes, the shortest key, no fewer differ, and no so many repeat others in their order.
_LEAST_DIFFERENT, _MOST_REPEATED = 8, 8


def equal_endorsement_keys(record: Json, facts: Facts) -> Iterator[Flaw]:
    """TPM endorsement keys of which an earlier record has the same."""
    key = _bytes(get(record, _ENDORSEMENT))
    earlier = key and _first(_ENDORSEMENT, key, record, facts)
    if earlier:
        yield Flaw(_ENDORSEMENT, f"The endorsement key is also that of '{earlier}'.")


def equal_keys(record: Json, facts: Facts) -> Iterator[Flaw]:
    """Symmetric keys of which an earlier record has the same."""
    seen = set()
    for path, key in _keys(record):
        earlier = None if key in seen else _first(_PRIMARY, key, record, facts)
        seen.add(key)
        if earlier:
            yield Flaw(path, f"The {_NAMES[path]} key is also a key of '{earlier}'.")


def equal_in_record(record: Json, _: Facts) -> Iterator[Flaw]:
    """Records with the same key twice."""
    keys = [key for _, key in _keys(record)]
    if len(keys) == 2 and keys[0] == keys[1]:
        yield Flaw(_SECONDARY, "The primary and the secondary key are equal.")


def weak_keys(record: Json, _: Facts) -> Iterator[Flaw]:
    """Symmetric keys that are obviously not random."""
    for path, key in _keys(record):
        reason = _weakness(key)
        if reason:
            yield Flaw(path, f"The {_NAMES[path]} key is not random: it {reason}.")


def _weakness(key: bytes) -> str:
    different = len({*key})
    if len(key) > 1 and len({(after - before) % 256 for before, after in zip(key, key[1:])}) == 1:
        return "is one byte, repeated" if different == 1 else "counts up or down"
    if different < _LEAST_DIFFERENT:
        return f"has only {different} different bytes"
    if any(key[shift:] == key[:-shift] for shift in range(1, len(key) - _MOST_REPEATED + 1)):
        return "repeats itself"
    return ""


def _keys(record: Json) -> Iterator[tuple[str, bytes]]:
    """The symmetric keys that were read, by their paths."""
    for path in _NAMES:
        key = _bytes(get(record, path))
        if key:
            yield path, key


def _bytes(key: Any) -> bytes:
    with suppress(ValueError):
        return decoded(key) if isinstance(key, str) else b""
    return b""


def _first(group: str, key: bytes, record: Json, facts: Facts) -> str | None:
    """The ID of the first record with this key; None if that is this record."""
    id = record.get(facts.kind.id_member)
    digest = hashlib.blake2b(key, digest_size=_HASH).digest()
    earlier = facts.first[group].setdefault(digest, str(id))
    return None if earlier == str(id) else earlier
