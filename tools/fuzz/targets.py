"""What is fuzzed: each target takes bytes, and nothing but errors of azure-cli may come out of what it calls."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from typing import Any

import requests
from azure.cli.core.azclierror import AzCLIError

from azext_iot_dps.cli import connection_string
from azext_iot_dps.cli.client import Collection
from azext_iot_dps.cli.failures import exception_handler
from azext_iot_dps.devices import tls
from azext_iot_dps.enrollments import handlers as enrollments
from azext_iot_dps.enrollments.patching import patch_of, spell
from azext_iot_dps.record import columns
from azext_iot_dps.record.comparison import matches
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from azext_iot_dps.record.patch import Patch
from azext_iot_dps.registrations import handlers as registrations
from azext_iot_dps.service import redaction
from azext_iot_dps.service.auth import SasAuth
from azext_iot_dps.service.client import DpsClient
from azext_iot_dps.service.responses import refusal
from azext_iot_dps.service.retry import retry_after_seconds
from azext_iot_dps.service.target import Target
from azext_iot_dps.service.transport import Transport
from tools.fuzz import wire
from tools.fuzz.options import converters

CONVERTERS = {**converters(), "--dps-name": connection_string.host, "--login": connection_string.parse}
URL = "https://kilo.example/x"
SECRET = "QUFBQUFBQUFBQUFBQUFBQQ=="


def tried(function: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """What comes out, None after an error that the command line shows; every other error is a finding."""
    try:
        return function(*given, **named)
    except Exception as error:
        try:
            exception_handler(error, spell)
        except AzCLIError as shown:
            assert str(shown)
            return None


def text(data: bytes) -> str:
    """As Python passes the arguments of a command line that is not UTF-8."""
    return data.decode("utf-8", "surrogateescape")


def word(data: bytes) -> None:
    for converter in CONVERTERS.values():
        tried(converter, text(data))


def connection(data: bytes) -> None:
    found = tried(connection_string.parse, text(data))
    if found:
        SasAuth(found)(requests.Request("GET", f"https://{found.host}/").prepare())
    tried(connection_string.host, text(data))


def json_argument(data: bytes) -> None:
    found = tried(CONVERTERS["--initial-twin-tags"], text(data))
    # what was taken can be sent
    json.dumps(found, allow_nan=False).encode()


def certificate_file(data: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        options = {"attestation_type": "x509", "certificate_path": file.name}
        found = [tried(lambda kind: patch_of(kind, "dev", options).new(), kind) for kind in (INDIVIDUAL, GROUP)]
        # without a passphrase OpenSSL would ask for one
        tried(tls.context, file.name, file.name, "secret", "dev")
    assert "PRIVATE KEY" not in json.dumps(found)


def answers(data: bytes) -> None:
    """The first byte says how many records are wanted, and what is done with the answers."""
    first = data[0] if data else 0
    top = (first // 8) or None
    kinds: tuple[Callable[[DpsClient], object], ...] = (
        lambda dps: enrollments.list_enrollments(_individual(dps), top),
        lambda dps: enrollments.show_enrollment(_individual(dps), "dev", show_keys=True),
        lambda dps: enrollments.delete_enrollment(_individual(dps), "dev"),
        lambda dps: registrations.show_registration(dps, "dev"),
        lambda dps: enrollments.create_enrollment(
            _individual(dps), "dev", attestation_type="symmetricKey", primary_key=SECRET
        ),
        lambda dps: enrollments.update_enrollment(_individual(dps), "dev", device_id="new", initial_twin_tags={"a": 1}),
        lambda dps: enrollments.update_enrollment(_groups(dps), "group", root_ca_name="x"),
        lambda dps: enrollments.compute_device_key(_groups(dps), ["a", "b"], "group"),
        lambda dps: registrations.list_registrations(dps, "group", top),
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


def record(data: bytes) -> None:
    """Two lines: a stored record, and what the service shows of its attestation."""
    first, _, second = data.partition(b"\n")
    stored, other = (
        part if isinstance(part, dict) else {"attestation": part} for part in map(wire.value, (first, second))
    )
    matches(stored, other)
    matches(other, stored)
    for kind in (INDIVIDUAL, GROUP):
        columns.holds_all(kind, stored, columns.row(kind, stored))
        for complete in (False, True):
            patch = tried(Patch, kind, {**other, kind.id_member: "dev"}, complete=complete)
            if patch:
                tried(patch.new)
                tried(patch.over, stored)
        for options in OPTIONS:
            tried(lambda kind, options: patch_of(kind, "dev", options).over(stored), kind, options)
    shown = [stored, other, stored]
    tried(enrollments.update_enrollment, _individual(_answered(shown)), "dev", **UPDATES[len(data) % len(UPDATES)])
    options = GROUP_UPDATES[len(data) % len(GROUP_UPDATES)]
    tried(enrollments.update_enrollment, _groups(_answered(shown)), "group", **options)
    tried(enrollments.compute_device_key, _groups(_answered(shown[1:])), ["a", "b"], "group")


def _answered(bodies: list[Any]) -> DpsClient:
    return wire.connected([wire.answer(200, {}, json.dumps(body).encode()) for body in bodies])


def _individual(dps: DpsClient) -> Collection:
    return Collection(INDIVIDUAL, dps.enrollments)


def _groups(dps: DpsClient) -> Collection:
    return Collection(GROUP, dps.enrollment_groups)


OPTIONS: tuple[dict[str, Any], ...] = (
    {"endorsement_key": SECRET},
    {"primary_key": SECRET},
    {"remove_certificate": True},
    {"remove_secondary_certificate": True},
    {"root_ca_name": "x", "remove_secondary_certificate": True},
    {"device_id": "", "initial_twin_tags": {}, "initial_twin_properties": {}, "device_information": {}},
    *(
        {"allocation_policy": policy, "iot_hubs": hubs, "webhook_url": webhook}
        for policy in (None, "static", "custom", "hashed")
        for hubs, webhook in ((["h"], None), ([""], "https://x"), (["a", "b"], None))
    ),
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
    """What the bytes are, and secrets where secrets are: in JSON that is whole, and in JSON that is cut off."""
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
