"""DPS name → host name and a policy with enough rights, by asking Azure Resource Manager (ARM)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from azure.cli.core.azclierror import AzureResponseError, ForbiddenError, ResourceNotFoundError
from azure.cli.core.commands.client_factory import get_subscription_id

from azext_iot_dps.service.auth import LoginAuth
from azext_iot_dps.service.client import Json, parsed
from azext_iot_dps.service.errors import answer_error
from azext_iot_dps.service.target import Target, is_base64, is_host, is_policy
from azext_iot_dps.service.transport import Transport

# The version azure-cli itself uses; every region and cloud serves it.
API_VERSION = "2021-10-15"
# Every client sends this one, in the sovereign clouds too, where no source settles what it should be.
AUDIENCE = "https://azure-devices-provisioning.net"
# ARM leaves implied rights out of its answers (Azure/azure-rest-api-specs#10356).
_IMPLIED = {"EnrollmentWrite": {"EnrollmentRead", "RegistrationStatusRead", "RegistrationStatusWrite"}}
_PROVIDER = "Microsoft.Devices/provisioningServices"
_KEYLESS = "or use --auth-type login with the host name, which asks nothing of Azure Resource Manager."


def find(cli_ctx: Any, name: str, group: str | None) -> Service:
    """The service of that name, in the group or, without one, anywhere in the subscription; letter case is ignored.

    Raises ResourceNotFoundError when there is none and ForbiddenError when ARM does not permit the question.
    """
    return Arm(cli_ctx).find(name, group)


class Arm:
    """The questions to ARM, for the active cloud and subscription."""

    def __init__(self, cli_ctx: Any):
        self.subscription = get_subscription_id(cli_ctx)
        self._base = cli_ctx.cloud.endpoints.resource_manager.rstrip("/")
        self._transport = Transport(self._base, API_VERSION, LoginAuth(cli_ctx))
        self._root = f"/subscriptions/{quote(self.subscription, safe='')}"

    def find(self, name: str, group: str | None) -> Service:
        if group:
            folder = f"{self._root}/resourceGroups/{quote(group, safe='', errors='replace')}"
            path = f"{folder}/providers/{_PROVIDER}/{quote(name, safe='')}"
            try:
                return Service(self, parsed(self._send("GET", path, "read"), dict))
            except ResourceNotFoundError as error:
                raise ResourceNotFoundError(
                    f"There is no Device Provisioning Service '{name}' in resource group '{group}' of subscription "
                    f"{self.subscription}.",
                    recommendation="Check both names, or leave --resource-group out to search the subscription.",
                ) from error
        for resource in self.pages("GET", f"{self._root}/providers/{_PROVIDER}", "read"):
            if str(resource.get("name")).lower() == name.lower():
                return Service(self, resource)
        raise ResourceNotFoundError(
            f"There is no Device Provisioning Service '{name}' in subscription {self.subscription}.",
            recommendation="Check the name, or choose another subscription with --subscription.",
        )

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

    @property
    def host(self) -> str:
        """The host of the service API."""
        properties = self._resource.get("properties")
        host = properties.get("serviceOperationsHostName") if isinstance(properties, dict) else None
        if not is_host(host):
            raise AzureResponseError(f"Azure Resource Manager names no host for '{self._resource.get('name')}'.")
        return str(host)

    def target(self, rights: tuple[str, ...]) -> Target:
        """The host and a policy: one with every right, else the first that has the first of `rights` that any has."""
        id = self._resource.get("id")
        if not isinstance(id, str) or not id.startswith("/"):
            raise AzureResponseError(f"Azure Resource Manager names no id for '{self._resource.get('name')}'.")
        policies = list(self._arm.pages("POST", f"{id}/listkeys", "listkeys/action"))
        for wanted in ({"ServiceConfig", "EnrollmentWrite"}, *({right} for right in rights)):
            for policy in policies:
                if (
                    wanted <= _rights(policy)
                    and is_policy(policy.get("keyName"))
                    and is_base64(policy.get("primaryKey"))
                ):
                    return Target(self.host, str(policy["keyName"]), str(policy["primaryKey"]))
        raise ForbiddenError(
            f"No shared access policy of '{self._resource.get('name')}' has the right {rights[-1]}.",
            recommendation=f"Add a policy with the right {rights[-1]}, or use --auth-type login.",
        )


def _origin(url: SplitResult) -> tuple[str, str | None, int]:
    """ARM writes its links with and without the port."""
    return url.scheme, url.hostname, url.port or 443


def _rights(policy: Json) -> set[str]:
    rights = {right.strip() for right in str(policy.get("rights", "")).split(",")}
    return rights.union(*(_IMPLIED.get(right, set()) for right in rights))
