"""IoT hubs: those that are linked to a service, and the few that exist in the subscription."""

from __future__ import annotations

from typing import Any

from ..stamps import encoded
from .names import SUBSCRIPTIONS, Json, bad, member, missing

TYPE = "Microsoft.Devices/IotHubs"
_KEPT = ("hostName", "authenticationType", "selectedUserAssignedIdentityResourceId")
_KEY = encoded(bytes(range(64, 96)))


def hub(name: str, location: str) -> Json:
    """An IoT hub, as much of one as azure-cli needs to link it."""
    subscription, group = SUBSCRIPTIONS[0]["id"], "myrg"
    properties = {"state": "Active", "provisioningState": "Succeeded", "hostName": f"{name}.azure-devices.net"}
    return {
        "etag": "AAAAAAAAAAA=",
        "name": name,
        "location": location,
        "properties": properties,
        "resourcegroup": group,
        "type": TYPE,
        "id": f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{TYPE}/{name}",
        "subscriptionid": subscription,
        "tags": {},
        "sku": {"name": "S1", "tier": "Standard", "capacity": 1},
    }


# The second one is there to be linked.
HUBS = (hub("linked-hub", "eastus"), hub("spare-hub", "westus"))
POLICIES = (
    {
        "keyName": "iothubowner",
        "primaryKey": _KEY,
        "secondaryKey": _KEY,
        "rights": "RegistryWrite, ServiceConnect, DeviceConnect",
    },
)


def hubs(subscription: str, group: str | None = None) -> list[Json]:
    """The IoT hubs of a subscription, or of a group of it."""
    found = [each for each in HUBS if each["subscriptionid"] == subscription.lower()]
    return [each for each in found if group is None or each["resourcegroup"] == group.lower()]


def find(subscription: str, group: str, name: str) -> Json:
    """One IoT hub, or 404."""
    for each in hubs(subscription, group):
        if each["name"] == name.lower():
            return each
    raise missing(TYPE, name, group)


def linked(host: str, location: str, policy: str = "iothubowner") -> Json:
    """A linked hub as a service shows it: the key of its connection string is masked."""
    connection = f"HostName={host};SharedAccessKeyName={policy};SharedAccessKey=****"
    return {"name": host, "connectionString": connection, "location": location, "authenticationType": "KeyBased"}


def checked(sent: list[Any], stored: list[Json]) -> list[Json]:
    """The hubs of a PUT as they are stored; what is masked is kept by the name of its host. 400 for what is no hub."""
    known = {each["name"].lower(): each for each in stored}
    found = [_hub(each, known) for each in sent]
    names = [each["name"].lower() for each in found]
    if len(set(names)) < len(names):
        raise bad("A hub is linked twice: name each hub once.")
    return found


def _hub(sent: Any, known: dict[str, Json]) -> Json:
    location = member(sent, "location", str, "")
    if not location:
        raise bad("A linked hub needs a location.")
    connection: str = member(sent, "connectionString", str, "")
    result = _by_key(connection, known) if connection else _by_identity(sent)
    result["location"] = "".join(location.lower().split())
    for name, type in (("applyAllocationPolicy", bool), ("allocationWeight", int)):
        value = member(sent, name, type)
        if value is not None:
            result[name] = value
    return result


def _by_key(connection: str, known: dict[str, Json]) -> Json:
    pairs = [part.partition("=") for part in connection.strip().strip(";").split(";")]
    fields = {name.strip().lower(): value.strip() for name, _, value in pairs}
    host, policy, key = (fields.get(name, "") for name in ("hostname", "sharedaccesskeyname", "sharedaccesskey"))
    if not (host and policy and key):
        raise bad(
            "The connectionString of a linked hub must be HostName=...;SharedAccessKeyName=...;SharedAccessKey=..."
        )
    if set(key) == {"*"}:
        if host.lower() not in known:
            raise bad(f"The key of the hub {host} is masked, and the hub is not linked: send its key.")
        return {name: known[host.lower()][name] for name in ("name", "connectionString", "authenticationType")}
    return linked(host, "", policy)


def _by_identity(sent: Any) -> Json:
    host = member(sent, "hostName", str, "")
    if not host or str(member(sent, "authenticationType", str, "")).lower() == "keybased":
        raise bad("A linked hub needs a connectionString, or a hostName and the authenticationType of an identity.")
    return {"name": host, **{name: sent[name] for name in _KEPT if sent.get(name) is not None}}
