"""Responses without end: in size, in time and in number. Each ends with an error message."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest

from azext_iot_dps.service import session
from tests.raw_server import RawServer

SHOW = "iot dps enrollment show --eid dev"
CREATE = "iot dps enrollment create --eid dev --at symmetricKey"
MEGABYTE = 1024 * 1024
BODY = b'{"registrationId": "dev"}'
OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
CHECK_HOST = "Check the host name. The cause may be DNS, a proxy, the service's IP filter or a private endpoint.\n"
UNKNOWN = "The request may have succeeded. Check the enrollment before retrying.\n"
TOO_LARGE = "ERROR: HOST returned a response of more than 64 MiB.\n"
TIMED_OUT = f"ERROR: The request to HOST timed out.\n{CHECK_HOST}"
INTERIM = "ERROR: HOST returned more than 100 interim responses before a response.\n"


def endless(start, *pieces):
    """An answer that begins with `start` and never ends."""

    def answer(connection, head):
        connection.sendall(start)
        while True:
            for piece in pieces:
                connection.sendall(piece)

    return answer


def once(data, stays_open=True):
    """An answer of these bytes."""

    def answer(connection, head):
        connection.sendall(data)
        return stays_open

    return answer


@pytest.fixture
def serve(monkeypatch, tmp_path):
    """Starts a server with these answers, which requests trust."""
    started = []

    def serve(answer):
        server = RawServer(answer)
        started.append(server)
        server.authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
        return server

    yield serve
    for server in started:
        server.stop()


@pytest.fixture(params=["direct", "proxy"])
def way(request, monkeypatch, start):
    """Requests reach the server directly, or through a proxy."""
    if request.param == "proxy":
        monkeypatch.setenv("HTTPS_PROXY", start().url())


DRIPS = {
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n", b"x"),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "size of a chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "trailers": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"x: y\r\n"),
    "until it closes": (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
    "headers": (b"HTTP/1.1 200 OK\r\nx: ", b"y"),
    "status": (b"HTTP/1.1 ", b" "),
    "of an error": (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 9999999999\r\n\r\n", b"x"),
}


@pytest.mark.parametrize("drip", DRIPS.values(), ids=DRIPS)
def test_a_response_that_drips(az, serve, way, monkeypatch, drip):
    monkeypatch.setattr(session, "MAX_SECONDS", 0.1)
    server = serve(endless(*drip))
    result = az(SHOW, "--login", server.connection_string)
    assert result.exit_code == 1
    assert result.err.replace(server.host, "HOST") == TIMED_OUT
    assert server.requests == ["GET"]


def test_a_create_whose_response_drips(az, serve, monkeypatch):
    monkeypatch.setattr(session, "MAX_SECONDS", 0.1)
    server = serve(endless(*DRIPS["body"]))
    result = az(CREATE, "--login", server.connection_string)
    assert (result.exit_code, result.err.replace(server.host, "HOST")) == (1, TIMED_OUT + UNKNOWN)
    assert server.requests == ["PUT", "GET"]


def test_a_body_of_the_largest_size(iot, dps, monkeypatch):
    monkeypatch.setattr(session, "MAX_BYTES", 25)
    dps.fail(raw=BODY)
    assert iot("enrollment show --eid dev").json == {"registrationId": "dev"}
    dps.fail(raw=BODY + b" ")
    result = iot("enrollment show --eid dev")
    assert (result.exit_code, result.err.replace(dps.host, "HOST")) == (1, TOO_LARGE)
    assert len(dps.requests) == 2


LARGE = {
    "known length": b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n",
    "unknown length": b"HTTP/1.1 200 OK\r\n\r\n",
    "error": b"HTTP/1.1 503 Service Unavailable\r\n\r\n",
}


@pytest.mark.parametrize("first", LARGE.values(), ids=LARGE)
def test_a_body_that_never_ends(az, serve, way, monkeypatch, first):
    monkeypatch.setattr(session, "MAX_BYTES", MEGABYTE)
    server = serve(endless(first, bytes(MEGABYTE)))
    result = az(SHOW, "--login", server.connection_string)
    assert (result.exit_code, result.err.replace(server.host, "HOST")) == (1, TOO_LARGE)
    assert server.requests == ["GET"]


@pytest.mark.parametrize(
    "piece", [b"x: y\r\n" * 9999, b"1;" + b"x" * 60_000 + b"\r\ny\r\n"], ids=["trailers", "chunks"]
)
def test_what_is_around_a_body_is_bounded_too(az, serve, monkeypatch, piece):
    monkeypatch.setattr(session, "MAX_BYTES", MEGABYTE)
    last = b"0\r\n" if piece.startswith(b"x") else b""
    server = serve(endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + last, piece))
    result = az(SHOW, "--login", server.connection_string)
    assert (result.exit_code, result.err.replace(server.host, "HOST")) == (1, TOO_LARGE)


def test_a_create_whose_response_is_too_large(iot, dps, monkeypatch):
    monkeypatch.setattr(session, "MAX_BYTES", 300)
    dps.fail(raw=b" " * 301, method="PUT", carry_out=True)
    dps.fail(raw=b" " * 301, method="GET")
    result = iot("enrollment create --eid dev --at symmetricKey")
    assert (result.exit_code, result.err.replace(dps.host, "HOST")) == (1, TOO_LARGE + UNKNOWN)


@pytest.fixture(scope="module")
def bomb():
    return gzip.compress(bytes(200 * MEGABYTE))


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_small_body_that_becomes_large(iot, dps, bomb, layers):
    for _ in range(layers - 1):
        bomb = gzip.compress(bomb)
    dps.fail(raw=bomb, headers={"Content-Encoding": ", ".join(["gzip"] * layers)})
    tracemalloc.start()
    try:
        result = iot("enrollment show --eid dev")
        assert tracemalloc.get_traced_memory()[1] < 150 * MEGABYTE
    finally:
        tracemalloc.stop()
    assert result.exit_code == 1
    assert result.err.replace(dps.host, "HOST").startswith(
        TOO_LARGE if layers == 1 else "ERROR: HOST returned an unexpected response (HTTP 200).\n"
    )


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [("gzip", gzip.compress), ("GZIP", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)],
)
def test_a_compressed_body(iot, dps, encoding, compress):
    dps.fail(raw=compress(BODY), headers={"Content-Encoding": encoding})
    assert iot("enrollment show --eid dev").json == {"registrationId": "dev"}


@pytest.mark.parametrize("interim", [HINTS, CONTINUE, CONTINUE + HINTS + HINTS + CONTINUE, HINTS * 100, CONTINUE * 100])
def test_interim_responses_are_skipped(az, serve, way, interim):
    server = serve(once(interim + OK))
    result = az(SHOW, "--login", server.connection_string)
    assert (result.exit_code, result.json, result.err) == (0, {"registrationId": "dev"}, "")


@pytest.mark.parametrize("interim", [HINTS, CONTINUE])
def test_interim_responses_without_end(az, serve, way, interim):
    server = serve(endless(b"", interim))
    result = az(SHOW, "--login", server.connection_string)
    assert result.exit_code == 1
    assert result.err.replace(server.host, "HOST").startswith(INTERIM)
    assert server.requests == ["GET"]


def test_interim_responses_that_drip(az, serve, monkeypatch):
    monkeypatch.setattr(session, "MAX_SECONDS", 0.1)
    monkeypatch.setattr(session, "MAX_INTERIM", 10**9)
    server = serve(endless(b"", HINTS))
    result = az(SHOW, "--login", server.connection_string)
    assert (result.exit_code, result.err.replace(server.host, "HOST")) == (1, TIMED_OUT)


@pytest.mark.parametrize("line", [SHOW, "iot dps enrollment delete --eid dev"])
def test_switching_protocols_is_no_success(az, serve, line):
    server = serve(once(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"))
    result = az(line, "--login", server.connection_string)
    assert result.exit_code == 1
    assert result.err == "ERROR: The service returned HTTP 101 Switching Protocols. (error 101)\n"


@pytest.mark.parametrize("header", [b"no header at all marked", b" folded: marked", b": marked"])
def test_headers_that_are_none_are_not_logged(az, serve, header):
    server = serve(
        once(b"HTTP/1.1 200 OK\r\nX: y\r\n" + header + b"\r\nContent-Length: 25\r\n\r\n" + BODY, stays_open=False)
    )
    result = az(f"{SHOW} --debug", "--login", server.connection_string)
    assert "marked" not in result.err
    assert "Failed to parse headers" not in result.err
