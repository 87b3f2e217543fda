"""Requests to Azure Resource Manager (ARM) about provisioning services, for one subscription."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import SplitResult, quote, urlsplit

import requests

from azext_iot_dps.arm.failure import NotPermitted
from azext_iot_dps.service.auth import Credential
from azext_iot_dps.service.failure import Effect, ServiceError, Subject
from azext_iot_dps.service.paging import Paging
from azext_iot_dps.service.responses import Json, json_object, unexpected
from azext_iot_dps.service.transport import Transport

# The version azure-cli itself uses; every region and cloud serves it.
API_VERSION = "2021-10-15"
# Pages of a list. Azure allows far fewer services in a subscription, and policies of a service.
MAX_PAGES = 1000
_PROVIDER = "Microsoft.Devices/provisioningServices"


class Arm:
    """One connection, made with the first request."""

    def __init__(self, base: str, subscription: str, auth: Credential, verify: bool = True):
        """`base` is ARM's https URL in the active cloud; `subscription` is an id."""
        self.subscription = subscription
        self._base = base.rstrip("/")
        self._transport = Transport(self._base, API_VERSION, auth, verify)
        self._root = f"/subscriptions/{quote(subscription, safe='')}"

    def folder(self, group: str | None) -> str:
        """The path of the services of a resource group or, without one, of the subscription."""
        within = f"/resourceGroups/{quote(group, safe='', errors='replace')}" if group else ""
        return f"{self._root}{within}/providers/{_PROVIDER}"

    def pages(self, method: str, path: str, action: str) -> Iterator[Json]:
        """The items of a list and of its further pages, which are read with GET as `nextLink` says.

        Raises what `send` does, and ServiceError(LOOP) for a link to another host or to a page that was read, and for
        a list that does not end.
        """
        seen, paging = set(), Paging(self._transport.host, "Azure Resource Manager", MAX_PAGES)
        while path not in seen:
            seen.add(path)
            response = self.send(method, path, action)
            page = json_object(response)
            items = page.get("value") or []
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise unexpected(response)
            yield from items
            if not page.get("nextLink"):
                return
            paging.another(len(items))
            method, path = "GET", self._next(paging, str(page["nextLink"]))
        raise paging.loop("Azure Resource Manager returned a list that links back to one of its own pages.")

    def send(
        self,
        method: str,
        path: str,
        action: str,
        headers: Mapping[str, str] | None = None,
        body: Json | None = None,
        effect: Effect = Effect.READ,
        subject: Subject | None = None,
    ) -> requests.Response:
        """The success response. Raises ServiceError, and for status 403 NotPermitted with `action` of this resource."""
        try:
            return self._transport.send(method, path, headers, body, effect, subject=subject)
        except ServiceError as error:
            if error.status != 403:
                raise
            raise NotPermitted(f"{_PROVIDER}/{action}", str(error)) from error

    def _next(self, paging: Paging, link: str) -> str:
        base = urlsplit(self._base)
        try:
            target = urlsplit(link)
            same = _origin(target) == _origin(base)
        except ValueError:
            same = False
        if not same:
            raise paging.loop(
                "The next page of Azure Resource Manager's list is at another host. It was not requested."
            )
        return f"{target.path.removeprefix(base.path)}?{target.query}"


def _origin(url: SplitResult) -> tuple[str, str | None, int]:
    """ARM writes its links with and without the port."""
    return url.scheme, url.hostname, url.port or 443
