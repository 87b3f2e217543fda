"""The checks: a row each, from which their help, their order and their SARIF rules follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from azext_iot_dps.record.attestation import stored_type
from azext_iot_dps.record.audit import certificates, keys, settings
from azext_iot_dps.record.audit.check import Check, Facts, Flaw, Needs, Severity
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Kind
from azext_iot_dps.record.paths import Json

CHECKS = (
    Check("certificate-expired", Severity.ERROR, "a certificate expired", certificates.expired),
    Check("certificate-expiring", Severity.WARNING, "a certificate expires soon", certificates.expiring),
    Check(
        "no-secondary", Severity.NOTE, "there is no secondary certificate, name of a CA certificate or symmetric key, "
        "to which devices could change", certificates.no_secondary,
    ),
    Check(
        "hub-not-linked", Severity.ERROR, "an IoT hub is not linked to the service, so that registrations fail",
        settings.hub_not_linked, needs=Needs.HUBS,
    ),
    Check(
        "incomplete-allocation", Severity.ERROR, "IoT hubs without a policy, static without exactly one IoT hub, or "
        "custom without a webhook or its API version", settings.incomplete_allocation,
    ),
    Check(
        "incomplete-cert-policy", Severity.ERROR, "one or two of the three names of a certificate policy",
        settings.incomplete_policy,
    ),
    Check(
        "webhook-without-code", Severity.WARNING, "the URL of the webhook has no code, the key of an Azure function",
        settings.webhook_without_code,
    ),
    Check(
        "wrapped-twin", Severity.WARNING, "an update by the azure-iot extension moved a part of the initial twin into "
        "additional_properties", settings.wrapped_twin,
    ),
    Check("long-disabled", Severity.NOTE, "disabled, and not updated for long", settings.long_disabled),
    Check(
        "equal-endorsement-keys", Severity.WARNING, "another enrollment has the same TPM endorsement key",
        keys.equal_endorsement_keys, only=INDIVIDUAL,
    ),
    Check(
        "weak-key", Severity.ERROR, "a symmetric key counts up or down, repeats itself or has fewer than 8 different "
        "bytes", keys.weak_keys, needs=Needs.KEYS,
    ),
    Check(
        "equal-keys", Severity.WARNING, "another one has the same symmetric key", keys.equal_keys, needs=Needs.KEYS,
    ),
    Check(
        "primary-is-secondary", Severity.WARNING, "the two symmetric keys are equal, so that neither can be changed "
        "while the other one is used", keys.equal_in_record, needs=Needs.KEYS,
    ),
    Check(
        "near-limit", Severity.WARNING, "80 % or more of what a service can have: 1,000,000 individual enrollments, "
        "100 x509 groups, 100 symmetricKey groups", find_at_end=settings.near_limit,
    ),
)  # fmt: skip
# What no check can find, as the service does not show it.
_NOT_CHECKED = (
    "Signature algorithms, key sizes and extensions of certificates: the service shows none of them.",
    "Revocation of certificates: the service shows none.",
)
_NOT_CHECKED_OF_GROUPS = (
    "Dates and verification of CA certificates that groups name: they are not part of enrollment groups.",
)


class Finding(NamedTuple):
    """What a check found: `id` is that of the record, None for what concerns all; `member` is a path."""

    check: Check
    id: str | None
    member: str | None
    message: str

    def json(self) -> Json:
        """As results and files show it."""
        return {
            "check": self.check.name,
            "severity": self.check.severity.value,
            "id": self.id,
            "member": self.member,
            "message": self.message,
        }


class Audit:
    """The checks of one kind, applied to one record after the other."""

    def __init__(self, facts: Facts):
        self.facts = facts
        self.checks = checks(facts.kind)

    def count(self, record: Json) -> None:
        """Take note of a record, whether it is selected or not."""
        self.facts.listed[stored_type(record)] += 1

    def of(self, record: Json) -> Iterator[Finding]:
        """What is wrong with a selected record, in the order of the checks."""
        id = record.get(self.facts.kind.id_member)
        for check in self._done():
            yield from self._found(check, id if isinstance(id, str) else None, check.find(record, self.facts))

    def at_end(self) -> Iterator[Finding]:
        """What is wrong with all records together."""
        for check in self._done():
            yield from self._found(check, None, check.find_at_end(self.facts))

    def skipped(self) -> list[tuple[Check, Needs]]:
        """The checks that could not be done, each with what they lack."""
        return [(check, check.needs) for check in self.checks if check.needs and self.facts.lack(check.needs)]

    def not_checked(self) -> list[str]:
        """What the service does not show."""
        return [*_NOT_CHECKED, *(_NOT_CHECKED_OF_GROUPS if self.facts.kind is GROUP else ())]

    def _done(self) -> Iterator[Check]:
        return (check for check in self.checks if not self.facts.lack(check.needs))

    def _found(self, check: Check, id: str | None, flaws: Iterator[Flaw]) -> Iterator[Finding]:
        return (Finding(check, id, flaw.member, flaw.message) for flaw in flaws)


def checks(kind: Kind) -> tuple[Check, ...]:
    """The checks of records of a kind."""
    return tuple(check for check in CHECKS if check.only in (None, kind))


def checks_help(kind: Kind) -> str:
    """Each check with its severity and what it finds, a line each, for help and documentation."""
    return "\n".join(f"{check.name} ({check.severity.value}): {check.about}." for check in checks(kind))
