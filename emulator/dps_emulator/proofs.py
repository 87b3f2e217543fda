"""How a registering device proves that a record admits it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from OpenSSL import crypto

from .chains import Chain, loaded, names, thumbprint, vouches
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
    """By a chain of certificates, of which the first has the id as its common name, and the device its key."""

    def __init__(self, chain: Chain) -> None:
        self._chain, self._own = chain, thumbprint(chain[0])
        self._names = [name.lower() for name in names(chain[0])]

    def of_device(self, id: str, enrollment: Record) -> bool:
        stored = [print for print, _ in _certificates(enrollment, "clientCertificates")]
        return id.lower() in self._names and self._own in stored and vouches(self._chain[0], self._chain[:1])

    def of_member(self, id: str, group: Record) -> bool:
        return id.lower() in self._names and any(vouches(each, self._chain) for each in self._authorities(group))

    def _authorities(self, group: Record) -> Iterator[crypto.X509]:
        """The group's certificates, as far as the group or the chain has more of them than their info."""
        presented = {thumbprint(each): each for each in self._chain}
        for print, text in _certificates(group, "signingCertificates"):
            # a device cannot vouch for itself
            if print != self._own and (text or print in presented):
                yield loaded(text) if text else presented[print]


def _keys(record: Record) -> list[str]:
    keys = record["attestation"].get("symmetricKey") or {}
    return [key for key in (keys.get("primaryKey"), keys.get("secondaryKey")) if key]


def _certificates(record: Record, branch: str) -> Iterator[tuple[str, str | None]]:
    """The thumbprint of each, and the certificate (PEM) if the record has been given it."""
    slots = (record["attestation"].get("x509") or {}).get(branch) or {}
    for slot in slots.values():
        if slot and slot.get("info"):
            yield slot["info"]["sha256Thumbprint"], slot.get("certificate")
