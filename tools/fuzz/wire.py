"""Bytes → JSON and answers, and a way for these to reach a real Transport."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from azext_iot_dps import exact_json
from azext_iot_dps.arm.manager import Arm
from azext_iot_dps.arm.services import Services
from azext_iot_dps.cli.client import Collection, service_transport
from azext_iot_dps.record.comparison import matches
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from azext_iot_dps.service.auth import SasAuth
from azext_iot_dps.service.client import DpsClient
from azext_iot_dps.service.target import Target
from azext_iot_dps.service.transport import Transport
from azext_iot_dps.service.versions import Versions

HOST = "kilo.example"
STATUSES = (200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 408, 409, 412, 429, 500, 503, 599)
# The names that our code reads, more and less fitting values for them, and words that have a meaning somewhere.
WORDS = (
    *("attestation", "type", "x509", "tpm", "symmetricKey", "clientCertificates", "primary", "secondary", "info"),
    *("certificate", "sha256Thumbprint", "primaryKey", "secondaryKey", "endorsementKey", "iotHubs", "allocationPolicy"),
    *("customAllocationDefinition", "webhookUrl", "apiVersion", "initialTwin", "tags", "properties", "desired"),
    *("capabilities", "iotEdge", "reprovisionPolicy", "optionalDeviceInformation", "deviceId", "iotHubHostName"),
    *("registrationId", "provisioningStatus", "registrationState", "etag", "enabled", "static", "custom", "hashed"),
    *("value", "nextLink", "name", "id", "keyName", "rights", "serviceOperationsHostName", "kilo", HOST, "QUFBQQ=="),
    *("ServiceConfig, EnrollmentWrite", "EnrollmentRead", "https://arm.example/next", "/subscriptions/x", "\ud800"),
    *("error", "code", "errorCode", "message", "trackingId", "", "none", "QUFBQUFBQUFBQUFBQUFBQQ=="),
)


def value(data: bytes) -> Any:
    """The JSON that the bytes are, or else JSON that they decide upon."""
    try:
        # as responses are read: no record has Infinity
        return exact_json.plain(exact_json.loads(data))
    except (ValueError, RecursionError):
        return _value(iter(data), 6)


def _value(data: Iterator[int], depth: int) -> Any:
    kind = next(data, 0)
    size = kind // 8 % 8
    if kind % 8 < 4 and depth:
        return {_word(data): _value(data, depth - 1) for _ in range(size)}
    if kind % 8 == 4 and depth:
        return [_value(data, depth - 1) for _ in range(size)]
    if kind % 8 < 7:
        return _word(data)
    return (None, True, False, 0, -1, 1.5, float("inf"), 10**30)[size]


def _word(data: Iterator[int]) -> str:
    index = next(data, 0)
    return WORDS[index] if index < len(WORDS) else chr(index)


def answer(status: int, headers: dict[str, str], content: bytes) -> requests.Response:
    """An answer as requests would have made it."""
    response = requests.Response()
    response.status_code, response.headers, response.raw = status, CaseInsensitiveDict(headers), BytesIO(content)
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    return response


def answers(data: bytes) -> list[requests.Response]:
    """Answers that the bytes decide upon: two give the lengths of headers and body, one the status."""
    found: list[requests.Response] = []
    while len(data) > 3 and len(found) < 20:
        status, wide, long = struct.unpack(">BBH", data[:4].ljust(4, b"\0"))
        head, content, data = data[4 : 4 + wide], data[4 + wide : 4 + wide + long], data[4 + wide + long :]
        pairs = (line.partition(":") for line in head.decode("latin-1").split("\n"))
        headers = {name.strip(): text.strip() for name, _, text in pairs if name.strip()}
        found.append(answer(STATUSES[status % len(STATUSES)], headers, content))
    return found


def packed(status: int, headers: bytes, content: bytes) -> bytes:
    """The bytes of one answer, for a seed."""
    return struct.pack(">BBH", STATUSES.index(status), len(headers), len(content)) + headers + content


class Script(BaseAdapter):
    """Gives these answers, one after the other, and then the last one again and again until `limit`."""

    def __init__(self, given: list[requests.Response], limit: int = 30):
        super().__init__()
        self._given, self._left = given, limit
        self.sent: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **how: Any) -> requests.Response:
        self._left -= 1
        self.sent.append(request)
        if not self._given or self._left < 0:
            raise requests.ConnectionError("the script is at its end")
        response = self._given.pop(0) if len(self._given) > 1 else self._given[0]
        response.request, response.url = request, str(request.url)
        response.content  # noqa: B018  (reads it once and keeps it)
        return response

    def close(self) -> None:
        pass


def connected(given: list[requests.Response] | Script) -> DpsClient:
    """The client of a Device Provisioning Service with these answers."""
    transport = service_transport(HOST, SasAuth(Target(HOST, "policy", "QUFBQQ==")))
    return DpsClient(lambda: answering(transport, given), matches, Versions())


def answering(transport: Transport, given: list[requests.Response] | Script) -> Transport:
    """A transport of which no request gets out."""
    transport._session._session.mount("https://", given if isinstance(given, Script) else Script(given))
    return transport


def answered(bodies: list[Any]) -> DpsClient:
    """The client of a service that returns these bodies with status 200."""
    return connected([answer(200, {}, json.dumps(body).encode()) for body in bodies])


def individual(dps: DpsClient) -> Collection:
    """Its enrollments."""
    return Collection(INDIVIDUAL, dps.enrollments, dps.registrations)


def groups(dps: DpsClient) -> Collection:
    """Its enrollment groups."""
    return Collection(GROUP, dps.enrollment_groups, dps.registrations)


def services(given: list[requests.Response]) -> Services:
    """The services of an Azure Resource Manager with this answer."""
    arm = Arm("https://arm.example", "x", SasAuth(Target(HOST, "policy", "QUFBQQ==")))
    answering(arm._transport, given)
    return Services(lambda: arm)
