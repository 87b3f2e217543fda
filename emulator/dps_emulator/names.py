"""Host names: which are ones, and which certificate and port they come with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address

# Those that every certificate has: of this machine, and those that clients of the service have hard-coded.
ALWAYS = ("localhost", "127.0.0.1", "::1", "*.azure-devices-provisioning.net")
HTTPS_PORT = 443

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII | re.IGNORECASE)


def is_name(text: str) -> bool:
    """Whether it can stand in a certificate and a connection string: a host name or an address, without a port."""
    try:
        ip_address(text)
    except ValueError:
        labels = text.split(".")
        # 1.2.3.400 is neither a name nor an address
        return len(text) <= 253 and not labels[-1].isdecimal() and all(map(_LABEL.fullmatch, labels))
    return True


def with_port(name: str, port: int) -> str:
    """The name as clients spell it: 443 is left out, an IPv6 address is in brackets."""
    host = f"[{name}]" if ":" in name else name
    return host if port == HTTPS_PORT else f"{host}:{port}"


def certified(names: Iterable[str], addresses: Iterable[str]) -> list[str]:
    """What the certificate covers: the user's names first, then those that it always covers, then the addresses."""
    return list(dict.fromkeys((*names, *ALWAYS, *(address for address in addresses if is_name(address)))))
