"""What is fuzzed: each target takes bytes, and nothing but errors of azure-cli may come out of what it calls."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Callable
from typing import Any

import requests
from azure.cli.core.azclierror import AzCLIError

from azext_iot_dps import enrollment, enrollment_group, registration
from azext_iot_dps.payload import allocation, attestation, twin
from azext_iot_dps.service import client, redaction, target
from azext_iot_dps.service.auth import SasAuth
from azext_iot_dps.service.discovery import find
from azext_iot_dps.service.errors import error_from
from azext_iot_dps.service.outcome import as_sent
from azext_iot_dps.service.retry import _asked
from tools.fuzz import wire
from tools.fuzz.options import converters

CONVERTERS = {**converters(), "--dps-name": target.host, "--login": target.parse}
URL = "https://kilo.example/x"
SECRET = "QUFBQUFBQUFBQUFBQUFBQQ=="


def tried(function: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """What comes out, None after an error of azure-cli; every other error is a finding."""
    try:
        return function(*given, **named)
    except AzCLIError as error:
        assert str(error)
        return None


def text(data: bytes) -> str:
    """As Python gives the words of a command line that is no UTF-8."""
    return data.decode("utf-8", "surrogateescape")


def word(data: bytes) -> None:
    for converter in CONVERTERS.values():
        tried(converter, text(data))


def connection(data: bytes) -> None:
    found = tried(target.parse, text(data))
    if found:
        SasAuth(found)(requests.Request("GET", f"https://{found.host}/").prepare())
    tried(target.host, text(data))


def json_argument(data: bytes) -> None:
    found = tried(CONVERTERS["--initial-twin-tags"], text(data))
    # what was taken can be sent
    json.dumps(found, allow_nan=False).encode()


def certificate_file(data: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        found = tried(attestation.of, "x509", certificate_path=file.name)
    assert found is None or "PRIVATE KEY" not in json.dumps(found.serialize())


def answers(data: bytes) -> None:
    """The first byte says how many records are wanted, and what is done with the answers."""
    kinds: tuple[Callable[[client.DpsClient], object], ...] = (
        lambda dps: enrollment.list_enrollments(dps, (data[0] // 8) or None),
        lambda dps: enrollment.show_enrollment(dps, "dev", show_keys=True),
        lambda dps: enrollment.delete_enrollment(dps, "dev"),
        lambda dps: registration.show_registration(dps, "dev"),
        lambda dps: enrollment.create_enrollment(dps, "dev", "symmetricKey", primary_key=SECRET),
        lambda dps: enrollment.update_enrollment(dps, "dev", device_id="new", initial_twin_tags={"a": 1}),
        lambda dps: enrollment_group.update_enrollment_group(dps, "group", root_ca_name="x"),
        lambda dps: enrollment_group.compute_device_key(dps, ["a", "b"], "group"),
        lambda dps: registration.list_registrations(dps, "group", (data[0] // 8) or None),
    )
    given = wire.answers(data[1:])
    if given:
        tried(kinds[data[0] % len(kinds)], wire.connected(given))
    for response in wire.answers(data[1:]):
        response.url, response.request = URL, requests.Request("GET", URL).prepare()
        assert str(error_from(response, SasAuth(target.Target("h", "p", "k"))))
        _asked(response.headers.get("Retry-After"))


def arm(data: bytes) -> None:
    """One answer for each line of JSON: the list, or with a group the service, and then its keys."""
    given = [wire.answer(200, {}, json.dumps(wire.value(part)).encode()) for part in data[1:].split(b"\n")]
    manager = wire.resource_manager(given)
    found = tried(find, manager, "kilo", "group" if data[:1] > b"\x7f" else None)
    if found and tried(lambda: found.host):
        chosen = tried(found.target, ("EnrollmentRead",))
        if chosen:
            SasAuth(chosen)(requests.Request("GET", URL).prepare())
            tried(wire.Transport(f"https://{chosen.host}", "x", SasAuth(chosen)).send, "GET", "/x")


def record(data: bytes) -> None:
    """Two lines: a stored record, and what the service shows of its attestation."""
    first, _, second = data.partition(b"\n")
    stored, other = (
        part if isinstance(part, dict) else {"attestation": part} for part in map(wire.value, (first, second))
    )
    as_sent(stored, other)
    as_sent(other, stored)
    for policy in (None, "static", "custom", "hashed"):
        for hubs, webhook in ((None, None), (["h"], None), ([""], "https://x"), (["a", "b"], None)):
            options = tried(allocation.Options, policy, hubs, None, webhook, None)
            if options:
                tried(options.over, stored)
    for typed in CHANGES:
        with contextlib.suppress(AzCLIError):
            change = attestation.Change(**typed)
            change.check(stored)
            change.over(stored)
    twin.without(
        stored, dict.fromkeys([("deviceId",), ("initialTwin", "tags"), ("initialTwin", "properties", "desired")], "")
    )
    given = [wire.answer(200, {}, json.dumps(part).encode()) for part in (stored, other, stored)]
    tried(enrollment.update_enrollment, wire.connected(given), "dev", **UPDATES[len(data) % len(UPDATES)])
    given = [wire.answer(200, {}, json.dumps(part).encode()) for part in (stored, other, stored)]
    typed = GROUP_UPDATES[len(data) % len(GROUP_UPDATES)]
    tried(enrollment_group.update_enrollment_group, wire.connected(given), "group", **typed)
    tried(enrollment_group.compute_device_key, wire.connected(given[1:]), ["a", "b"], "group")


CHANGES: tuple[dict[str, Any], ...] = (
    {"endorsement_key": SECRET},
    {"primary_key": SECRET},
    {"remove_certificate": True},
    {"remove_secondary_certificate": True},
    {"root_ca_name": "x", "remove_secondary_certificate": True},
)
UPDATES: tuple[dict[str, Any], ...] = (
    {"primary_key": SECRET},
    {"device_id": "new", "initial_twin_tags": {"a": 1}, "initial_twin_properties": {"b": 1}, "edge_enabled": True},
    {"initial_twin_tags": {}, "device_information": {"a": 1}, "reprovision_policy": "never", "iot_hubs": ["h"]},
)
GROUP_UPDATES: tuple[dict[str, Any], ...] = (
    {"root_ca_name": "x"},
    {"remove_certificate": True},
    {"secondary_root_ca_name": "x", "remove_certificate": True, "iot_hubs": [""]},
)


def redacted(data: bytes) -> None:
    """What the bytes are, and secrets where secrets stand: in JSON that is whole, and in JSON that is cut off."""
    redaction.body(data)
    redaction.text(text(data))
    around = wire.value(data)
    if SECRET in json.dumps(around):
        return
    shapes = SECRET, [SECRET, around], {"x": SECRET}
    whole = json.dumps({"a": around, **{name: shapes[len(name) % 3] for name in SECRETS}, "b": around})
    assert SECRET not in redaction.body(whole.encode()), whole
    cut = json.dumps({**dict.fromkeys(KEYS, SECRET), "a": around})
    assert SECRET not in redaction.body(cut[:-1].encode()), cut


SECRETS = ("primaryKey", "StorageRootKey", "connectionString", "symmetricKey", "authorization", "access_token")
KEYS = ("primaryKey", "secondaryKey", "endorsementKey", "storageRootKey", "authenticationKey", "access_token")

TARGETS = {
    "answer": answers,
    "arm": arm,
    "certificate": certificate_file,
    "connection": connection,
    "json": json_argument,
    "record": record,
    "redaction": redacted,
    "word": word,
}
