"""Records with members that no service should have, and commands that read many of them: an error, and no traceback."""

from __future__ import annotations

import pytest

from tools.fuzz.trial import SECRET

STATE = {"registrationId": "dev", "status": "assigned", "assignedHub": "h.example.net", "etag": "eA=="}
RECORD = {
    "registrationId": "dev",
    "etag": "eA==",
    "attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": SECRET, "secondaryKey": SECRET}},
    "registrationState": STATE,
}
HALF = "\ud800"


@pytest.fixture
def answering(dps):
    """A service that returns this record for any request that reads."""

    def answering(record):
        dps.fail(times=99, body=record["attestation"], path="/attestationmechanism")
        dps.fail(times=99, body=[record["registrationState"]], path="/registrations/")
        dps.fail(times=99, body=[record], path="/query")
        dps.fail(times=99, body=record, method="GET", path="/enrollments/")

    return answering


def has_no_traceback(result):
    return "Traceback" not in result.err and "unexpected error" not in result.err and result.exit_code in (0, 1, 3)


@pytest.mark.parametrize(
    "line",
    [
        "enrollment audit --with-keys --sarif FILE",
        "report --with-registrations --with-keys",
        "enrollment roll --where registrationId --new-key",
        "enrollment registration list",
        "enrollment registration purge --status assigned --yes",
        "enrollment export --show-keys --file FILE",
    ],
)
def test_half_a_character_in_an_id(iot, answering, tmp_path, line):
    answering({**RECORD, "registrationId": HALF, "registrationState": {**STATE, "registrationId": HALF}})
    assert has_no_traceback(iot(line.replace("FILE", str(tmp_path / "file"))))


@pytest.mark.parametrize("id", ["..", "", None, 5])
def test_what_has_no_id_is_not_purged(iot, dps, answering, id):
    answering({**RECORD, "registrationState": {**STATE, "registrationId": id}})
    result = iot("enrollment registration purge --status assigned --yes")
    assert (result.exit_code, result.json["failed"]) == (1, 1)
    assert result.json["failures"][0]["message"] == "The service returned it without an ID. It was not deleted."
    assert not dps.sent("DELETE")


@pytest.mark.parametrize("etag", [HALF, "日本", "a\nb"])
@pytest.mark.parametrize(
    "line", ["roll --eid dev --new-key", "registration purge --status assigned --yes", "update --eid dev --device-id x"]
)
def test_an_etag_that_no_request_can_have(iot, dps, answering, etag, line):
    answering({**RECORD, "etag": etag, "registrationState": {**STATE, "etag": etag}})
    result = iot(f"enrollment {line}")
    assert has_no_traceback(result)
    assert result.exit_code == 1
    assert "has characters that no ETag of a request can have. Nothing was changed." in result.err
    assert not dps.sent("DELETE") and not dps.sent("PUT")


@pytest.mark.parametrize("hubs", [5, "h.example.net", [{}, ["h"], None, 5], {"h.example.net": 1}])
def test_hubs_that_are_none(iot, dps, other, answering, hubs):
    answering({**RECORD, "iotHubs": hubs})
    target = ("--to-login", other.connection_string)
    assert has_no_traceback(iot("enrollment copy --map-hub h.example.net=i.example.net --what-if", *target))
    result = iot("doctor --registration-id dev")
    assert has_no_traceback(result)
    assert result.json["steps"][-1]["step"] == "assigned-hub"


def test_a_webhook_that_is_no_url(iot, answering):
    function = {"webhookUrl": "https://[secret?code=secret", "apiVersion": "2021-10-01"}
    answering({**RECORD, "allocationPolicy": "custom", "customAllocationDefinition": function})
    result = iot("doctor --registration-id dev")
    assert has_no_traceback(result)
    assert result.json["steps"][-1]["status"] == "warning"
    assert "secret" not in result.out


def test_an_id_does_not_reach_the_terminal_as_it_is(iot, answering):
    answering({**RECORD, "registrationState": {**STATE, "registrationId": "a\x1b[2J", "etag": ""}})
    result = iot("enrollment registration purge --status assigned --yes")
    assert "The first failure, of 'a\\x1b[2J'" in result.err and "\x1b" not in result.err
