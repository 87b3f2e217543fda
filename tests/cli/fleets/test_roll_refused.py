"""roll: stages that would lock devices out, and what is missing to carry one out; nothing is sent."""

import pytest

from azext_iot_dps.record.certificate import validity
from dps_emulator.lab import certificates
from tests.devices import KEY1, KEY2, symmetric, x509

OLD, NEW = certificates.certificate("dev", -300, 65), certificates.certificate("dev", -2, 720)
OTHER = certificates.certificate("other")
KEY3 = "QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8="
NAMED = "Specify the new {} with {}."
KEY_HINT = NAMED.format("symmetric key", "--new-key")
GUESS = f"{KEY_HINT} With --force the primary one counts as the new one."


def certified(primary, secondary=None):
    record = {"registrationId": "dev", "attestation": x509("clientCertificates", certificates.text(primary))}
    if secondary:
        slots = record["attestation"]["x509"]["clientCertificates"]
        slots["secondary"] = {"certificate": certificates.text(secondary)}
    return record


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, certificate in (("old", OLD), ("new", NEW), ("other", OTHER)):
        (tmp_path / f"{name}.pem").write_text(certificates.text(certificate))


FULL, BEGUN, PROMOTED = certified(OLD, OTHER), certified(OLD, NEW), certified(NEW, OLD)
TPM = {"registrationId": "dev", "attestation": {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}}
REFUSED = [
    (
        FULL,
        "--new-certificate new.pem",
        "The enrollment has a secondary certificate already.\nRemove one with --finish, or with `update`.",
    ),
    (certified(NEW), "--new-certificate new.pem", "--new-certificate is the primary certificate already."),
    (symmetric(), f"--new-key {KEY1}", "--new-key is the primary symmetric key already."),
    (symmetric(), "--new-certificate new.pem", "The enrollment has no certificate: its devices use a symmetric key."),
    (certified(OLD), "--new-key", "The enrollment has no symmetric key: its devices use a certificate."),
    (TPM, "--promote", "The enrollment has tpm attestation, in which nothing can be rotated."),
    (
        certified(OLD),
        "--promote --new-certificate new.pem",
        "The enrollment has no secondary certificate that could become the primary one.",
    ),
    (
        BEGUN,
        "--promote",
        "--new-certificate is required again: the service never shows certificates, and cannot move one by itself.",
    ),
    (
        BEGUN,
        "--promote --new-certificate new.pem",
        "--old-certificate is required: the old certificate, which becomes the secondary one and so remains in use.\n"
        "To remove the old one at the same time: --promote --finish.",
    ),
    (
        BEGUN,
        "--promote --new-certificate other.pem --old-certificate old.pem",
        "--new-certificate is not the secondary certificate of the enrollment.",
    ),
    (
        BEGUN,
        "--promote --new-certificate new.pem --old-certificate other.pem",
        "--old-certificate is not the old certificate of the enrollment.",
    ),
    (
        symmetric(),
        f"--promote --new-key {KEY3}",
        "--new-key is not the secondary symmetric key of the enrollment.",
    ),
    (
        BEGUN,
        "--finish --new-certificate new.pem",
        "The new certificate must be the primary one, but --new-certificate is still the secondary one. --promote it "
        "first.",
    ),
    (
        BEGUN,
        "--finish",
        f"The secondary certificate is newer, from {validity(NEW)[0].date()}. --promote it first.\n"
        + NAMED.format("certificate", "--new-certificate"),
    ),
    (
        PROMOTED,
        "--finish --new-certificate other.pem",
        "The new certificate must be the primary one, but --new-certificate is not.",
    ),
    (symmetric(), "--finish", f"The service does not show which symmetric key is the new one.\n{GUESS}"),
    (
        symmetric(),
        "--promote --finish",
        "The service does not show which symmetric key is the new one.\n"
        f"{KEY_HINT} With --force the two are swapped, each time.",
    ),
    (
        symmetric(),
        f"--finish --new-key {KEY2}",
        "The new symmetric key must be the primary one, but --new-key is still the secondary one. --promote it first.",
    ),
]


@pytest.mark.parametrize(("stored", "stage", "message"), REFUSED)
def test_a_stage_that_would_lock_devices_out_sends_nothing(iot, dps, stored, stage, message):
    dps.enrollments.put(stored)
    result = iot(f"enrollment roll --eid dev {stage}")
    assert (result.exit_code, result.out, result.err) == (1, "", f"ERROR: {message}\n")
    assert [path for _, path, *_ in dps.sent("PUT")] == []


ONE_OR_MANY = "Specify --enrollment-id (--eid), or for many --file or --where."
STAGE = "Specify the stage: --new-certificate or --new-key to begin, --promote, or --finish."
OPTIONS = [
    ("--promote", ONE_OR_MANY),
    ("--eid dev --promote --file a.csv", "--enrollment-id cannot be combined with --file or --where."),
    ("--eid dev", STAGE),
    (
        "--eid dev --new-key --new-certificate new.pem",
        "--new-certificate and --new-key cannot be combined. Use one of them.",
    ),
    (
        "--where a --new-certificate new.pem",
        "--new-certificate with a value is for one enrollment. Use --file: the columns of a file name the new ones of "
        "many.",
    ),
    (
        f"--file a.csv --promote --new-key {KEY1}",
        "--new-key with a value is for one enrollment. Use it without a value: the columns of a file name the new ones "
        "of many.",
    ),
    ("--where a --new-certificate", "--new-certificate without a value requires --file, which names the new ones."),
    ("--eid dev --promote --new-key", "--new-key with --promote or --finish requires a value: what is new."),
    ("--eid dev --finish --old-certificate old.pem", "--old-certificate is for --promote of one enrollment."),
    ("--eid dev --new-key --force", "--force requires --promote or --finish."),
    ("--eid dev --promote --exit-code", "--exit-code requires --what-if."),
]


@pytest.mark.parametrize(("line", "message"), OPTIONS)
def test_options_that_contradict_each_other_are_refused_before_a_request(iot, dps, line, message):
    result = iot(f"enrollment roll {line}")
    assert (result.exit_code, result.err) == (1, f"ERROR: {message}\n")
    assert dps.requests == []


def test_a_file_that_is_no_certificate_is_refused_before_a_request(iot, dps, tmp_path):
    (tmp_path / "new.pem").write_bytes(certificates.private_key())
    result = iot("enrollment roll --eid dev --new-certificate new.pem")
    assert result.err.startswith("ERROR: --new-certificate: new.pem is not a certificate: it is a private key.\n")
    assert dps.requests == []


def test_the_key_that_is_typed_is_in_no_message(iot, dps):
    dps.enrollments.put(symmetric())
    result = iot(f"enrollment roll --eid dev --promote --new-key {KEY3} --debug")
    told = [line for line in result.err.splitlines() if "Command arguments" not in line]
    assert (result.exit_code, [line for line in told if KEY3 in line or KEY2 in line]) == (1, [])
