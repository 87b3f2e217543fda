"""Questions to Azure Resource Manager (ARM) about provisioning services, for the active cloud and subscription."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from azure.cli.core.azclierror import AzureResponseError, ForbiddenError
from azure.cli.core.commands.client_factory import get_subscription_id

from azext_iot_dps.service.answers import parsed
from azext_iot_dps.service.auth import LoginAuth
from azext_iot_dps.service.client import Json
from azext_iot_dps.service.errors import answer_error
from azext_iot_dps.service.transport import Transport

# The version azure-cli itself uses; every region and cloud serves it.
API_VERSION = "2021-10-15"
_PROVIDER = "Microsoft.Devices/provisioningServices"
_KEYLESS = "or use --auth-type login with the host name, which asks nothing of Azure Resource Manager."


class Arm:
    """One connection; nothing is asked until something is."""

    def __init__(self, cli_ctx: Any):
        self.subscription = get_subscription_id(cli_ctx)
        self._base = cli_ctx.cloud.endpoints.resource_manager.rstrip("/")
        self._transport = Transport(self._base, API_VERSION, LoginAuth(cli_ctx))
        self._root = f"/subscriptions/{quote(self.subscription, safe='')}"

    def folder(self, group: str | None) -> str:
        """The path of the services of a group or, without one, of the subscription."""
        within = f"/resourceGroups/{quote(group, safe='', errors='replace')}" if group else ""
        return f"{self._root}{within}/providers/{_PROVIDER}"

    def pages(self, method: str, path: str, action: str) -> Iterator[Json]:
        """The members of a list and of the pages that follow it, by GET, as `nextLink` says."""
        seen = set()
        while path not in seen:
            seen.add(path)
            response = self.send(method, path, action)
            page = parsed(response, dict)
            items = page.get("value") or []
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise answer_error(response)
            yield from items
            if not page.get("nextLink"):
                return
            method, path = "GET", self._followed(str(page["nextLink"]))
        raise AzureResponseError("Azure Resource Manager's list leads back to a page it gave before.")

    def send(self, method: str, path: str, action: str) -> Any:
        """The answer; `action` is what whoever is not permitted to ask is told to ask for."""
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


def _origin(url: SplitResult) -> tuple[str, str | None, int]:
    """ARM writes its links with and without the port."""
    return url.scheme, url.hostname, url.port or 443
