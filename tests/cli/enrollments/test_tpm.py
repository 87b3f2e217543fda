"""Endorsement keys of TPMs: their form, and the registration ID of a device."""

from __future__ import annotations

import pytest

# In the issues of Microsoft's library for C: the key of its simulated chip.
KEY = (
    "AToAAQALAAMAsgAgg3GXZ0SEs/gakMyNRqXXJP1S124GUgtk8qHaGzMUaaoABgCAAEMAEAgAAAAAAAEAopqgkUBwtpr1sCgVJcEZ"
    "xsJtpmtOAt9K7SjGFe4hsp6DJ/dd2E5UFzBC+Jp8Fzqf5ukRBkqrAgIuAvHRsruIedk1uarJSLhbDpFLHxFd7iDNcYfrvdgVNT2T"
    "9zrvkh2y04WuRQg2D5qf0tZF82jeTjR/YJK7uWhaRwWOwZ3b1XD9l6wFOrwK/Ic0PEsjneFXQzL0n9uKyuHmHNz+wHppmOiMAabv"
    "nXXEin9ou7/iowY/+YhFm3j7atsVvxMI5HEM3Mq+W4imUuzPxVX7fZH+oWPKP5ofpWBTf+MdttGby1AjGnv8JE69JriOYoZG2/4q"
    "bsfv9M7a7NFrBlaW7Rt36w=="
)
# openssl dgst -sha256 -binary | base32 | tr -d = | tr A-Z a-z
ID = "6rek5qncnygnkzflohxz4u6zlfly6ktm4klsc7xrbgvesqyllnfa"
COMPUTE = "iot dps enrollment compute-registration-id --endorsement-key"


def test_the_registration_id_of_a_key(az, dps):
    result = az(f"{COMPUTE} {KEY} -o tsv")
    assert (result.exit_code, result.out, result.err) == (0, f"{ID}\n", "")
    assert dps.requests == []


def test_what_is_not_base64_is_refused(az):
    result = az(f"{COMPUTE} 0x123")
    assert result.exit_code == 1
    assert result.err.startswith("ERROR: --endorsement-key must be base64 and not empty.\n")
    assert az(COMPUTE.removesuffix(" --endorsement-key")).exit_code == 2


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("QUFB", "it has 3 bytes of another form"),
        ("MEkwEwYHKoZIzj0CAQ==", "it is a public key or a certificate in DER"),
        ("AAEACwADALIAIINx", "the two bytes of its size are missing"),
        ("AAgACAALAAAAcg==", "it is neither an RSA nor an elliptic curve key"),
        ("AAgAAQALAAQEcg==", "it is a key for another purpose"),
        ("AAA=", "it is neither an RSA nor an elliptic curve key"),
    ],
)
def test_another_form_is_a_warning(az, iot, dps, key, what):
    warning = (
        f"WARNING: --endorsement-key is not that of a TPM 2.0 (TPM2B_PUBLIC in base64): {what}. "
        "A device may not register with it.\n"
    )
    assert az(f"{COMPUTE} {key}").err == warning
    result = iot(f"enrollment create --eid dev --at tpm --ek {key}")
    assert (result.exit_code, result.err) == (0, warning)
    result = iot(f"enrollment update --eid dev --ek {KEY}")
    assert (result.exit_code, result.err) == (0, "")
    assert dps.enrollments.get("dev")["attestation"]["tpm"]["endorsementKey"] == KEY


def test_a_file_is_warned_of_by_line(iot, tmp_path):
    csv, lines = tmp_path / "a.csv", tmp_path / "a.jsonl"
    csv.write_text("registrationId,attestation,endorsementKey\ndev,tpm,QUFB\n")
    lines.write_text('{"registrationId":"dev2","attestation":{"type":"tpm","tpm":{"endorsementKey":"QUFB"}}}')
    what = "is not that of a TPM 2.0 (TPM2B_PUBLIC in base64): it has 3 bytes of another form"
    for path, member in ((csv, "line 2: endorsementKey"), (lines, "line 1: attestation.tpm.endorsementKey")):
        result = iot("enrollment import --file", str(path))
        assert (result.exit_code, result.json["created"]) == (0, 1)
        assert result.err == f"WARNING: {member} {what}. A device may not register with it.\n"
