"""az iot device registration create, with certificates: mutual TLS."""

from __future__ import annotations

import ssl

import pytest
import requests

from azext_iot_dps.service.auth import DeviceCertificate
from azext_iot_dps.service.transport import Transport
from dps_emulator.lab import certificates
from tests.devices import HUB, SCOPE, said, x509
from tests.raw_server import RawServer

PASSPHRASE = "correct horse ü"
ROOT = certificates.signed("root", by="root", authority=True)
MIDDLE = certificates.signed("middle", by="root", authority=True)
MEMBER = certificates.signed("member", by="middle")

NOT_ACCEPTED = (
    "No enrollment accepts this certificate. Check --id-scope, that the enrollment is enabled, and that the common "
    "name (CN) of the certificate is the registration ID. An individual enrollment must have exactly this certificate. "
    "For a group, the certificate file must contain the whole chain: the leaf certificate first, then the intermediate "
    "certificates up to that of the group. A CA certificate that was uploaded to the service must be verified.\n"
)


def test_an_individual_enrollments_certificate_registers(create, dps, own):
    result = create(*own)
    assert result.exit_code == 0
    assert result.json == dps.requests[-1].answer
    assert (result.json["status"], result.json["registrationState"]["assignedHub"]) == ("assigned", HUB)
    assert result.json["registrationState"]["x509"] == {}
    assert ["Authorization" in request.headers for request in dps.requests] == [False] * 3
    assert dps.handshakes == 1


def test_the_id_scope_is_looked_up_for_a_certificate_too(create, dps, own):
    assert create(*own, where="-n mydps").json["status"] == "assigned"
    assert dps.service_requests == []


def test_a_payload_goes_along(create, dps, own):
    assert create(*own, "--payload", '{"a": [1]}').exit_code == 0
    assert dps.payloads == {"dev": {"a": [1]}}


def test_the_whole_chain_is_sent_for_a_group(create, dps, files):
    dps.groups.put({"enrollmentGroupId": "grp", "attestation": x509("signingCertificates", certificates.text(ROOT))})
    chain = files(certificates.text(MEMBER, MIDDLE), certificates.private_key(name="member"))
    result = create(*chain, id="member")
    assert result.json["registrationState"]["x509"] == {"enrollmentGroupId": "grp"}


def test_401_for_an_incomplete_chain_names_the_likely_causes(create, dps, files):
    dps.groups.put({"enrollmentGroupId": "grp", "attestation": x509("signingCertificates", certificates.text(ROOT))})
    result = create(*files(certificates.text(MEMBER), certificates.private_key(name="member")), id="member")
    assert result.exit_code == 1
    assert "Unauthorized (error 401002" in result.err
    assert result.err.endswith(NOT_ACCEPTED)


@pytest.mark.parametrize(
    ("refuses", "first", "last"),
    [
        (True, "ERROR: {} did not accept the client certificate.", NOT_ACCEPTED),
        (
            False,
            "ERROR: {} closed the connection before its response was complete.",
            NOT_ACCEPTED.replace("No enrollment accepts this", "The host may have refused the", 1).replace(
                "certificate.", "certificate of the device.", 1
            ),
        ),
    ],
)
def test_a_certificate_that_the_handshake_refuses(create, files, tmp_path, monkeypatch, refuses, first, last):
    server = RawServer(lambda *_: False, refuses)
    server.authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    both = files(certificates.pem("dev"), certificates.private_key(name="dev"))
    try:
        result = create("--only-show-errors", *both, where=f"--id-scope {SCOPE} --host {server.host}")
    finally:
        server.stop()
    told = result.err.splitlines()
    assert (result.exit_code, told[0], told[-1]) == (1, first.format(server.host), last.rstrip())


@pytest.mark.parametrize("passphrase", [PASSPHRASE, "x"])
def test_an_encrypted_key_is_read_with_its_passphrase(create, own, files, passphrase):
    both = files(certificates.pem("dev"), certificates.encrypted_key(passphrase, "dev"))
    assert create(*both, "--passphrase", passphrase).exit_code == 0


def test_a_passphrase_that_is_not_needed_does_no_harm(create, own):
    assert create(*own, "--passphrase", PASSPHRASE).exit_code == 0


def test_certificate_and_key_may_be_in_one_file(create, own, files):
    both = certificates.pem("dev").encode() + certificates.private_key(name="dev")
    assert create(*files(both, both)).exit_code == 0


def test_the_common_name_is_compared_without_regard_to_case(create, own):
    assert create(*own, id="DEV").exit_code == 0


def test_no_key_and_no_passphrase_is_said(create, own, files):
    key = certificates.private_key(name="dev").decode()
    locked = certificates.encrypted_key(PASSPHRASE, "dev").decode()
    good = files(certificates.pem("dev"), locked)
    results = [create(*good, "--passphrase", PASSPHRASE, "--debug"), create(*good, "--passphrase", "wr0ng", "--debug")]
    results.append(create(*files(certificates.pem("dev") + key, key), "--debug"))
    assert [result.exit_code for result in results] == [0, 1, 0]
    for result in results:
        lines = {*key.splitlines()[1:-1], *locked.splitlines()[1:-1], PASSPHRASE, "wr0ng"}
        assert [line for line in lines if line in said(result)] == []


def test_a_server_that_is_not_trusted_gets_no_registration(create, dps, own, monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    result = create(*own)
    assert result.exit_code == 1
    assert f"The TLS certificate of {dps.host} was not accepted." in result.err
    assert dps.requests == []


def test_connection_verification_can_be_disabled(create, own, monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AZURE_CLI_DISABLE_CONNECTION_VERIFICATION", "1")
    result = create(*own)
    assert result.exit_code == 0
    assert "Connection verification is disabled" in result.err


@pytest.mark.parametrize("bundle", [None, "named"])
def test_either_the_bundle_that_is_named_or_that_of_requests_is_trusted(monkeypatch, emulator, bundle):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    if bundle:
        monkeypatch.setenv("CURL_CA_BUNDLE", emulator.ca_file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    Transport("https://example.com", "1", DeviceCertificate(), ssl_context=context)
    usual = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    usual.load_verify_locations(requests.utils.DEFAULT_CA_BUNDLE_PATH)
    assert len(context.get_ca_certs()) == (0 if bundle else len(usual.get_ca_certs()))


def test_a_certificate_goes_through_a_proxy(create, dps, own, start, monkeypatch):
    proxy = start()
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    result = create(*own)
    assert (result.exit_code, result.json["status"]) == (0, "assigned")
    assert proxy.asked == {dps.host: 1}
