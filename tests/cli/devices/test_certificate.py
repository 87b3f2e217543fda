"""az iot device registration create: certificates and keys that are refused before anything is sent."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from dps_emulator.lab import certificates

PASSPHRASE = "correct horse ü"
PEM = "Specify a PEM file (-----BEGIN CERTIFICATE-----) that begins with the device's leaf certificate."


def expired(name, **days):
    return certificates.certificate(name, **days).public_bytes(serialization.Encoding.PEM)


def key_of(name="dev"):
    return certificates.private_key(name=name)


REFUSED = {
    "expired": (
        expired("dev", days_from=-9, days_to=-2),
        key_of(),
        "--certificate-file-path: the certificate in {cert} expired on ",
    ),
    "not yet valid": (
        expired("dev", days_from=2, days_to=9),
        key_of(),
        "--certificate-file-path: the certificate in {cert} is not valid before ",
    ),
    "another device's": (
        certificates.pem("device"),
        key_of("device"),
        "--certificate-file-path: the certificate in {cert} has the common name 'device', but --registration-id is "
        "'dev'.",
    ),
    "no certificate": (key_of(), key_of(), "{cert} is not a certificate: it is a private key."),
    "empty": ("", key_of(), "{cert} is not a certificate: it is empty."),
    "text": (
        "hello",
        key_of(),
        "{cert} is not a certificate: it is not PEM, which a certificate chain requires.\n{pem}",
    ),
    "DER": (
        certificates.der("dev"),
        key_of(),
        "{cert} is not a certificate: it is not PEM, which a certificate chain requires.\n{pem}",
    ),
    "damaged": (
        certificates.pem("dev").replace("M", "!", 1),
        key_of(),
        "{cert} is not a certificate: it is a damaged certificate.",
    ),
    "damaged chain": (
        certificates.pem("dev") + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        key_of(),
        "{cert} is not a certificate: it is a damaged certificate.",
    ),
    "another's key": (
        certificates.pem("dev"),
        key_of("device"),
        "--key-file-path: the key in {key} does not belong to the certificate in {cert}.",
    ),
    "no key": (certificates.pem("dev"), certificates.pem("dev"), "--key-file-path: {key} contains no private key."),
    "empty key": (certificates.pem("dev"), "", "--key-file-path: {key} contains no private key."),
    "damaged key": (
        certificates.pem("dev"),
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "--key-file-path: the key in {key} is damaged.",
    ),
    "encrypted key": (
        certificates.pem("dev"),
        certificates.encrypted_key(PASSPHRASE, "dev"),
        "--key-file-path: the key in {key} is encrypted.",
    ),
    "UTF-16": (
        certificates.pem("dev").encode("utf-16"),
        key_of(),
        "{cert} is not a certificate: it is not PEM, which a certificate chain requires.\n{pem}",
    ),
}


@pytest.mark.parametrize("certificate, key, message", REFUSED.values(), ids=REFUSED)
def test_what_the_service_would_not_accept_is_refused_before_anything_is_sent(
    create, dps, files, certificate, key, message
):
    options = files(certificate, key)
    result = create(*options, where="-n mydps")
    assert (result.exit_code, result.out) == (1, "")
    assert message.format(cert=options[1], key=options[3], pem=PEM) in result.err
    assert dps.requests == []


@pytest.mark.parametrize(
    "passphrase, message",
    [
        ("wrong", "is damaged, or --passphrase is not its passphrase."),
        ("", "--passphrase must be 1 to 1024 bytes of UTF-8."),
        ("x" * 1025, "--passphrase must be 1 to 1024 bytes of UTF-8."),
        ("\udcff", "--passphrase must be 1 to 1024 bytes of UTF-8."),
    ],
)
def test_a_wrong_passphrase_is_refused_before_anything_is_sent(create, dps, files, passphrase, message):
    options = files(certificates.pem("dev"), certificates.encrypted_key(PASSPHRASE, "dev"))
    result = create(*options, "--passphrase", passphrase)
    assert result.exit_code == 1
    assert message in result.err
    assert dps.requests == []


@pytest.mark.parametrize("gone", [1, 3])
def test_a_file_that_is_not_there_is_refused_before_anything_is_sent(create, dps, own, gone):
    own[gone] += ".gone"
    result = create(*own)
    assert result.exit_code == 1
    assert f"{own[gone - 1]}: cannot read {own[gone]}: No such file or directory." in result.err
    assert dps.requests == []


def test_a_key_that_openssl_finds_too_weak_is_refused_before_anything_is_sent(create, dps, files):
    weak = rsa.generate_private_key(65537, 1024)
    certificate = certificates.issued_to(weak.public_key(), "dev")
    pem = weak.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    result = create(*files(certificates.text(certificate), pem))
    assert result.exit_code == 1
    assert "--certificate-file-path, --key-file-path: the files cannot be used for TLS: EE_KEY_TOO_SMALL." in result.err
    assert dps.requests == []
