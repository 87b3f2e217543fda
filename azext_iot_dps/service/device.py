"""The device API: a device registers over HTTPS and asks until the service has made up its mind."""

from __future__ import annotations

import ssl
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import requests
from azure.cli.core.azclierror import AzureResponseError

from azext_iot_dps.keys import sas_token
from azext_iot_dps.service import redaction, retry
from azext_iot_dps.service.answers import parsed
from azext_iot_dps.service.auth import SAS_LIFETIME, Credential
from azext_iot_dps.service.client import DpsClient, Json
from azext_iot_dps.service.errors import answer_error
from azext_iot_dps.service.transport import service_transport

# With 2019-03-31 some certificates are refused that pass with this one (Azure/azure-iot-sdk-c#2575).
API_VERSION = "2021-06-01"
# Seconds between two questions when the service names none, and the fewest there are.
INTERVAL = 2.0
SHORTEST = 1.0
# Seconds until a registration that is not finished is given up.
MAX_WAIT = 120.0

_CACHED = "The service keeps the key that a device used first for 30 minutes; until then the other one is refused."
_NETWORK = "Check the service's network rules; behind a private endpoint, give the service's own --provisioning-host."


class DeviceKey(Credential):
    """Signs each request with the device's own symmetric key."""

    unauthorized = (
        "Check --id-scope and --registration-id, and that an enrollment or a group has this key. A group's key is no "
        f"device's key: give --group-id and --compute-key, and the device's is derived from it. {_CACHED}"
    )
    forbidden = _NETWORK

    def __init__(self, resource: str, key: str):
        self._resource = resource
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        expiry = int(time.time()) + SAS_LIFETIME
        request.headers["Authorization"] = sas_token(self._resource, "registration", self._key, expiry)
        return request


class DeviceCertificate(Credential):
    """Adds nothing to a request: the TLS connection has proved the certificate."""

    unauthorized = (
        "Check --id-scope, and that the individual enrollment has this certificate. For a group, the certificate file "
        "must hold the whole chain up to the group's certificate, device's first; a CA that was uploaded to the "
        "service must be verified."
    )
    forbidden = _NETWORK

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class DeviceClient:
    """Registers devices; what it has of the service API is for reading the keys of enrollments."""

    def __init__(self, service: DpsClient, locate: Callable[[], tuple[str, str]], cli_ctx: Any):
        """`locate` finds the host of the device API and the ID scope; it is called when a device registers."""
        self.enrollments = service.enrollments
        self.enrollment_groups = service.enrollment_groups
        self._locate = locate
        self._cli_ctx = cli_ctx

    def register(
        self, id: str, payload: Json | None = None, key: str | None = None, ssl_context: ssl.SSLContext | None = None
    ) -> Json:
        """The operation as the service answers it once the device is assigned.

        The device proves itself by its own `key`, or by the certificate that the context presents. Raises
        AzureResponseError for a registration that failed, is disabled, or takes longer than MAX_WAIT.
        """
        host, scope = self._locate()
        resource = f"{scope}/registrations/{id}"
        proof = DeviceKey(resource, key) if key else DeviceCertificate()
        transport = service_transport(host, proof, API_VERSION, ssl_context)
        path = f"/{quote(scope, safe='')}/registrations/{quote(id, safe='')}"
        body = {"registrationId": id} if payload is None else {"registrationId": id, "payload": payload}
        start, waited = time.monotonic(), 0.0
        with _progress(self._cli_ctx) as report:
            response = transport.send("PUT", f"{path}/register", body=body)
            operation, followed = _operation(response), ""
            while not _finished(operation, id):
                followed = followed or quote(_id_of(operation, response), safe="")
                seconds = max(SHORTEST, retry.pause(response.headers.get("Retry-After"), INTERVAL))
                waited += seconds
                if max(waited, time.monotonic() - start) > MAX_WAIT:
                    raise _late(id)
                report(f"Registering {id}: {operation['status']}")
                retry.sleep(seconds)
                # the Location of the first answer is that of the registration, and is of no use
                response = transport.send("GET", f"{path}/operations/{followed}")
                operation = _operation(response)
        return operation


def _operation(response: requests.Response) -> Json:
    operation: Json = parsed(response, dict)
    if operation.get("status") not in ("unassigned", "assigning", "assigned", "failed", "disabled"):
        raise answer_error(response)
    return operation


def _id_of(operation: Json, response: requests.Response) -> str:
    id = operation.get("operationId")
    if not isinstance(id, str) or not id or id in (".", ".."):
        raise answer_error(response)
    return id


def _finished(operation: Json, id: str) -> bool:
    """Whether the device is assigned; raises an error for an end that is none."""
    status = operation["status"]
    if status == "disabled":
        raise AzureResponseError(
            f"The enrollment of '{id}' is disabled.",
            recommendation="Enable it with 'az iot dps enrollment update' or 'az iot dps enrollment-group update' and "
            "--provisioning-status enabled.",
        )
    if status == "failed":
        raise AzureResponseError(
            f"The registration of '{id}' failed: {_reason(operation.get('registrationState'))}",
            recommendation="Check the enrollment's allocation: its IoT Hubs must be linked to the service (az iot dps "
            "linked-hub list), and the function of a custom allocation must answer with one of them.",
        )
    return bool(status == "assigned")


def _reason(state: Any) -> str:
    """The service's words and its code."""
    told = state if isinstance(state, dict) else {}
    words, code = told.get("errorMessage"), told.get("errorCode")
    said = redaction.text(words.strip()[: redaction.MAX_LENGTH]) if isinstance(words, str) else ""
    number = f" (error {str(code)[:100]})" if isinstance(code, (int, str)) and code else ""
    return (said or "the service does not say why.") + number


def _late(id: str) -> AzureResponseError:
    return AzureResponseError(
        f"The registration of '{id}' is not finished after {MAX_WAIT:.0f} seconds.",
        recommendation="It may end yet: 'az iot dps enrollment registration show' tells. Running this command again "
        "does no harm.",
    )


@contextmanager
def _progress(cli_ctx: Any) -> Iterator[Callable[[str], None]]:
    """A function that shows a message beside azure-cli's spinner; without a terminal it shows nothing."""
    if cli_ctx.only_show_errors or not sys.stderr.isatty():
        yield lambda message: None
        return
    controller = cli_ctx.get_progress_controller()
    controller.begin(message="Registering")
    try:
        yield lambda message: controller.add(message=message)
    finally:
        controller.end()
