"""The rules of allocation, on the values that hold afterwards: policy, IoT hubs, webhook."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.exact_json import same
from azext_iot_dps.record.paths import Json, as_object
from azext_iot_dps.record.values import AllocationPolicy
from azext_iot_dps.record.violation import Fault, Note, Violation, Violations

POLICY, HUBS, FUNCTION, LEGACY_HUB = "allocationPolicy", "iotHubs", "customAllocationDefinition", "iotHubHostName"
_REQUIRED = (f"{FUNCTION}.webhookUrl", f"{FUNCTION}.apiVersion")


def check_named(named: Json) -> None:
    """Refuse a policy and hubs that exclude each other, regardless of what is stored. Raises Violations."""
    if named.get(POLICY) and HUBS in named:
        _check_hubs(named[POLICY], named[HUBS] or [])


def check(record: Json) -> None:
    """Refuse what the service would refuse of a record's allocation. Raises Violations."""
    policy, hubs = record.get(POLICY), record.get(HUBS)
    _check_hubs(policy, hubs if isinstance(hubs, list) else [])
    function = as_object(record.get(FUNCTION))
    missing = [path for path in _REQUIRED if not function.get(path.partition(".")[2])]
    if _is(policy, AllocationPolicy.CUSTOM) and missing:
        listed = " and ".join(f"{{{number + 1}}}" for number in range(len(missing)))
        reason = f"{{0}} custom requires {listed}."
        raise Violations(Violation((POLICY, *missing), reason, fault=Fault.MISSING))


def settled(named: Json, desired: Json, stored: Json, notes: list[Note]) -> Json:
    """`desired`, into which `named` was merged, without what its policy has no use for. Raises Violations.

    Nothing is changed, nor checked, when nothing of the allocation is named.
    """
    if not named.keys() & {POLICY, HUBS, FUNCTION}:
        return desired
    if stored and all(same(desired.get(name), stored.get(name)) for name in (POLICY, HUBS, FUNCTION)):
        return desired
    desired = dict(desired)
    custom = _is(desired.get(POLICY), AllocationPolicy.CUSTOM)
    if not custom and named.get(FUNCTION):
        notes.append(Note((POLICY, *_REQUIRED), "{1} and {2} are not sent: they require {0} custom."))
        _restore(desired, stored, FUNCTION)
    if not custom and POLICY in named:
        desired.pop(FUNCTION, None)
    if HUBS in named and LEGACY_HUB not in named:
        desired.pop(LEGACY_HUB, None)
    check(desired)
    return desired


def _restore(desired: Json, stored: Json, name: str) -> None:
    desired.pop(name, None)
    if name in stored:
        desired[name] = stored[name]


def _is(policy: Any, member: AllocationPolicy) -> bool:
    return str(policy or "").lower() == member.value.lower()


def _check_hubs(policy: Any, hubs: list[Any]) -> None:
    if hubs and not policy:
        raise Violations(Violation((HUBS, POLICY), "{0} requires {1}.", fault=Fault.MISSING))
    if _is(policy, AllocationPolicy.STATIC) and len(hubs) != 1:
        reason = f"{{0}} static requires exactly one host name in {{1}}, not {len(hubs)}."
        raise Violations(Violation((POLICY, HUBS), reason, fault=Fault.CONFLICT))
