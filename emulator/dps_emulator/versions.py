"""Api-versions of the service API, and which of them knows which newer member of a record."""

from __future__ import annotations

import re

from .refusal import invalid
from .shelf import Record
from .switches import Switches

SERVED = ("2018-09-01-preview", "2018-11-01", "2019-03-31", "2021-10-01", "2025-07-01-preview", "2026-11-01")
OLDEST, NEWEST = SERVED[0], SERVED[-1]

# What the definitions of 2026-11-01 say of the three names, which mean something together only.
_POLICY = {
    "namespaceName": r"(?=.{3,64}$)[a-z0-9][a-z0-9-]*[a-z0-9]",
    "certificateAuthorityName": r"(?=.{3,63}$)[0-9a-zA-Z][a-zA-Z0-9-]*",
    "certificatePolicyName": r"(?=.{3,63}$)[0-9a-zA-Z][a-zA-Z0-9-]*",
}
# A member that is not here is of every version: one that none has is stored and shown as it came.
_KNOWN = {
    "optionalDeviceInformation": SERVED[2:],
    "credentialPolicyName": ("2025-07-01-preview",),
    **dict.fromkeys(_POLICY, ("2026-11-01",)),
}


def seen(record: Record, version: str, switches: Switches) -> Record:
    """A record without the members of other versions, unless the switches show them."""
    if switches.newer_members == "show-all" or _KNOWN.keys().isdisjoint(record):
        return record
    return {name: value for name, value in record.items() if _has(version, name)}


def received(body: Record, current: Record | None, version: str, switches: Switches) -> Record:
    """What a PUT of this version means for the record to keep.

    What the service does with the members of other versions is not documented.
    """
    if switches.newer_members == "show-all":
        return body
    foreign = [name for name in body if not _has(version, name)]
    if foreign and switches.newer_members == "refuse":
        raise invalid(f"API version {version} has no {foreign[0]}.")
    kept = {name: value for name, value in body.items() if name not in foreign}
    if current is None or switches.newer_members != "hide-and-keep":
        return kept
    return {**{name: value for name, value in current.items() if not _has(version, name)}, **kept}


def check_policy(record: Record) -> None:
    """All three names of a certificate policy or none, each in its form."""
    given = [name for name in _POLICY if name in record]
    if given and len(given) < len(_POLICY):
        raise invalid(f"{', '.join(_POLICY)} must be given together.")
    for name in given:
        if not re.fullmatch(_POLICY[name], record[name], re.ASCII):
            raise invalid(f"{name} must match {_POLICY[name]}.")


def names_policy(record: Record, version: str) -> bool:
    """Whether a record has the members by which this version names a certificate policy."""
    names = [name for name in ("credentialPolicyName", *_POLICY) if _has(version, name)]
    return bool(names) and all(record.get(name) for name in names)


def _has(version: str, member: str) -> bool:
    return member not in _KNOWN or version in _KNOWN[member]
