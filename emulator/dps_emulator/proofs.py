"""How a registering device proves that a record admits it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from .shelf import Record
from .signatures import sign


class Proof(Protocol):
    def of_device(self, id: str, enrollment: Record) -> bool:
        """Whether the device is that of the individual enrollment."""

    def of_member(self, id: str, group: Record) -> bool:
        """Whether the device belongs to the group."""


class KeyProof:
    """By a symmetric key; a group's counts in the form derived for the device."""

    def __init__(self, made_with: Callable[[list[str]], bool]) -> None:
        self.made_with = made_with

    def of_device(self, id: str, enrollment: Record) -> bool:
        return self.made_with(_keys(enrollment))

    def of_member(self, id: str, group: Record) -> bool:
        return self.made_with([sign(key, id) for key in _keys(group)])


class ChainProof:
    """By a certificate whose common name is the id; `thumbprints` of the verified chain, the device's own first."""

    def __init__(self, names: Sequence[str], thumbprints: Sequence[str]) -> None:
        self._names = [name.lower() for name in names]
        self._thumbprints = thumbprints

    def of_device(self, id: str, enrollment: Record) -> bool:
        stored = _thumbprints(enrollment, "clientCertificates")
        return id.lower() in self._names and self._thumbprints[0] in stored

    def of_member(self, id: str, group: Record) -> bool:
        stored = _thumbprints(group, "signingCertificates")
        return id.lower() in self._names and bool(stored.intersection(self._thumbprints[1:]))


def _keys(record: Record) -> list[str]:
    keys = record["attestation"].get("symmetricKey") or {}
    return [key for key in (keys.get("primaryKey"), keys.get("secondaryKey")) if key]


def _thumbprints(record: Record, branch: str) -> set[str]:
    slots = (record["attestation"].get("x509") or {}).get(branch) or {}
    return {slot["info"]["sha256Thumbprint"] for slot in slots.values() if slot and slot.get("info")}
