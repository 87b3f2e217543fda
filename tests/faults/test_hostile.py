"""Hostile input on the command line, in files and in answers: it causes an error of azure-cli, and soon."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dps_emulator.lab import certificates
from tests.command_line import run
from tests.records import records
from tools.fuzz import wire
from tools.fuzz.redacting import KEYS
from tools.fuzz.seeds import NAMES, seeds
from tools.fuzz.targets import TARGETS
from tools.fuzz.trial import SECRET

# cryptography says so of a serial number below one, and takes it
pytestmark = pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")

SEEDS = [path for name in NAMES for path in seeds(name)]
# Halves of characters too: azure-cli is given them for bytes that are no UTF-8, and JSON can spell them.
any_text = st.text(st.characters(exclude_categories=()), max_size=20)
plain = st.none() | st.booleans() | st.integers() | st.floats() | any_text | st.sampled_from(wire.WORDS)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(wire.WORDS) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=8,
)

ID = "/subscriptions/x/resourceGroups/y/providers/Microsoft.Devices/provisioningServices/kilo"
SERVICE = {"id": ID, "name": "kilo", "properties": {"serviceOperationsHostName": "kilo.example"}}
POLICIES = {"value": [{"keyName": "p", "primaryKey": "QUFBQQ==", "rights": "ServiceConfig, EnrollmentWrite"}]}
SHOWN = {"type": "symmetricKey", "symmetricKey": dict.fromkeys(KEYS, SECRET)}


def hostile(examples):
    return settings(max_examples=examples, deadline=10_000, suppress_health_check=list(HealthCheck))


@st.composite
def spoilt(draw, documents):
    """A document with something else in one of its places."""
    document = json.loads(json.dumps(draw(documents)))
    part, names = document, []
    while isinstance(part, (dict, list)) and part and (not names or draw(st.booleans())):
        names.append(draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part)))))
        part = part[names[-1]]
    where = document
    for name in names[:-1]:
        where = where[name]
    if names:
        where[names[-1]] = draw(values)
    return document


def lines(*documents):
    return "\n".join(map(json.dumps, documents)).encode()


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_fuzzing_starts_from_and_what_it_found(path):
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("name", NAMES)
@hostile(60)
@given(data=st.binary(max_size=200))
def test_bytes(name, data):
    TARGETS[name](data)


@pytest.mark.parametrize("name", ["connection", "json", "redaction", "word"])
@hostile(60)
@given(data=any_text)
def test_texts(name, data):
    TARGETS[name](data.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("name", NAMES)
@hostile(60)
@given(data=st.data())
def test_changed_seeds(name, data):
    seed = bytearray(data.draw(st.sampled_from(seeds(name))).read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(seed)))
        seed[start : start + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    TARGETS[name](bytes(seed))


@hostile(150)
@given(st.sampled_from([certificates.der(), certificates.private_key(certificates.DER)]), st.data())
def test_certificates_with_other_bytes(der, data):
    changed = bytearray(der)
    for index in data.draw(st.lists(st.integers(0, len(der) - 1), min_size=1, max_size=3)):
        changed[index] = data.draw(st.integers(0, 255))
    TARGETS["certificate"](bytes(changed))


@hostile(150)
@given(spoilt(records), spoilt(st.just(SHOWN)) | records | values)
def test_records_that_are_odd(stored, shown):
    TARGETS["record"](lines(stored, shown))


@hostile(150)
@given(
    spoilt(
        st.just(SERVICE) | st.just({"value": [SERVICE]}) | st.just({"value": [], "nextLink": "https://arm.example"})
    ),
    spoilt(st.just(POLICIES)),
    st.sampled_from([b"\0", b"\xff"]),
)
def test_answers_of_azure_resource_manager_that_are_odd(service, policies, which):
    TARGETS["arm"](which + lines(service, policies))


@hostile(150)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(wire.STATUSES),
            st.dictionaries(
                st.sampled_from(["Content-Type", "x-ms-continuation", "Retry-After", "x-ms-request-id"]),
                st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=20),
            ),
            values.map(json.dumps).map(str.encode) | st.binary(max_size=50),
        ),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 50),
)
def test_answers_of_the_service_that_are_odd(answers, what):
    packed = []
    for status, headers, body in answers:
        head = "\n".join(f"{name}: {text}" for name, text in headers.items())
        packed.append(wire.packed(status, head.encode("latin-1")[:255], body))
    TARGETS["answer"](bytes([what]) + b"".join(packed))


@hostile(150)
@given(values)
def test_secrets_beside_anything(around):
    TARGETS["redaction"](json.dumps(around).encode())


LINES = (
    "list",
    "show --eid dev --show-keys",
    "create --eid dev --attestation-type symmetricKey",
    "update --eid dev --device-id new --initial-twin-tags {}",
    "delete --eid dev",
    "registration show --eid dev",
    "registration delete --eid dev",
)


@hostile(60)
@given(
    st.sampled_from(LINES),
    st.sampled_from(["service", "list", "group"]),
    st.sampled_from(wire.STATUSES),
    values.map(json.dumps) | st.binary(max_size=50),
    st.dictionaries(
        st.sampled_from(["x-ms-continuation", "Retry-After", "Location", "Content-Encoding"]),
        st.sampled_from(
            ["", "0", "-1", "9" * 5000, "Mon, 99 Nov 9999 99:99:99 +9999", "x", "gzip", "https://kilo.example"]
        ),
        max_size=2,
    ),
)
def test_command_lines(emulator, line, where, status, raw, headers):
    emulator.reset()
    emulator.enrollments.put({"registrationId": "dev", "attestation": SHOWN})
    emulator.fail(times=30, status=status, raw=raw, headers=headers, path=None if where == "service" else "/providers/")
    login = ["--login", emulator.connection_string] if where == "service" else ["-n", "mydps"]
    result = run(f"iot dps enrollment {line}", *login, *(["-g", "myrg"] if where == "group" else []))
    assert result.exit_code in (0, 1, 3)
    assert "unexpected error" not in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("key", ["x", "é", "====", "", 5, None, ["QUFB"], {"QUFB": 1}])
def test_keys_that_are_none(iot, dps, key):
    no_keys = "ERROR: The service did not return the symmetric keys of '{}'. Nothing was changed.\n"
    bad_key = "ERROR: The service returned a primary key of 'g' that is not base64.\n"
    shown = {"type": "symmetricKey", "symmetricKey": {"primaryKey": key, "secondaryKey": SECRET}}
    dps.enrollments.put({"registrationId": "dev", "attestation": SHOWN})
    for line, message in (
        ("enrollment update --eid dev --device-id new", no_keys.format("dev")),
        (
            "enrollment-group compute-device-key --gid g --rid dev",
            bad_key if key in ("x", "é", "====") else no_keys.format("g"),
        ),
    ):
        dps.fail(path="/attestationmechanism", body=shown)
        result = iot(line)
        assert (result.exit_code, result.err) == (1, message)
    assert dps.sent("PUT") == []
