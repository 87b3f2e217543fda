"""One host, one session, one credential: every request of this extension goes through `send`."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Mapping
from typing import Any

import requests
import urllib3
from azure.cli.core.util import should_disable_connection_verify
from knack.log import get_logger
from requests.auth import AuthBase

from azext_iot_dps.service.errors import connection_error, error_from
from azext_iot_dps.version import VERSION

logger = get_logger(__name__)

# The last stable version for years, served by every region and cloud.
API_VERSION = "2021-10-01"
# Seconds to connect, and seconds without a byte of an answer.
TIMEOUT = (15, 60)


def service_transport(host: str, auth: AuthBase) -> Transport:
    """The way to a Device Provisioning Service; nothing is sent yet."""
    if should_disable_connection_verify():
        logger.warning("Connection verification is disabled: the server could be anyone.")
    return Transport(f"https://{host}", API_VERSION, auth)


class Transport:
    """Sends requests to one host, with one TLS handshake as long as the host keeps the connection."""

    def __init__(self, base: str, api_version: str, auth: AuthBase):
        self._base = base.rstrip("/")
        self._api_version = api_version
        self._auth = auth
        self._session = requests.Session()
        agents = (f"azure-iot-dps/{VERSION}", os.environ.get("AZURE_HTTP_USER_AGENT"))
        self._session.headers.update({"User-Agent": " ".join(filter(None, agents)), "Accept": "application/json"})
        # Said with every request: requests lets REQUESTS_CA_BUNDLE win over the session's own `verify`.
        self._verify = False if should_disable_connection_verify() else None
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: Any = None
    ) -> requests.Response:
        """The answer when it says success.

        `path` begins with a slash and is percent-encoded; `body` is sent as JSON. A redirect is not followed: it would
        take the credential elsewhere. Raises an error of azure-cli for every other answer, and for none.
        """
        request_id = str(uuid.uuid4())
        start = time.monotonic()
        try:
            response = self._session.request(
                method,
                self._base + path,
                params=None if "?" in path else {"api-version": self._api_version},
                headers={"x-ms-client-request-id": request_id, **(headers or {})},
                json=body,
                auth=self._auth,
                timeout=TIMEOUT,
                allow_redirects=False,
                verify=self._verify,
            )
        # urllib3 has its own error for a host name that DNS cannot know.
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            logger.debug("%s %s: %s (request %s)", method, path, type(error).__name__, request_id)
            raise connection_error(self._base.partition("://")[2], error) from error
        milliseconds = (time.monotonic() - start) * 1000
        logger.debug("%s %s: %s in %.0f ms (request %s)", method, path, response.status_code, milliseconds, request_id)
        if response.status_code >= 300:
            raise error_from(response, self._auth)  # type: ignore[arg-type]
        return response
