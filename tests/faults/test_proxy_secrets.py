"""The password of a proxy is never shown, regardless of what the proxy responds."""

from __future__ import annotations

import socket
from base64 import b64encode
from threading import Thread

import pytest
from azure.cli.core import __version__

USER, RAW, PASSWORD = "user", "p%40ss", "p@ss"
BASE64 = b64encode(b"user:p@ss").decode()
SPELLINGS = {"raw": RAW, "decoded": PASSWORD, "base64": BASE64, "pair": f"user:{PASSWORD}", "lower": "P%40ss".lower()}
OLD = tuple(map(int, __version__.split(".")[:2])) < (2, 70)
LINES = {"service": "iot dps enrollment list --login", "login": "iot dps enrollment list -n HOST --auth-type login"}


@pytest.fixture
def proxy():
    """Starts a proxy that refuses each tunnel with this status line."""
    listener = socket.create_server(("127.0.0.1", 0))
    answers = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(f"HTTP/1.1 {answers[0]}\r\nX: {answers[0]}\r\n\r\n".encode())

    thread = Thread(target=serve, daemon=True)
    thread.start()

    def start(answer):
        answers.append(answer)
        return f"127.0.0.1:{listener.getsockname()[1]}"

    yield start
    listener.shutdown(socket.SHUT_RDWR)
    thread.join()
    listener.close()


def said(result):
    """All but the line in which azure-cli itself repeats what was typed."""
    return "\n".join(line for line in result.err.splitlines() if "Command arguments:" not in line) + result.out


@pytest.fixture
def run(az, dps):
    """Runs a line of LINES; requests for tokens go through the proxy too."""

    def run(line, options=""):
        if not line.endswith("--login") and OLD:
            pytest.skip("azure-cli before 2.70 prints the failure of its own token request as it is")
        more = [dps.connection_string] if line.endswith("--login") else []
        return az(f"{line.replace('HOST', dps.host)}", *more, *options.split())

    return run


@pytest.mark.parametrize("options", ["", "--debug"])
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_a_refusal_that_repeats_it(run, proxy, monkeypatch, spelling, line, options):
    monkeypatch.setenv("HTTPS_PROXY", f"http://{USER}:{RAW}@{proxy(f'407 Who is {spelling} here')}")
    result = run(line, options)
    assert result.exit_code == 1
    assert [text for text in (RAW, PASSWORD, BASE64) if text in said(result)] == []


def test_the_rest_of_the_refusal_is_shown(run, dps, proxy, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://{USER}:{RAW}@{proxy('407 Not with p@ss, user')}")
    message = f"ERROR: The proxy did not connect to {dps.host}: 407 Not with ***, user.\n"
    assert run(LINES["service"]).err.startswith(message)


@pytest.mark.parametrize("options", ["", "--debug"])
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
@pytest.mark.parametrize("rest", ["[::1", ":::", "127.0.0.1:x", "127.0.0.1:99999", "", "a b", "127.0.0.1:1"])
def test_a_proxy_url_that_is_invalid(run, monkeypatch, rest, line, options):
    monkeypatch.setenv("HTTPS_PROXY", f"http://{USER}:{RAW}@{rest}")
    result = run(line, options)
    assert result.exit_code == 1
    assert [text for text in (RAW, PASSWORD, BASE64) if text in said(result)] == []
