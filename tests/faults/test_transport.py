"""What goes over the wire: URLs, headers, signatures, TLS, proxies; and what no answer means."""

from __future__ import annotations

import socket
import time
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
import trustme

from azext_iot_dps.service.auth import SasAuth
from azext_iot_dps.service.failure import Reason, ServiceError
from azext_iot_dps.service.keys import sas_token
from azext_iot_dps.service.target import Target
from azext_iot_dps.service.transport import Transport
from azext_iot_dps.version import VERSION

SYMMETRIC = {"type": "symmetricKey", "symmetricKey": {"primaryKey": "A" * 24, "secondaryKey": "B" * 24}}
UPDATE = "enrollment update --eid {} --device-id x"
UNREACHABLE = "Check the host name. The cause may be DNS, a proxy, the service's IP filter or a private endpoint."
TLS = (
    "The TLS certificate of {} was not accepted.\n"
    "If a proxy inspects TLS, set REQUESTS_CA_BUNDLE to the proxy's CA certificate file."
)
STRING = "HostName={};SharedAccessKeyName=kilo;SharedAccessKey=a2lsbw=="


def refusal(result):
    """What stands behind ERROR:, the recommendation included."""
    assert "Traceback" not in result.err
    assert (result.exit_code, result.out) == (1, "")
    return result.err.partition("ERROR: ")[2].strip()


@pytest.fixture
def record(dps):
    """Seeds a record with symmetric keys."""
    return lambda id: dps.enrollments.put({"registrationId": id, "attestation": SYMMETRIC})


@pytest.fixture
def other_authority(tmp_path):
    file = str(tmp_path / "other.pem")
    trustme.CA().cert_pem.write_to_path(file)
    return file


@pytest.fixture
def closed_port():
    """A port without a listener, bound so that there will be none."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.mark.parametrize(
    ("id", "written"),
    [("dev1", "dev1"), ("a:b", "a%3Ab"), ("A.b-c_D", "A.b-c_D"), ("::", "%3A%3A"), ("query", "query")],
)
def test_ids_are_encoded(iot, dps, record, id, written):
    record(id)
    assert iot(UPDATE.format(id)).exit_code == 0
    assert [(request.method, request.raw_path) for request in dps.requests] == [
        ("GET", f"/enrollments/{written}"),
        ("POST", f"/enrollments/{written}/attestationmechanism"),
        ("PUT", f"/enrollments/{written}"),
    ]
    assert [request.query for request in dps.requests] == [{"api-version": "2026-11-01"}] * 3


@pytest.mark.parametrize(("verb", "method"), [("show", "GET"), ("delete", "DELETE")])
def test_registration_ids_are_encoded(iot, dps, verb, method):
    assert iot(f"enrollment registration {verb} --eid a:b").exit_code == 3
    (request,) = dps.requests
    assert (request.method, request.raw_path, request.query) == (
        method,
        "/registrations/a%3Ab",
        {"api-version": "2021-10-01"},
    )


def test_headers_of_every_call(iot, dps, record):
    record("dev1")
    assert iot(UPDATE.format("dev1")).exit_code == 0
    ids = [UUID(request.headers["x-ms-client-request-id"]) for request in dps.requests]
    assert len(set(ids)) == 3
    assert [request.headers["User-Agent"] for request in dps.requests] == [f"azure-iot-dps/{VERSION}"] * 3
    assert [request.headers["Accept"] for request in dps.requests] == ["application/json"] * 3
    assert [request.headers.get("Content-Type") for request in dps.requests] == [None, None, "application/json"]
    assert dps.requests[1].headers["Content-Length"] == "0"


@pytest.mark.parametrize("given", ["-n mydps -g myrg", "-n mydps -g myrg --auth-type login"], ids=["key", "login"])
def test_user_agent_names_the_caller_too(az, dps, monkeypatch, given):
    monkeypatch.setenv("AZURE_HTTP_USER_AGENT", "cloud-shell/1.0 (x)")
    assert az(f"iot dps enrollment list {given}").exit_code == 0
    agents = {request.headers["User-Agent"] for request in dps.requests if not request.path.startswith("/msi/")}
    assert agents == {f"azure-iot-dps/{VERSION} cloud-shell/1.0 (x)"}


def test_one_handshake_a_command(iot, dps, record):
    record("dev1")
    assert iot(UPDATE.format("dev1")).exit_code == 0
    assert (len(dps.requests), dps.handshakes) == (3, 1)


def test_signature(iot, dps):
    before = int(time.time())
    assert iot("enrollment list").exit_code == 0
    scheme, _, fields = dps.requests[0].headers["Authorization"].partition(" ")
    fields = dict(parse_qsl(fields, strict_parsing=True))
    assert scheme == "SharedAccessSignature"
    assert fields.keys() == {"sr", "sig", "se", "skn"}
    assert (fields["sr"], fields["skn"]) == (dps.host, "provisioningserviceowner")
    assert before + 3600 <= int(fields["se"]) <= time.time() + 3600


def test_signature_of_the_contract():
    key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    token = sas_token("my-dps.azure-devices-provisioning.net", "provisioningserviceowner", key, 1700000000)
    assert token == (
        "SharedAccessSignature sr=my-dps.azure-devices-provisioning.net"
        "&sig=H6WFyONeCIMVWZ3j6DiTPAOZxf8phJxubW3Vv6xDE%2FA%3D&se=1700000000&skn=provisioningserviceowner"
    )


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("line", ["enrollment list", "enrollment show --eid dev1"], ids=["list", "show"])
def test_redirects_are_not_followed(iot, dps, line, status):
    dps.fail(status=status, headers={"Location": f"{dps.url}/elsewhere"})
    assert f"(error {status})" in refusal(iot(line))
    assert len(dps.requests) == 1


def test_chunked_answers(iot, dps, record):
    record("dev1")
    dps.switches.chunked = True
    result = iot("enrollment show --eid dev1")
    assert (result.exit_code, result.json["registrationId"]) == (0, "dev1")


def test_unknown_authority(iot, dps, monkeypatch, other_authority):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", other_authority)
    assert refusal(iot("enrollment list")) == TLS.format(dps.host)
    assert dps.requests == []


def test_certificate_of_another_host(az, dps):
    # The same machine by a name that its certificate does not hold.
    result = az("iot dps enrollment list", "-l", STRING.format(f"127.1:{dps.port}"))
    assert refusal(result) == TLS.format(f"127.1:{dps.port}")
    assert dps.requests == []


def test_verification_switched_off(iot, dps, record, monkeypatch, other_authority):
    record("dev1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", other_authority)
    monkeypatch.setenv("AZURE_CLI_DISABLE_CONNECTION_VERIFICATION", "1")
    result = iot(UPDATE.format("dev1"))
    assert (result.exit_code, result.json["deviceId"]) == (0, "x")
    assert (
        result.err.count("WARNING: Connection verification is disabled. The server's identity is not checked.\n") == 1
    )
    assert (len(dps.requests), dps.handshakes) == (3, 1)


def test_no_such_host(az, dps):
    result = az("iot dps enrollment list", "-l", STRING.format("name.invalid"))
    assert refusal(result) == f"name.invalid could not be reached.\n{UNREACHABLE}"


def test_host_of_arm_that_dns_cannot_know(az, dps):
    dps.arm.services = [dps.arm.service("mydps", "myrg", host="my..host")]
    result = az("iot dps enrollment list -n mydps -g myrg")
    assert refusal(result) == "Azure Resource Manager returned no host name for 'mydps'."


def test_nobody_listens(az, dps, closed_port):
    result = az("iot dps enrollment list", "-l", STRING.format(f"localhost:{closed_port}"))
    assert refusal(result) == f"localhost:{closed_port} could not be reached.\n{UNREACHABLE}"


@pytest.mark.parametrize("drop", ["before", "after", "middle"])
@pytest.mark.parametrize("line", ["enrollment list", "enrollment show --eid dev1"], ids=["list", "show"])
def test_connection_is_dropped(iot, dps, record, line, drop):
    record("dev1")
    dps.fail(times=20, drop=drop)
    assert refusal(iot(line)) == f"{dps.host} closed the connection before its response was complete.\n{UNREACHABLE}"


def test_proxy(iot, dps, monkeypatch, closed_port):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port}")
    assert refusal(iot("enrollment list")) == f"{dps.host} could not be reached.\n{UNREACHABLE}"
    assert dps.requests == []


def test_no_proxy(iot, dps, monkeypatch, closed_port):
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "example.com,localhost")
    result = iot("enrollment list")
    assert (result.exit_code, result.json) == (0, [])


def test_nothing_is_sent_over_anything_but_https():
    with pytest.raises(ServiceError, match=r"http://localhost:1 is not an https URL\. Nothing was sent\.") as refusal:
        Transport("http://localhost:1", "2021-10-15", SasAuth(Target("localhost:1", "kilo", "a2lsbw==")))
    assert refusal.value.reason is Reason.BAD_SETTING
