"""The steps between this computer and the host of the service: DNS, TCP or a proxy, TLS, clocks."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

from azext_iot_dps.cli.client import verify
from azext_iot_dps.cli.failures import advice
from azext_iot_dps.doctor.case import Case, Finding, failed, ok, skipped, warning
from azext_iot_dps.service.auth import MAX_SKEW, DeviceCertificate
from azext_iot_dps.service.failure import Reason, ServiceError
from azext_iot_dps.service.retry import server_clock_ahead
from azext_iot_dps.service.session import TIMEOUT
from azext_iot_dps.service.transport import Transport
from azext_iot_dps.service.versions import DEFAULT

# Addresses that a message names.
_MOST = 4
_PORTS = {"http": 80, "https": 443}
_SOCKS = 1080
_DNS = (
    "Check the name for a typing error, and the DNS server of this computer: nslookup {host}. With a private endpoint, "
    "its DNS zone must be linked to this network."
)
_CLOCK = "Set the clock of this computer by a time server. Access tokens and certificates depend on it."


def dns(case: Case) -> Finding:
    """Whether this computer knows the addresses of the host. Behind a proxy it need not."""
    host, port = case.address
    if _proxy(case):
        return skipped("The proxy resolves the host name.")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # a name that DNS cannot have is a UnicodeError
    except (OSError, UnicodeError) as error:
        return failed(f"The host name {host} cannot be resolved{_because(error)}.", _DNS.format(host=host))
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    private = ", a private address" if any(map(_is_private, addresses)) else ""
    return ok(f"{host} is {', '.join(addresses[:_MOST])}{private}.")


def tcp(case: Case) -> Finding:
    """Whether the host, or the proxy, accepts connections."""
    proxy = _proxy(case)
    try:
        host, port = _address(proxy) if proxy else case.address
    except ValueError:
        return failed("The proxy of HTTPS_PROXY is not a URL.", "Set it to http://host:port, or unset it.")
    what = f"The proxy {host}:{port}" if proxy else f"{host}:{port}"
    try:
        socket.create_connection((host, port), TIMEOUT[0]).close()
    except (OSError, UnicodeError) as error:
        unreachable = advice(ServiceError(Reason.PROXY_REFUSED if proxy else Reason.UNREACHABLE, ""))
        return failed(f"{what} does not accept connections{_because(error)}.", " ".join(unreachable))
    return ok(f"{what} accepts connections.")


def tls(case: Case) -> Finding:
    """Whether the host, through the proxy if there is one, has a certificate that is trusted, and answers.

    Raises ServiceError when it does not.
    """
    verified = verify()
    transport = Transport(f"https://{case.place.host}", DEFAULT, DeviceCertificate(), verified)
    case.response = transport.answer()
    if not verified:
        return warning(
            "Connection verification is disabled. The server's identity is not checked.",
            "Unset AZURE_CLI_DISABLE_CONNECTION_VERIFICATION.",
        )
    return ok(f"{case.place.host} has a trusted certificate, and answers.")


def clock(case: Case) -> Finding:
    """Whether the clock of this computer is that of the response."""
    ahead = server_clock_ahead(case.response.headers.get("Date")) if case.response is not None else None
    if ahead is None:
        return skipped("The response has no date.")
    if abs(ahead) > MAX_SKEW:
        direction = "behind" if ahead > 0 else "ahead of"
        return warning(f"This computer's clock is {abs(ahead):.0f} seconds {direction} the service's.", _CLOCK)
    return ok(f"This computer's clock and the service's differ by less than {MAX_SKEW} seconds.")


def _proxy(case: Case) -> str | None:
    """The URL of the proxy by which requests reach the host; it may have a password."""
    url = f"https://{case.place.host}/"
    return select_proxy(url, get_environ_proxies(url)) or None


def _address(proxy: str) -> tuple[str, int]:
    """Raises ValueError for what is not a URL."""
    url = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if not url.hostname:
        raise ValueError
    return url.hostname, url.port or _PORTS.get(url.scheme, _SOCKS)


def _because(error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) else None
    if isinstance(error, socket.timeout):
        reason = f"no answer within {TIMEOUT[0]} seconds"
    return f": {reason}" if reason else ""


def _is_private(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return found.is_private and not found.is_loopback
