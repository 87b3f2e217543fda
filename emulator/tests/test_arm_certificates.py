"""CA certificates of a service: uploaded, and verified by a certificate that the CA's key has signed."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import pytest

from dps_emulator.lab import certificates as lab
from emulator_arm import GROUP, error

ALL = f"{GROUP}/mydps/certificates"
ROOT = f"{ALL}/Root"


def encoded(certificate, form=lab.PEM):
    return b64encode(certificate.public_bytes(form)).decode()


CA = encoded(lab.authority())


@pytest.fixture
def uploaded(arm):
    """The answer to an upload."""
    return arm("PUT", ROOT, body={"certificate": CA}).json()


@pytest.fixture
def coded(arm, uploaded):
    """The answer with a verification code."""
    return arm("POST", f"{ROOT}/generateVerificationCode", etag=uploaded["etag"]).json()


@pytest.fixture
def verify(arm, coded):
    """Sends a certificate that is named as the code and signed by a key; another name instead if told."""

    def verify(by="authority", name=None, etag=coded["etag"]):
        leaf = lab.signed(name or coded["properties"]["verificationCode"], by)
        return arm("POST", f"{ROOT}/verify", body={"certificate": encoded(leaf)}, etag=etag)

    return verify


def test_an_uploaded_certificate(arm, service, uploaded):
    assert uploaded["name"] == "Root"
    assert uploaded["id"] == ROOT
    properties = uploaded["properties"]
    assert (properties["subject"], properties["isVerified"]) == ("CN=authority", False)
    assert properties["thumbprint"] == lab.authority().fingerprint(lab.hashes.SHA1()).hex().upper()
    assert properties["expiry"] == "Fri, 01 Jan 2049 00:00:00 GMT"
    assert properties["created"] == properties["updated"]
    assert properties["created"].endswith(" GMT")
    assert abs(parsedate_to_datetime(properties["created"]) - datetime.now(timezone.utc)).total_seconds() < 60
    assert properties["certificate"] == CA
    assert arm("GET", f"{ALL}/root").json() == uploaded
    assert arm("GET", ALL).json() == {"value": [uploaded]}
    assert arm("GET", f"{GROUP}/mydps-test/certificates").json() == {"value": []}
    assert service.arm.certificates == {"Root": (lab.text(lab.authority()), False)}


@pytest.mark.parametrize(
    "body",
    [
        {"certificate": encoded(lab.authority(), lab.DER)},
        {"properties": {"certificate": CA}},
        {"certificate": lab.text(lab.authority())},
    ],
    ids=["DER", "newer clients", "PEM"],
)
def test_forms_of_an_upload(arm, body):
    answer = arm("PUT", ROOT, body=body)
    assert (answer.status_code, answer.json()["properties"]["subject"]) == (200, "CN=authority")


@pytest.mark.parametrize("text", ["", "%", "AAAA", b64encode(lab.private_key()).decode()])
def test_what_is_no_certificate(arm, text):
    assert error(arm("PUT", ROOT, body={"certificate": text})) == (400, "InvalidCertificate")
    assert error(arm("GET", ROOT)) == (404, "ResourceNotFound")


def test_every_write_has_a_new_etag_and_wants_the_last(arm, uploaded):
    old = uploaded["etag"]
    assert error(arm("PUT", ROOT, body={"certificate": CA})) == (412, "PreconditionFailed")
    second = arm("PUT", ROOT, body={"certificate": CA, "isVerified": True}, etag=old).json()
    assert second["properties"]["isVerified"] is True
    third = arm("POST", f"{ROOT}/generateVerificationCode", etag=f'"{second["etag"]}"').json()
    assert len({old, second["etag"], third["etag"]}) == 3
    for method, path in (("PUT", ""), ("DELETE", ""), ("POST", "/generateVerificationCode"), ("POST", "/verify")):
        answer = arm(method, ROOT + path, body={"certificate": CA}, etag=old)
        assert error(answer) == (412, "PreconditionFailed")
    for method, path in (("DELETE", ""), ("POST", "/generateVerificationCode"), ("POST", "/verify")):
        assert error(arm(method, ROOT + path, body={"certificate": CA})) == (400, "IfMatchRequired")
    assert arm("DELETE", ROOT, etag=third["etag"]).status_code == 200
    assert arm("DELETE", ROOT, etag=third["etag"]).status_code == 204
    assert error(arm("PUT", ROOT, body={"certificate": CA}, etag=third["etag"])) == (412, "PreconditionFailed")


def test_a_certificate_that_the_key_has_signed_verifies(arm, service, coded, verify):
    code = coded["properties"]["verificationCode"]
    assert (len(code), code.upper()) == (48, code)
    answer = verify().json()
    assert answer["properties"]["isVerified"] is True
    assert "verificationCode" not in answer["properties"]
    assert answer["etag"] != coded["etag"]
    assert service.arm.certificates == {"Root": (lab.text(lab.authority()), True)}
    # a code is good for one verification
    assert error(verify(etag=answer["etag"])) == (400, "BadRequest")


def test_another_key_or_another_name_does_not(arm, coded, verify):
    lab.authority("stranger")
    assert error(verify(by="stranger")) == (400, "BadRequest")
    answer = verify(name="somebody")
    assert answer.json()["error"]["message"] == (
        "The common name of the verification certificate is not the verification code."
    )
    assert arm("GET", ROOT).json()["properties"]["isVerified"] is False
    assert verify().status_code == 200


def test_a_name_alone_does_not_make_an_issuer(arm, coded):
    # issued in the name of the authority, by the key of another
    code = coded["properties"]["verificationCode"]
    subject = lab.certificate(code).subject
    issuer = lab.authority().subject
    builder = lab.x509.CertificateBuilder(issuer, subject, lab.key().public_key(), 1, *lab.VALID)
    forged = builder.sign(lab.key("stranger"), lab.hashes.SHA256())
    answer = arm("POST", f"{ROOT}/verify", body={"certificate": encoded(forged)}, etag=coded["etag"])
    assert answer.json()["error"]["message"] == (
        "The verification certificate is not signed by the key of the CA certificate."
    )


def test_there_must_be_a_code(arm, uploaded):
    answer = arm("POST", f"{ROOT}/verify", body={"certificate": CA}, etag=uploaded["etag"])
    assert error(answer) == (400, "BadRequest")


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/generateVerificationCode"), ("POST", "/verify")])
def test_what_was_never_uploaded(arm, method, path):
    assert error(arm(method, ROOT + path, body={"certificate": CA}, etag="x")) == (404, "ResourceNotFound")
    elsewhere = ROOT.replace("mydps", "absent")
    assert error(arm(method, elsewhere + path, body={"certificate": CA}, etag="x")) == (404, "ResourceNotFound")


def test_certificates_go_with_their_service(arm, service, uploaded):
    arm("DELETE", f"{GROUP}/mydps")
    assert service.arm.certificates == {}
    arm.put("mydps")
    assert arm("GET", ALL).json() == {"value": []}
