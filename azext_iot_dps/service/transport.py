"""One host, one session, one credential: every request of this extension goes through `Transport.send`."""

from __future__ import annotations

import os
import ssl
import time
import uuid
from collections.abc import Mapping
from typing import Any

import requests
import urllib3
from knack.log import get_logger
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from azext_iot_dps.service import network_errors, redaction, responses
from azext_iot_dps.service.auth import Credential
from azext_iot_dps.service.failure import Effect, Outcome, Reason, ServiceError, Subject
from azext_iot_dps.service.retry import NOT_CARRIED_OUT_STATUSES, RETRYABLE_STATUSES, Tries, retry_after_seconds
from azext_iot_dps.version import VERSION

logger = get_logger(__name__)

# The last stable version for years, served by every region and cloud.
API_VERSION = "2021-10-01"
# Seconds to connect, and seconds without a byte of a response.
TIMEOUT = (15, 60)
# requests lets through urllib3's error for a host name that DNS cannot know, and a bare OSError for a missing CA file.
_NETWORK_ERRORS = (OSError, urllib3.exceptions.HTTPError)


class Transport:
    """Sends requests to one host, with one TLS handshake as long as the host keeps the connection open."""

    def __init__(
        self,
        base: str,
        api_version: str,
        auth: Credential,
        verify: bool = True,
        ssl_context: ssl.SSLContext | None = None,
    ):
        """`base` is an https URL. `verify` is whether the host's certificate is checked. The TLS context presents a
        client certificate.

        Raises ServiceError(BAD_SETTING) for a URL of another scheme. Nothing is sent yet.
        """
        self._base = base.rstrip("/")
        scheme, _, self.host = self._base.partition("://")
        if scheme.lower() != "https":
            raise ServiceError(Reason.BAD_SETTING, f"{self._base} is not an https URL. Nothing was sent.", self.host)
        self._api_version = api_version
        self._auth = auth
        self._ssl_context = ssl_context
        self._session = requests.Session()
        agents = (f"azure-iot-dps/{VERSION}", os.environ.get("AZURE_HTTP_USER_AGENT"))
        self._session.headers.update({"User-Agent": " ".join(filter(None, agents)), "Accept": "application/json"})
        # Passed with every request: in requests, REQUESTS_CA_BUNDLE takes precedence over the session's own `verify`.
        self._verify = None if verify else False
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        if ssl_context:
            self._session.mount("https://", ClientCertificate(ssl_context, verify))

    def clone(self) -> Transport:
        """The same with a connection of its own: for another thread."""
        return Transport(self._base, self._api_version, self._auth, self._verify is None, self._ssl_context)

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        effect: Effect = Effect.READ,
        tries: Tries | None = None,
        subject: Subject | None = None,
    ) -> requests.Response:
        """The success response, after as many attempts as it takes.

        `path` begins with a slash and is percent-encoded; `body` is sent as JSON. Redirects are not followed: they
        would take the credential to another host. A request with an `effect` of ONCE is sent again only when it was
        certainly not carried out. Raises ServiceError for every other response, and for none.
        """
        left = tries or Tries()
        while True:
            cause: Exception | None = None
            try:
                response = self._exchange(method, path, headers, body)
            except _NETWORK_ERRORS as error:
                failure, cause, wait = network_errors.service_error(self.host, error), error, None
                unseen = network_errors.never_connected(error)
                again = network_errors.is_transient(error) and (effect is not Effect.ONCE or unseen)
                left.outcome_unknown |= not unseen
                failure.subject = subject
            else:
                status, wait = response.status_code, retry_after_seconds(response.headers.get("Retry-After"))
                if status < 300:
                    return response
                failure = responses.refusal(response, self._auth, subject)
                again = status in RETRYABLE_STATUSES and (effect is not Effect.ONCE or status == 429)
                left.outcome_unknown |= status in RETRYABLE_STATUSES - NOT_CARRIED_OUT_STATUSES
            if left.outcome_unknown and effect is not Effect.READ:
                failure.outcome = Outcome.UNKNOWN
            if not again or not left.another(str(failure), wait):
                failure.retry_after = left.retry_after
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
        except _NETWORK_ERRORS as error:
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
    """Makes connections with a TLS context that presents a client certificate, directly and through a proxy."""

    def __init__(self, context: ssl.SSLContext, verify: bool):
        """`verify` is whether the server's certificate is checked; the context is completed here."""
        self._context = context
        if not verify:
            context.check_hostname = False
        elif not (os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")):
            # requests adds a configured bundle, but not its own, to a context that it did not make
            context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
        super().__init__()

    def init_poolmanager(self, *args: Any, **settings: Any) -> None:
        """Called by requests for direct connections."""
        super().init_poolmanager(*args, **settings, ssl_context=self._context)

    def proxy_manager_for(self, proxy: str, **settings: Any) -> Any:
        """Called by requests for connections through a proxy."""
        return super().proxy_manager_for(proxy, **settings, ssl_context=self._context)
