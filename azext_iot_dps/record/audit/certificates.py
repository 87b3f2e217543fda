"""Checks of certificates, of which the service shows subject, issuer, dates and thumbprints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from azext_iot_dps.record.attestation import CA_NAMES
from azext_iot_dps.record.audit.check import Facts, Flaw, days, moment
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json, get

_KEYS = "attestation.symmetricKey"


def expired(record: Json, facts: Facts) -> Iterator[Flaw]:
    """Certificates whose validity is over."""
    for slot, ends in _ends(record, facts.kind):
        if ends < facts.now:
            yield Flaw(slot, f"The {_which(slot)} certificate expired on {ends.date()}.")


def expiring(record: Json, facts: Facts) -> Iterator[Flaw]:
    """Certificates whose validity is over soon."""
    for slot, ends in _ends(record, facts.kind):
        if facts.now <= ends < facts.now + facts.expires_within:
            left = days(ends - facts.now)
            yield Flaw(slot, f"The {_which(slot)} certificate expires on {ends.date()}, in {left}.")


def no_secondary(record: Json, facts: Facts) -> Iterator[Flaw]:
    """Records with the first of two certificates, names of CA certificates or known keys only."""
    for first, second, what in (
        (*facts.kind.slots, "certificate"),
        (f"attestation.x509.{CA_NAMES}.primary", f"attestation.x509.{CA_NAMES}.secondary", "name of a CA certificate"),
        (f"{_KEYS}.primaryKey", f"{_KEYS}.secondaryKey", "key"),
    ):
        if get(record, first) and not get(record, second):
            yield Flaw(second, f"There is no secondary {what}.")


def _ends(record: Json, kind: Kind) -> Iterator[tuple[str, datetime]]:
    """The path of each certificate, and the last moment of its validity."""
    for slot in kind.slots:
        ends = moment(get(record, f"{slot}.info.notAfterUtc"))
        if ends:
            yield slot, ends


def _which(slot: str) -> str:
    return slot.rpartition(".")[2]
