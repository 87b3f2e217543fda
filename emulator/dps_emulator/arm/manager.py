"""Resource Manager's view of provisioning services: what there is, what is changed, and what is forbidden."""

from __future__ import annotations

from collections.abc import Sequence
from threading import RLock
from typing import Any, TypeVar

from ..access import Access
from ..refusal import Refusal
from ..registrations import DEFAULT_HUB
from ..state import Tables
from ..tokens import OBJECT
from . import groups, hubs, policies, services
from .certificates import Certificates
from .names import PROVIDER, SUBSCRIPTIONS, Json, bad, check_match, member, missing
from .names import etag as new_etag
from .operations import Operations

Item = TypeVar("Item")


class Arm:
    """The switches of Resource Manager: services, page_size, forbid, subscriptions.

    All services with the host of the emulator share its data plane: its records, its ID scope and its hubs.
    """

    services: list[Json]
    page_size: int
    forbid: set[str]
    subscriptions: list[dict[str, str]]

    def __init__(self, host: str, id_scope: str, access: Access, tables: Tables) -> None:
        """`tables` keep services, groups, certificates and operations; policies are kept by `access`."""
        self.host, self.id_scope, self.access = host, id_scope, access
        self.lock = RLock()
        self._kept = tables("services")
        self.groups = groups.Groups(tables("groups"))
        self.authorities = Certificates(tables("ca-certificates"))
        self.operations = Operations(tables("operations"))
        stored = self._kept.get("all")
        self._to_begin_with()
        if stored:
            self.services = [services.moved(service, stored["host"], host) for service in stored["services"]]

    def reset(self) -> None:
        """Back to the start; what was kept of the control plane is gone."""
        self._kept.clear()
        self.groups.reset()
        self.authorities.clear()
        self.operations.clear()
        self._to_begin_with()

    def _to_begin_with(self) -> None:
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
        """A service as it is listed, with one linked hub; append it to `services`."""
        properties = {
            "iotHubs": [hubs.linked(DEFAULT_HUB, "eastus")],
            "allocationPolicy": "Hashed",
            "serviceOperationsHostName": host or self.host,
            "deviceProvisioningHostName": self.host,
            "idScope": self.id_scope,
            "enableDataResidency": False,
        }
        return services.described(name, group, subscription, "eastus", properties)

    def link(self, *hosts: str) -> None:
        """Link hubs to the service `mydps`, as the control plane does."""
        linked = self.find(SUBSCRIPTIONS[0]["id"], "myrg", "mydps")["properties"]["iotHubs"]
        linked += [hubs.linked(host, "eastus") for host in hosts]

    def linked_hubs(self) -> list[str]:
        """Host names of the hubs that devices can be assigned to, in the order in which they were linked."""
        names = [hub["name"] for service in self._served() for hub in service["properties"].get("iotHubs", [])]
        return list({name.lower(): name for name in reversed(names)}.values())[::-1]

    @property
    def certificates(self) -> dict[str, tuple[str, bool]]:
        """The uploaded CA certificates by name: PEM, and whether it is verified."""
        found: dict[str, tuple[str, bool]] = {}
        for service in self._served():
            found.update(self.authorities.uploaded(service))
        return found

    def list_services(self, subscription: str, group: str | None = None) -> list[Json]:
        self.permit("read", subscription, group)
        return self._inside(subscription, group)

    def find(self, subscription: str, group: str, name: str, action: str = "read") -> Json:
        """One service, if the caller may do this with it."""
        self.permit(action, subscription, group, name)
        found = _named(self._inside(subscription, group), name)
        if found is None:
            raise missing(PROVIDER, name, group)
        return found

    def put(self, subscription: str, group: str, name: str, body: Any, if_match: str | None) -> tuple[Json, bool]:
        """The service as it is now, and whether it is new. Policies that the body does not have stay as they are."""
        self.permit("write", subscription, group, name)
        with self.lock:
            before = _named(self._inside(subscription, group), name)
            check_match(before, if_match)
            fresh = before or self._fresh(subscription, group, name, body)
            rules = member(member(body, "properties", dict, {}), "authorizationPolicies", list)
            wanted = None if rules is None else policies.checked(rules)
            after = services.written(fresh, body)
            if before is None:
                self.services.append(after)
                wanted = wanted or [policies.owner()]
            else:
                self.services[self.services.index(before)] = after
            if wanted is not None:
                self.access.assign(after["id"], wanted, is_new=before is None)
            self._keep()
        return after, before is None

    def patch(self, subscription: str, group: str, name: str, body: Any) -> Json:
        """Only the tags of a service can be changed so."""
        with self.lock:
            before = self.find(subscription, group, name, "write")
            after = {**before, "etag": new_etag(), "tags": member(body, "tags", dict, before["tags"])}
            self.services[self.services.index(before)] = after
            self._keep()
        return after

    def delete(self, subscription: str, group: str, name: str) -> bool:
        """Whether there was one; its policies and certificates go with it."""
        self.permit("delete", subscription, group, name)
        with self.lock:
            found = _named(self._inside(subscription, group), name)
            if found is not None:
                self._remove(found)
        return found is not None

    def delete_group(self, subscription: str, group: str) -> None:
        """A resource group with all that is in it."""
        with self.lock:
            for service in self._inside(subscription, group):
                self._remove(service)
            self.groups.delete(subscription, group)

    def availability(self, name: str) -> Json:
        """Whether a service can have this name, which only one in all of Azure has."""
        message = services.unavailable(name)
        if message:
            return {"nameAvailable": False, "reason": "Invalid", "message": message}
        if _named(self.services, name):
            message = f"The name '{name}' is not available: another service has it."
            return {"nameAvailable": False, "reason": "AlreadyExists", "message": message}
        return {"nameAvailable": True, "reason": "Invalid", "message": None}

    def list_groups(self, subscription: str) -> list[Json]:
        self.subscription(subscription)
        self._adopt()
        return self.groups.all(subscription)

    def list_subscriptions(self) -> list[Json]:
        return [groups.subscription(each) for each in self.subscriptions]

    def subscription(self, id: str) -> Json:
        for each in self.subscriptions:
            if each["id"].lower() == id.lower():
                return groups.subscription(each)
        raise Refusal(404, "SubscriptionNotFound", f"The subscription '{id}' could not be found.")

    def page(self, items: Sequence[Item], token: str | None) -> tuple[list[Item], str | None]:
        """One page and the token of the next."""
        if token is not None and not token.isdecimal():
            raise bad("The $skiptoken is not valid.", "InvalidSkipToken")
        start = int(token or 0)
        end = start + self.page_size
        return list(items[start:end]), str(end) if end < len(items) else None

    def permit(self, action: str, subscription: str, group: str | None = None, name: str | None = None) -> None:
        """403 for what a test has forbidden."""
        full = f"{PROVIDER}/{action}"
        if full.lower() in {forbidden.lower() for forbidden in self.forbid}:
            scope = f"/subscriptions/{subscription}" + (f"/resourceGroups/{group}" if group else "")
            scope += f"/providers/{PROVIDER}/{name}" if name else ""
            message = (
                f"The client '{OBJECT}' with object id '{OBJECT}' does not have authorization to perform action "
                f"'{full}' over scope '{scope}' or the scope is invalid. "
                "If access was recently granted, please refresh your credentials."
            )
            raise Refusal(403, "AuthorizationFailed", message)

    def _fresh(self, subscription: str, group: str, name: str, body: Any) -> Json:
        found = self.availability(name)
        if not found["nameAvailable"]:
            status = 400 if found["reason"] == "Invalid" else 409
            raise Refusal(status, f"Name{found['reason']}", found["message"])
        known = self.groups.find(subscription, group)
        location = "".join(member(body, "location", str, "").lower().split())
        fresh = self.service(name, known["name"], self.subscription(subscription)["subscriptionId"])
        fresh["location"], fresh["properties"]["iotHubs"] = location, []
        return fresh

    def _served(self) -> list[Json]:
        """The services whose data plane this is; those of other subscriptions are there to be found only."""
        first = SUBSCRIPTIONS[0]["id"]
        here = [service for service in self.services if service["subscriptionid"].lower() == first]
        return [
            service
            for service in here
            if str(service["properties"].get("serviceOperationsHostName")).lower() == self.host.lower()
        ]

    def _inside(self, subscription: str, group: str | None) -> list[Json]:
        self.subscription(subscription)
        found = [service for service in self.services if service["subscriptionid"].lower() == subscription.lower()]
        if group is None:
            return found
        self._adopt()
        self.groups.find(subscription, group)
        return [service for service in found if service["resourcegroup"].lower() == group.lower()]

    def _adopt(self) -> None:
        """A test may put a service into a group that does not exist yet."""
        for service in self.services:
            self.groups.ensure(service["subscriptionid"], service["resourcegroup"])

    def _remove(self, service: Json) -> None:
        self.services.remove(service)
        self.access.forget(service["id"])
        self.authorities.forget(service)
        self._keep()

    def _keep(self) -> None:
        self._kept["all"] = {"host": self.host, "services": self.services}


def _named(found: list[Json], name: str) -> Json | None:
    return next((service for service in found if service["name"].lower() == name.lower()), None)
