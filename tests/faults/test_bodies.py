"""Every command against answers that are none, and hosts that are the wrong one or none: what will not pass."""

import re
import socket
import ssl
from threading import Thread

import pytest
import trustme

from azext_iot_dps.service import session
from tests.faults.faulty import COMMANDS, seed, state, strike

MUTATING = ("create", "update", "delete", "registration-delete")
BODIES = {
    "truncated": {"status": 200, "raw": '{"registrationId": "de'},
    "html": {"status": 200, "raw": "<html>sign in</html>", "content_type": "text/html"},
    "empty": {"status": 200, "raw": ""},
    "number": {"status": 200, "raw": "1"},
    "list-of-text": {"status": 200, "raw": '["a"]'},
}
NOT_ASKED_FOR = (
    "ERROR: HOST returned an unexpected response (HTTP 200).\n"
    "Check that the host name is correct and that no proxy responds in its place.\n"
)


@pytest.mark.parametrize("fault", BODIES)
@pytest.mark.parametrize("name", COMMANDS)
def test_an_answer_that_is_none(iot, dps, name, fault):
    seed(dps)
    command = COMMANDS[name]
    strike(dps, command, 1, BODIES[fault])
    result = iot(command.line)
    if "delete" in name and fault == "empty":
        # nothing is what a delete answers with; 200 for 204 is taken
        assert (result.exit_code, len(dps.requests)) == (0, 1)
        return
    if "delete" in name:
        # looked up, and sent again, since what is there is old
        assert (result.exit_code, len(dps.requests)) == (0, 3)
        return
    looked = {"create": 1, "update": 2}.get(name, 0)
    assert (result.exit_code, len(dps.requests)) == (1, command.until + looked)
    assert result.err.replace(dps.host, "HOST") == NOT_ASKED_FOR
    assert state(dps) == "untouched"


@pytest.mark.parametrize("name", MUTATING)
def test_carried_out_and_then_an_answer_that_is_none(iot, dps, name):
    seed(dps)
    strike(dps, COMMANDS[name], 1, {**BODIES["html"], "carry_out": True})
    assert iot(COMMANDS[name].line).exit_code == 0
    assert (
        state(dps)
        == {
            "create": "created",
            "update": "updated",
            "delete": "deleted",
            "registration-delete": "unregistered",
        }[name]
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_a_host_that_lets_wait(iot, dps, monkeypatch, name):
    monkeypatch.setattr(session, "TIMEOUT", (5, 0.3))
    seed(dps)
    command = COMMANDS[name]
    strike(dps, command, 1, {"delay": 600, "drop": "before"})
    result = iot(command.line)
    # what became of it is looked up; a create that is not there is sent again
    # and a delete of what is old and still there too
    expected = {"create": (0, 3), "update": (1, 5), "delete": (0, 3), "registration-delete": (0, 3)}
    assert (result.exit_code, len(dps.requests)) == expected.get(name, (1, command.until))
    if result.exit_code:
        assert result.err == (
            f"ERROR: The request to {dps.host} timed out.\n"
            "Check the host name. The cause may be DNS, a proxy, the service's IP filter or a private endpoint.\n"
        )


@pytest.fixture
def stranger():
    """A TLS server on this machine whose certificate is for another host; returns its port and its authority."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("other.example").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    try:
                        context.wrap_socket(connection, server_side=True).recv(1)
                    except OSError:
                        continue

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], authority
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


UNTRUSTED = (
    "ERROR: The TLS certificate of HOST was not accepted.\n"
    "If a proxy inspects TLS, set REQUESTS_CA_BUNDLE to the proxy's CA certificate file.\n"
)


def lines(az, dps, host):
    """Every command against that host, by key; (exit code, class, message) of each."""
    login = re.sub("HostName=[^;]+", f"HostName={host}", dps.connection_string)
    for name, command in COMMANDS.items():
        result = az(f"iot dps {command.line} --only-show-errors", "--login", login)
        yield name, result.exit_code, result.err


def test_a_certificate_of_another_authority(az, dps, monkeypatch, tmp_path, waits):
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
    for name, exit_code, err in lines(az, dps, dps.host):
        assert (name, exit_code) == (name, 1)
        assert err == UNTRUSTED.replace("HOST", dps.host)
    assert (dps.requests, waits) == ([], [])


def test_a_certificate_of_another_host(az, dps, monkeypatch, tmp_path, stranger, waits):
    port, authority = stranger
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    for name, exit_code, err in lines(az, dps, f"localhost:{port}"):
        assert (name, exit_code) == (name, 1)
        assert err.startswith(f"ERROR: The TLS certificate of localhost:{port} was not accepted.\n")
    assert waits == []


def test_a_host_that_dns_does_not_know(az, dps, waits):
    for name, exit_code, err in lines(az, dps, "name.invalid"):
        assert (name, exit_code) == (name, 1)
        assert err.startswith(
            "ERROR: name.invalid could not be reached.\nCheck the host name. The cause may be DNS, a proxy,"
        )
    assert waits == []


def test_a_host_that_refuses(az, dps, waits):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{unused.getsockname()[1]}"
        for name, exit_code, err in lines(az, dps, host):
            assert (name, exit_code) == (name, 1)
            assert err.startswith(
                f"ERROR: {host} could not be reached.\nCheck the host name. The cause may be DNS, a proxy,"
            )
    assert len(waits) == 4 * len(COMMANDS)
