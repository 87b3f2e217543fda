"""Checks of what a device gets: its IoT hub, its certificate policy and its initial twin; and of how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl

from azext_iot_dps.record import allocation, certificate_policy
from azext_iot_dps.record.audit.check import Facts, Flaw, days, moment
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Attestation
from azext_iot_dps.record.paths import Json, get
from azext_iot_dps.record.values import AllocationPolicy, ProvisioningStatus
from azext_iot_dps.record.violation import Violations
from azext_iot_dps.record.wrapped_twin import wrapped

# The part of a limit from which on it is near.
NEAR = 0.8
# Of one service, as its documentation has them; groups are limited by their attestation.
MOST_ENROLLMENTS, MOST_GROUPS = 1_000_000, 100

_URL = f"{allocation.FUNCTION}.webhookUrl"


def hub_not_linked(record: Json, facts: Facts) -> Iterator[Flaw]:
    """Hubs to which the service cannot assign a device."""
    linked = facts.linked() or frozenset()
    named = record.get(allocation.HUBS)
    for member, hosts in (
        (allocation.HUBS, named if isinstance(named, list) else []),
        (allocation.LEGACY_HUB, [record.get(allocation.LEGACY_HUB)]),
    ):
        missing = [host for host in hosts if isinstance(host, str) and host and host.lower() not in linked]
        if missing:
            verb = "is" if len(missing) == 1 else "are"
            yield Flaw(member, f"{', '.join(missing)} {verb} not linked to the service.")


def incomplete_allocation(record: Json, _: Facts) -> Iterator[Flaw]:
    """What create and update would refuse of an allocation."""
    return _broken(allocation.check, record)


def incomplete_policy(record: Json, _: Facts) -> Iterator[Flaw]:
    """What create and update would refuse of a certificate policy."""
    return _broken(certificate_policy.check, record)


def webhook_without_code(record: Json, _: Facts) -> Iterator[Flaw]:
    """URLs of functions without the key that most functions require."""
    url = get(record, _URL)
    is_used = str(record.get(allocation.POLICY) or "").lower() == AllocationPolicy.CUSTOM.value
    if is_used and isinstance(url, str) and url:
        query = url.partition("#")[0].partition("?")[2]
        if not any(name.lower() == "code" for name, _ in parse_qsl(query)):
            yield Flaw(_URL, "The URL of the webhook has no code, without which a function with a key refuses calls.")


def wrapped_twin(record: Json, _: Facts) -> Iterator[Flaw]:
    """Parts of initial twins that updates by azure-iot wrapped."""
    for path in wrapped(record):
        yield Flaw(path, f"{path} is wrapped in additional_properties. Use `repair-twin`.")


def long_disabled(record: Json, facts: Facts) -> Iterator[Flaw]:
    """Disabled records whose last update was long ago."""
    last = moment(record.get("lastUpdatedDateTimeUtc"))
    is_disabled = str(record.get("provisioningStatus")).lower() == ProvisioningStatus.DISABLED.value
    if is_disabled and last and facts.now - last >= facts.disabled_for:
        since = days(facts.now - last)
        yield Flaw("provisioningStatus", f"Disabled, and last updated on {last.date()}, {since} ago.")


def near_limit(facts: Facts) -> Iterator[Flaw]:
    """Numbers of records that come near to what one service allows."""
    if facts.kind is INDIVIDUAL:
        counts = [(INDIVIDUAL.plural, sum(facts.listed.values()), MOST_ENROLLMENTS)]
    else:
        types = (Attestation.X509.value, Attestation.SYMMETRIC_KEY.value)
        counts = [(f"{type} {GROUP.plural}", facts.listed[type], MOST_GROUPS) for type in types]
    for what, count, most in counts:
        if count >= NEAR * most:
            yield Flaw(None, f"There are {count:,} {what}. A service can have {most:,}.")


def _broken(check: Callable[[Json], None], record: Json) -> Iterator[Flaw]:
    try:
        check(record)
    except Violations as error:
        for violation in error.violations:
            yield Flaw(violation.members[0], violation.told(str))
