"""What is remembered of a host, or said by something in between, may be wrong: no command fails or loses anything."""

import json

import pytest

from tests.cli.enrollments.test_api_versions import CREATE, NEW, OLD, POLICY, UPDATE, asked, memory

__all__ = ["asked", "memory"]
DEV = {"registrationId": "dev", "attestation": {"type": "symmetricKey"}}


@pytest.fixture
def outdated(iot, dps, asked):
    """A service that was found to have the newest version, and does not have it any more."""
    iot(CREATE), iot(UPDATE), asked()
    dps.switches.api_versions = (OLD,)


@pytest.mark.usefixtures("outdated")
@pytest.mark.parametrize(
    ("line", "method"), [("show --eid dev", "GET"), ("list", "POST"), ("show --eid dev --show-keys", "GET")]
)
def test_what_is_shown_is_read_by_the_other_version_then(iot, dps, asked, memory, line, method):
    result = iot(f"enrollment {line}")
    assert (result.exit_code, result.err) == (0, "")
    assert asked()[:2] == [(method, NEW, 400), (method, OLD, 200)]
    assert json.loads(memory.read_text())[dps.host]["version"] == OLD


@pytest.mark.usefixtures("outdated")
def test_an_unknown_member_is_created_by_the_other_version_then(iot, dps, asked, tmp_path):
    file = tmp_path / "fleet.jsonl"
    file.write_text(json.dumps({**DEV, "registrationId": "dev2", "unheardOf": 1}))
    result = iot(f"enrollment import --file {file}")
    assert (result.exit_code, result.json["created"]) == (0, 1)
    assert asked() == [("POST", NEW, 400), ("POST", OLD, 200), ("POST", OLD, 200)]


@pytest.mark.usefixtures("outdated")
def test_a_policy_is_refused_then(iot, dps, asked):
    result = iot(f"enrollment create --eid dev2 --at symmetricKey {POLICY}")
    assert f"{dps.host} does not offer API version 2026-11-01 yet" in result.err
    assert (result.exit_code, asked()) == (1, [("POST", NEW, 400)])


def test_a_page_of_a_proxy_does_not_cost_a_policy(iot, dps, asked, memory):
    iot(f"{CREATE} {POLICY}"), memory.unlink(), asked()
    dps.fail(status=400, raw="<html>Bad request</html>", content_type="text/html")
    assert iot(UPDATE).exit_code == 0
    assert asked()[:2] == [("GET", NEW, 400), ("GET", NEW, 200)]
    assert json.loads(memory.read_text())[dps.host]["version"] == NEW
    assert dps.enrollments["dev"]["certificatePolicyName"] == "ninety-days"


@pytest.mark.parametrize("answer", [{"status": 404}, {"status": 400, "body": {"Message": "Unknown api version"}}])
def test_a_version_without_a_code_is_refused_twice(iot, dps, asked, answer):
    iot(CREATE), asked()
    dps.fail(times=9, where=lambda request: request.query["api-version"] == NEW, **answer)
    assert iot(UPDATE).exit_code == 0
    assert asked()[:3] == [("GET", NEW, answer["status"])] * 2 + [("GET", OLD, 200)]


@pytest.mark.parametrize("status", [401, 403, 429, 503])
def test_other_errors_say_nothing_of_the_version(iot, dps, asked, memory, status):
    iot(CREATE), asked()
    dps.fail(times=99, status=status, where=lambda request: request.query["api-version"] == NEW)
    assert iot(UPDATE).exit_code != 0
    assert {version for _, version, _ in asked()} == {NEW}
    assert not memory.exists()
