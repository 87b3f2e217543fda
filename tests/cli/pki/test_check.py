"""az iot dps pki check: what a service would refuse, and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519

from dps_emulator.lab import certificates
from tests.cli.pki import made

CHECK = "iot dps pki check --certificate-path"
ROOT = made.issued("root", "root", made.CA)
MIDDLE = made.issued("middle", "root", made.CA)
LEAF = made.issued("dev1", "middle")


def flaws(result):
    """(severity, check, subject, message) of what is not ok."""
    columns = ("severity", "check", "certificate", "message")
    return [tuple(each[name] for name in columns) for each in result.json if each["severity"] != "ok"]


def test_a_device_of_a_created_pki_passes_every_check(az, dps, pki):
    files = "pki/dev1.pem --key-path pki/dev1.key --ca-path pki/root.pem pki/intermediate.pem"
    result = az(f"{CHECK} {files} --registration-id DEV1")
    assert (result.exit_code, result.err) == (0, "")
    assert [(each["check"], each["message"]) for each in result.json if each["check"] != "dates"] == [
        ("publicKey", "The key is of the curve secp256r1."),
        ("signature", "It is signed with SHA256."),
        ("leaf", "It is a leaf certificate."),
        ("commonName", "The device registers as 'dev1'."),
        ("keyUsage", "Its key may sign for a TLS client."),
        ("extendedKeyUsage", "It may authenticate a client."),
        ("publicKey", "The key is of the curve secp256r1."),
        ("signature", "It is signed with SHA256."),
        ("authority", "It is a CA certificate."),
        ("chain", "It issued CN=dev1."),
        ("chain", "The chain leads to CN=Test Only Root CA."),
        ("privateKey", "The key in pki/dev1.key belongs to the certificate."),
    ]
    assert {each["severity"] for each in result.json} == {"ok"}
    assert dps.requests == []


@pytest.mark.parametrize("name", ["root", "intermediate"])
def test_its_cas_pass_as_cas(az, pki, name):
    result = az(f"{CHECK} pki/{name}.pem --key-path pki/{name}.key --purpose ca")
    assert (result.exit_code, flaws(result)) == (0, [])


@pytest.mark.parametrize(
    ("chain", "options", "expected"),
    [
        (
            [made.issued("dev1", "middle", days=(-9, -2))],
            "--ca-path middle.pem",
            ["dates: It expired on "],
        ),
        (
            [made.issued("dev1", "middle", days=(3, 9))],
            "--ca-path middle.pem",
            ["dates: It is not valid before "],
        ),
        ([ROOT], "", ["leaf: It is a CA certificate; a device needs a leaf certificate."]),
        ([made.issued("", "middle"), MIDDLE], "", ["commonName: It has no common name (CN), which must be the"]),
        (
            [made.issued("a b", "middle"), MIDDLE],
            "",
            ["commonName: The common name 'a b' cannot be a registration ID."],
        ),
        (
            [LEAF, MIDDLE],
            "--registration-id dev2",
            ["commonName: The common name is 'dev1', but the registration ID is 'dev2'."],
        ),
        (
            [made.issued("dev1", "middle", made.SERVER), MIDDLE],
            "",
            ["extendedKeyUsage: Its extended key usage lacks clientAuth, which a device needs."],
        ),
        (
            [made.issued("dev1", "middle", made.NO_SIGNATURE), MIDDLE],
            "",
            ["keyUsage: Its key usage lacks digitalSignature, which a TLS client needs."],
        ),
        ([LEAF, ROOT], "", ["chain: It did not issue CN=dev1, which it follows in the file."]),
        (
            [LEAF],
            "--ca-path root.pem",
            ["chain: The chain does not lead to CN=root; the certificate of the issuer CN=middle is missing."],
        ),
        (
            [LEAF, MIDDLE],
            "--ca-path other.pem",
            ["chain: The chain leads to another CN=root: one of the same name with another key."],
        ),
        ([LEAF, made.issued("middle", "root")], "", ["authority: It is not a CA certificate (basicConstraints)."]),
        (
            [LEAF, made.issued("middle", "root", made.CA, made.NO_CA_SIGNATURE)],
            "",
            ["authority: Its key usage lacks keyCertSign, which a CA needs."],
        ),
        (
            [LEAF, MIDDLE, made.issued("root", "root", made.LAST_CA)],
            "",
            ["authority: Its path length allows 0 CA certificates below it; there are 1."],
        ),
        ([LEAF], "--purpose ca", ["authority: It is not a CA certificate (basicConstraints)."]),
    ],
)
def test_what_a_service_refuses_is_an_error(az, chain, options, expected):
    made.write("x.pem", *chain)
    made.write("root.pem", ROOT)
    made.write("middle.pem", MIDDLE)
    made.write("other.pem", made.issued("root", "root", made.CA, key="root2"))
    result = az(f"{CHECK} x.pem {options}")
    found = flaws(result)
    assert [severity for severity, *_ in found] == ["error"] * len(expected)
    for (_, check, _, message), start in zip(found, expected):
        assert f"{check}: {message}".startswith(start)
    number = f"{len(expected)} error" + "s" * (len(expected) > 1)
    assert (result.exit_code, result.err) == (1, f"ERROR: x.pem has {number}: the service would refuse it.\n")


def test_weak_keys_and_signatures_are_errors(az):
    Path("weak.pem").write_text(made.WEAK)
    result = az(f"{CHECK} weak.pem")
    assert result.exit_code == 1
    assert [each for each in flaws(result) if each[1] != "dates"] == [
        ("error", "publicKey", "CN=weak", "The RSA key has 1024 bits; it needs 2048."),
        ("error", "signature", "CN=weak", "It is signed with SHA1, which can be forged."),
        (
            "warning",
            "chain",
            None,
            "For a group the chain must follow in the file, beginning with that of the issuer CN=weak-ca.",
        ),
    ]


def test_a_key_of_another_certificate_is_an_error(az, pki):
    result = az(f"{CHECK} pki/dev1.pem --key-path pki/dev2.key")
    expected = ("error", "privateKey", "CN=dev1", "The key in pki/dev2.key does not belong to the certificate.")
    assert (result.exit_code, flaws(result)) == (1, [expected])


def test_warnings_do_not_fail_the_command(az):
    made.write("x.pem", made.issued("dev.", "middle"))
    result = az(f"{CHECK} x.pem")
    assert result.exit_code == 0
    assert [(severity, check) for severity, check, *_ in flaws(result)] == [
        ("warning", "commonName"),
        ("warning", "chain"),
    ]


def test_keys_that_tls_may_not_accept_are_a_warning(az):
    key, name = ed25519.Ed25519PrivateKey.generate(), LEAF.subject
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, *made.validity(LEAF))
    made.write("x.pem", builder.sign(key, None))
    result = az(f"{CHECK} x.pem")
    assert (result.exit_code, flaws(result)) == (
        0,
        [
            ("warning", "publicKey", "CN=dev1", "The key is neither RSA nor of a curve P-256, P-384 or P-521."),
            ("warning", "signature", "CN=dev1", "The hash of its signature is unknown."),
        ],
    )


def test_a_certificate_in_der_is_read(az):
    Path("x.cer").write_bytes(certificates.der("dev1"))
    assert (az(f"{CHECK} x.cer").exit_code, az(f"{CHECK} x.cer --purpose ca").exit_code) == (0, 1)


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("", "", "--certificate-path: x.pem is not a certificate: it is empty."),
        ("-----BEGIN CERTIFICATE-----", "", "--certificate-path: x.pem is not a certificate: it is PEM without a"),
        ("PEM", "--registration-id dev1 --purpose ca", "--registration-id is for the certificate of a device, not for"),
        ("PEM", "--ca-path x.pem --purpose ca", "--ca-path is for the certificate of a device, not for --purpose ca."),
        ("PEM", "--ca-path y.pem", "--ca-path: cannot read y.pem: No such file or directory."),
        ("PEM", "--key-path x.pem", "--key-path: x.pem contains no private key."),
    ],
)
def test_what_cannot_be_checked_is_refused(az, content, options, message):
    Path("x.pem").write_text(certificates.pem("dev1") if content == "PEM" else content)
    result = az(f"{CHECK} x.pem {options}")
    assert (result.exit_code, result.out) == (1, "")
    assert result.err.startswith(f"ERROR: {message}")


def test_a_table_has_a_row_a_finding(az, pki):
    result = az(f"{CHECK} pki/dev1.pem --registration-id dev2 -o table")
    rows = [line.split() for line in result.out.splitlines()]
    assert rows[0] == ["Severity", "Check", "Certificate", "Message"]
    assert rows[6][:3] == ["error", "commonName", "CN=dev1"]
    assert result.exit_code == 1
