"""Subscriptions, their resource groups, locations and providers."""

from __future__ import annotations

from typing import Any

from ..refusal import Refusal
from ..state import Table
from ..tokens import TENANT
from .names import API_VERSIONS, PROVIDER, SUBSCRIPTIONS, Json, bad, member

LOCATIONS = {"eastus": "East US", "westus": "West US", "westeurope": "West Europe", "northeurope": "North Europe"}
_SEEDED = (("myrg", 0), ("OtherRG", 0), ("sparerg", 1))


class Groups:
    """Resource groups by subscription; names ignore case."""

    def __init__(self, kept: Table) -> None:
        """An empty table gets the groups to begin with."""
        self._kept = kept
        if not kept:
            self.reset()

    def reset(self) -> None:
        self._kept.clear()
        for name, number in _SEEDED:
            self.ensure(SUBSCRIPTIONS[number]["id"], name)

    def ensure(self, subscription: str, name: str) -> None:
        """A group that a service names exists."""
        if self.get(subscription, name) is None:
            self.put(subscription, name, {"location": "eastus"})

    def all(self, subscription: str) -> list[Json]:
        prefix = f"{subscription.lower()}/"
        return [group for id, group in self._kept.items() if id.startswith(prefix)]

    def get(self, subscription: str, name: str) -> Json | None:
        return self._kept.get(f"{subscription}/{name}".lower())

    def find(self, subscription: str, name: str) -> Json:
        group = self.get(subscription, name)
        if group is None:
            raise Refusal(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")
        return group

    def put(self, subscription: str, name: str, body: Any) -> tuple[Json, bool]:
        """The group as it is now, and whether it is new; its location stays what it was at first."""
        before = self.get(subscription, name)
        location = "".join(member(body, "location", str, "").lower().split())
        if not location:
            raise bad("The location of the resource group is required.", "LocationRequired")
        if before and before["location"] != location:
            message = f"The resource group '{name}' is in {before['location']}; a group cannot be moved."
            raise Refusal(409, "InvalidResourceGroupLocation", message)
        group = {
            "id": before["id"] if before else f"/subscriptions/{subscription.lower()}/resourceGroups/{name}",
            "name": before["name"] if before else name,
            "type": "Microsoft.Resources/resourceGroups",
            "location": location,
            "tags": member(body, "tags", dict, {}),
            "properties": {"provisioningState": "Succeeded"},
        }
        self._kept[f"{subscription}/{name}".lower()] = group
        return group, before is None

    def tag(self, subscription: str, name: str, body: Any) -> Json:
        """A PATCH: only the tags change."""
        group = self.find(subscription, name)
        tags = member(body, "tags", dict, group["tags"])
        return self.put(subscription, name, {**group, "tags": tags})[0]

    def delete(self, subscription: str, name: str) -> None:
        self.find(subscription, name)
        del self._kept[f"{subscription}/{name}".lower()]


def subscription(stored: dict[str, str]) -> Json:
    """A subscription as it is shown."""
    return {
        "id": f"/subscriptions/{stored['id']}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": stored["id"],
        "tenantId": TENANT,
        "displayName": stored["name"],
        "state": stored["state"],
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def location(subscription: str, name: str) -> Json:
    """A location as it is shown."""
    shown = LOCATIONS[name]
    return {
        "id": f"/subscriptions/{subscription}/locations/{name}",
        "name": name,
        "type": "Region",
        "displayName": shown,
        "regionalDisplayName": shown,
        "metadata": {"regionType": "Physical", "regionCategory": "Recommended"},
    }


def provider(subscription: str) -> Json:
    """The one resource provider there is, always registered."""
    kinds = (("ProvisioningServices", API_VERSIONS[::-1]), ("IotHubs", ("2023-06-30-preview", "2023-06-30")))
    return {
        "id": f"/subscriptions/{subscription}/providers/Microsoft.Devices",
        "namespace": "Microsoft.Devices",
        "registrationPolicy": "RegistrationRequired",
        "registrationState": "Registered",
        "resourceTypes": [
            {"resourceType": kind, "locations": list(LOCATIONS.values()), "apiVersions": list(versions)}
            for kind, versions in kinds
        ],
    }


def operations() -> list[Json]:
    """What a role can permit, by name."""
    kinds = {"read": "Read", "write": "Write", "delete": "Delete", "listkeys/action": "List the keys of"}
    return [
        {
            "name": f"{PROVIDER}/{action}",
            "display": {
                "provider": "Microsoft Devices",
                "resource": "IotDps",
                "operation": f"{words} a provisioning service",
            },
        }
        for action, words in kinds.items()
    ]
