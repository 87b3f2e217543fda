"""Provisioning services as Resource Manager stores them."""

from __future__ import annotations

import re
from typing import Any

from ..refusal import Refusal
from ..tokens import OBJECT, TENANT
from . import hubs
from .names import PROVIDER, Json, bad, etag, member

_HOSTS = ("serviceOperationsHostName", "deviceProvisioningHostName")
_POLICIES = {"hashed": "Hashed", "geolatency": "GeoLatency", "static": "Static"}
# Members of properties that are stored as they are sent, and do nothing here.
_KEPT = {
    "enableDataResidency": bool,
    "publicNetworkAccess": str,
    "ipFilterRules": list,
    "disableLocalAuth": bool,
    "deviceRegistryNamespaces": list,
}


def described(name: str, group: str, subscription: str, location: str, properties: Json) -> Json:
    """A service as it is listed."""
    return {
        "etag": "AAAAAAAAAAA=",
        "name": name,
        "location": location,
        "properties": {"state": "Active", "provisioningState": "Succeeded", **properties},
        "resourcegroup": group,
        "type": PROVIDER,
        "id": f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{PROVIDER}/{name}",
        "subscriptionid": subscription,
        "tags": {},
        "sku": {"name": "S1", "tier": "Standard", "capacity": 1},
    }


def unavailable(name: str) -> str | None:
    """Why a service cannot have this name."""
    if re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9-]{1,62}[A-Za-z0-9])", name):
        return None
    return (
        f"The name '{name}' is not valid: it must have 3 to 64 letters, digits and hyphens, and begin and end with "
        "a letter or digit."
    )


def written(before: Json, body: Any) -> Json:
    """A service after a PUT; members that the body does not have are removed, hubs too, except read-only ones."""
    location = "".join(member(body, "location", str, "").lower().split())
    if not location:
        raise bad("The location of the service is required.", "LocationRequired")
    if location != before["location"]:
        message = f"The service '{before['name']}' is in {before['location']}; a service cannot be moved."
        raise Refusal(409, "InvalidResourceLocation", message)
    result = {**before, "etag": etag(), "tags": member(body, "tags", dict, {})}
    result["sku"] = _sku(member(body, "sku", dict, {}))
    result["properties"] = _properties(before["properties"], member(body, "properties", dict, {}))
    result.pop("identity", None)
    identity = member(body, "identity", dict)
    if identity and str(identity.get("type")).lower() != "none":
        result["identity"] = {**identity, "principalId": OBJECT, "tenantId": TENANT}
    return result


def _properties(before: Json, sent: Json) -> Json:
    policy = member(sent, "allocationPolicy", str, "Hashed").lower()
    if policy not in _POLICIES:
        raise bad(f"The allocationPolicy must be one of {', '.join(_POLICIES.values())}.")
    kept = {name: member(sent, name, type) for name, type in _KEPT.items()}
    kept["enableDataResidency"] = bool(kept["enableDataResidency"])
    return {
        "state": "Active",
        "provisioningState": "Succeeded",
        "iotHubs": hubs.checked(member(sent, "iotHubs", list, []), before.get("iotHubs", [])),
        "allocationPolicy": _POLICIES[policy],
        **{name: before[name] for name in ("serviceOperationsHostName", "deviceProvisioningHostName", "idScope")},
        **{name: value for name, value in kept.items() if value is not None},
    }


def _sku(sent: Json) -> Json:
    name, capacity = member(sent, "name", str, "S1"), member(sent, "capacity", int, 1)
    if name.upper() != "S1" or capacity < 1:
        raise bad("The sku must be S1 with a capacity of at least 1.")
    return {"name": "S1", "tier": "Standard", "capacity": capacity}


def moved(service: Json, before: str, now: str) -> Json:
    """A kept service: the emulator may have another host than when it was stored."""
    properties = service["properties"]
    hosts = {name: now if properties[name] == before else properties[name] for name in _HOSTS}
    return {**service, "properties": {**properties, **hosts}}
