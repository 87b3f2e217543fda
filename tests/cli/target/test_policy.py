"""Which shared access policy a command signs with."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import parse_qs

import pytest

SYMMETRIC = {"type": "symmetricKey", "symmetricKey": {"primaryKey": "A" * 24, "secondaryKey": "B" * 24}}
LINES = {
    "create": "enrollment create --eid new --at symmetricKey",
    "list": "enrollment list",
    "show": "enrollment show --eid dev1",
    "keys": "enrollment show --eid dev1 --show-keys",
    "update": "enrollment update --eid dev1 --device-id x",
    "delete": "enrollment delete --eid dev1",
    "registration-show": "enrollment registration show --eid dev1",
    "registration-delete": "enrollment registration delete --eid dev1",
}
OWNER = ("owner", "ServiceConfig, DeviceConnect, EnrollmentWrite")
WRITER = ("writer", "EnrollmentWrite")
READER = ("reader", "EnrollmentRead")
STATUS_READER = ("statusreader", "RegistrationStatusRead")
STATUS_WRITER = ("statuswriter", "RegistrationStatusRead, RegistrationStatusWrite")
CONFIG = ("config", "ServiceConfig, DeviceConnect")


def policies(*pairs):
    return [
        {
            "keyName": name,
            "primaryKey": b64encode(name.encode()).decode(),
            "secondaryKey": b64encode(name.upper().encode()).decode(),
            "rights": rights,
        }
        for name, rights in pairs
    ]


@pytest.fixture
def run(az, dps):
    """Runs a line above on a service with these policies: the exit code, and the policies that signed."""
    dps.enrollments.put({"registrationId": "dev1", "attestation": SYMMETRIC})
    dps.register("dev1")

    def run(line, *pairs):
        dps.policies = policies(*pairs)
        result = az(f"iot dps {LINES[line]} -n mydps -g myrg")
        assert "Traceback" not in result.err
        headers = [request.headers["Authorization"] for request in dps.service_requests]
        return result, {parse_qs(header)["skn"][0] for header in headers}

    return run


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize(
    ("pairs", "used"),
    [
        ([READER, STATUS_WRITER, WRITER, OWNER], "owner"),
        ([CONFIG, OWNER, ("second", "ServiceConfig, EnrollmentWrite")], "owner"),
        ([CONFIG, WRITER], "writer"),
        ([("tight", "ServiceConfig,EnrollmentWrite")], "tight"),
    ],
    ids=["owner-last", "first-of-two", "write-only", "no-blank"],
)
def test_every_command(run, line, pairs, used):
    result, signed = run(line, *pairs)
    assert (result.exit_code, signed) == (0, {used})


@pytest.mark.parametrize(
    ("line", "pairs", "used"),
    [
        ("list", [CONFIG, READER], "reader"),
        ("list", [READER, WRITER], "reader"),
        ("show", [STATUS_READER, READER], "reader"),
        ("show", [READER, WRITER], "reader"),
        ("keys", [READER, WRITER], "writer"),
        ("create", [READER, WRITER], "writer"),
        ("update", [READER, WRITER], "writer"),
        ("delete", [READER, WRITER], "writer"),
        ("registration-show", [READER, STATUS_READER], "statusreader"),
        ("registration-show", [READER, WRITER, STATUS_READER], "writer"),
        ("registration-delete", [READER, STATUS_READER, STATUS_WRITER], "statuswriter"),
        ("registration-delete", [READER, WRITER], "writer"),
    ],
)
def test_first_that_suffices(run, line, pairs, used):
    result, signed = run(line, *pairs)
    assert (result.exit_code, signed) == (0, {used})


@pytest.mark.parametrize(
    ("line", "right", "pairs"),
    [
        ("create", "EnrollmentWrite", [READER]),
        ("update", "EnrollmentWrite", [READER, STATUS_WRITER]),
        ("delete", "EnrollmentWrite", [CONFIG, READER]),
        ("list", "EnrollmentRead", [CONFIG, STATUS_WRITER]),
        ("show", "EnrollmentRead", [STATUS_READER]),
        ("keys", "EnrollmentRead", [STATUS_READER]),
        ("registration-show", "RegistrationStatusRead", [READER]),
        ("registration-delete", "RegistrationStatusWrite", [STATUS_READER]),
        ("list", "EnrollmentRead", []),
    ],
)
def test_none_suffices(run, line, right, pairs):
    result, signed = run(line, *pairs)
    assert (result.exit_code, result.out, signed) == (1, "", set())
    assert result.err.partition("ERROR: ")[2] == (
        f"No shared access policy of 'mydps' has the right {right}.\n"
        f"Add a policy with the right {right}, or use --auth-type login.\n"
    )


@pytest.mark.parametrize("size", [1, 2, 3])
def test_policies_over_several_pages(run, dps, size):
    dps.arm.page_size = size
    result, signed = run("create", CONFIG, READER, STATUS_READER, STATUS_WRITER, OWNER)
    assert (result.exit_code, signed) == (0, {"owner"})
    asked = [request.method for request in dps.requests if request.path.endswith("/listkeys")]
    assert asked == ["POST"] + ["GET"] * {1: 4, 2: 2, 3: 1}[size]


def test_keys_with_a_reading_policy_are_left_to_the_service(run):
    result, signed = run("keys", READER)
    assert (result.exit_code, result.out, signed) == (1, "", {"reader"})
    assert "Forbidden: EnrollmentWrite is required. (error 403002, tracking ID " in result.err
    assert "The request was signed with policy 'reader'. Check that its rights allow this" in result.err


@pytest.mark.parametrize("line", LINES)
def test_login_needs_no_policy(az, dps, line):
    dps.enrollments.put({"registrationId": "dev1", "attestation": SYMMETRIC})
    dps.register("dev1")
    dps.policies = []
    result = az(f"iot dps {LINES[line]} -n mydps -g myrg --auth-type login")
    assert result.exit_code == 0
    assert {request.headers["Authorization"][:7] for request in dps.service_requests} == {"Bearer "}
