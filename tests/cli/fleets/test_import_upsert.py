"""What upsert does: it creates records that do not exist, and updates the others."""

import json

import pytest

from dps_emulator.lab import certificates
from tests.results import failures

SHOWN = {"type": "symmetricKey"}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "QUFB", "storageRootKey": "QkJC"}}
STORED = {
    "registrationId": "dev",
    "deviceId": "kept",
    "attestation": {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}},
    "unheardOf": {"f": [1]},
}
X509 = {"type": "x509", "x509": {"clientCertificates": {"primary": {"certificate": certificates.pem()}}}}
TIMES = ("etag", "createdDateTimeUtc", "lastUpdatedDateTimeUtc")


@pytest.fixture
def upserted(iot, tmp_path):
    """Upserts these records."""

    def upserted(records):
        (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, records)))
        return iot(f"enrollment import --file {tmp_path}/a.jsonl --mode upsert")

    return upserted


def stored(dps, id):
    """A record without the members that change with every update."""
    return {name: value for name, value in dps.enrollments[id].items() if name not in TIMES}


def test_upsert_creates_and_updates(upserted, dps):
    dps.enrollments.put(STORED)
    dps.enrollments.put({**STORED, "registrationId": "x509", "attestation": X509})
    info = dps.enrollments["x509"]["attestation"]
    records = [
        {"registrationId": "new", "attestation": TPM},
        {"registrationId": "dev", "attestation": {"type": "tpm"}, "deviceId": "changed"},
        {"registrationId": "keys", "attestation": SHOWN},
        {"registrationId": "x509", "attestation": info, "deviceId": "changed"},
    ]
    first = upserted(records)
    assert (first.exit_code, first.json["created"], first.json["updated"], first.json["unchanged"]) == (0, 2, 2, 0)
    after = dps.enrollments.values()
    assert stored(dps, "new")["attestation"] == TPM
    changed = {**STORED, "provisioningStatus": "enabled", "deviceId": "changed"}
    assert stored(dps, "dev") == changed
    assert stored(dps, "x509") == {**changed, "registrationId": "x509", "attestation": info}
    sent = len(dps.requests)
    # the same again changes nothing
    second = upserted(records)
    assert (second.exit_code, second.json["unchanged"], dps.enrollments.values()) == (0, 4, after)
    assert len(dps.requests) == sent + 1


def test_what_cannot_be_created_is_refused_before_anything_is_sent(upserted, dps):
    dps.enrollments.put({**STORED, "registrationId": "x509", "attestation": X509})
    info = dps.enrollments["x509"]["attestation"]
    before = dps.enrollments.values()
    result = upserted([{"registrationId": "x509", "deviceId": "n"}, {"registrationId": "gone", "attestation": info},
                       {"registrationId": "bare", "deviceId": "n"}])  # fmt: skip
    assert (result.exit_code, result.out, dps.enrollments.values()) == (1, "", before)
    assert result.err == (
        "ERROR: --file has 2 faults. Nothing was sent.\n"
        "line 2: attestation.x509.clientCertificates.primary.certificate is missing: the service never shows "
        "certificates. Add it.\n"
        "line 3: attestation.type is required: one of symmetricKey, tpm, x509.\n"
    )


def test_an_etag_of_a_record_that_is_gone(upserted, dps):
    result = upserted([{"registrationId": "dev", "attestation": TPM, "etag": "Zm9yZWlnbg=="}])
    (failure,) = failures(result.json)
    assert (result.exit_code, failure["code"], len(dps.enrollments)) == (1, 404, 0)
    assert failure["message"] == "The record has an ETag, but the enrollment does not exist any more."
