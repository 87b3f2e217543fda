"""What exceptions of requests and urllib3 mean."""

from __future__ import annotations

import socket
import ssl

import pytest
import requests
from urllib3 import exceptions as urllib3

from azext_iot_dps.service import network_errors
from azext_iot_dps.service.failure import Reason


def connection(cause):
    """As requests wraps what urllib3 gave up on."""
    return requests.ConnectionError(urllib3.MaxRetryError(None, "/", cause))


def name_error(number):
    cause = urllib3.NewConnectionError(None, "no address")
    cause.__cause__ = socket.gaierror(number, "no address")
    return connection(cause)


def tunnel(status):
    return requests.exceptions.ProxyError(
        urllib3.MaxRetryError(None, "/", urllib3.ProxyError("x", OSError(f"Tunnel connection failed: {status}")))
    )


UNTRUSTED = requests.exceptions.SSLError(
    urllib3.MaxRetryError(None, "/", urllib3.SSLError(ssl.SSLCertVerificationError(1, "self-signed")))
)
NO_TLS = requests.exceptions.SSLError(
    urllib3.MaxRetryError(None, "/", urllib3.SSLError(ssl.SSLError(1, "WRONG_VERSION_NUMBER")))
)
CUT_HANDSHAKE = requests.exceptions.SSLError(
    urllib3.MaxRetryError(None, "/", urllib3.SSLError(ssl.SSLEOFError(8, "EOF occurred")))
)
RESET = requests.ConnectionError(urllib3.ProtocolError("Connection aborted.", ConnectionResetError(104, "reset")))


@pytest.mark.parametrize(
    ("error", "reason", "transient", "never_connected"),
    [
        (connection(urllib3.NewConnectionError(None, "refused")), Reason.UNREACHABLE, True, True),
        (requests.ConnectTimeout(urllib3.ConnectTimeoutError()), Reason.UNREACHABLE, True, True),
        (name_error(socket.EAI_NONAME), Reason.UNREACHABLE, False, True),
        (name_error(socket.EAI_AGAIN), Reason.UNREACHABLE, True, True),
        (RESET, Reason.CUT_OFF, True, False),
        (requests.exceptions.ChunkedEncodingError("cut"), Reason.CUT_OFF, True, False),
        (requests.ReadTimeout("late"), Reason.TIMED_OUT, False, False),
        (UNTRUSTED, Reason.UNTRUSTED, False, True),
        (NO_TLS, Reason.NO_TLS, False, False),
        (CUT_HANDSHAKE, Reason.CUT_OFF, True, False),
        (tunnel("407 Proxy Authentication Required"), Reason.PROXY_REFUSED, False, True),
        (tunnel("502 Bad Gateway"), Reason.PROXY_REFUSED, True, True),
        (requests.exceptions.InvalidURL("http://"), Reason.UNREACHABLE, False, True),
        (OSError("Could not find a suitable TLS CA certificate bundle"), Reason.CA_FILE, False, True),
    ],
    ids=lambda value: value.name if isinstance(value, Reason) else None,
)
def test_what_an_exception_means(error, reason, transient, never_connected):
    assert network_errors.reason(error) is reason
    assert network_errors.is_transient(error) is transient
    assert network_errors.never_connected(error) is never_connected


def test_the_answer_of_a_proxy_is_named():
    error = network_errors.service_error("my.example", tunnel("403 Forbidden"))
    assert str(error) == "The proxy did not connect to my.example: 403 Forbidden."
    assert (error.status, error.answered) == (None, False)
