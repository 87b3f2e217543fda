"""One host, one session, one credential: every request of this extension goes through `Transport.send`."""

from __future__ import annotations

import ssl
import time
import uuid
from collections.abc import Mapping
from typing import Any

import requests
import urllib3
from knack.log import get_logger

from azext_iot_dps import exact_json
from azext_iot_dps.service import network_errors, redaction, responses
from azext_iot_dps.service.auth import Credential
from azext_iot_dps.service.failure import Effect, Outcome, Reason, ServiceError, Subject
from azext_iot_dps.service.retry import (
    NOT_CARRIED_OUT_STATUSES,
    RETRYABLE_STATUSES,
    THROTTLED,
    Tries,
    retry_after_seconds,
    server_clock_ahead,
)
from azext_iot_dps.service.session import Session, TooLarge

logger = get_logger(__name__)

UNAUTHORIZED = 401
# requests lets through urllib3's error for a host name that DNS cannot know, and a bare OSError for a missing CA file.
_NETWORK_ERRORS = (OSError, urllib3.exceptions.HTTPError, TooLarge)


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
        """`base` is an https URL. `api_version` is that of requests which name no other. `verify` is whether the host's
        certificate is checked. The TLS context presents a client certificate.

        Raises ServiceError(BAD_SETTING) for a URL of another scheme. Nothing is sent yet.
        """
        self._base = base.rstrip("/")
        scheme, _, self.host = self._base.partition("://")
        if scheme.lower() != "https":
            raise ServiceError(Reason.BAD_SETTING, f"{self._base} is not an https URL. Nothing was sent.", self.host)
        self._api_version = api_version
        self.auth = auth
        self._verify = verify
        self._ssl_context = ssl_context
        self._session = Session(verify, ssl_context)

    def clone(self) -> Transport:
        """The same with a connection of its own: for another thread."""
        return Transport(self._base, self._api_version, self.auth, self._verify, self._ssl_context)

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        effect: Effect = Effect.READ,
        tries: Tries | None = None,
        subject: Subject | None = None,
        api_version: str | None = None,
    ) -> requests.Response:
        """The success response, after as many attempts as it takes.

        `path` begins with a slash and is percent-encoded; `body` is sent as JSON. A request with an `effect` of ONCE is
        sent again only when it was certainly not carried out. Raises ServiceError for every other response, and for
        none.
        """
        attempts = _Attempts(self.host, self.auth, effect, subject, tries or Tries())
        while True:
            sent = attempts.entered()
            try:
                response = self._exchange(method, path, headers, body, api_version or self._api_version)
            except _NETWORK_ERRORS as error:
                attempts.tries.pace.failed(sent)
                attempts.unanswered(error)
            except BaseException:
                attempts.tries.pace.failed(sent)
                raise
            else:
                if attempts.succeeded(response, sent):
                    return response

    def answer(self) -> requests.Response:
        """The response to a single request for the root of the host, with whatever status.

        Raises ServiceError when there is none.
        """
        try:
            return self._exchange("GET", "/", None, None, self._api_version)
        except _NETWORK_ERRORS as error:
            # not from the error, in whose text a proxy's password may stand
            raise network_errors.service_error(self.host, error) from None

    def _exchange(
        self, method: str, path: str, headers: Mapping[str, str] | None, body: Any, api_version: str
    ) -> requests.Response:
        request_id = str(uuid.uuid4())
        content = {} if body is None else {"Content-Type": "application/json"}
        start = time.monotonic()
        try:
            response = self._session.request(
                method,
                self._base + path,
                params=None if "?" in path else {"api-version": api_version},
                headers={"x-ms-client-request-id": request_id, **content, **(headers or {})},
                body=None if body is None else exact_json.dumps(body).encode(),
                auth=self.auth,
            )
        except _NETWORK_ERRORS as error:
            logger.debug("%s %s: %s (request %s)", method, path, type(error).__name__, request_id)
            raise
        logger.debug(
            "%s %s: %d in %.0f ms (API version %s, request %s, tracking ID %s); sent %s; received %s",
            method,
            path,
            response.status_code,
            (time.monotonic() - start) * 1000,
            api_version,
            request_id,
            redaction.Logged(response.headers.get("x-ms-request-id") or "none", response.request),
            redaction.Logged(response.request.body, response.request),
            redaction.Logged(response.content, response.request),
        )
        return response


class _Attempts:
    """What the attempts of one request came to; each method returns when there may be another, and raises when not."""

    def __init__(self, host: str, auth: Credential, effect: Effect, subject: Subject | None, tries: Tries):
        self._host, self._auth, self._effect, self._subject, self.tries = host, auth, effect, subject, tries
        self._signed_anew = False

    def entered(self) -> float:
        """Wait until the next attempt may be sent, and return when that is. Raises ServiceError(STOPPED)."""
        try:
            return self.tries.pace.enter(self._host)
        except ServiceError as error:
            error.subject = self._subject
            if self.tries.outcome_unknown and self._effect is not Effect.READ:
                error.outcome, error.message = Outcome.UNKNOWN, "The command was interrupted before the response."
            raise

    def unanswered(self, error: Exception) -> None:
        """There was no response, or a part of one."""
        failure = network_errors.service_error(self._host, error)
        failure.subject, failure.credential = self._subject, self._auth
        unseen = network_errors.never_connected(error)
        self.tries.outcome_unknown |= not unseen
        again = network_errors.is_transient(error) and (self._effect is not Effect.ONCE or unseen)
        # not from the error, in whose text a proxy's password may stand
        self._go_on(failure, again and self.tries.another(str(failure)))

    def succeeded(self, response: requests.Response, sent: float) -> bool:
        """Whether the response, to a request that went out at `sent`, is one of success."""
        status, date = response.status_code, response.headers.get("Date")
        wait = retry_after_seconds(response.headers.get("Retry-After"), date)
        pace = self.tries.pace
        throttled = None
        if status == THROTTLED:
            throttled = pace.refused(sent, wait)
        else:
            pace.accepted(sent)
        self._auth.worked |= status != UNAUTHORIZED
        # a status below 200, 101, is an answer to what was not asked
        if 200 <= status < 300:
            return True
        if status == UNAUTHORIZED and not self._signed_anew:
            self._signed_anew = True
            if self._auth.renew(server_clock_ahead(date)):
                return False
        failure = responses.refusal(response, self._auth, self._subject)
        self.tries.outcome_unknown |= status in RETRYABLE_STATUSES - NOT_CARRIED_OUT_STATUSES
        if throttled:
            self._go_on(failure, self.tries.throttled(str(failure), throttled))
        else:
            again = status in RETRYABLE_STATUSES and self._effect is not Effect.ONCE
            self._go_on(failure, again and self.tries.another(str(failure), wait))
        return False

    def _go_on(self, failure: ServiceError, again: bool) -> None:
        if self.tries.outcome_unknown and self._effect is not Effect.READ:
            failure.outcome = Outcome.UNKNOWN
        if not again:
            failure.retry_after = self.tries.retry_after
            raise failure from None
