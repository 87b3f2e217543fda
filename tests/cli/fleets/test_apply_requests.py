"""The requests of an apply: those that the plan needs, and no other."""

import json

import pytest

from dps_emulator.lab import certificates

KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
NAMED = {"type": "symmetricKey", "symmetricKey": KEYS}
ONE_NAMED = {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEYS["primaryKey"]}}
GENERATED = {"type": "symmetricKey"}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}
CA_NAMES = {"type": "x509", "x509": {"caReferences": {"primary": "root"}}}


def x509(branch, certificate):
    return {"type": "x509", "x509": {branch: {"primary": {"certificate": certificates.text(certificate)}}}}


LEAF = x509("clientCertificates", certificates.certificate())
CA = x509("signingCertificates", certificates.authority())


@pytest.mark.parametrize(
    ("noun", "path", "member", "attestations"),
    [
        ("enrollment", "enrollments", "registrationId", [NAMED, ONE_NAMED, GENERATED, TPM, LEAF]),
        (
            "enrollment-group", "enrollmentGroups", "enrollmentGroupId",
            [NAMED, ONE_NAMED, GENERATED, CA_NAMES, CA],
        ),
    ],
)  # fmt: skip
def test_a_second_apply_reads_the_list_and_the_keys_that_the_file_names(
    iot, dps, tmp_path, noun, path, member, attestations
):
    shelf = dps.enrollments if noun == "enrollment" else dps.groups
    for number in range(50):
        shelf.put({member: f"other{number}", "attestation": NAMED})
    records = [{member: f"dev{number}", "attestation": attestations[number % 5]} for number in range(300)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    apply = f"{noun} apply --file {tmp_path}/a.jsonl"
    first = iot(apply)
    assert (first.exit_code, first.json["created"]) == (0, 300), first.err
    before = shelf.values()
    dps.requests.clear()
    second = iot(apply)
    assert (second.exit_code, second.json["unchanged"], second.err) == (0, 300, "")
    assert shelf.values() == before
    sent = [(request.method, request.path) for request in dps.requests]
    # 350 records are four pages
    assert sent[:4] == 4 * [("POST", f"/{path}/query")]
    assert sorted(sent[4:]) == sorted(
        ("POST", f"/{path}/dev{number}/attestationmechanism") for number in range(300) if number % 5 < 2
    )
