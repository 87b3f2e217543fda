"""Credentials: objects that sign a request, and say with what it was signed."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

import requests
from knack.log import get_logger
from requests.auth import AuthBase

from azext_iot_dps.service.keys import sas_token
from azext_iot_dps.service.target import Target

logger = get_logger(__name__)

# Seconds. Every request has a signature of its own, so this only has to outlive one request and a clock that is off.
SAS_LIFETIME = 3600
# Seconds that an access token is kept; azure-cli returns none that expires within five minutes.
TOKEN_LIFETIME = 240
# Seconds by which clocks may differ before requests are signed by the service's.
MAX_SKEW = 300
# A clock that goes on while the computer sleeps, where the usual one does not.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC_RAW", None))


class Credential(AuthBase):
    """Signs the requests of a session of requests. `worked` is whether the service accepted one."""

    worked = False

    def renew(self, clock_ahead: float | None) -> bool:
        """Sign with something newer from now on, after a response with status 401; returns whether that may help.

        `clock_ahead` are the seconds by which the service's clock is ahead of this computer's, if it is known.
        """
        return False

    def prepare(self) -> None:
        """Get what the next request is signed with, where that has to be fetched. Raises what fetching raises."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign a request in place, and return it."""
        raise NotImplementedError


class SigningKey(Credential):
    """Signs each request with a symmetric key."""

    def __init__(self, resource: str, policy: str, key: str):
        """`resource` is what the signature is for; `key` is base64. Nothing is checked here."""
        self._resource = resource
        self._key = key
        self._clock_ahead = 0.0
        # workers that are refused at the same time warn once
        self._lock = Lock()
        self.policy = policy

    def renew(self, clock_ahead: float | None) -> bool:
        """Sign by the service's clock if this computer's is off."""
        with self._lock:
            if clock_ahead is None or abs(clock_ahead - self._clock_ahead) <= MAX_SKEW:
                return self.worked
            self._clock_ahead = clock_ahead
            logger.warning(
                "This computer's clock is %.0f seconds %s the service's. Requests are signed by the service's clock.",
                abs(clock_ahead),
                "behind" if clock_ahead > 0 else "ahead of",
            )
        return True

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add a SAS token of its own to each request."""
        expiry = int(time.time() + self._clock_ahead) + SAS_LIFETIME
        request.headers["Authorization"] = sas_token(self._resource, self.policy, self._key, expiry)
        return request


class SasAuth(SigningKey):
    """Signs each request with the key of a shared access policy."""

    def __init__(self, target: Target):
        super().__init__(target.host.lower(), target.policy, target.key)


class DeviceKey(SigningKey):
    """Signs each request to the device API with the device's own symmetric key."""

    def __init__(self, id_scope: str, registration_id: str, key: str):
        """The policy is always `registration`."""
        super().__init__(f"{id_scope}/registrations/{registration_id}", "registration", key)


class LoginAuth(Credential):
    """Sends an access token of the current sign-in, which is fetched with the first request."""

    def __init__(self, fetch: Callable[[], str]):
        """`fetch` returns a token that is valid for TOKEN_LIFETIME seconds at least; it is called by one thread."""
        self._fetch = fetch
        self._token, self._fetched = "", float("-inf")
        # azure-cli's token cache is a file that several threads would read and write at once
        self._lock = Lock()

    def renew(self, clock_ahead: float | None) -> bool:
        """Fetch another token with the next request, unless this one never worked."""
        with self._lock:
            self._fetched = float("-inf")
        return self.worked

    def prepare(self) -> None:
        """Fetch a token unless there is one."""
        with self._lock:
            if _awake() - self._fetched > TOKEN_LIFETIME:
                self._token, self._fetched = self._fetch(), _awake()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the token; whatever `fetch` raises is raised."""
        self.prepare()
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class DeviceCertificate(Credential):
    """Adds nothing to a request: the TLS connection presents the certificate."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Return the request as it is."""
        return request


def _awake() -> float:
    return time.clock_gettime(_CLOCK) if _CLOCK is not None else time.monotonic()
