"""Sockets that listen: on one port of several addresses, or a sentence why not."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence

LOOPBACK = ("127.0.0.1", "::1")

# Another program may hold on one address the number that was free on the first.
_ATTEMPTS = 20
_NO_IPV6 = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT)


class ListenError(Exception):
    """An address or a port that cannot be listened on; the message is for the user."""


def listening(addresses: Sequence[str], port: int, option: str = "--port") -> list[socket.socket]:
    """A listening socket for each address, all with one port number; with port 0 it is any that is free on all.

    Where the machine has no IPv6, ::1 is left out if there is another address. `option` is what set the port.
    Raises ListenError.
    """
    for last in (*[False] * (_ATTEMPTS - 1), True):
        opened: list[socket.socket] = []
        try:
            for address in addresses:
                number = port or (opened[0].getsockname()[1] if opened else 0)
                opened += _opened(address, number, optional=address == "::1" and len(addresses) > 1)
        except OSError as error:
            for each in opened:
                each.close()
            if opened and not port and not last and error.errno == errno.EADDRINUSE:
                continue
            raise ListenError(_sentence(error, address, number, option)) from None
        if opened:
            return opened
        break
    raise ListenError(f"No address of {', '.join(addresses)} is one of this machine. Specify another --host.")


def _opened(address: str, port: int, optional: bool) -> list[socket.socket]:
    try:
        family, *_, resolved = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        return [socket.create_server(resolved[:2], family=family, backlog=128)]
    except OSError as error:
        if optional and (isinstance(error, socket.gaierror) or error.errno in _NO_IPV6):
            return []
        raise


def _sentence(error: OSError, address: str, port: int, option: str) -> str:
    if isinstance(error, socket.gaierror):
        return f"{address} is not an address of this machine: {error.strerror}. Specify another --host."
    if error.errno == errno.EADDRINUSE:
        other = "0 for any free port, or off" if option == "--mqtt-port" else "0 for any free port"
        return (
            f"Port {port} of {address} is in use. End the program that uses it, or specify another {option}: {other}."
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{address} is not an address of this machine. Specify another --host."
    if error.errno == errno.EACCES:
        advice = "Ports below 1024 may need an administrator."
        return f"Port {port} of {address} is not permitted. {advice} Specify another {option}."
    return f"Port {port} of {address} cannot be opened: {error.strerror}. Specify another {option}."
