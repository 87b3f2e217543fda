"""Certificate files: what is sent of them, what is warned of, and what is refused before anything is sent."""

import base64

import pytest

from dps_emulator.lab import certificates as made

PEM, OTHER = made.pem(), made.pem("other")
CREATE = "iot dps enrollment create --eid dev --at x509"


@pytest.fixture
def create(az, dps, tmp_path):
    """Creates an enrollment from a file of these bytes; gives the certificate that was sent, and what was said."""

    def run(data, option="--certificate-path"):
        path = tmp_path / "file.pem"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        result = az(CREATE, option, str(path), "--login", dps.connection_string)
        assert result.exit_code == 0, result.err
        certificates = dps.sent("PUT")[-1][3]["attestation"]["x509"]["clientCertificates"]
        slot = "secondary" if option == "--scp" else "primary"
        assert list(certificates) == [slot]
        return certificates[slot]["certificate"], result.err.replace(str(path), "FILE")

    return run


LEFT_OUT = "WARNING: --certificate-path: FILE contains a private key, which is not sent.\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (PEM, ""),
        (PEM.encode("utf-8-sig"), ""),
        (PEM.encode("utf-16"), ""),
        (PEM.replace("\n", "\r\n"), ""),
        (f"subject=CN = device\nissuer=…\n\n{PEM}\n\n  \n", ""),
        (PEM + OTHER, "WARNING: --certificate-path: FILE contains 2 certificates; only the first is used.\n"),
        (PEM + made.private_key().decode(), LEFT_OUT),
        (made.private_key().decode() + PEM, LEFT_OUT),
        (made.public_key().decode() + PEM, ""),
    ],
    ids=["pem", "bom", "utf-16", "crlf", "text-before", "chain", "key-after", "key-before", "public-key-before"],
)
def test_one_certificate_is_sent_as_pem(create, data, said):
    assert create(data) == (PEM.strip(), said)


def test_der_is_sent_as_base64(create):
    assert create(made.der()) == (base64.b64encode(made.der()).decode(), "")


def test_the_secondary_certificate_alone(create, dps):
    assert create(PEM, "--scp") == (PEM.strip(), "")
    info = dps.enrollments["dev"]["attestation"]["x509"]["clientCertificates"]["secondary"]["info"]
    assert info["sha256Thumbprint"] == made.thumbprint()


@pytest.mark.parametrize(
    ("days", "said"),
    [((-9, -2), "FILE expired on "), ((2, 9), "FILE is not valid before ")],
)
def test_a_certificate_out_of_its_time_is_warned_of(create, days, said):
    certificate = made.certificate("late", *days).public_bytes(made.PEM).decode()
    sent, err = create(certificate)
    assert sent == certificate.strip()
    assert err.startswith("WARNING: --certificate-path: " + said)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (made.private_key(), "a private key"),
        (made.private_key(made.DER), "a private key"),
        (made.public_key(), "a public key"),
        (made.public_key(made.DER), "a public key"),
        (made.request(), "a certificate signing request (CSR)"),
        (made.request(made.DER), "a certificate signing request (CSR)"),
        (b"garbage", "neither PEM nor DER"),
        (b"\x00\xff" * 50, "neither PEM nor DER"),
        (made.der() + b"x", "neither PEM nor DER"),
        (PEM[:200].encode(), "PEM without a complete block"),
        (PEM.replace("\nMII", "\n*II").encode(), "a damaged certificate"),
        (PEM.replace("\nMII", "\nMIJ").encode(), "a damaged certificate"),
        (b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "a damaged certificate"),
        (b"x" * 1_000_001, "larger than 1,000,000 bytes"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
@pytest.mark.parametrize("option", ["--certificate-path", "--secondary-certificate-path"])
def test_what_is_no_certificate_is_refused(az, dps, tmp_path, data, what, option):
    path = tmp_path / "file"
    path.write_bytes(data)
    for command in (CREATE, "iot dps enrollment update --eid dev"):
        result = az(f"{command} -n mydps {option} {path}")
        assert (result.exit_code, dps.requests) == (1, [])
        assert result.err.splitlines()[0] == f"ERROR: {option}: {path} is not a certificate: it is {what}."


@pytest.mark.parametrize(
    ("path", "reason"),
    [("absent.pem", "No such file or directory"), (".", "Is a directory"), ("a\0b", "embedded null byte")],
    ids=["absent", "folder", "null"],
)
def test_a_file_that_cannot_be_read_is_a_file_error(az, dps, tmp_path, path, reason):
    result = az(CREATE, "-n", "mydps", "--cp", f"{tmp_path}/{path}")
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err.startswith("ERROR: --certificate-path: cannot read ")
    assert result.err.endswith(f": {reason}.\n")


@pytest.fixture
def stored(dps):
    """An enrollment with both certificates; gives their infos."""
    slots = {
        slot: {"info": {"sha256Thumbprint": slot * 8, "subjectName": "CN=x", "unheardOf": 1}}
        for slot in ("primary", "secondary")
    }
    x509 = {"clientCertificates": slots, "unheardOf": None}
    dps.enrollments.put({"registrationId": "dev", "attestation": {"type": "x509", "x509": x509}})
    return slots


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ("--ps disabled", {"primary": "info", "secondary": "info"}),
        ("--rc false --rsc false --ps disabled", {"primary": "info", "secondary": "info"}),
        ("--remove-certificate", {"secondary": "info"}),
        ("--rsc true", {"primary": "info"}),
        ("--cp FILE", {"primary": "new", "secondary": "info"}),
        ("--scp FILE", {"primary": "info", "secondary": "new"}),
        ("--cp FILE --scp FILE", {"primary": "new", "secondary": "new"}),
        ("--cp FILE --rc", {"primary": "new", "secondary": "info"}),
        ("--cp FILE --rsc", {"primary": "new"}),
        ("--rc --rsc --scp FILE", {"secondary": "new"}),
    ],
)
def test_an_update_moves_certificates_one_by_one(iot, dps, tmp_path, stored, options, left):
    path = tmp_path / "new.pem"
    path.write_text(PEM)
    iot("enrollment update --eid dev " + options.replace("FILE", str(path)))
    sent = dps.sent("PUT")[0][3]["attestation"]
    new = {"certificate": PEM.strip()}
    expected = {slot: stored[slot] if what == "info" else new for slot, what in left.items()}
    assert sent == {"type": "x509", "x509": {"clientCertificates": expected, "unheardOf": None}}


def test_an_update_never_leaves_no_certificate(iot, dps, stored):
    result = iot("enrollment update --eid dev --rc --rsc")
    assert result.exit_code == 1
    assert result.err == (
        "ERROR: No certificate would be left. Specify one: --certificate-path or --secondary-certificate-path.\n"
    )
    assert [request.method for request in dps.requests] == ["GET"]
