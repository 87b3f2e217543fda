"""One device at the host where it registers: its requests to the device API."""

from __future__ import annotations

import re
import ssl
from typing import Any, NamedTuple
from urllib.parse import quote

import requests

from azext_iot_dps.cli.client import service_transport
from azext_iot_dps.service.auth import DeviceCertificate, DeviceKey
from azext_iot_dps.service.failure import Reason, ServiceError
from azext_iot_dps.service.pace import Pace
from azext_iot_dps.service.responses import Json, json_object, unexpected
from azext_iot_dps.service.retry import Tries
from azext_iot_dps.service.versions import NEWEST, is_refused

# With 2019-03-31 some certificates are refused that this version accepts (Azure/azure-iot-sdk-c#2575).
DEFAULT = "2021-06-01"


class Proof(NamedTuple):
    """By what a device authenticates: its own key (base64), or the certificate that the TLS context presents."""

    key: str | None = None
    ssl_context: ssl.SSLContext | None = None


class Answer(NamedTuple):
    """An operation as a response has it."""

    operation: Json
    response: requests.Response

    @property
    def status(self) -> str:
        """One of unassigned, assigning, assigned, failed and disabled."""
        return str(self.operation["status"])

    @property
    def operation_id(self) -> str:
        """The ID of the operation. Raises ServiceError(UNEXPECTED) if no path can have it."""
        id = self.operation.get("operationId")
        # half of a surrogate pair cannot be sent
        if not isinstance(id, str) or not id or id in (".", "..") or re.search(r"[\ud800-\udfff]", id):
            raise unexpected(self.response)
        return id


class Device:
    """All requests of a device keep one `pace`, which can stop them. Nothing is sent yet."""

    def __init__(self, host: str, scope: str, id: str, proof: Proof):
        self.host, self.scope, self.id = host, scope, id
        self.pace = Pace()
        credential = DeviceKey(scope, id, proof.key) if proof.key else DeviceCertificate()
        self._transport = service_transport(host, credential, DEFAULT, proof.ssl_context)
        self._path = f"/{quote(scope, safe='')}/registrations/{quote(id, safe='')}"

    def register(self, members: Json, version: str) -> Answer:
        """Register with these members of the request. Raises ServiceError."""
        return _answer(self._send("PUT", "/register", version, {"registrationId": self.id, **members}))

    def ask(self, operation_id: str, version: str) -> Answer:
        """How far an operation is. Raises ServiceError."""
        # the Location header of the first response is that of the registration, not of the operation
        return _answer(self._send("GET", f"/operations/{quote(operation_id, safe='')}", version))

    def is_behind(self) -> bool:
        """Whether the host does not serve the newest version: it refuses it for a request that the default may make."""
        return self._is_refused(NEWEST) is True and self._is_refused(DEFAULT) is False

    def _is_refused(self, version: str) -> bool | None:
        """Whether a lookup of the device's status is refused as one of an unknown version is; None without a response.

        Any other response, such as that the device has not registered, comes from a host that knows the version.
        """
        try:
            self._send("POST", "", version, {"registrationId": self.id})
        except ServiceError as error:
            return is_refused(error) if error.answered else None
        return False

    def _send(self, method: str, path: str, version: str, body: Any = None) -> requests.Response:
        return self._transport.send(method, self._path + path, body=body, tries=Tries(self.pace), api_version=version)


def not_offered(error: ServiceError) -> ServiceError:
    """The error for a CSR to a host that does not serve the newest version, by what it was refused with."""
    message = f"{error.host} does not offer this yet: API version {NEWEST}, which issues certificates for a CSR. "
    message += "Nothing was registered."
    return ServiceError(Reason.NOT_OFFERED, message, error.host, error.status, error.code, error.tracking_id)


def _answer(response: requests.Response) -> Answer:
    operation = json_object(response)
    if operation.get("status") not in ("unassigned", "assigning", "assigned", "failed", "disabled"):
        raise unexpected(response)
    return Answer(operation, response)
