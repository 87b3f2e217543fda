"""The emulator against contract.md: devices that register by certificate."""

from __future__ import annotations

from base64 import b64encode

import pytest
import requests
from cryptography.hazmat.primitives import hashes

from dps_emulator.lab import certificates
from emulator_arm import GROUP
from emulator_client import KEY1, sas, symmetric

SCOPE = "0ne00000A0A"
ROOT = certificates.signed("root", by="root", authority=True)
MIDDLE = certificates.signed("middle", by="root", authority=True)
MEMBER = certificates.signed("member", by="middle")
# like it, but not signed by the key of its issuer
FORGED = certificates.signed("member", by="middle", key_of="nobody")


def attested(branch, certificate):
    return {"type": "x509", "x509": {branch: {"primary": {"certificate": certificate}}}}


@pytest.fixture
def register(service, tmp_path):
    """A device registers with a certificate file, over one connection; status and body of the last answer."""

    def register(chain, name, id=None, scope=SCOPE, headers=None, times=1):
        id = id or name
        files = tmp_path / f"{name}.pem", tmp_path / f"{name}.key"
        files[0].write_text(chain)
        files[1].write_bytes(certificates.private_key(name=name))
        with requests.Session() as session:
            session.trust_env = False
            for _ in range(times):
                answer = session.put(
                    f"{service.url}/{scope}/registrations/{id}/register?api-version=2021-06-01",
                    json={"registrationId": id},
                    cert=tuple(map(str, files)),
                    verify=service.ca_file,
                    headers=headers,
                    timeout=10,
                )
        return answer.status_code, answer.json()

    return register


def test_the_certificate_of_an_individual_enrollment_registers(api, service, register):
    record = {"registrationId": "dev", "attestation": attested("clientCertificates", certificates.pem("dev"))}
    assert api("PUT", "/enrollments/dev", record).status_code == 200
    status, body = register(certificates.pem("dev"), "dev")
    assert (status, body["status"]) == (202, "assigning")
    assert service.registrations["dev"]["assignedHub"] == "linked-hub.azure-devices.net"


def test_the_chain_up_to_a_groups_certificate_registers(api, service, register):
    record = {
        "enrollmentGroupId": "grp",
        "attestation": attested("signingCertificates", certificates.text(ROOT)),
        "provisioningStatus": "disabled",
    }
    assert api("PUT", "/enrollmentGroups/grp", record).status_code == 200
    status, body = register(certificates.text(MEMBER, MIDDLE), "member")
    assert (status, body["status"]) == (200, "disabled")
    assert body["registrationState"]["x509"] == {"enrollmentGroupId": "grp"}


def test_a_seeded_certificate_counts_too(service, register):
    service.groups.put(
        {"enrollmentGroupId": "grp", "attestation": attested("signingCertificates", certificates.text(MIDDLE))}
    )
    assert register(certificates.text(MEMBER), "member")[0] == 202


def test_a_certificate_that_proves_nothing_is_401(service, register):
    service.enrollments.put(
        {"registrationId": "dev", "attestation": attested("clientCertificates", certificates.pem("dev"))}
    )
    service.groups.put(
        {"enrollmentGroupId": "grp", "attestation": attested("signingCertificates", certificates.text(ROOT))}
    )
    service.enrollments.put(symmetric("keyed"))
    refused = [
        register(certificates.pem("dev"), "dev", id="other"),
        register(certificates.pem("dev"), "dev", scope="0ne00000B0B"),
        register(certificates.pem("stranger"), "stranger"),
        register(certificates.pem("keyed"), "keyed"),
        # the chain is incomplete
        register(certificates.text(MEMBER), "member"),
    ]
    assert [(status, body["errorCode"]) for status, body in refused] == [(401, 401002)] * 5
    assert [(request.method, request.status) for request in service.requests] == [("PUT", 401)] * 5
    # a certificate that proves nothing does not keep a key from it
    headers = {"Authorization": sas(f"{SCOPE}/registrations/keyed", "registration", KEY1)}
    assert register(certificates.pem("keyed"), "keyed", headers=headers)[0] == 202


@pytest.mark.parametrize(
    "chain",
    [
        [FORGED, MIDDLE],
        [certificates.signed("member", by="leaf"), certificates.signed("leaf", by="middle"), MIDDLE],
        [certificates.signed("member", by="late"), certificates.signed("late", "middle", True, ended=True), MIDDLE],
        [certificates.signed("member", by="middle", ended=True), MIDDLE],
    ],
    ids=["signature", "no authority", "authority expired", "expired"],
)
def test_a_chain_that_is_wrong_somewhere_is_401(service, register, chain):
    text = certificates.text(*chain)
    service.groups.put(
        {"enrollmentGroupId": "grp", "attestation": attested("signingCertificates", certificates.text(ROOT))}
    )
    assert register(text, "member", times=3)[0] == 401
    assert (len(service.requests), service.handshakes) == (3, 1)
    assert register(certificates.text(MEMBER, MIDDLE), "member")[0] == 202


def test_an_expired_certificate_of_an_enrollment_is_401(service, register):
    ended = certificates.text(certificates.signed("dev", by="dev", ended=True))
    service.enrollments.put({"registrationId": "dev", "attestation": attested("clientCertificates", ended)})
    assert register(ended, "dev")[0] == 401


def test_a_root_vouches_whatever_else_was_enrolled(service, register):
    """Each group is compared by itself, though one has the intermediate certificate of the other's chain."""
    for id, certificate in (("deleted", MIDDLE), ("grp", ROOT)):
        proof = attested("signingCertificates", certificates.text(certificate))
        service.groups.put({"enrollmentGroupId": id, "attestation": proof})
    service.groups.remove("deleted")
    status, _ = register(certificates.text(MEMBER, MIDDLE, ROOT), "member")
    assert (status, service.registrations["member"]["enrollmentGroupId"]) == (202, "grp")


def test_a_group_with_no_more_than_the_info_of_its_certificate_finds_it_in_the_chain(service, register):
    info = {"sha256Thumbprint": ROOT.fingerprint(hashes.SHA256()).hex().upper()}
    proof = {"type": "x509", "x509": {"signingCertificates": {"primary": {"info": info}}}}
    service.groups.put({"enrollmentGroupId": "grp", "attestation": proof})
    assert register(certificates.text(MEMBER, MIDDLE), "member")[0] == 401
    assert register(certificates.text(MEMBER, MIDDLE, ROOT), "member")[0] == 202


def test_no_answer_contains_a_certificate(api, service):
    service.enrollments.put(
        {"registrationId": "dev", "attestation": attested("clientCertificates", certificates.pem("dev"))}
    )
    shown = api("GET", "/enrollments/dev").json()["attestation"]["x509"]["clientCertificates"]["primary"]
    assert list(shown) == ["info"]
    assert "CERTIFICATE" not in api("POST", "/enrollments/query", {"query": "*"}).text


@pytest.mark.parametrize("verified", [True, False])
def test_a_group_may_name_a_verified_certificate_of_the_service(api, arm, service, register, verified):
    plant = certificates.signed("plant", by="plant", authority=True)
    group = {"enrollmentGroupId": "grp", "attestation": {"type": "x509", "x509": {"caReferences": {"primary": "ROOT"}}}}
    assert api("PUT", "/enrollmentGroups/grp", group).status_code == 200
    content = {"certificate": b64encode(plant.public_bytes(certificates.PEM)).decode(), "isVerified": verified}
    assert arm("PUT", f"{GROUP}/mydps/certificates/Root", body={"properties": content}).status_code in (200, 201)
    status, _ = register(certificates.text(certificates.signed("robot", by="plant")), "robot")
    assert status == (202 if verified else 401)
