"""TLS handshakes that are refused: their lines in the log."""

from __future__ import annotations

import queue
import re
import socket
import ssl

import pytest
import requests
from OpenSSL import SSL

from dps_emulator import Emulator
from dps_emulator.admin import Admin


@pytest.fixture
def ended():
    """What the emulator says has ended, in this order."""
    return queue.Queue()


@pytest.fixture
def dps(ended):
    with Emulator(ended=ended.put) as emulator:
        yield emulator


def plain_http(connection):
    connection.sendall(b"GET /secret?token=x HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert connection.recv(1) == b""


def does_not_trust(connection):
    with pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(connection, server_hostname="localhost")


def only_old_tls(connection):
    tls = SSL.Context(SSL.TLS_CLIENT_METHOD)
    tls.set_cipher_list(b"ALL@SECLEVEL=0")
    tls.set_max_proto_version(SSL.TLS1_1_VERSION)
    client = SSL.Connection(tls, connection)
    client.set_connect_state()
    with pytest.raises(SSL.Error):
        client.do_handshake()


def hangs_up(connection):
    connection.sendall(b"\x16\x03\x01")


@pytest.mark.parametrize(
    ("client", "reason"),
    [
        (plain_http, "the client sent plain HTTP"),
        (does_not_trust, r"the client does not trust the emulator's certificate \(.*unknown ca\)"),
        (only_old_tls, "unsupported protocol"),
        (hangs_up, "the client hung up"),
    ],
)
def test_a_refused_handshake_is_one_line_with_the_reason(dps, ended, client, reason):
    with socket.create_connection(("127.0.0.1", dps.port), timeout=10) as connection:
        client(connection)
    line = str(ended.get(timeout=10))
    assert re.fullmatch(rf"TLS :{dps.port} handshake refused: {reason} \d+ ms", line)
    # which is no request, and none that was accepted
    assert (dps.requests, dps.service_requests, dps.handshakes) == ([], [], 0)
    with Admin(dps, 0, lambda switches: None) as admin:
        headers = {"Authorization": f"Bearer {admin.token}"}
        (shown,) = requests.get(f"{admin.url}/requests", headers=headers, timeout=10).json()
    assert re.fullmatch(f"handshake refused: {reason}", shown.pop("status"))
    assert shown == {"method": "TLS", "path": f":{dps.port}"}


def test_the_end_of_the_emulator_refuses_nobody(ended):
    with socket.socket() as silent:
        with Emulator(ended=ended.put) as dps:
            silent.connect(("127.0.0.1", dps.port))
            # connections are accepted one after the other
            assert requests.get(dps.url, verify=dps.ca_file, timeout=10).status_code == 501
        assert [str(ended.get_nowait()).split(" ")[0], ended.empty()] == ["GET", True]
