"""The emulator against contract.md: what proves a device's identity."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives import hashes, serialization

from emulator_client import KEY1, KEY2, certificate, group, pem, symmetric

EK = "AToAAQALAAMAsgAgg3GXZ0SEs/gakMyNRqXXJP1S124GUgtk8qHaGzMUaaoABgCAAEMAEAgAAAAAAAEA"
NEEDED = "TPM or X509 attestation is required."
BAD_KEY = "primaryKey must be base64 of 16 to 64 bytes."


def refusal(response):
    return response.status_code, response.json()["message"]


def enrollment(attestation):
    return {"registrationId": "dev", "attestation": attestation}


def x509(name="clientCertificates", **slots):
    return {"type": "x509", "x509": {name: slots}}


@pytest.mark.parametrize("keys", [None, {}, {"primaryKey": None, "secondaryKey": None}, {"primaryKey": ""}])
def test_keys_that_were_not_sent_are_generated(api, keys):
    created = api("PUT", "/enrollmentGroups/grp", group(attestation={"type": "symmetricKey", "symmetricKey": keys}))
    generated = created.json()["attestation"]["symmetricKey"]
    assert [len(b64decode(key)) for key in generated.values()] == [64, 64]
    assert generated["primaryKey"] != generated["secondaryKey"]
    assert api("POST", "/enrollmentGroups/grp/attestationmechanism").json()["symmetricKey"] == generated


def test_putting_a_get_body_back_loses_the_keys(api, service):
    api("PUT", "/enrollments/dev", symmetric())
    assert service.enrollments["dev"]["attestation"]["symmetricKey"] == {"primaryKey": KEY1, "secondaryKey": KEY2}
    api("PUT", "/enrollments/dev", api("GET", "/enrollments/dev").json(), etag="*")
    assert KEY1 not in service.enrollments["dev"]["attestation"]["symmetricKey"].values()


@pytest.mark.parametrize("key", ["not base64!", "YWJj", b64encode(bytes(15)).decode(), b64encode(bytes(65)).decode()])
def test_keys_of_other_forms_or_lengths_are_refused(api, key):
    sent = {"type": "symmetricKey", "symmetricKey": {"primaryKey": key, "secondaryKey": KEY2}}
    assert refusal(api("PUT", "/enrollments/dev", enrollment(sent))) == (400, BAD_KEY)


def test_an_endorsement_key_comes_back_in_clear(api):
    tpm = {"type": "tpm", "tpm": {"endorsementKey": EK}}
    assert api("PUT", "/enrollments/dev", enrollment(tpm)).json()["attestation"] == tpm
    assert api("GET", "/enrollments/dev").json()["attestation"] == tpm
    assert api("POST", "/enrollments/dev/attestationmechanism").json() == tpm


@pytest.mark.parametrize(
    "attestation",
    [
        None,
        {"type": "none"},
        {"type": None},
        {"type": "password"},
        {},
        {"type": "tpm", "tpm": {"endorsementKey": EK}, "symmetricKey": {"primaryKey": KEY1}},
        {"type": "tpm", "tpm": {"endorsementKey": "?"}},
    ],
)
def test_attestations_of_no_or_mixed_type_are_refused(api, attestation):
    assert api("PUT", "/enrollments/dev", enrollment(attestation)).status_code == 400


@pytest.mark.parametrize(
    "attestation",
    [
        {"type": "tpm"},
        {"type": "tpm", "tpm": {"endorsementKey": ""}},
        {"type": "x509"},
        x509(primary={"certificate": ""}),
        x509(primary={"info": {"subjectName": "CN=dev"}}),
    ],
)
def test_an_attestation_that_proves_nothing_is_refused(api, attestation):
    assert refusal(api("PUT", "/enrollments/dev", enrollment(attestation))) == (400, NEEDED)


def test_groups_take_certificates_of_their_own_or_references_and_no_tpm(api):
    ca = {"certificate": pem(certificate("ca"))}
    put = "PUT", "/enrollmentGroups/grp"
    assert api(*put, group(attestation={"type": "tpm", "tpm": {"endorsementKey": EK}})).status_code == 400
    assert api(*put, group(attestation=x509(primary=ca))).status_code == 400
    references = x509("caReferences", primary="my-ca")
    assert api(*put, group(attestation=references)).json()["attestation"] == references
    signing = api(*put, group(attestation=x509("signingCertificates", primary=ca)), etag="*").json()
    assert list(signing["attestation"]["x509"]["signingCertificates"]["primary"]) == ["info"]
    assert api("PUT", "/enrollments/dev", enrollment(references)).status_code == 400


def test_a_certificate_is_answered_by_its_info(api, service):
    cert = certificate("dev")
    created = api("PUT", "/enrollments/dev", enrollment(x509(primary={"certificate": pem(cert).strip()})))
    entry = created.json()["attestation"]["x509"]["clientCertificates"]["primary"]
    assert entry == {
        "info": {
            "subjectName": "CN=dev",
            "sha1Thumbprint": cert.fingerprint(hashes.SHA1()).hex().upper(),
            "sha256Thumbprint": cert.fingerprint(hashes.SHA256()).hex().upper(),
            "issuerName": "CN=dev",
            "notBeforeUtc": "2024-01-01T00:00:00Z",
            "notAfterUtc": "2025-01-01T00:00:00Z",
            "serialNumber": "0ABC",
            "version": 3,
        }
    }
    listed = api("POST", "/enrollments/query", {"query": "*"}).json()
    shown = [api("GET", "/enrollments/dev").json(), listed, service.enrollments["dev"]]
    assert not any('"certificate"' in json.dumps(answer) for answer in shown)


def test_an_entry_with_only_info_keeps_the_stored_certificate(api):
    one, two = ({"certificate": pem(certificate(name))} for name in ("one", "two"))
    created = api("PUT", "/enrollments/dev", enrollment(x509(primary=one, secondary=two))).json()
    kept = {**created, "attestation": x509(secondary=created["attestation"]["x509"]["clientCertificates"]["secondary"])}
    updated = api("PUT", "/enrollments/dev", kept, etag="*").json()
    assert updated["attestation"] == kept["attestation"]


def test_bare_base64_of_the_der_is_a_certificate(api):
    der = b64encode(certificate().public_bytes(serialization.Encoding.DER)).decode()
    assert api("PUT", "/enrollments/dev", enrollment(x509(secondary={"certificate": der}))).status_code == 200


@pytest.mark.parametrize(
    "text, message",
    [
        ("?", "The certificate is not a valid base64 string value"),
        ("YWJj", "Invalid certificate"),
        (pem(certificate()) * 2, "Invalid certificate"),
        (pem(certificate()) + "-----BEGIN PRIVATE KEY-----\nYWJj\n-----END PRIVATE KEY-----", "Invalid certificate"),
        ("Bag Attributes\n" + pem(certificate()), "The certificate is not a valid base64 string value"),
    ],
)
def test_what_is_not_one_certificate_is_refused(api, text, message):
    sent = enrollment(x509(primary={"certificate": text}))
    assert refusal(api("PUT", "/enrollments/dev", sent)) == (400, message)


def test_seeded_certificates_become_info(api, service):
    service.enrollments.put(enrollment(x509(primary={"certificate": pem(certificate("seeded"))})))
    entry = api("GET", "/enrollments/dev").json()["attestation"]["x509"]["clientCertificates"]["primary"]
    assert (list(entry), entry["info"]["subjectName"]) == (["info"], "CN=seeded")
