"""Addresses, ports and names: where the emulator is reached, and what its certificate covers."""

from __future__ import annotations

import socket
import ssl

import pytest

from dps_emulator import Emulator
from dps_emulator.listening import LOOPBACK, ListenError, listening
from dps_emulator.names import is_name, with_port


def covered(dps, address, name):
    """Whether a client that asks for this name at this address trusts the certificate."""
    context = ssl.create_default_context(cafile=dps.ca_file)
    with socket.create_connection((address, dps.port), timeout=10) as plain:
        try:
            context.wrap_socket(plain, server_hostname=name).close()
        except ssl.SSLCertVerificationError:
            return False
    return True


def _has_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


with_ipv6 = pytest.mark.skipif(not _has_ipv6(), reason="this machine has no ::1")


@with_ipv6
def test_one_port_on_both_loopback_addresses():
    with Emulator(bind=LOOPBACK) as dps:
        assert [covered(dps, address, "localhost") for address in ("127.0.0.1", "::1")] == [True, True]
        assert not dps.is_exposed


@pytest.mark.parametrize(
    ("name", "is_covered"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("global.azure-devices-provisioning.net", True),
        ("dps.example", True),
        ("edge.example", True),
        ("other.example", False),
    ],
)
def test_the_certificate_covers_names(name, is_covered):
    with Emulator(names=("dps.example", "edge.example")) as dps:
        assert covered(dps, "127.0.0.1", name) is is_covered


def test_the_first_name_is_the_name_of_the_service():
    with Emulator(names=("dps.example", "edge.example")) as dps:
        host = f"dps.example:{dps.port}"
        assert (dps.host, dps.url) == (host, f"https://{host}")
        assert dps.connection_string.startswith(f"HostName={host};SharedAccessKeyName=")
        aa = "00000000-0000-0000-0000-0000000000aa"
        properties = dps.arm.find(aa, "myrg", "mydps")["properties"]
        members = ("serviceOperationsHostName", "deviceProvisioningHostName")
        assert [properties[member] for member in members] == [host, host]


@pytest.mark.parametrize(
    ("name", "port", "spelt"),
    [
        ("dps.example", 443, "dps.example"),
        ("dps.example", 8443, "dps.example:8443"),
        ("::1", 443, "[::1]"),
        ("::1", 8443, "[::1]:8443"),
    ],
)
def test_a_name_has_a_port_unless_that_is_443(name, port, spelt):
    assert with_port(name, port) == spelt


@pytest.mark.parametrize("text", ["localhost", "my-dps.example", "1.2.3.4", "::1", "a_b.example", "x" * 63])
def test_what_is_a_name(text):
    assert is_name(text)


@pytest.mark.parametrize(
    "text", ["", "a b", "dps.example:443", "https://dps", "-a", "a..b", "1.2.3.400", "*.a", "x" * 64]
)
def test_what_is_none(text):
    assert not is_name(text)


def test_a_port_that_is_in_use():
    with Emulator() as dps, pytest.raises(ListenError) as raised:
        Emulator(dps.port)
    assert str(raised.value) == (
        f"Port {dps.port} of 127.0.0.1 is in use. End the program that uses it, or specify another --port: 0 for any "
        "free port."
    )


@with_ipv6
def test_a_port_that_is_in_use_on_one_of_two_addresses():
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as used:
        port = used.getsockname()[1]
        with pytest.raises(ListenError, match=f"^Port {port} of ::1 is in use"):
            listening(LOOPBACK, port)
    for each in listening(LOOPBACK, port):
        each.close()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("192.0.2.1", "192.0.2.1 is not an address of this machine. Specify another --host."),
        ("no.such.name.invalid", "no.such.name.invalid is not an address of this machine: "),
    ],
)
def test_an_address_of_another_machine(address, sentence):
    with pytest.raises(ListenError) as raised:
        listening((address,), 0)
    assert str(raised.value).startswith(sentence)
