"""One host, one session, one credential: every request of this extension goes through `send`."""

from __future__ import annotations

import os
import ssl
import time
import uuid
from collections.abc import Mapping
from typing import Any

import requests
import urllib3
from azure.cli.core.azclierror import ValidationError
from azure.cli.core.util import should_disable_connection_verify
from knack.log import get_logger
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from azext_iot_dps.service import redaction
from azext_iot_dps.service.auth import Credential
from azext_iot_dps.service.errors import connection_error, error_from
from azext_iot_dps.service.failures import may_pass, never_connected
from azext_iot_dps.service.retry import STATUSES, Tries
from azext_iot_dps.version import VERSION

logger = get_logger(__name__)

# The last stable version for years, served by every region and cloud.
API_VERSION = "2021-10-01"
# Seconds to connect, and seconds without a byte of an answer.
TIMEOUT = (15, 60)


def service_transport(
    host: str, auth: Credential, api_version: str = API_VERSION, ssl_context: ssl.SSLContext | None = None
) -> Transport:
    """The way to a Device Provisioning Service; nothing is sent yet."""
    if should_disable_connection_verify():
        logger.warning("Connection verification is disabled: the server could be anyone.")
    return Transport(f"https://{host}", api_version, auth, ssl_context)


class Transport:
    """Sends requests to one host, with one TLS handshake as long as the host keeps the connection."""

    def __init__(self, base: str, api_version: str, auth: Credential, ssl_context: ssl.SSLContext | None = None):
        """`ssl_context` presents a client certificate; whom to trust is settled here."""
        self._base = base.rstrip("/")
        scheme, _, self._host = self._base.partition("://")
        if scheme.lower() != "https":
            raise ValidationError(f"{self._base} is not reached over https, and nothing is sent over anything else.")
        self._api_version = api_version
        self._auth = auth
        self._ssl_context = ssl_context
        self._session = requests.Session()
        agents = (f"azure-iot-dps/{VERSION}", os.environ.get("AZURE_HTTP_USER_AGENT"))
        self._session.headers.update({"User-Agent": " ".join(filter(None, agents)), "Accept": "application/json"})
        # Said with every request: requests lets REQUESTS_CA_BUNDLE win over the session's own `verify`.
        self._verify = False if should_disable_connection_verify() else None
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        if ssl_context:
            self._session.mount("https://", ClientCertificate(ssl_context, self._verify is None))

    def twin(self) -> Transport:
        """The same with a connection of its own: for another thread."""
        return Transport(self._base, self._api_version, self._auth, self._ssl_context)

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        repeatable: bool = True,
        tries: Tries | None = None,
    ) -> requests.Response:
        """The answer when it says success, after as many tries as it takes.

        `path` begins with a slash and is percent-encoded; `body` is sent as JSON. A redirect is not followed: it would
        take the credential elsewhere. Only a request that may be carried out twice is `repeatable`; another is tried
        again when it was certainly not carried out. Raises an error of azure-cli for every other answer, and for none;
        its `lost` says whether the request may have been carried out all the same.
        """
        left = tries or Tries()
        while True:
            cause: Exception | None = None
            try:
                response = self._exchange(method, path, headers, body)
            # requests lets through urllib3's error for a host name that DNS cannot know, and a bare OSError for a
            # file of certificates that is not there.
            except (OSError, urllib3.exceptions.HTTPError) as error:
                failure, cause, wait = connection_error(self._host, error), error, None
                unseen = never_connected(error)
                again = may_pass(error) and (repeatable or unseen)
                left.lost = left.lost or not unseen
            else:
                status, wait = response.status_code, response.headers.get("Retry-After")
                if status < 300:
                    return response
                failure = error_from(response, self._auth)
                again = status in STATUSES and (repeatable or status == 429)
                # 408 and 429 say that nothing was carried out
                left.lost = left.lost or status in STATUSES - {408, 429}
            failure.lost = left.lost
            if not again or not left.another(str(failure).rstrip("."), wait):
                if left.too_long:
                    failure.too_long = left.too_long
                    failure.set_recommendation(f"The service asks to wait {left.too_long:.0f} seconds.")
                raise failure from cause

    def _exchange(self, method: str, path: str, headers: Mapping[str, str] | None, body: Any) -> requests.Response:
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
        except (OSError, urllib3.exceptions.HTTPError) as error:
            logger.debug("%s %s: %s (request %s)", method, path, type(error).__name__, request_id)
            raise
        logger.debug(
            "%s %s: %d in %.0f ms (request %s, tracking ID %s); sent %s; received %s",
            method,
            path,
            response.status_code,
            (time.monotonic() - start) * 1000,
            request_id,
            response.headers.get("x-ms-request-id"),
            redaction.Logged(response.request.body),
            redaction.Logged(response.content),
        )
        return response


class ClientCertificate(HTTPAdapter):
    """Makes connections with a TLS context that presents a client certificate, directly and behind a proxy."""

    def __init__(self, context: ssl.SSLContext, verify: bool):
        self._context = context
        if not verify:
            context.check_hostname = False
        elif not (os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")):
            # requests adds the bundle that was named, but not its own, to a context that it did not make
            context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
        super().__init__()

    def init_poolmanager(self, *args: Any, **settings: Any) -> None:
        super().init_poolmanager(*args, **settings, ssl_context=self._context)

    def proxy_manager_for(self, proxy: str, **settings: Any) -> Any:
        return super().proxy_manager_for(proxy, **settings, ssl_context=self._context)
