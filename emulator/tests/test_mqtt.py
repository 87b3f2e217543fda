"""The emulator against contract.md: devices that register over MQTT. The bytes are those of MQTT 3.1.1."""

from __future__ import annotations

import json
import socket
import ssl
from base64 import b64decode, b64encode

import pytest

from chip import Chip
from dps_emulator import Emulator
from dps_emulator.lab import certificates
from dps_emulator.signatures import sign
from emulator_client import KEY1, KEY2, group, sas, symmetric

pytest.importorskip("amqtt", reason="MQTT needs Python 3.10")
SCOPE = "0ne00000A0A"
REGISTER = "$dps/registrations/PUT/iotdps-register/?$rid=1"
ACCEPTED, REFUSED = b"\x20\x02\x00\x00", b"\x20\x02\x00\x05"


@pytest.fixture(scope="module")
def serving():
    with Emulator(mqtt_port=0) as emulator:
        yield emulator


@pytest.fixture
def connected(service):
    """A device's connection after its CONNECT, and the answer to that."""
    sockets = []

    def connect(id, password="", files=None, version="2019-03-31"):
        tls = ssl.create_default_context(cafile=service.ca_file)
        if files:
            tls.load_cert_chain(*files)
        plain = socket.create_connection(("127.0.0.1", service.mqtt_port), timeout=10)
        sockets.append(tls.wrap_socket(plain, server_hostname="localhost"))
        name = text(f"{SCOPE}/registrations/{id}/api-version={version}&ClientVersion=test")
        flags = b"\xc2" if password else b"\x82"
        rest = text(id) + name + (text(password) if password else b"")
        sockets[-1].sendall(packet(0x10, text("MQTT") + b"\x04" + flags + b"\x00\x3c" + rest))
        return sockets[-1], sockets[-1].recv(4)

    yield connect
    for each in sockets:
        each.close()


def text(content):
    return len(content.encode()).to_bytes(2, "big") + content.encode()


def packet(kind, rest):
    length = bytes([len(rest)]) if len(rest) < 128 else bytes([len(rest) % 128 | 128, len(rest) // 128])
    return bytes([kind]) + length + rest


def asked(connection, topic, content=b""):
    """Publish at QoS 1; topic and JSON of the answer."""
    connection.sendall(packet(0x32, text(topic) + b"\x00\x07" + content))
    with connection.makefile("rb") as stream:
        assert stream.read(4) == b"\x40\x02\x00\x07"
        assert stream.read(1) == b"\x30"
        length = stream.read(1)[0]
        length = length if length < 128 else length - 128 + stream.read(1)[0] * 128
        body = stream.read(length)
    end = 2 + int.from_bytes(body[:2], "big")
    return body[2:end].decode(), json.loads(body[end:] or b"null")


def password(id, key):
    # as Python's client has it, without a policy
    return sas(f"{SCOPE}/registrations/{id}", "registration", key).replace("&skn=registration", "")


def test_a_device_with_a_key_registers_and_asks_for_the_result(service, connected):
    service.enrollments.put(symmetric())
    connection, answer = connected("dev", password("dev", KEY1))
    assert answer == ACCEPTED
    connection.sendall(packet(0x82, b"\x00\x01" + text("$dps/registrations/res/#") + b"\x01"))
    assert connection.recv(5) == b"\x90\x03\x00\x01\x01"
    topic, body = asked(connection, REGISTER, b'{"registrationId": "dev", "payload": null}')
    assert topic == "$dps/registrations/res/202/?$rid=1&retry-after=3"
    query = f"$dps/registrations/GET/iotdps-get-operationstatus/?$rid=2&operationId={body['operationId']}"
    assert asked(connection, query)[1]["status"] == "assigning"
    topic, body = asked(connection, query)
    assert topic == "$dps/registrations/res/200/?$rid=2"
    assert body["registrationState"]["assignedHub"] == "linked-hub.azure-devices.net"
    assert [str(request).split(" ")[0] for request in service.requests] == ["CONNECT", "PUT", "GET", "GET"]
    connection.sendall(b"\xc0\x00")
    assert connection.recv(2) == b"\xd0\x00"


def test_a_member_of_a_group_registers_with_its_derived_key(service, connected):
    service.groups.put(group())
    connection, answer = connected("member", password("member", sign(KEY2, "member")))
    assert (answer, asked(connection, REGISTER)[1]["status"]) == (ACCEPTED, "assigning")
    assert service.registrations["member"]["status"] == "assigned"


def test_a_device_with_a_certificate_registers_without_a_password(service, connected, tmp_path):
    files = tmp_path / "dev.pem", tmp_path / "dev.key"
    files[0].write_text(certificates.pem("dev"))
    files[1].write_bytes(certificates.private_key(name="dev"))
    assert connected("dev", files=files)[1] == REFUSED
    pair = {"primary": {"certificate": certificates.pem("dev")}}
    service.enrollments.put(
        {"registrationId": "dev", "attestation": {"type": "x509", "x509": {"clientCertificates": pair}}}
    )
    connection, answer = connected("dev", files=files)
    assert (answer, asked(connection, REGISTER)[1]["status"]) == (ACCEPTED, "assigning")
    assert connected("other", files=files)[1] == REFUSED
    assert [(request.method, request.status) for request in service.requests] == [
        ("CONNECT", 401),
        ("CONNECT", 200),
        ("PUT", 202),
        ("CONNECT", 401),
    ]


def test_a_wrong_key_an_unknown_id_and_no_proof_are_refused_at_connect(service, connected):
    service.enrollments.put(symmetric())
    refused = [connected("dev", password("dev", "/" * 43 + "=")), connected("absent", password("absent", KEY1))]
    assert [answer for _, answer in [*refused, connected("dev")]] == [REFUSED] * 3
    assert [request.status for request in service.requests] == [401] * 3


def test_a_certificate_is_issued_over_mqtt_too(service, connected):
    policy = dict.fromkeys(("namespaceName", "certificateAuthorityName", "certificatePolicyName"), "factory")
    service.enrollments.put(symmetric("device", **policy))
    connection, _ = connected("device", password("device", KEY1), version="2026-11-01")
    csr = b64encode(certificates.request(certificates.DER)).decode()
    body = asked(connection, REGISTER, json.dumps({"registrationId": "device", "csr": csr}).encode())[1]
    query = f"$dps/registrations/GET/iotdps-get-operationstatus/?$rid=2&operationId={body['operationId']}"
    result = [asked(connection, query)[1] for _ in range(2)][1]["registrationState"]
    root = b64decode(result["issuedCertificateChain"][-1])
    assert ssl.DER_cert_to_PEM_cert(root) == service.issuing_authority


def test_a_device_with_a_tpm_is_refused_as_by_the_service(api, service, connected):
    chip = Chip()
    service.enrollments.put({"registrationId": "dev", "attestation": {"type": "tpm", "tpm": chip.keys}})
    body = {"registrationId": "dev", "tpm": chip.keys}
    challenge = api("PUT", f"/{SCOPE}/registrations/dev/register", body, headers={"Authorization": None}).json()
    key = chip.activated(challenge["authenticationKey"])
    assert [connected("dev")[1], connected("dev", password("dev", key))[1]] == [REFUSED] * 2


def test_a_version_that_is_not_supported_is_refused_at_connect(service, connected):
    service.enrollments.put(symmetric())
    service.switches.device_api_versions = ("2021-10-01",)
    assert connected("dev", password("dev", KEY1))[1] == REFUSED
    assert service.requests[0].answer["message"] == "Unsupported API version 2019-03-31."


def test_a_disabled_enrollment_is_200_with_that_status(service, connected):
    service.enrollments.put(symmetric(provisioningStatus="disabled"))
    topic, body = asked(connected("dev", password("dev", KEY1))[0], REGISTER)
    assert (topic, body["status"]) == ("$dps/registrations/res/200/?$rid=1", "disabled")


def test_a_fault_meets_a_message(service, connected):
    service.enrollments.put(symmetric())
    connection, _ = connected("dev", password("dev", KEY1))
    service.fail(status=503, path="/register")
    assert asked(connection, REGISTER)[0] == "$dps/registrations/res/503/?$rid=1"


def test_other_topics_and_other_bytes_end_the_connection(service, connected):
    service.enrollments.put(symmetric())
    connection, _ = connected("dev", password("dev", KEY1))
    connection.sendall(packet(0x30, text("elsewhere")))
    assert connection.recv(1) == b""


def test_connect_is_no_method_of_https(api):
    assert api("CONNECT", f"/{SCOPE}/registrations/dev", version="2019-03-31").status_code == 405


def test_without_a_port_there_is_no_mqtt():
    with Emulator() as emulator:
        assert emulator.mqtt_port is None
