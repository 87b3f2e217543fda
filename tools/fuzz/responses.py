"""What the service and Azure Resource Manager return."""

from __future__ import annotations

import json
from collections.abc import Callable

import requests

from azext_iot_dps.enrollments import handlers as enrollments
from azext_iot_dps.registrations import handlers as registrations
from azext_iot_dps.service.auth import SasAuth
from azext_iot_dps.service.client import DpsClient
from azext_iot_dps.service.responses import refusal
from azext_iot_dps.service.retry import retry_after_seconds
from azext_iot_dps.service.target import Target
from azext_iot_dps.service.transport import Transport
from tools.fuzz import wire
from tools.fuzz.trial import SECRET, tried

URL = "https://kilo.example/x"


def answers(data: bytes) -> None:
    """The first byte says how many records are wanted, and what is done with the answers."""
    first = data[0] if data else 0
    top = (first // 8) or None
    kinds: tuple[Callable[[DpsClient], object], ...] = (
        lambda dps: list(wire.individual(dps).records.query(top)),
        lambda dps: enrollments.show_enrollment(wire.individual(dps), "dev", show_keys=True),
        lambda dps: enrollments.delete_enrollment(wire.individual(dps), "dev"),
        lambda dps: registrations.show_registration(dps, "dev"),
        lambda dps: enrollments.create_enrollment(
            wire.individual(dps), "dev", attestation_type="symmetricKey", primary_key=SECRET
        ),
        lambda dps: enrollments.update_enrollment(
            wire.individual(dps), "dev", device_id="new", initial_twin_tags={"a": 1}
        ),
        lambda dps: enrollments.update_enrollment(wire.groups(dps), "group", root_ca_name="x"),
        lambda dps: enrollments.compute_device_key(wire.groups(dps), ["a", "b"], "group"),
        lambda dps: registrations.list_registrations(None, dps, "group", top),
    )
    given = wire.answers(data[1:])
    if given:
        tried(kinds[first % len(kinds)], wire.connected(given))
    for response in wire.answers(data[1:]):
        response.url, response.request = URL, requests.Request("GET", URL).prepare()
        assert str(refusal(response, SasAuth(Target("h", "p", "k"))))
        retry_after_seconds(response.headers.get("Retry-After"))


def arm(data: bytes) -> None:
    """One answer for each line of JSON: the list, or with a group the service, and then its keys."""
    given = [wire.answer(200, {}, json.dumps(wire.value(part)).encode()) for part in data[1:].split(b"\n")]
    found = tried(wire.services(given).find, "kilo", "group" if data[:1] > b"\x7f" else None)
    if found and tried(lambda: found.host):
        chosen = tried(found.target, ("EnrollmentRead",))
        if chosen:
            SasAuth(chosen)(requests.Request("GET", URL).prepare())
            tried(Transport(f"https://{chosen.host}", "x", SasAuth(chosen)).send, "GET", "/x")
