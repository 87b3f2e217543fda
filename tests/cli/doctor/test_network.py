"""az iot dps doctor: the steps between this computer and the host."""

from __future__ import annotations

import socket
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from tests.cli.doctor.conftest import HEALTHY

PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
NO_CONNECTION = "Check the host name. The cause may be DNS, a proxy, the service's IP filter or a private endpoint."
NO_PROXY = "Check HTTPS_PROXY, or add the host to NO_PROXY."
BY_LOGIN = {"network-rules": "skipped", "linked-hubs": "skipped"}


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Proxy settings of the developer are ignored."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def at(doctor):
    """Examines a host by a connection string."""
    return lambda host: doctor("", "--login", f"HostName={host};SharedAccessKeyName=kilo;SharedAccessKey=a2lsbw==")


def after(step):
    """The statuses after a step that failed."""
    names = ["dns", "tcp", "tls", "clock"]
    later = names[names.index(step) + 1 :]
    return {step: "failed", **dict.fromkeys([*later, "read", "rights"], "skipped"), **BY_LOGIN}


def test_a_name_that_dns_does_not_know(at):
    examined = at("nowhere.invalid")
    assert examined.changed() == after("dns")
    message, advice = examined["dns"]
    assert message.startswith("The host name nowhere.invalid cannot be resolved: ")
    assert advice.startswith("Check the name for a typing error, and the DNS server of this computer: nslookup nowher")


def test_a_port_that_nobody_listens_on(at):
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"127.0.0.1:{server.getsockname()[1]}"
    examined = at(host)
    assert examined.changed() == after("tcp")
    assert examined["tcp"] == (f"{host} does not accept connections: Connection refused.", NO_CONNECTION)


def test_a_certificate_that_is_not_trusted(at, dps, monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    examined = at(dps.host)
    assert examined.changed() == after("tls")
    assert examined["tls"] == (
        f"The TLS certificate of {dps.host} was not accepted.",
        "If a proxy inspects TLS, set REQUESTS_CA_BUNDLE to the proxy's CA certificate file.",
    )
    assert dps.requests == []


def test_verification_that_is_disabled(doctor, monkeypatch):
    monkeypatch.setenv("AZURE_CLI_DISABLE_CONNECTION_VERIFICATION", "1")
    examined = doctor()
    assert examined.changed() == {"tls": "warning"}
    assert examined["tls"][1] == "Unset AZURE_CLI_DISABLE_CONNECTION_VERIFICATION."


def test_a_proxy_that_connects(doctor, dps, start, monkeypatch):
    proxy = start()
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    examined = doctor("", "--login", dps.connection_string)
    assert examined.changed() == {"dns": "skipped", **BY_LOGIN}
    assert examined["dns"] == ("The proxy resolves the host name.", None)
    assert examined["tcp"] == (f"The proxy 127.0.0.1:{proxy.port} accepts connections.", None)


@pytest.mark.parametrize(
    "arguments, plugin, told",
    [((), "Forbidding", "403 Forbidden"), (("--basic-auth", "user:other"), "", "407 Proxy Authentication Required")],
)
def test_a_proxy_that_refuses(doctor, dps, start, monkeypatch, arguments, plugin, told):
    proxy = start(*arguments, plugin=plugin)
    monkeypatch.setenv("HTTPS_PROXY", proxy.url("user:marked-secret@"))
    examined = doctor("", "--login", dps.connection_string)
    assert examined.changed() == {**after("tls"), "dns": "skipped"}
    assert examined["tls"] == (f"The proxy did not connect to {dps.host}: {told}.", NO_PROXY)
    assert "marked-secret" not in examined.result.out + examined.result.err


@pytest.mark.parametrize(
    "url, message",
    [
        ("http://user:marked-secret@127.0.0.1:1", "The proxy 127.0.0.1:1 does not accept connections: Conn"),
        ("127.0.0.1:1", "The proxy 127.0.0.1:1 does not accept connections: Connection refused."),
        ("http://", "The proxy of HTTPS_PROXY is not a URL."),
        ("http://127.0.0.1:x", "The proxy of HTTPS_PROXY is not a URL."),
    ],
)
def test_a_proxy_that_is_not_there(doctor, dps, monkeypatch, url, message):
    monkeypatch.setenv("HTTPS_PROXY", url)
    examined = doctor("", "--login", dps.connection_string)
    assert examined.changed() == {**after("tcp"), "dns": "skipped"}
    assert examined["tcp"][0].startswith(message)
    assert "marked-secret" not in examined.result.out + examined.result.err


@pytest.mark.parametrize("hours, direction", [(2, "behind"), (-2, "ahead of")])
def test_a_wrong_clock_is_a_warning(doctor, dps, hours, direction):
    date = format_datetime(datetime.now(timezone.utc) + timedelta(hours=hours), usegmt=True)
    dps.fail(headers={"Date": date}, where=lambda request: request.path == "/")
    examined = doctor()
    assert examined.changed() == {"clock": "warning"}
    message, advice = examined["clock"]
    assert message.startswith("This computer's clock is 7") and message.endswith(f" seconds {direction} the service's.")
    assert advice.startswith("Set the clock of this computer by a time server.")


def test_a_response_without_a_date(doctor, dps):
    dps.fail(headers={"Date": "yesterday"}, where=lambda request: request.path == "/")
    assert doctor()["clock"] == ("The response has no date.", None)


def test_a_service_that_fails_to_answer(doctor, dps):
    dps.fail(times=9, status=500, path="/enrollments/query")
    examined = doctor()
    assert examined.changed() == {"read": "failed", "rights": "skipped"}
    assert list(examined.statuses) == list(HEALTHY)
