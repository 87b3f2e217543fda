"""ARM's view of provisioning services: subscriptions, groups, services, and what is forbidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from .refusal import Refusal
from .registrations import DEFAULT_HUB
from .tokens import OBJECT, TENANT

PROVIDER = "Microsoft.Devices/provisioningServices"
API_VERSIONS = (
    "2017-08-21-preview",
    "2017-11-15",
    "2018-01-22",
    "2020-01-01",
    "2020-03-01",
    "2020-09-01-preview",
    "2021-10-15",
    "2022-02-05",
    "2022-12-12",
    "2023-03-01-preview",
    "2025-02-01-preview",
    "2026-06-01-preview",
    "2026-08-31",
)
SUBSCRIPTIONS = (
    {"id": "00000000-0000-0000-0000-0000000000aa", "name": "lab", "state": "Enabled"},
    {"id": "00000000-0000-0000-0000-0000000000ab", "name": "spare", "state": "Enabled"},
)
Json = dict[str, Any]
Item = TypeVar("Item")


class Arm:
    """The switches of ARM: services, page_size, forbid, subscriptions."""

    services: list[Json]
    page_size: int
    forbid: set[str]
    subscriptions: list[dict[str, str]]

    def __init__(self, host: str, id_scope: str) -> None:
        self.host, self.id_scope = host, id_scope
        self.reset()

    def reset(self) -> None:
        first, second = (subscription["id"] for subscription in SUBSCRIPTIONS)
        self.page_size = 2
        self.forbid = set()
        self.subscriptions = [dict(subscription) for subscription in SUBSCRIPTIONS]
        # mydps is on the second page, where only a client that follows nextLink finds it.
        self.services = [
            self.service("Other-DPS", "OtherRG", first, "Other-DPS.Azure-Devices-Provisioning.net"),
            self.service("mydps-test", "myrg", first, "MyDps-Test.azure-devices-provisioning.net"),
            self.service("mydps", "myrg", first, self.host),
            self.service("sparedps", "sparerg", second, self.host),
        ]

    def service(self, name: str, group: str, subscription: str = SUBSCRIPTIONS[0]["id"], host: str = "") -> Json:
        """A service as ARM lists it; append it to `services`."""
        return {
            "etag": "AAAAAAAAAAA=",
            "name": name,
            "location": "eastus",
            "properties": {
                "state": "Active",
                "provisioningState": "Succeeded",
                "iotHubs": [{"name": DEFAULT_HUB, "location": "eastus", "authenticationType": "KeyBased"}],
                "allocationPolicy": "Hashed",
                "serviceOperationsHostName": host or self.host,
                "deviceProvisioningHostName": self.host,
                "idScope": self.id_scope,
                "enableDataResidency": False,
            },
            "resourcegroup": group,
            "type": PROVIDER,
            "id": f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{PROVIDER}/{name}",
            "subscriptionid": subscription,
            "tags": {},
            "sku": {"name": "S1", "tier": "Standard", "capacity": 1},
        }

    def list_services(self, subscription: str, group: str | None = None) -> list[Json]:
        self._permit("read", _scope(subscription, group))
        return self._inside(subscription, group)

    def find(self, subscription: str, group: str, name: str, action: str = "read") -> Json:
        """One service, if the caller may do this with it."""
        self._permit(action, f"{_scope(subscription, group)}/providers/{PROVIDER}/{name}")
        for service in self._inside(subscription, group):
            if service["name"].lower() == name.lower():
                return service
        message = (
            f"The Resource '{PROVIDER}/{name}' under resource group '{group}' was not found. "
            "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
        )
        raise Refusal(404, "ResourceNotFound", message)

    def list_subscriptions(self) -> list[Json]:
        return [_subscription(subscription) for subscription in self.subscriptions]

    def subscription(self, id: str) -> Json:
        for subscription in self.subscriptions:
            if subscription["id"].lower() == id.lower():
                return _subscription(subscription)
        raise Refusal(404, "SubscriptionNotFound", f"The subscription '{id}' could not be found.")

    def page(self, items: Sequence[Item], token: str | None) -> tuple[list[Item], str | None]:
        """One page and the token of the next."""
        if token is not None and not token.isdecimal():
            raise Refusal(400, "InvalidSkipToken", "The $skiptoken is not valid.")
        start = int(token or 0)
        end = start + self.page_size
        return list(items[start:end]), str(end) if end < len(items) else None

    def _inside(self, subscription: str, group: str | None) -> list[Json]:
        self.subscription(subscription)
        services = [service for service in self.services if service["subscriptionid"].lower() == subscription.lower()]
        if group is None:
            return services
        services = [service for service in services if service["resourcegroup"].lower() == group.lower()]
        if not services:
            raise Refusal(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")
        return services

    def _permit(self, action: str, scope: str) -> None:
        full = f"{PROVIDER}/{action}"
        if full.lower() in {forbidden.lower() for forbidden in self.forbid}:
            message = (
                f"The client '{OBJECT}' with object id '{OBJECT}' does not have authorization to perform action "
                f"'{full}' over scope '{scope}' or the scope is invalid. "
                "If access was recently granted, please refresh your credentials."
            )
            raise Refusal(403, "AuthorizationFailed", message)


def _scope(subscription: str, group: str | None) -> str:
    return f"/subscriptions/{subscription}" + (f"/resourceGroups/{group}" if group else "")


def _subscription(subscription: dict[str, str]) -> Json:
    return {
        "id": f"/subscriptions/{subscription['id']}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": subscription["id"],
        "tenantId": TENANT,
        "displayName": subscription["name"],
        "state": subscription["state"],
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }
