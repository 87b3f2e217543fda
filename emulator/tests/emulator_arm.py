"""A client of Azure Resource Manager, and the paths and bodies that tests send."""

from __future__ import annotations

from typing import Any

import requests

from emulator_client import Client

AA, AB = "00000000-0000-0000-0000-0000000000aa", "00000000-0000-0000-0000-0000000000ab"
PROVIDER = "providers/Microsoft.Devices/provisioningServices"
LIST = f"/subscriptions/{AA}/{PROVIDER}"
GROUP = f"/subscriptions/{AA}/resourceGroups/myrg/{PROVIDER}"


class Arm:
    """Calls with a token, and the api-version of azure-cli unless told otherwise."""

    def __init__(self, api: Client, token: dict[str, str | None]) -> None:
        self.api, self.token = api, token

    def __call__(
        self, method: str, path: str, version: str | None = "2021-10-15", body: Any = None, etag: str | None = None
    ) -> requests.Response:
        return self.api(method, path, body, etag, version, self.token)

    def put(self, name: str, location: str = "eastus", **properties: Any) -> requests.Response:
        """A service as a client without any read-only member writes it."""
        body = {"location": location, "sku": {"name": "S1", "capacity": 1}, "properties": properties}
        return self("PUT", f"{GROUP}/{name}", body=body)


def error(response: requests.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def connection(host: str, key: str = "AAAA", policy: str = "iothubowner") -> str:
    return f"HostName={host};SharedAccessKeyName={policy};SharedAccessKey={key}"
