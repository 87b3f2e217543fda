"""Credentials: each is an object that signs a request, and that knows what to check when it is refused."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING, Any

import requests
from azure.cli.core._profile import Profile
from azure.cli.core.azclierror import AzureConnectionError
from knack.util import CLIError
from requests.auth import AuthBase

from azext_iot_dps.keys import sas_token

if TYPE_CHECKING:
    from azext_iot_dps.service.target import Target

# Seconds. Every request is signed anew, so this only has to outlive one request and a clock that is off.
SAS_LIFETIME = 3600
# Seconds that a bearer token is kept; azure-cli hands out none that ends within five minutes.
TOKEN_LIFETIME = 240


class Credential(AuthBase):
    """Signs requests; knows what to check when the service answers 401, and when it answers 403."""

    unauthorized: str
    forbidden: str


class SasAuth(Credential):
    """Signs each request with the key of a shared access policy."""

    def __init__(self, target: Target):
        self._target = target
        self.unauthorized = (
            f"The request was signed with the key of policy '{target.policy}': check that the policy exists, that the "
            "key is current and that this computer's clock is right; or sign in and use --auth-type login."
        )
        self.forbidden = (
            f"The request was signed with policy '{target.policy}': check that its rights allow this "
            "(EnrollmentRead, EnrollmentWrite, RegistrationStatusRead or RegistrationStatusWrite), and the service's "
            "network rules."
        )

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        target = self._target
        expiry = int(time.time()) + SAS_LIFETIME
        request.headers["Authorization"] = sas_token(target.host.lower(), target.policy, target.key, expiry)
        return request


class LoginAuth(Credential):
    """Sends a bearer token of the current azure-cli session, fetched when the first request is made."""

    unauthorized = (
        "The request carried a token of the current sign-in: check 'az account show', then 'az logout' and 'az login'."
    )
    forbidden = (
        "The current sign-in needs the role 'Device Provisioning Service Data Contributor' on the service, or "
        "'Device Provisioning Service Data Reader' to read without keys; Owner or Contributor is not enough."
    )

    def __init__(self, cli_ctx: Any, resource: str | None = None):
        """`resource` is the audience of the token; None means that of Azure Resource Manager."""
        self._cli_ctx = cli_ctx
        self._resource = resource
        self._token, self._fetched = "", float("-inf")
        # azure-cli's token cache is a file that several threads would read and write at once
        self._lock = Lock()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        with self._lock:
            if time.monotonic() - self._fetched > TOKEN_LIFETIME:
                self._token, self._fetched = self._fetch(), time.monotonic()
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def _fetch(self) -> str:
        subscription = self._cli_ctx.data.get("subscription_id")
        try:
            token = Profile(cli_ctx=self._cli_ctx).get_raw_token(self._resource, subscription=subscription)
        except CLIError:
            raise
        # The libraries behind azure-cli let through whatever they meet, and not the same in every version.
        except Exception as error:
            raise AzureConnectionError(
                "No token could be fetched for the current sign-in: its token service gave no answer, or no token.",
                recommendation="See what 'az account get-access-token' says, and sign in again with 'az login'. Behind "
                "a proxy that opens TLS, let REQUESTS_CA_BUNDLE name the file with its authority.",
            ) from error
        return str(token[0][1])
