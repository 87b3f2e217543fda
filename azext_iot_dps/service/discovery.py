"""DPS name → host name and a policy with enough rights, by asking Azure Resource Manager (ARM)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from azure.cli.core.azclierror import AzCLIError, AzureResponseError, ForbiddenError, ResourceNotFoundError

from azext_iot_dps.service.answers import parsed
from azext_iot_dps.service.arm import Arm
from azext_iot_dps.service.client import Json
from azext_iot_dps.service.similar import closest
from azext_iot_dps.service.target import Target, host, is_base64, is_host, is_policy

# ARM leaves implied rights out of its answers (Azure/azure-rest-api-specs#10356).
_IMPLIED = {"EnrollmentWrite": {"EnrollmentRead", "RegistrationStatusRead", "RegistrationStatusWrite"}}


class Services:
    """The services of a subscription; ARM is asked when one is asked for."""

    def __init__(self, cli_ctx: Any):
        self._cli_ctx = cli_ctx

    def find(self, name: str, group: str | None) -> Service:
        """The service of that name or host name, in the group or, without one, anywhere in the subscription.

        Letter case is ignored. Raises ResourceNotFoundError when there is none and ForbiddenError when ARM does not
        permit the question.
        """
        return find(Arm(self._cli_ctx), host(name).split(".")[0], group)

    def all(self, group: str | None) -> list[Service]:
        """Those of the group or, without one, of the subscription."""
        return list(_listed(Arm(self._cli_ctx), group))


def find(arm: Arm, name: str, group: str | None) -> Service:
    """As Services.find, by a connection that is there."""
    return _in_group(arm, name, group) if group else _anywhere(arm, name)


def _in_group(arm: Arm, name: str, group: str) -> Service:
    try:
        answer = arm.send("GET", f"{arm.folder(group)}/{quote(name, safe='')}", "read")
    except ResourceNotFoundError as error:
        raise ResourceNotFoundError(
            f"There is no Device Provisioning Service '{name}' in resource group '{group}' of subscription "
            f"{arm.subscription}.",
            recommendation=[
                *_elsewhere(arm, name),
                "Check both names, or leave --resource-group out to search the subscription.",
            ],
        ) from error
    return Service(arm, parsed(answer, dict))


def _anywhere(arm: Arm, name: str) -> Service:
    names = []
    for service in _listed(arm, None):
        if service.name.lower() == name.lower():
            return service
        names.append(service.name)
    raise ResourceNotFoundError(
        f"There is no Device Provisioning Service '{name}' in subscription {arm.subscription}.",
        recommendation=[*closest(name, names), "Check the name, or choose another subscription with --subscription."],
    )


def _elsewhere(arm: Arm, name: str) -> list[str]:
    """Where in the subscription that name is, or what looks like it; nothing when ARM does not tell."""
    try:
        found = list(_listed(arm, None))
    except AzCLIError:
        return []
    same = [service.group for service in found if service.name.lower() == name.lower()]
    return [f"It is in resource group {same[0]}."] if same else closest(name, [each.name for each in found])


def _listed(arm: Arm, group: str | None) -> Iterator[Service]:
    return (Service(arm, resource) for resource in arm.pages("GET", arm.folder(group), "read"))


class Service:
    """One service as ARM describes it."""

    def __init__(self, arm: Arm, resource: Json):
        self._arm = arm
        self._resource = resource
        properties = resource.get("properties")
        self._properties: Json = properties if isinstance(properties, dict) else {}

    @property
    def name(self) -> str:
        return str(self._resource.get("name"))

    @property
    def group(self) -> str:
        return str(self._resource.get("resourcegroup"))

    @property
    def state(self) -> str:
        """Active, or why it is not: Activating, Suspended, Deleting and the like."""
        return str(self._properties.get("state"))

    @property
    def host(self) -> str:
        """The host of the service API."""
        return self._host("serviceOperationsHostName")

    @property
    def device_host(self) -> str:
        """The host where devices register."""
        return self._host("deviceProvisioningHostName")

    @property
    def hubs(self) -> list[str]:
        """Host names of the linked IoT hubs."""
        linked = self._properties.get("iotHubs")
        return [str(hub.get("name")) for hub in linked or [] if isinstance(hub, dict)]

    @property
    def id_scope(self) -> str:
        """What devices name the service by."""
        scope = self._properties.get("idScope")
        if not isinstance(scope, str) or not scope.isalnum():
            raise AzureResponseError(f"Azure Resource Manager names no ID scope for '{self.name}'.")
        return scope

    def target(self, rights: tuple[str, ...]) -> Target:
        """The host and a policy: one with every right, else the first that has the first of `rights` that any has."""
        policies = self.policies()
        for wanted in ({"ServiceConfig", "EnrollmentWrite"}, *({right} for right in rights)):
            for policy in policies:
                if wanted <= _rights(policy):
                    return Target(self.host, policy["keyName"], policy["primaryKey"])
        raise ForbiddenError(
            f"No shared access policy of '{self.name}' has the right {rights[-1]}.",
            recommendation=f"Add a policy with the right {rights[-1]}, or use --auth-type login.",
        )

    def targets(self, key_type: str) -> list[Target]:
        """The host with each of the policies, and their `primary` or `secondary` keys."""
        keys = ((policy["keyName"], policy.get(f"{key_type}Key")) for policy in self.policies())
        return [Target(self.host, name, str(key)) for name, key in keys if is_base64(key)]

    def target_of(self, policy: str, key_type: str) -> Target:
        """The host with that policy; raises ResourceNotFoundError when there is none of that name."""
        targets = self.targets(key_type)
        for target in targets:
            if target.policy.lower() == policy.lower():
                return target
        raise ResourceNotFoundError(
            f"There is no shared access policy '{policy}' at '{self.name}'.",
            recommendation=closest(policy, [target.policy for target in targets]),
        )

    def policies(self) -> list[Json]:
        """The shared access policies that have a name and a key, keys and all."""
        id = self._resource.get("id")
        if not isinstance(id, str) or not id.startswith("/"):
            raise AzureResponseError(f"Azure Resource Manager names no id for '{self.name}'.")
        listed = self._arm.pages("POST", f"{id}/listkeys", "listkeys/action")
        return [each for each in listed if is_policy(each.get("keyName")) and is_base64(each.get("primaryKey"))]

    def _host(self, name: str) -> str:
        host = self._properties.get(name)
        if not is_host(host):
            raise AzureResponseError(f"Azure Resource Manager names no host for '{self.name}'.")
        return str(host)


def _rights(policy: Json) -> set[str]:
    rights = {right.strip() for right in str(policy.get("rights", "")).split(",")}
    return rights.union(*(_IMPLIED.get(right, set()) for right in rights))
