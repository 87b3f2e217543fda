"""Faults of a file that are alike are shown once, with their lines, and no more than twenty different ones."""

import json

TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}
OK = {"registrationId": "ok", "attestation": TPM}


def test_faults_that_are_alike_are_shown_once(iot, dps, tmp_path):
    rows = (
        "".join(f"dev{number},,\n" for number in range(1, 30))
        + "dev30,tpm,AAgAAQALAAMAsg==\n,tpm,AAgAAQALAAMAsg==\ndev32,,\n"
    )
    (tmp_path / "a.csv").write_text(f"registrationId,attestation,endorsementKey\n{rows}")
    result = iot(f"enrollment import --file {tmp_path}/a.csv")
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err.splitlines() == [
        "ERROR: --file has 31 faults. Nothing was sent.",
        "lines 2-30, 33: attestation is required: one of symmetricKey, tpm, x509.",
        "line 32: registrationId is required.",
    ]


def test_no_more_than_twenty_different_faults_are_shown(iot, dps, tmp_path):
    lines = [json.dumps({**OK, "registrationId": f"dev{number % 30}"}) for number in range(60)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    first, *found, last = iot(f"enrollment import --file {tmp_path}/a.jsonl").err.splitlines()
    assert first == "ERROR: --file has 30 faults. Nothing was sent."
    assert found == [
        f"line {line}: registrationId 'dev{line - 31}' is also on line {line - 30}." for line in range(31, 51)
    ]
    assert last == "… and 10 more faults on 10 lines."
