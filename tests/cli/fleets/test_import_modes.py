"""What import does with existing records: update, upsert."""

import json

import pytest

from dps_emulator.lab import certificates
from tests.results import failures, succeeded

KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
NEW = "bmV3LWtleS1uZXcta2V5LW5ldy1rZXk="
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
SHOWN = {"type": "symmetricKey"}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg==", "storageRootKey": "QkJC"}}
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
        ({"attestation": {"symmetricKey": {"primaryKey": NEW}}},
         {"attestation": {"type": "symmetricKey", "symmetricKey": {**KEYS, "primaryKey": NEW}}}),
        ({"attestation": {**SHOWN, "symmetricKey": {"primaryKey": None, "secondaryKey": NEW}}},
         {"attestation": {"type": "symmetricKey", "symmetricKey": {**KEYS, "secondaryKey": NEW}}}),
    ],
)  # fmt: skip
def test_a_record_is_laid_over_the_stored_one(imported, dps, mode, changes, expected):
    dps.enrollments.put(STORED)
    result = imported([{"registrationId": "dev", **changes}], f"--mode {mode}")
    assert (result.exit_code, succeeded(result.json)) == (0, 1)
    gone = expected if isinstance(expected, list) else [name for name, value in expected.items() if value is ...]
    named = {} if isinstance(expected, list) else {name: expected[name] for name in expected if name not in gone}
    assert stored(dps) == {**without(STORED, *gone), **named}
    assert dps.enrollments["dev"]["etag"] != "b2xk"
    update = dps.sent("POST")[-1][3]
    assert (update["mode"], update["enrollments"][0]["etag"]) == ("updateIfMatchETag", "b2xk")


@pytest.mark.parametrize("mode", ["update", "upsert"])
@pytest.mark.parametrize(
    ("changes", "requests"),
    [
        ({}, 1),
        ({"deviceId": "kept", "allocationPolicy": "Custom", "unheardOf": {"f": [1]}}, 1),
        ({"attestation": SHOWN, "etag": "c3RhbGU="}, 1),
        ({"attestation": {**SHOWN, "symmetricKey": None, "tpm": None, "x509": None}}, 1),
        # keys are read where they are named, and only there
        ({"attestation": SYMMETRIC}, 2),
        ({"attestation": {**SHOWN, "symmetricKey": {"primaryKey": KEYS["primaryKey"]}}}, 2),
        ({**STORED, "attestation": SYMMETRIC}, 2),
    ],
)
def test_what_is_as_the_file_asks_is_not_sent(imported, dps, mode, changes, requests):
    before = dps.enrollments.put(STORED)
    result = imported([{"registrationId": "DEV", **changes}], f"--mode {mode}")
    assert (result.exit_code, result.json["unchanged"], result.json["updated"]) == (0, 1, 0)
    assert (len(dps.requests), dps.enrollments["dev"]) == (requests, before)


def test_another_member_is_removed_with_the_old_name_of_a_hub(imported, dps):
    dps.enrollments.put({**without(STORED, "iotHubs", "customAllocationDefinition"), "iotHubHostName": "old.example"})
    hubs = {"registrationId": "dev", "allocationPolicy": "static", "iotHubs": ["new.example"]}
    assert imported([hubs], "--mode update").exit_code == 0
    assert ("iotHubHostName" in stored(dps), stored(dps)["iotHubs"]) == (False, ["new.example"])


@pytest.mark.parametrize("mode", ["update", "upsert"])
def test_an_exported_record_states_what_it_names(imported, dps, mode):
    """Its ETag is a condition. Keys and certificates that it does not show stay, as all that it does not name."""
    info = {"primary": {"info": {"sha256Thumbprint": certificates.thumbprint()}}}
    own = {
        "dev": SHOWN,
        "x509": {"type": "x509", "x509": {"clientCertificates": info}},
        "keyed": {**SHOWN, "symmetricKey": {**KEYS, "secondaryKey": NEW}},
        "nulls": {**SHOWN, "symmetricKey": {"primaryKey": None, "secondaryKey": NEW}},
    }
    for id in own:
        dps.enrollments.put({**STORED, "registrationId": id, "attestation": certified() if id == "x509" else SYMMETRIC})
    before = stored(dps, "x509")["attestation"]
    records = [{"registrationId": id, "attestation": proof, "etag": "b2xk"} for id, proof in own.items()]
    result = imported(records, f"--mode {mode}")
    assert (result.exit_code, result.json["unchanged"], result.json["updated"]) == (0, 2, 2)
    changed = {**SHOWN, "symmetricKey": {**KEYS, "secondaryKey": NEW}}
    for id, proof in {"dev": SYMMETRIC, "x509": before, "keyed": changed, "nulls": changed}.items():
        assert stored(dps, id) == {**without(STORED), "registrationId": id, "attestation": proof}
    # keys are read where the file names some
    assert sorted(path for _, path, _, body in dps.sent() if not body) == [
        "/enrollments/keyed/attestationmechanism",
        "/enrollments/nulls/attestationmechanism",
    ]


MISMATCH = {
    "code": 412,
    "message": "The enrollment was modified after the ETag in the file was read. Nothing was changed.",
}


@pytest.mark.parametrize("attestation", [SYMMETRIC, {}])
def test_an_etag_that_is_not_the_stored_one(imported, dps, attestation):
    before = dps.enrollments.put(STORED)
    named = {"attestation": {**attestation, "symmetricKey": {**KEYS, "primaryKey": NEW}}} if attestation else {}
    other = dps.enrollments.put({**STORED, "registrationId": "other"})
    records = [
        {"registrationId": "DEV", **named, "deviceId": "n", "etag": "c3RhbGU="},
        {"registrationId": "other", "deviceId": "n"},
    ]
    result = imported(records, "--mode update")
    assert (result.exit_code, failures(result.json)) == (1, [{"line": 1, "id": "DEV", **MISMATCH}])
    assert (dps.enrollments["dev"], stored(dps, "other")) == (before, without(other) | {"deviceId": "n"})


@pytest.mark.parametrize(
    ("record", "failure"),
    [
        ({"attestation": TPM}, "attestation.tpm.endorsementKey needs tpm attestation, "
                               "but the enrollment has symmetricKey, which cannot be changed."),
        ({"attestation": {"tpm": TPM["tpm"]}}, "but the enrollment has symmetricKey, which cannot"),
        ({"attestation": certified()}, "clientCertificates.primary needs x509 attestation, but the enrollment"),
        ({"allocationPolicy": "static"}, "allocationPolicy static requires exactly one host name in iotHubs, not 2."),
        ({"allocationPolicy": None}, "iotHubs requires allocationPolicy."),
        ({"customAllocationDefinition": {"apiVersion": None}},
         "allocationPolicy custom requires customAllocationDefinition.apiVersion."),
        ({"customAllocationDefinition": None}, "allocationPolicy custom requires "
         "customAllocationDefinition.webhookUrl and customAllocationDefinition.apiVersion."),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_stored_record_is_refused_before_anything_is_sent(imported, dps, record, failure):
    dps.enrollments.put(STORED)
    dps.enrollments.put({**STORED, "registrationId": "other"})
    before = dps.enrollments.values()
    result = imported(
        [{"registrationId": "other", "deviceId": "n"}, {"registrationId": "DEV", **record}], "--mode update"
    )
    assert (result.exit_code, result.out) == (1, "")
    assert result.err.startswith("ERROR: --file has 1 fault. Nothing was sent.\nline 2: ")
    assert failure in result.err
    assert dps.enrollments.values() == before


@pytest.mark.parametrize(
    "record", [{}, {"attestation": SHOWN, "etag": "b2xk"}, {"attestation": SYMMETRIC, "etag": "b2xk"}]
)
def test_a_record_that_is_missing_is_no_update(imported, dps, record):
    result = imported([{"registrationId": "dev", **record}], "--mode update")
    (failure,) = failures(result.json)
    assert (result.exit_code, failure["code"], len(dps.enrollments)) == (1, 404, 0)
    assert failure["message"] == "Enrollment 'dev' not found."


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
    assert imported(CSV + "new,symmetricKey,,,,,,\nbare,symmetricKey,,none,none,,,\n", "--mode upsert").exit_code == 0
    assert stored(dps, "new")["reprovisionPolicy"] == {"updateHubAssignment": True, "migrateDeviceData": True}
    assert stored(dps, "new")["capabilities"] == {"iotEdge": False}
    assert stored(dps, "bare").keys() == {"registrationId", "attestation", "provisioningStatus"}


def test_the_etag_of_a_row_must_hold(imported, dps):
    before = dps.enrollments.put(STORED)
    result = imported(CSV + "dev,,,reprovisionandresetdata,,,,c3RhbGU=\n", "--mode update")
    assert (result.exit_code, failures(result.json)[0] | MISMATCH) == (1, failures(result.json)[0])
    assert dps.enrollments["dev"] == before
