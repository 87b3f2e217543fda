"""A private key in a file of records, or in a file that it names, is never sent."""

import json

from dps_emulator.lab import certificates
from tests.results import succeeded

OK = {"registrationId": "ok", "attestation": {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}}
CLIENT = "attestation.x509.clientCertificates"


def x509(**slots):
    return {"type": "x509", "x509": {"clientCertificates": slots}}


def test_no_private_key_leaves_the_file(iot, dps, tmp_path):
    key, pem = certificates.private_key().decode(), certificates.pem()
    (tmp_path / "a.pem").write_text(key + pem)
    bare = "".join(certificates.pem("other").splitlines()[1:-1])
    record = {**OK, "attestation": x509(primary={"certificate": pem + key}, secondary={"certificate": f" {bare}\n"})}
    (tmp_path / "a.jsonl").write_text(json.dumps(record))
    (tmp_path / "a.csv").write_text(f"registrationId,attestation,certificatePath\ndev1,x509,{tmp_path}/a.pem\n")
    for name, path in (
        ("a.jsonl", f"line 1: {CLIENT}.primary.certificate"),
        ("a.csv", f"line 2: certificatePath: {tmp_path}/a.pem"),
    ):
        result = iot(f"enrollment import --file {tmp_path}/{name} --debug")
        assert (result.exit_code, succeeded(result.json)) == (0, 1)
        assert f"{path} contains a private key, which is not sent." in result.err
        assert key.splitlines()[1] not in result.err + json.dumps(dps.sent())
    shown = dps.enrollments["ok"]["attestation"]["x509"]["clientCertificates"]
    assert shown["primary"]["info"]["sha256Thumbprint"] == certificates.thumbprint()
    assert shown["secondary"]["info"]["sha256Thumbprint"] == certificates.thumbprint("other")
    assert dps.sent()[0][3]["enrollments"][0]["attestation"]["x509"]["clientCertificates"] == {
        "primary": {"certificate": pem.rstrip()},
        "secondary": {"certificate": bare},
    }
