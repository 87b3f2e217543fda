"""The shared access policies of a service as Resource Manager takes them."""

from __future__ import annotations

from base64 import b64decode
from secrets import token_bytes
from typing import Any

from ..stamps import encoded
from .names import Json, bad, member

# in the order in which the service returns them
RIGHTS = (
    "ServiceConfig",
    "DeviceConnect",
    "EnrollmentRead",
    "EnrollmentWrite",
    "RegistrationStatusRead",
    "RegistrationStatusWrite",
)


def owner() -> Json:
    """The policy that a new service has, with keys of its own."""
    rights = "ServiceConfig, DeviceConnect, EnrollmentWrite"
    return checked([{"keyName": "provisioningserviceowner", "rights": rights}])[0]


def checked(policies: list[Any]) -> list[Json]:
    """The policies as they are stored, with a key of 32 bytes made for each that is absent; 400 for what is none."""
    found = [_policy(each) for each in policies]
    names = [policy["keyName"].lower() for policy in found]
    if len(set(names)) < len(names):
        raise bad("Two policies have the same keyName: give each another one.")
    return found


def _policy(sent: Any) -> Json:
    name = member(sent, "keyName", str, "")
    if not name or len(name) > 64:
        raise bad("A policy needs a keyName of 1 to 64 characters.")
    return {
        "keyName": name,
        "primaryKey": _key(sent, "primaryKey"),
        "secondaryKey": _key(sent, "secondaryKey"),
        "rights": _rights(member(sent, "rights", str, "")),
    }


def _key(sent: Any, name: str) -> str:
    key: str = member(sent, name, str, "")
    if not key:
        return encoded(token_bytes(32))
    try:
        length = len(b64decode(key, validate=True))
    except ValueError:
        length = 0
    if not 16 <= length <= 64:
        raise bad(f"The {name} of a policy must be base64 of 16 to 64 bytes.")
    return key


def _rights(text: str) -> str:
    """The rights by their names, in the service's order; sent with and without blanks, in any case."""
    wanted = {right.strip().lower() for right in text.split(",")}
    unknown = wanted - {right.lower() for right in RIGHTS}
    if unknown:
        raise bad(f"The rights of a policy are some of {', '.join(RIGHTS)}, joined by commas.")
    return ", ".join(right for right in RIGHTS if right.lower() in wanted)
