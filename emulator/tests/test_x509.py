"""The emulator against contract.md: devices that register by certificate."""

from __future__ import annotations

from base64 import b64encode

import pytest
import requests

from dps_emulator.lab import certificates
from emulator_arm import GROUP
from emulator_client import symmetric

SCOPE = "0ne00000A0A"
ROOT = certificates.signed("root", by="root", authority=True)
MIDDLE = certificates.signed("middle", by="root", authority=True)
MEMBER = certificates.signed("member", by="middle")


def x509(branch, certificate):
    return {"type": "x509", "x509": {branch: {"primary": {"certificate": certificate}}}}


@pytest.fixture
def register(service, tmp_path):
    """A device registers once with a certificate file; status and body."""

    def register(chain, name, id=None, scope=SCOPE, headers=None):
        id = id or name
        files = tmp_path / f"{name}.pem", tmp_path / f"{name}.key"
        files[0].write_text(chain)
        files[1].write_bytes(certificates.private_key(name=name))
        with requests.Session() as session:
            session.trust_env = False
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
    record = {"registrationId": "dev", "attestation": x509("clientCertificates", certificates.pem("dev"))}
    assert api("PUT", "/enrollments/dev", record).status_code == 200
    status, body = register(certificates.pem("dev"), "dev")
    assert (status, body["status"]) == (202, "assigning")
    assert service.registrations["dev"]["assignedHub"] == "linked-hub.azure-devices.net"


@pytest.mark.skipif(not certificates.CHAIN_SHOWN, reason="Python's ssl shows no chain before 3.10")
def test_the_chain_up_to_a_groups_certificate_registers(api, service, register):
    record = {
        "enrollmentGroupId": "grp",
        "attestation": x509("signingCertificates", certificates.text(ROOT)),
        "provisioningStatus": "disabled",
    }
    assert api("PUT", "/enrollmentGroups/grp", record).status_code == 200
    status, body = register(certificates.text(MEMBER, MIDDLE), "member")
    assert (status, body["status"]) == (200, "disabled")
    assert body["registrationState"]["x509"] == {"enrollmentGroupId": "grp"}


@pytest.mark.skipif(not certificates.CHAIN_SHOWN, reason="Python's ssl shows no chain before 3.10")
def test_a_seeded_certificate_counts_too(service, register):
    service.groups.put(
        {"enrollmentGroupId": "grp", "attestation": x509("signingCertificates", certificates.text(MIDDLE))}
    )
    assert register(certificates.text(MEMBER), "member")[0] == 202


def test_a_certificate_that_proves_nothing_is_401(service, register):
    service.enrollments.put(
        {"registrationId": "dev", "attestation": x509("clientCertificates", certificates.pem("dev"))}
    )
    service.groups.put(
        {"enrollmentGroupId": "grp", "attestation": x509("signingCertificates", certificates.text(ROOT))}
    )
    service.enrollments.put(symmetric("keyed"))
    for name in ("keyed", "stranger"):
        service.let_through(certificates.pem(name))
    service.let_through(certificates.text(MEMBER))
    refused = [
        register(certificates.pem("dev"), "dev", id="other"),
        register(certificates.pem("dev"), "dev", scope="0ne00000B0B"),
        register(certificates.pem("stranger"), "stranger"),
        register(certificates.pem("keyed"), "keyed"),
        # the chain is incomplete
        register(certificates.text(MEMBER), "member"),
    ]
    assert [(status, body["errorCode"]) for status, body in refused] == [(401, 401002)] * 5


def test_a_certificate_that_no_record_vouches_for_ends_the_handshake(register):
    with pytest.raises(requests.exceptions.ConnectionError):
        register(certificates.pem("never-seen"), "never-seen")


def test_no_answer_contains_a_certificate(api, service):
    service.enrollments.put(
        {"registrationId": "dev", "attestation": x509("clientCertificates", certificates.pem("dev"))}
    )
    shown = api("GET", "/enrollments/dev").json()["attestation"]["x509"]["clientCertificates"]["primary"]
    assert list(shown) == ["info"]
    assert "CERTIFICATE" not in api("POST", "/enrollments/query", {"query": "*"}).text


@pytest.mark.skipif(not certificates.CHAIN_SHOWN, reason="Python's ssl shows no chain before 3.10")
@pytest.mark.parametrize("verified", [True, False])
def test_a_group_may_name_a_verified_certificate_of_the_service(api, arm, service, register, verified):
    plant = certificates.signed("plant", by="plant", authority=True)
    group = {"enrollmentGroupId": "grp", "attestation": {"type": "x509", "x509": {"caReferences": {"primary": "ROOT"}}}}
    assert api("PUT", "/enrollmentGroups/grp", group).status_code == 200
    content = {"certificate": b64encode(plant.public_bytes(certificates.PEM)).decode(), "isVerified": verified}
    assert arm("PUT", f"{GROUP}/mydps/certificates/Root", body={"properties": content}).status_code in (200, 201)
    service.let_through(certificates.text(plant))
    status, _ = register(certificates.text(certificates.signed("robot", by="plant")), "robot")
    assert status == (202 if verified else 401)
