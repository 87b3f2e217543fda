"""The device API: a device registers over HTTPS and polls until the service has assigned it."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import requests
from azure.cli.core.azclierror import AzureResponseError

from azext_iot_dps.cli import progress
from azext_iot_dps.cli.client import service_transport
from azext_iot_dps.service import pace, redaction, retry
from azext_iot_dps.service.auth import DeviceCertificate, DeviceKey
from azext_iot_dps.service.client import DpsClient
from azext_iot_dps.service.responses import Json, json_object, unexpected

# With 2019-03-31 some certificates are refused that this version accepts (Azure/azure-iot-sdk-c#2575).
API_VERSION = "2021-06-01"
# Seconds between two polls when the service does not say, and the least that it may say.
INTERVAL = 2.0
SHORTEST = 1.0
# Seconds after which an unfinished registration is given up.
MAX_WAIT = 120.0


class DeviceClient:
    """Registers devices. Of the service API it has what is needed to read the keys of enrollments."""

    def __init__(self, service: DpsClient, locate: Callable[[], tuple[str, str]], cli_ctx: Any):
        """`locate` returns the host of the device API and the ID scope; it is called when a device registers."""
        self.enrollments = service.enrollments
        self.enrollment_groups = service.enrollment_groups
        self._locate = locate
        self._cli_ctx = cli_ctx

    def register(
        self, id: str, payload: Json | None = None, key: str | None = None, ssl_context: ssl.SSLContext | None = None
    ) -> Json:
        """The completed operation as the service returns it, once the device is assigned.

        `payload` is {} or the member of the request with that name.

        The device authenticates with its own `key` (base64), or with the certificate that the TLS context presents.
        Raises ServiceError, and AzureResponseError for a registration that failed, whose enrollment is disabled, or
        that takes longer than MAX_WAIT.
        """
        host, scope = self._locate()
        credential = DeviceKey(scope, id, key) if key else DeviceCertificate()
        transport = service_transport(host, credential, API_VERSION, ssl_context)
        path = f"/{quote(scope, safe='')}/registrations/{quote(id, safe='')}"
        body = {"registrationId": id, **(payload or {})}
        start, waited = time.monotonic(), 0.0
        with progress.shown(self._cli_ctx, f"Registering {id}:") as report:
            report.say()
            response = transport.send("PUT", f"{path}/register", body=body)
            operation, operation_id = _operation(response), ""
            while not _is_assigned(operation, id, response):
                operation_id = operation_id or quote(_operation_id(operation, response), safe="")
                asked = retry.retry_after_seconds(response.headers.get("Retry-After"), response.headers.get("Date"))
                seconds = max(SHORTEST, INTERVAL if asked is None else asked)
                waited += seconds
                if max(waited, time.monotonic() - start) > MAX_WAIT:
                    raise _too_late(id)
                report.say(str(operation["status"]))
                pace.sleep(seconds)
                # the Location header of the first response is that of the registration, not of the operation
                response = transport.send("GET", f"{path}/operations/{operation_id}")
                operation = _operation(response)
        return operation


def _operation(response: requests.Response) -> Json:
    operation = json_object(response)
    if operation.get("status") not in ("unassigned", "assigning", "assigned", "failed", "disabled"):
        raise unexpected(response)
    return operation


def _operation_id(operation: Json, response: requests.Response) -> str:
    id = operation.get("operationId")
    # half of a surrogate pair cannot be sent
    if not isinstance(id, str) or not id or id in (".", "..") or re.search(r"[\ud800-\udfff]", id):
        raise unexpected(response)
    return id


def _is_assigned(operation: Json, id: str, response: requests.Response) -> bool:
    """False while the operation goes on; raises an error when it ended otherwise."""
    status = operation["status"]
    if status == "disabled":
        raise AzureResponseError(
            f"The enrollment of '{id}' is disabled.",
            recommendation="To enable it, run `az iot dps enrollment update` or `az iot dps enrollment-group update` "
            "with --provisioning-status enabled.",
        )
    if status == "failed":
        raise AzureResponseError(
            f"The registration of '{id}' failed: {_reason(operation.get('registrationState'), response)}",
            recommendation="Check the allocation of the enrollment: its IoT Hubs must be linked to the service (az iot "
            "dps linked-hub list), and the function of a custom allocation must return one of them.",
        )
    return bool(status == "assigned")


def _reason(state: Any, response: requests.Response) -> str:
    """The service's message and error code."""
    state = state if isinstance(state, dict) else {}
    message, code = state.get("errorMessage"), state.get("errorCode")
    known = redaction.secrets(response.request)
    text = redaction.text(message.strip(), known) if isinstance(message, str) else ""
    number = f" (error {redaction.text(str(code), known)[:100]})" if isinstance(code, (int, str)) and code else ""
    return (text or "the service gave no reason.") + number


def _too_late(id: str) -> AzureResponseError:
    return AzureResponseError(
        f"The registration of '{id}' did not finish within {MAX_WAIT:.0f} seconds.",
        recommendation="It may still finish: check it with `az iot dps enrollment registration show`. Running this "
        "command again is safe.",
    )
