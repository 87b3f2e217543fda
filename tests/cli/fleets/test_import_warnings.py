"""What import warns of: members of a record that are not sent, and members that replace others."""

import json

import pytest

from dps_emulator.lab import certificates

TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}
FUNCTION = {"webhookUrl": "https://f.example/?code=x", "apiVersion": "2021-10-01"}
RECORD = {"registrationId": "dev", "attestation": TPM, "customAllocationDefinition": FUNCTION}
ROW = "registrationId,attestation,endorsementKey,webhookUrl,apiVersion\ndev,tpm,AAgAAQALAAMAsg==,https://f.example/?code=x,2021-10-01\n"
NOT_SENT = (
    "WARNING: line 1: customAllocationDefinition.webhookUrl and customAllocationDefinition.apiVersion are not sent: "
    "they require allocationPolicy custom.\n"
)
ROW_NOT_SENT = "WARNING: line 2: webhookUrl and apiVersion are not sent: they require allocationPolicy custom.\n"


@pytest.fixture
def imported(iot, tmp_path):
    """Imports a record, or this text of CSV."""

    def imported(content, options, noun="enrollment"):
        path = tmp_path / ("a.csv" if isinstance(content, str) else "a.jsonl")
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return iot(f"{noun} import --file {path} {options}")

    return imported


@pytest.mark.parametrize(("content", "warning"), [(RECORD, NOT_SENT), (ROW, ROW_NOT_SENT)])
@pytest.mark.parametrize("options", ["", "--mode upsert"])
def test_a_webhook_without_the_custom_policy_is_not_created(imported, dps, content, warning, options):
    result = imported(content, options)
    assert (result.exit_code, result.err) == (0, warning)
    assert "customAllocationDefinition" not in dps.enrollments["dev"]


def test_validation_warns_of_it_too(imported, dps):
    result = imported(RECORD, "--validate-only")
    assert (result.exit_code, result.err, dps.requests) == (0, NOT_SENT, [])


@pytest.mark.parametrize(("content", "warning"), [(RECORD, NOT_SENT), (ROW, ROW_NOT_SENT)])
@pytest.mark.parametrize("mode", ["update", "upsert"])
def test_the_stored_policy_decides_when_the_record_exists(imported, dps, content, warning, mode):
    dps.enrollments.put({"registrationId": "dev", "attestation": TPM, "allocationPolicy": "hashed"})
    result = imported(content, f"--mode {mode}")
    assert (result.exit_code, result.err) == (0, warning)
    assert "customAllocationDefinition" not in dps.enrollments["dev"]
    stored = {"allocationPolicy": "custom", "customAllocationDefinition": {**FUNCTION, "apiVersion": "2019-03-31"}}
    dps.enrollments.put({"registrationId": "dev", "attestation": TPM, **stored})
    result = imported(content, f"--mode {mode}")
    assert (result.exit_code, result.err) == (0, "")
    assert dps.enrollments["dev"]["customAllocationDefinition"] == FUNCTION


def test_a_complete_record_is_sent_as_it_is(imported, dps):
    result = imported({**RECORD, "allocationPolicy": "hashed", "etag": "b2xk"}, "")
    assert (result.exit_code, result.err) == (0, "")
    assert dps.enrollments["dev"]["customAllocationDefinition"] == FUNCTION


@pytest.mark.parametrize("mode", ["update", "upsert"])
def test_names_that_replace_certificates(imported, dps, mode):
    signing = {"primary": {"certificate": certificates.text(certificates.authority())}}
    dps.groups.put(
        {"enrollmentGroupId": "grp", "attestation": {"type": "x509", "x509": {"signingCertificates": signing}}}
    )
    names = {"type": "x509", "x509": {"caReferences": {"primary": "ca1"}}}
    result = imported({"enrollmentGroupId": "grp", "attestation": names}, f"--mode {mode}", "enrollment-group")
    assert result.exit_code == 0
    assert result.err == (
        "WARNING: line 1: caReferences replaces signingCertificates: an enrollment group cannot have both.\n"
    )
