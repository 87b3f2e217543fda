"""Requests that were carried out, or not, and were never answered: the command reports the outcome."""

import pytest

from dps_emulator.lab import certificates

KEY1 = "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk="
KEY2 = "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="
CREATE = "enrollment create --eid dev --at symmetricKey"
UNKNOWN = "The request may have succeeded. Check the enrollment before retrying."


@pytest.mark.parametrize("drop", ["after", "middle"])
def test_a_create_tells_the_keys_that_hold(iot, dps, drop):
    dps.fail(drop=drop, method="PUT")
    result = iot(CREATE)
    stored = dps.enrollments["dev"]
    assert (result.exit_code, len(dps.sent("PUT"))) == (0, 1)
    assert result.json["attestation"] == {"type": "symmetricKey", "symmetricKey": stored["attestation"]["symmetricKey"]}
    assert result.json["etag"] == stored["etag"]
    assert result.json["registrationState"] == {"registrationId": "dev", "status": "unassigned"}


@pytest.mark.parametrize(
    "options",
    [
        f"--at symmetricKey --pk {KEY1} --sk {KEY2}",
        f"--at symmetricKey --pk {KEY1}",
        "--at tpm --ek AAgAAQALAAMAsg==",
        "--at x509 --cp PEM",
        "--at x509 --cp DER --scp PEM",
        "--at symmetricKey --tags '{\"a\": [null]}' --props '{\"b\": {}}' --info '{\"c\": 1}' --ee --rp never -d d",
        "--at symmetricKey --ap custom --wh https://f.example/?code=x --av 2021-10-01 --ih a.net b.net --ps disabled",
        "--at symmetricKey --ap geolatency",
    ],
)
def test_a_create_knows_its_own_record(iot, dps, tmp_path, options):
    (tmp_path / "PEM").write_text(certificates.pem())
    (tmp_path / "DER").write_bytes(certificates.der("other"))
    for name in ("PEM", "DER"):
        options = options.replace(name, str(tmp_path / name))
    dps.fail(drop="after", method="PUT")
    result = iot(f"enrollment create --eid dev {options}")
    assert (result.exit_code, result.err) == (0, "")
    assert result.json["etag"] == dps.enrollments["dev"]["etag"]


@pytest.mark.parametrize(
    "other",
    [
        {"attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY2, "secondaryKey": KEY2}}},
        {"attestation": {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}},
        {"deviceId": "other"},
        {"provisioningStatus": "disabled"},
        {"unheardOf": 1},
    ],
)
def test_a_create_does_not_take_another_record_for_its_own(iot, dps, other):
    ours = {
        "registrationId": "dev",
        "attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY1, "secondaryKey": KEY2}},
        "capabilities": {"iotEdge": False},
        "reprovisionPolicy": {"updateHubAssignment": True, "migrateDeviceData": True},
    }
    dps.enrollments.put({**ours, **other})
    before = dps.enrollments["dev"]
    dps.fail(drop="before", method="PUT")
    result = iot(f"{CREATE} --pk {KEY1} --sk {KEY2}")
    assert result.exit_code == 1
    assert "'dev' already exists and is not what this request would have created." in result.err
    assert dps.enrollments["dev"] == before


def test_a_create_that_arrives_late_is_no_conflict(iot, dps):
    """The first PUT is lost and the look-up finds nothing; then it is carried out, and the second meets its record."""
    dps.fail(drop="before", method="PUT")
    dps.fail(path="/enrollments/dev", method="GET", status=404, body={"errorCode": 404201, "message": "not yet"})
    record = {
        "registrationId": "dev",
        "attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY1, "secondaryKey": KEY2}},
        "capabilities": {"iotEdge": False},
        "reprovisionPolicy": {"updateHubAssignment": True, "migrateDeviceData": True},
    }
    dps.enrollments.put(record)
    result = iot(CREATE)
    assert result.exit_code == 0
    assert result.json["attestation"]["symmetricKey"] == {"primaryKey": KEY1, "secondaryKey": KEY2}
    assert [method for method, *_ in dps.sent()] == ["PUT", "GET", "PUT", "GET", "POST"]


def test_an_ordinary_conflict_is_not_looked_up(iot, dps):
    iot(CREATE)
    result = iot(CREATE)
    assert (result.exit_code, [method for method, *_ in dps.sent()]) == (1, ["PUT", "PUT"])


def test_an_update_with_an_etag_that_was_carried_out(iot, dps):
    iot(f"{CREATE} --pk {KEY1} --sk {KEY2}")
    etag = dps.enrollments["dev"]["etag"]
    dps.fail(drop="after", method="PUT")
    result = iot("enrollment update --eid dev --device-id new --etag", etag)
    assert result.exit_code == 0
    assert (result.json["deviceId"], result.json["etag"]) == ("new", dps.enrollments["dev"]["etag"])
    assert result.json["attestation"]["symmetricKey"] == {"primaryKey": KEY1, "secondaryKey": KEY2}
    assert [etag for *_, etag, _ in dps.sent("PUT")[1:]] == [etag, etag]


def test_an_update_with_an_etag_that_somebody_else_overtook(iot, dps):
    iot(CREATE)
    etag = dps.enrollments["dev"]["etag"]
    dps.fail(drop="before", method="PUT")
    dps.fail(method="PUT", status=412, body={"errorCode": 412000, "message": "Precondition failed."})
    result = iot("enrollment update --eid dev --device-id new --etag", etag)
    assert result.exit_code == 1
    assert "The enrollment was modified after this ETag was read." in result.err
    assert "deviceId" not in dps.enrollments["dev"]


def test_an_ordinary_412_is_not_looked_up(iot, dps):
    iot(CREATE)
    iot("enrollment update --eid dev --device-id new --etag AAAA")
    assert [method for method, *_ in dps.sent()] == ["PUT", "GET", "POST", "PUT"]


@pytest.mark.parametrize("line", [CREATE, "enrollment update --eid old -d new", "enrollment delete --eid old"])
def test_when_nothing_can_be_told_that_is_said(iot, dps, line):
    dps.enrollments.put(
        {"registrationId": "old", "attestation": {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}}
    )
    for method in ("PUT", "DELETE"):
        dps.fail(5, drop="before", method=method)
    asked = "update" in line
    dps.fail(
        5, drop="before", method="GET", where=lambda request: not asked or len(dps.requests) > 1, path="/enrollments"
    )
    result = iot(f"{line} --only-show-errors")
    assert result.exit_code == 1
    assert result.err.splitlines() == [
        f"ERROR: {dps.host} closed the connection before its response was complete.",
        "Check the host name. The cause may be DNS, a proxy, the service's IP filter or a private endpoint.",
        UNKNOWN,
    ]


def test_a_delete_of_what_never_was_is_no_success(iot, dps):
    dps.fail(status=429)
    assert iot("enrollment delete --eid nope").exit_code == 3


def test_a_delete_with_another_body_is_no_success(iot, dps):
    dps.enrollments.put(
        {"registrationId": "dev", "attestation": {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}}
    )
    dps.fail(status=200, raw="<html>please sign in</html>", content_type="text/html")
    result = iot("enrollment delete --eid dev")
    assert result.exit_code == 1
    assert "returned an unexpected response (HTTP 200)." in result.err
    assert "dev" in dps.enrollments


@pytest.mark.parametrize("raw", ["", "<html>", '{"registrationId": ', "[]"])
def test_a_put_with_another_body_is_looked_up(iot, dps, raw):
    dps.fail(method="PUT", status=200, raw=raw, carry_out=True)
    assert iot(CREATE).json["etag"] == dps.enrollments["dev"]["etag"]
    dps.fail(method="PUT", status=200, raw=raw)
    result = iot("enrollment create --eid other --at symmetricKey")
    assert result.exit_code == 1
    assert "other" not in dps.enrollments


def test_no_retries_at_all(iot, dps, monkeypatch):
    monkeypatch.setenv("AZURE_IOT_DPS_MAX_RETRIES", "0")
    dps.fail(drop="after", method="PUT")
    assert iot(CREATE).exit_code == 0
    dps.fail(drop="after", method="DELETE")
    assert iot("enrollment delete --eid dev").exit_code == 0
    assert [method for method, *_ in dps.sent()] == ["PUT", "GET", "POST", "DELETE", "GET"]
