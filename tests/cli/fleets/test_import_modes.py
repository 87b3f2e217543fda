"""What import does with existing records: update, upsert."""

import json

import pytest

from dps_emulator.lab import certificates

KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
NEW = "bmV3LWtleS1uZXcta2V5LW5ldy1rZXk="
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
SHOWN = {"type": "symmetricKey"}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "QUFB", "storageRootKey": "QkJC"}}
FUNCTION = {"webhookUrl": "https://f.example/?code=x", "apiVersion": "2021-10-01"}
STORED = {
    "registrationId": "dev",
    "deviceId": "kept",
    "attestation": SYMMETRIC,
    "capabilities": {"iotEdge": True},
    "initialTwin": {"tags": {"a": 1, "b": {"c": 2}}, "properties": {"desired": {"d": [None]}}},
    "etag": "b2xk",
    "provisioningStatus": "disabled",
    "reprovisionPolicy": {"updateHubAssignment": False, "migrateDeviceData": False},
    "allocationPolicy": "custom",
    "iotHubs": ["a.example", "b.example"],
    "customAllocationDefinition": FUNCTION,
    "optionalDeviceInformation": {"e": None},
    "unheardOf": {"f": [1]},
}
TIMES = ("etag", "createdDateTimeUtc", "lastUpdatedDateTimeUtc")


@pytest.fixture
def imported(iot, tmp_path):
    """Imports these records, or this text of CSV."""

    def imported(content, options):
        path = tmp_path / ("a.csv" if isinstance(content, str) else "a.jsonl")
        path.write_text(content if isinstance(content, str) else "\n".join(map(json.dumps, content)))
        return iot(f"enrollment import --file {path} {options}")

    return imported


def stored(dps, id="dev"):
    """A record without the members that change with every update."""
    return {name: value for name, value in dps.enrollments[id].items() if name not in TIMES}


def without(record, *names):
    return {name: value for name, value in record.items() if name not in (*TIMES, *names)}


def certified(name="device"):
    return {"type": "x509", "x509": {"clientCertificates": {"primary": {"certificate": certificates.pem(name)}}}}


@pytest.mark.parametrize("mode", ["update", "upsert"])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"deviceId": "new"}, {"deviceId": "new"}),
        ({"deviceId": None, "unheardOf": None, "initialTwin": None}, ["deviceId", "unheardOf", "initialTwin"]),
        ({"initialTwin": {"tags": {"x": None}}}, {"initialTwin": {**STORED["initialTwin"], "tags": {"x": None}}}),
        ({"initialTwin": {"tags": None}}, {"initialTwin": {"properties": {"desired": {"d": [None]}}}}),
        ({"initialTwin": {"properties": {"desired": {}}}},
         {"initialTwin": {"tags": {"a": 1, "b": {"c": 2}}, "properties": {"desired": {}}}}),
        ({"reprovisionPolicy": {"migrateDeviceData": True}},
         {"reprovisionPolicy": {"updateHubAssignment": False, "migrateDeviceData": True}}),
        ({"capabilities": {"iotEdge": False}, "provisioningStatus": "enabled"},
         {"capabilities": {"iotEdge": False}, "provisioningStatus": "enabled"}),
        ({"unheardOf": {"g": 1}, "neverHeardOf": [1]}, {"unheardOf": {"g": 1}, "neverHeardOf": [1]}),
        ({"customAllocationDefinition": {**FUNCTION, "apiVersion": "2019-03-31"}},
         {"customAllocationDefinition": {**FUNCTION, "apiVersion": "2019-03-31"}}),
        ({"allocationPolicy": "Hashed"}, {"allocationPolicy": "hashed", "customAllocationDefinition": ...}),
        ({"allocationPolicy": "static", "iotHubs": ["c.example"]},
         {"allocationPolicy": "static", "iotHubs": ["c.example"], "customAllocationDefinition": ...}),
        ({"allocationPolicy": None, "iotHubs": None}, ["allocationPolicy", "iotHubs", "customAllocationDefinition"]),
        ({"attestation": SHOWN}, {}),
        ({"attestation": {"symmetricKey": {"primaryKey": NEW}}},
         {"attestation": {"type": "symmetricKey", "symmetricKey": {**KEYS, "primaryKey": NEW}}}),
        ({"attestation": {**SHOWN, "symmetricKey": {"primaryKey": None, "secondaryKey": NEW}}},
         {"attestation": {"type": "symmetricKey", "symmetricKey": {**KEYS, "secondaryKey": NEW}}}),
        ({"attestation": {**SHOWN, "symmetricKey": None, "tpm": None, "x509": None}}, {}),
    ],
)  # fmt: skip
def test_a_record_is_laid_over_the_stored_one(imported, dps, mode, changes, expected):
    dps.enrollments.put(STORED)
    # what may be created is whole
    changes = {**changes, "attestation": SHOWN | changes.get("attestation", {})} if mode == "upsert" else changes
    result = imported([{"registrationId": "dev", **changes}], f"--mode {mode}")
    assert (result.exit_code, result.json["succeeded"]) == (0, 1)
    gone = expected if isinstance(expected, list) else [name for name, value in expected.items() if value is ...]
    named = {} if isinstance(expected, list) else {name: expected[name] for name in expected if name not in gone}
    assert stored(dps) == {**without(STORED, *gone), **named}
    assert dps.enrollments["dev"]["etag"] != "b2xk"
    update = dps.sent("POST")[-1][3]
    assert (update["mode"], update["enrollments"][0]["etag"]) == ("updateIfMatchETag", "b2xk")


def test_another_member_is_removed_with_the_old_name_of_a_hub(imported, dps):
    dps.enrollments.put({**without(STORED, "iotHubs", "customAllocationDefinition"), "iotHubHostName": "old.example"})
    hubs = {"registrationId": "dev", "allocationPolicy": "static", "iotHubs": ["new.example"]}
    assert imported([hubs], "--mode update").exit_code == 0
    assert ("iotHubHostName" in stored(dps), stored(dps)["iotHubs"]) == (False, ["new.example"])


@pytest.mark.parametrize("mode", ["update", "upsert"])
def test_a_record_with_an_etag_is_the_whole_record(imported, dps, mode):
    """As export writes it: members that it lacks are removed, except keys and certificates, which it cannot show."""
    dps.enrollments.put(STORED)
    dps.enrollments.put({**STORED, "registrationId": "x509", "attestation": certified()})
    dps.enrollments.put({**STORED, "registrationId": "keyed"})
    dps.enrollments.put({**STORED, "registrationId": "nulls"})
    thumbprint = certificates.thumbprint()
    info = {"type": "x509", "x509": {"clientCertificates": {"primary": {"info": {"sha256Thumbprint": thumbprint}}}}}
    own = {"dev": SHOWN, "x509": info, "keyed": {**SHOWN, "symmetricKey": {**KEYS, "secondaryKey": NEW}},
           "nulls": {**SHOWN, "symmetricKey": {"primaryKey": None, "secondaryKey": NEW}}}  # fmt: skip
    records = [{"registrationId": id, "attestation": proof, "etag": "b2xk"} for id, proof in own.items()]
    before = stored(dps, "x509")["attestation"]
    result = imported(records, f"--mode {mode}")
    assert (result.exit_code, result.json["succeeded"]) == (0, 4)
    for id, proof in (
        ("dev", SYMMETRIC),
        ("x509", before),
        ("keyed", {**SHOWN, "symmetricKey": {**KEYS, "secondaryKey": NEW}}),
        ("nulls", {**SHOWN, "symmetricKey": {**KEYS, "secondaryKey": NEW}}),
    ):
        assert stored(dps, id) == {"registrationId": id, "attestation": proof, "provisioningStatus": "enabled"}
    # keys are asked for where they are not shown, and nothing else is
    assert sorted(path for _, path, _, body in dps.sent() if not body) == [
        "/enrollments/dev",
        "/enrollments/dev/attestationmechanism",
        "/enrollments/nulls",
        "/enrollments/nulls/attestationmechanism",
    ]


MISMATCH = {"code": 412000, "message": "Precondition failed."}


@pytest.mark.parametrize(
    ("record", "failure"),
    [
        ({"attestation": SYMMETRIC, "etag": "c3RhbGU="}, MISMATCH),
        ({"attestation": SHOWN, "etag": "c3RhbGU="}, MISMATCH),
        ({"attestation": TPM}, {"code": None, "message": "attestation.tpm.endorsementKey needs tpm attestation, "
                                "but the enrollment has symmetricKey, which cannot be changed."}),
        ({"attestation": {"tpm": {"endorsementKey": "QUFB"}}}, "but the enrollment has symmetricKey, which cannot"),
        ({"attestation": TPM, "etag": "c3RhbGU="}, MISMATCH),
        ({"attestation": certified()}, "clientCertificates.primary needs x509 attestation, but the enrollment"),
        ({"allocationPolicy": "static"}, {"code": None, "message": "allocationPolicy static requires exactly "
                                          "one host name in iotHubs, not 2."}),
        ({"allocationPolicy": None}, "iotHubs requires allocationPolicy."),
        ({"customAllocationDefinition": {"apiVersion": None}},
         "allocationPolicy custom requires customAllocationDefinition.apiVersion."),
        ({"customAllocationDefinition": None}, "allocationPolicy custom requires "
         "customAllocationDefinition.webhookUrl and customAllocationDefinition.apiVersion."),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_stored_record_is_a_failure_of_that_record(imported, dps, record, failure):
    before = dps.enrollments.put(STORED)
    other = dps.enrollments.put({**STORED, "registrationId": "other"})
    result = imported(
        [{"registrationId": "DEV", **record}, {"registrationId": "other", "deviceId": "n"}], "--mode update"
    )
    (told,) = result.json["failures"]
    assert (result.exit_code, result.json["succeeded"], told["line"], told["id"]) == (1, 1, 1, "DEV")
    assert (told | failure == told) if isinstance(failure, dict) else (failure in told["message"])
    assert dps.enrollments["dev"] == before
    assert stored(dps, "other") == without(other) | {"deviceId": "n"}


@pytest.mark.parametrize(
    "record", [{}, {"attestation": SHOWN, "etag": "b2xk"}, {"attestation": SYMMETRIC, "etag": "b2xk"}]
)
def test_a_record_that_is_missing_is_no_update(imported, dps, record):
    result = imported([{"registrationId": "dev", **record}], "--mode update")
    (failure,) = result.json["failures"]
    assert (result.exit_code, failure["code"], len(dps.enrollments)) == (1, 404201, 0)
    assert failure["message"].startswith("Enrollment not found.")


def test_upsert_creates_and_updates(imported, dps):
    dps.enrollments.put(STORED)
    dps.enrollments.put({**STORED, "registrationId": "x509", "attestation": certified()})
    info = dps.enrollments["x509"]["attestation"]
    records = [
        {"registrationId": "new", "attestation": TPM, "etag": "Zm9yZWlnbg=="},
        {"registrationId": "dev", "attestation": SHOWN, "deviceId": "changed"},
        {"registrationId": "keys", "attestation": SHOWN},
        {"registrationId": "x509", "attestation": info, "deviceId": "changed"},
        {"registrationId": "gone", "attestation": info, "deviceId": "changed"},
    ]
    for attempt in ("first", "second"):
        result = imported(records, "--mode upsert")
        (failure,) = result.json["failures"]
        assert (result.exit_code, result.json["succeeded"]) == (1, 4), attempt
        assert (failure["line"], failure["id"], failure["code"]) == (5, "gone", 404201)
        assert stored(dps, "new") == {"registrationId": "new", "attestation": TPM, "provisioningStatus": "enabled"}
        assert stored(dps) == without(STORED) | {"deviceId": "changed"}
        assert stored(dps, "x509") == without(STORED) | {
            "registrationId": "x509", "deviceId": "changed", "attestation": info,
        }  # fmt: skip
        generated = dps.enrollments["keys"]["attestation"]["symmetricKey"]["primaryKey"]
        assert len(generated) == 88
        if attempt == "first":
            first = generated
    assert generated == first
    # a certificate that is only told of cannot be created
    created = [each["registrationId"] for *_, body in dps.sent() if body for each in body["enrollments"]
               if body["mode"] == "create"]  # fmt: skip
    assert created == ["new", "dev", "keys"] * 2


CSV = "registrationId,attestation,primaryKey,reprovisionPolicy,edgeEnabled,tags,iotHubs,etag\n"


@pytest.mark.parametrize("mode", ["update", "upsert"])
@pytest.mark.parametrize(
    ("row", "changes"),
    [
        ("dev,symmetricKey,,,,,,", {}),
        ("dev,symmetrickey,,none,none,,,", {}),
        ("dev,symmetricKey,,never,false,,,b2xk", {"capabilities": {"iotEdge": False}}),
        ('dev,symmetricKey,,,,"{""x"":1}",,', {"initialTwin": {**STORED["initialTwin"], "tags": {"x": 1}}}),
        (f"dev,symmetricKey,{NEW},,,,,b2xk", {"attestation": {**SHOWN, "symmetricKey": {**KEYS, "primaryKey": NEW}}}),
    ],
)  # fmt: skip
def test_rows_change_what_they_name_and_have_no_defaults_where_a_record_is(imported, dps, mode, row, changes):
    dps.enrollments.put(STORED)
    result = imported(CSV + row, f"--mode {mode}")
    assert (result.exit_code, stored(dps)) == (0, {**without(STORED), **changes})


def test_rows_have_defaults_where_no_record_is(imported, dps):
    assert (
        imported(CSV + "new,symmetricKey,,,,,,b2xk\nbare,symmetricKey,,none,none,,,\n", "--mode upsert").exit_code == 0
    )
    assert stored(dps, "new")["reprovisionPolicy"] == {"updateHubAssignment": True, "migrateDeviceData": True}
    assert stored(dps, "new")["capabilities"] == {"iotEdge": False}
    assert stored(dps, "bare").keys() == {"registrationId", "attestation", "provisioningStatus"}


def test_the_etag_of_a_row_must_hold(imported, dps):
    before = dps.enrollments.put(STORED)
    result = imported(CSV + "dev,,,never,,,,c3RhbGU=\n", "--mode update")
    assert (result.exit_code, result.json["failures"][0] | MISMATCH) == (1, result.json["failures"][0])
    assert dps.enrollments["dev"] == before
