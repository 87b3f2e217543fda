"""The rules of certificate policies: three names, which mean something together only."""

from __future__ import annotations

from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.violation import Fault, Violation, Violations

POLICY_NAME = "certificatePolicyName"
NAMES = ("namespaceName", "certificateAuthorityName", POLICY_NAME)
# What the preview 2025-07-01 had in their place.
OLD_NAME = "credentialPolicyName"


def check(record: Json) -> None:
    """Refuse a record with some of the names. Raises Violations."""
    given = [name for name in NAMES if record.get(name)]
    missing = [name for name in NAMES if not record.get(name)]
    if given and missing:
        listed = " and ".join(f"{{{number}}}" for number in range(1, len(missing) + 1))
        advice = (
            "The three together name the policy that issues a device's certificate. To remove it, remove all three."
        )
        raise Violations(Violation((given[0], *missing), f"{{0}} requires {listed}.", (advice,), Fault.MISSING))


def settled(named: Json, desired: Json) -> Json:
    """`desired`, into which `named` was merged, with all names or none. Raises Violations.

    Nothing is changed, nor checked, when none of them is named. The name of the preview goes, as it is of another
    policy.
    """
    if named.keys().isdisjoint(NAMES):
        return desired
    check(desired)
    gone = {name for name in NAMES if not desired.get(name)} | ({OLD_NAME} - named.keys())
    return {name: value for name, value in desired.items() if name not in gone}
