"""DPS name → host name and a policy with enough rights, by asking Azure Resource Manager (ARM)."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from azure.cli.core.azclierror import AzureResponseError, ForbiddenError, ResourceNotFoundError
from azure.cli.core.commands.client_factory import get_subscription_id

from azext_iot_dps.service.answers import parsed
from azext_iot_dps.service.auth import LoginAuth
from azext_iot_dps.service.client import Json
from azext_iot_dps.service.errors import answer_error
from azext_iot_dps.service.target import Target, host, is_base64, is_host, is_policy
from azext_iot_dps.service.transport import Transport

# The version azure-cli itself uses; every region and cloud serves it.
API_VERSION = "2021-10-15"
# ARM leaves implied rights out of its answers (Azure/azure-rest-api-specs#10356).
_IMPLIED = {"EnrollmentWrite": {"EnrollmentRead", "RegistrationStatusRead", "RegistrationStatusWrite"}}
_PROVIDER = "Microsoft.Devices/provisioningServices"
_KEYLESS = "or use --auth-type login with the host name, which asks nothing of Azure Resource Manager."


class Services:
    """The services of a subscription; ARM is asked when one is asked for."""

    def __init__(self, cli_ctx: Any):
        self._cli_ctx = cli_ctx

    def find(self, name: str, group: str | None) -> Service:
        """The service of that name or host name, in the group or, without one, anywhere in the subscription.

        Letter case is ignored. Raises ResourceNotFoundError when there is none and ForbiddenError when ARM does not
        permit the question.
        """
        return Arm(self._cli_ctx).find(host(name).split(".")[0], group)

    def all(self, group: str | None) -> list[Service]:
        """Those of the group or, without one, of the subscription."""
        return list(Arm(self._cli_ctx).services(group))


class Arm:
    """The questions to ARM, for the active cloud and subscription."""

    def __init__(self, cli_ctx: Any):
        self.subscription = get_subscription_id(cli_ctx)
        self._base = cli_ctx.cloud.endpoints.resource_manager.rstrip("/")
        self._transport = Transport(self._base, API_VERSION, LoginAuth(cli_ctx))
        self._root = f"/subscriptions/{quote(self.subscription, safe='')}"

    def find(self, name: str, group: str | None) -> Service:
        if group:
            path = f"{self._folder(group)}/{quote(name, safe='')}"
            try:
                return Service(self, parsed(self._send("GET", path, "read"), dict))
            except ResourceNotFoundError as error:
                raise ResourceNotFoundError(
                    f"There is no Device Provisioning Service '{name}' in resource group '{group}' of subscription "
                    f"{self.subscription}.",
                    recommendation="Check both names, or leave --resource-group out to search the subscription.",
                ) from error
        names = []
        for service in self.services(None):
            if service.name.lower() == name.lower():
                return service
            names.append(service.name)
        raise ResourceNotFoundError(
            f"There is no Device Provisioning Service '{name}' in subscription {self.subscription}.",
            recommendation=[
                *closest(name, names),
                "Check the name, or choose another subscription with --subscription.",
            ],
        )

    def services(self, group: str | None) -> Iterator[Service]:
        return (Service(self, resource) for resource in self.pages("GET", self._folder(group), "read"))

    def _folder(self, group: str | None) -> str:
        within = f"/resourceGroups/{quote(group, safe='', errors='replace')}" if group else ""
        return f"{self._root}{within}/providers/{_PROVIDER}"

    def pages(self, method: str, path: str, action: str) -> Iterator[Json]:
        """The members of a list and of the pages that follow it, by GET, as `nextLink` says."""
        seen = set()
        while path not in seen:
            seen.add(path)
            response = self._send(method, path, action)
            page = parsed(response, dict)
            items = page.get("value") or []
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise answer_error(response)
            yield from items
            if not page.get("nextLink"):
                return
            method, path = "GET", self._followed(str(page["nextLink"]))
        raise AzureResponseError("Azure Resource Manager's list leads back to a page it gave before.")

    def _send(self, method: str, path: str, action: str) -> Any:
        try:
            return self._transport.send(method, path)
        except ForbiddenError as error:
            raise ForbiddenError(
                f"The current sign-in is not permitted to do this: {error}",
                recommendation=f"Ask for the action {_PROVIDER}/{action}, {_KEYLESS}",
            ) from error

    def _followed(self, link: str) -> str:
        base = urlsplit(self._base)
        try:
            target = urlsplit(link)
            same = _origin(target) == _origin(base)
        except ValueError:
            same = False
        if not same:
            raise AzureResponseError(
                "Azure Resource Manager's list goes on at another host: it was not followed there."
            )
        return f"{target.path.removeprefix(base.path)}?{target.query}"


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


def _origin(url: SplitResult) -> tuple[str, str | None, int]:
    """ARM writes its links with and without the port."""
    return url.scheme, url.hostname, url.port or 443


def _rights(policy: Json) -> set[str]:
    rights = {right.strip() for right in str(policy.get("rights", "")).split(",")}
    return rights.union(*(_IMPLIED.get(right, set()) for right in rights))


def closest(name: str, names: list[str]) -> list[str]:
    """A question with the names that look like `name`, if there are such."""
    known = {each.lower(): each for each in names}
    close = [known[each] for each in get_close_matches(name.lower(), known)]
    return [f"Did you mean {' or '.join(close)}?"] if close else []
