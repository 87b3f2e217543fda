"""The emulator against contract-2026.md: certificates that are issued to devices for their CSR."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from dps_emulator import Emulator
from dps_emulator.lab.certificates import text
from dps_emulator.signatures import sign
from dps_emulator.state import State
from emulator_client import KEY1, group, sas, symmetric

SCOPE = "0ne00000A0A"
OLD, PREVIEW, NEW = "2021-10-01", "2025-07-01-preview", "2026-11-01"
NAMES = {"namespaceName": "factory-ns", "certificateAuthorityName": "factory-ca", "certificatePolicyName": "month"}
CREDENTIAL = {"credentialPolicyName": "month"}
DER, PEM = serialization.Encoding.DER, serialization.Encoding.PEM
KEY = ec.generate_private_key(ec.SECP256R1())


def request(*names, key=KEY):
    """A CSR with these common names."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names])
    return x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())


def encoded(csr, encoding=DER):
    return b64encode(csr.public_bytes(encoding)).decode()


def certificates(chain):
    return [x509.load_der_x509_certificate(b64decode(each, validate=True)) for each in chain]


CSR = encoded(request("dev"))


@pytest.fixture
def device(api):
    def call(method="PUT", rest="/register", id="dev", key=KEY1, version=NEW, **members):
        path = f"/{SCOPE}/registrations/{id}"
        body = None if method == "GET" else {"registrationId": id, **members}
        token = {"Authorization": sas(path[1:], "registration", key)}
        return api(method, path + rest, body, version=version, headers=token)

    return call


@pytest.fixture
def finished(device):
    """The state at the end of a registration."""

    def call(asked_in=None, **arguments):
        accepted = device(**arguments)
        assert (accepted.status_code, list(accepted.json())) == (202, ["operationId", "status"])
        rest = f"/operations/{accepted.json()['operationId']}"
        who = {name: arguments[name] for name in ("id", "key", "version") if name in arguments}
        who = {**who, **({"version": asked_in} if asked_in else {})}
        assert "registrationState" not in device("GET", rest, **who).json()
        answers = [device("GET", rest, **who).json()["registrationState"] for _ in range(2)]
        assert answers[0] == answers[1]
        return answers[0]

    return call


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl")
def test_a_chain_that_openssl_verifies(finished, service, tmp_path):
    service.enrollments.put(symmetric(**NAMES))
    leaf, intermediate, root = certificates(finished(csr=CSR)["issuedCertificateChain"])
    files = [tmp_path / name for name in ("root.pem", "intermediate.pem", "leaf.pem")]
    for file, content in zip(files, (service.issuing_authority, text(intermediate), text(leaf))):
        file.write_text(content)
    trust = ["-CAfile", str(files[0]), "-untrusted", str(files[1]), str(files[2])]
    line = ["openssl", "verify", "-x509_strict", "-purpose", "sslclient", *trust]
    assert subprocess.run(line, check=True, capture_output=True, text=True).stdout == f"{files[2]}: OK\n"
    assert text(root) == service.issuing_authority
    assert leaf.subject.rfc4514_string() == "CN=dev"
    assert leaf.public_key().public_numbers() == KEY.public_key().public_numbers()
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [each.dotted_string for each in usage] == ["1.3.6.1.5.5.7.3.2"]
    both = [each.extensions.get_extension_for_class(x509.BasicConstraints) for each in (leaf, intermediate)]
    assert [(each.value.ca, each.value.path_length) for each in both] == [(False, None), (True, 0)]
    line = ["openssl", "x509", "-noout", "-dates", "-in", str(files[2])]
    dates = subprocess.run(line, check=True, capture_output=True, text=True).stdout.splitlines()
    first, last = (ssl.cert_time_to_seconds(date.partition("=")[2]) for date in dates)
    assert last - first == 30 * 24 * 60 * 60


def test_the_chain_is_in_the_result_alone(api, device, finished, service):
    service.enrollments.put(symmetric(**NAMES))
    state = finished(csr=CSR)
    assert list(state)[-1] == "issuedCertificateChain"
    del state["issuedCertificateChain"]
    assert device("POST", "").json() == state
    assert api("GET", "/registrations/dev", version=NEW).json() == state
    assert api("GET", "/enrollments/dev", version=NEW).json()["registrationState"] == state


def test_a_registration_that_is_finished_at_once_has_it_too(device, service):
    service.enrollments.put(symmetric(**NAMES))
    service.switches.assigned_at_once = True
    answer = device(csr=CSR)
    assert (answer.status_code, answer.json()["status"]) == (200, "assigned")
    assert len(answer.json()["registrationState"]["issuedCertificateChain"]) == 3
    assert device("GET", f"/operations/{answer.json()['operationId']}").json() == answer.json()


def test_a_switch_sends_the_base64_of_pem(finished, service):
    service.enrollments.put(symmetric(**NAMES))
    service.switches.issued_element = "pem"
    chain = [b64decode(each).decode() for each in finished(csr=CSR)["issuedCertificateChain"]]
    assert [each.splitlines()[0] for each in chain] == ["-----BEGIN CERTIFICATE-----"] * 3
    assert chain[2] == service.issuing_authority


def test_a_member_of_a_group_with_a_key_of_rsa(finished, service):
    service.groups.put(group(**NAMES))
    key = rsa.generate_private_key(65537, 2048)
    state = finished(id="robot", key=sign(KEY1, "robot"), csr=encoded(request("Robot", key=key)))
    leaf = certificates(state["issuedCertificateChain"])[0]
    assert leaf.subject.rfc4514_string() == "CN=Robot"
    assert leaf.public_key().public_numbers() == key.public_key().public_numbers()


@pytest.mark.parametrize(
    "policy, version, issued",
    [
        (NAMES, NEW, True),
        (CREDENTIAL, PREVIEW, True),
        ({}, NEW, False),
        ({**NAMES, "namespaceName": None}, NEW, False),
        ({}, PREVIEW, False),
        (NAMES, PREVIEW, False),
        (CREDENTIAL, NEW, False),
        ({**NAMES, **CREDENTIAL}, OLD, False),
    ],
)
def test_a_policy_of_the_version_is_needed(finished, service, policy, version, issued):
    service.enrollments.put(symmetric(**policy))
    state = finished(csr=CSR, version=version)
    assert ("issuedCertificateChain" in state, state["status"]) == (issued, "assigned")


def test_without_a_csr_and_with_one_of_null_nothing_is_issued(finished, service):
    service.enrollments.put(symmetric(**NAMES))
    assert "issuedCertificateChain" not in finished()
    assert "issuedCertificateChain" not in finished(csr=None)


def test_an_older_version_does_not_show_the_chain(finished, service):
    service.enrollments.put(symmetric(**NAMES))
    assert "issuedCertificateChain" not in finished(csr=CSR, asked_in=OLD)


@pytest.mark.parametrize(
    "csr, message",
    [
        (7, "csr must be a string."),
        (
            request("dev").public_bytes(PEM).decode(),
            "csr must be the base64 of DER alone, without the lines -----BEGIN and -----END.",
        ),
        (encoded(request("dev"), PEM), "csr must be the base64 of DER, not of PEM."),
        (CSR[:-1], "csr is not valid base64."),
        ("", "csr is not a certificate signing request (PKCS #10)."),
        (b64encode(b"\x30\x03\x02\x01\x00").decode(), "csr is not a certificate signing request (PKCS #10)."),
        (
            # another subject than the one that was signed
            b64encode(request("dev").public_bytes(DER).replace(b"dev", b"dex")).decode(),
            "The signature of the csr is not by its own key.",
        ),
        (encoded(request()), "csr must have one common name (CN), not 0."),
        (encoded(request("dev", "dev")), "csr must have one common name (CN), not 2."),
        (encoded(request("other")), "The common name (CN) of the csr is other, not the registration ID dev."),
    ],
)
@pytest.mark.parametrize("version, policy", [(NEW, NAMES), (PREVIEW, {})])
def test_a_csr_that_is_refused(device, service, csr, message, version, policy):
    service.enrollments.put(symmetric(**policy))
    answer = device(csr=csr, version=version)
    assert (answer.status_code, answer.json()["errorCode"], answer.json()["message"]) == (400, 400004, message)
    assert len(service.registrations) == 0


def test_a_wrong_key_comes_before_a_wrong_csr(device, service):
    service.enrollments.put(symmetric(**NAMES))
    assert device(key="/" * 43 + "=", csr="broken").status_code == 401


def test_a_csr_in_a_request_for_the_status(device, service):
    service.enrollments.put(symmetric())
    service.register("dev")
    answer = device("POST", "", csr=CSR)
    assert (answer.status_code, answer.json()["errorCode"], answer.json()["message"]) == (
        400,
        400004,
        "csr is not allowed in a request for the status of a registration.",
    )
    assert device("POST", "", csr=CSR, version=OLD).status_code == 200


def test_an_operation_is_that_of_one_device(device, service):
    service.enrollments.put(symmetric(**NAMES))
    service.enrollments.put(symmetric("other"))
    operation = device(csr=CSR).json()["operationId"]
    service.register("other")
    assert device("GET", f"/operations/{operation}", id="other").status_code == 404
    assert device("GET", f"/operations/{operation}", id="DEV").status_code == 202


def test_an_issued_certificate_alone_does_not_authenticate(api, finished, service, tmp_path):
    service.enrollments.put(symmetric(**NAMES))
    files = tmp_path / "chain.pem", tmp_path / "key.pem"
    files[0].write_text(text(*certificates(finished(csr=CSR)["issuedCertificateChain"])))
    files[1].write_bytes(KEY.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    trusted = {"signingCertificates": {"primary": {"certificate": service.issuing_authority}}}
    service.groups.put({"enrollmentGroupId": "grp", "attestation": {"type": "x509", "x509": trusted}})
    api.session.cert = tuple(map(str, files))

    def register():
        path = f"/{SCOPE}/registrations/dev/register"
        return api("PUT", path, {"registrationId": "dev"}, version=NEW, headers={"Authorization": None}).status_code

    by_an_enrollment_with_keys = register()
    service.enrollments.remove("dev")
    service.groups.remove("grp")
    assert (by_an_enrollment_with_keys, register()) == (401, 401)


def test_the_root_outlives_the_process_and_a_reset_and_is_not_that_of_tls(tmp_path):
    roots = []
    for _ in range(2):
        with Emulator(state=State(str(tmp_path / "lab.db"))) as emulator:
            roots.append(emulator.issuing_authority)
            emulator.reset()
            roots.append(emulator.issuing_authority)
            assert emulator.issuing_authority != Path(emulator.ca_file).read_text()
    assert len(roots) == 4
    assert len(set(roots)) == 1
