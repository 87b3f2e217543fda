"""Certificates, as files and as text within JSON: what is sent of them, noted and refused."""

import base64

import pytest

from azext_iot_dps.record import certificate
from azext_iot_dps.record.violation import Invalid, Violations
from dps_emulator.lab import certificates as made

PEM, DER = made.pem(), made.der()
OTHER = made.pem("other")
KEY = made.private_key().decode()
CA = made.text(made.authority())

OPENSSL = (
    "To create one: openssl req -x509 -extensions usr_cert -newkey rsa:2048 -nodes -days 365 "
    "-subj /CN=<registration ID> -keyout device.key -out device.pem"
)


@pytest.mark.parametrize(
    ("data", "text", "notes"),
    [
        (PEM.encode(), PEM.rstrip(), []),
        (b"\xef\xbb\xbf" + PEM.replace("\n", "\r\n").encode(), PEM.rstrip(), []),
        (PEM.encode("utf-16"), PEM.rstrip(), []),
        (f"text\n\n {PEM}\n text".encode(), PEM.rstrip(), []),
        (DER, base64.b64encode(DER).decode(), []),
        ((PEM + OTHER + KEY).encode(), PEM.rstrip(),
         ["contains 2 certificates; only the first is used.", "contains a private key, which is not sent."]),
        (CA.encode(), CA.rstrip(), [f"is a CA certificate; an enrollment needs a leaf certificate. {OPENSSL}"]),
        (PEM.encode() + b"x" * (1_000_000 - len(PEM)), PEM.rstrip(), []),
    ],
)  # fmt: skip
def test_the_first_certificate_is_taken(data, text, notes):
    assert certificate.of_file(data, signing=False) == (text, notes)


def test_a_group_needs_a_ca_certificate():
    assert certificate.of_file(CA.encode(), signing=True).notes == []
    der = base64.b64decode("".join(CA.splitlines()[1:-1]))
    assert certificate.of_file(der, signing=True).notes == []
    assert certificate.of_file(PEM.encode(), signing=True).notes == [
        "is a leaf certificate; an enrollment group needs a CA certificate. Specify the certificate of the CA that "
        "signed it."
    ]


@pytest.mark.parametrize(("days", "note"), [((-9, -2), "expired on 20"), ((2, 9), "is not valid before 20")])
def test_dates_that_do_not_include_today_are_noted(days, note):
    text = made.certificate("late", *days).public_bytes(made.PEM)
    (found,) = certificate.of_file(text, signing=False).notes
    assert found.startswith(note)
    assert len(found) == len(note) + len("26-11-25.")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b" \n", "empty"),
        (made.private_key(), "a private key"),
        (made.private_key(made.DER), "a private key"),
        (made.public_key(), "a public key"),
        (made.public_key(made.DER), "a public key"),
        (made.request(), "a certificate signing request (CSR)"),
        (made.request(made.DER), "a certificate signing request (CSR)"),
        (b"-----BEGIN X509 CRL-----\nQUFB\n-----END X509 CRL-----", "a certificate revocation list (CRL)"),
        (b"garbage", "neither PEM nor DER"),
        (PEM[:200].encode(), "PEM without a complete block"),
        (PEM.replace("\nMII", "\n*II").encode(), "a damaged certificate"),
        (PEM.replace("\nMII", "\nMIJ").encode(), "a damaged certificate"),
        (b"x" * 1_000_001, "larger than 1,000,000 bytes"),
    ],
)
def test_what_is_no_certificate_is_refused(data, what):
    with pytest.raises(Invalid) as refused:
        certificate.of_file(data, signing=False)
    assert refused.value.reason == f"is not a certificate: it is {what}."
    assert refused.value.advice == ("Use an X.509 certificate in PEM (-----BEGIN CERTIFICATE-----) or DER.",)


def test_text_within_json():
    bare = base64.b64encode(DER).decode()
    assert certificate.of_text(f" {bare}\n", signing=False) == (bare, [])
    assert certificate.of_text(f"\ud800\n{PEM}", signing=False) == (PEM.rstrip(), [])
    assert certificate.of_text(CA, signing=True) == (CA.rstrip(), [])
    with pytest.raises(Invalid, match="it is a damaged certificate"):
        certificate.of_text("garbage!", signing=False)


def test_the_entry_of_a_file_and_its_notes():
    notes = []
    assert certificate.entry("a.b", "x.pem", (PEM + OTHER).encode(), False, notes) == {"certificate": PEM.rstrip()}
    assert [note.told(str.upper) for note in notes] == ["A.B: x.pem contains 2 certificates; only the first is used."]
    with pytest.raises(Violations) as refused:
        certificate.entry("a.b", "x.pem", b"", False, notes)
    assert str(refused.value) == "a.b: x.pem is not a certificate: it is empty."
    assert len(refused.value.violations[0].advice) == 1


def test_a_chain_is_read_as_a_whole():
    assert made.text(*certificate.chain_of((PEM + OTHER + KEY).encode())) == PEM + OTHER
    for data, what in (
        (DER, "not PEM, which a certificate chain requires"),
        (made.private_key(made.DER), "a private key"),
        (KEY.encode(), "a private key"),
        (PEM[:99].encode(), "PEM without a complete block"),
        ((PEM + OTHER.replace("\nMII", "\nMIJ")).encode(), "a damaged certificate"),
        (b"", "empty"),
    ):
        with pytest.raises(Invalid) as refused:
            certificate.chain_of(data)
        assert refused.value.reason == f"is not a certificate: it is {what}."
