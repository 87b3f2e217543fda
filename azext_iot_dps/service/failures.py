"""Why a request got no answer, and whether it may get one next time."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3


def may_pass(error: Exception) -> bool:
    """Whether a request without an answer may get one next time.

    Not when the host let it wait for its answer, is not trusted or not known to DNS, or is no host name at all.
    """
    if late(error) or untrusted(error) or broken_tls(error):
        return False
    if refused_by_proxy(error).startswith("4"):
        return False
    unknown = any(isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME for cause in _causes(error))
    return not unknown and isinstance(error, (requests.ConnectionError, requests.exceptions.ChunkedEncodingError))


def never_connected(error: Exception) -> bool:
    """Whether a request failed before there was a connection, so that the host cannot have seen it."""
    # bad hosts and proxies are ValueErrors; a bare OSError is a file of certificates, but for those of connections
    if isinstance(error, ValueError):
        return True
    if not isinstance(error, (requests.RequestException, urllib3.exceptions.HTTPError)):
        return not isinstance(error, (ConnectionError, TimeoutError, ssl.SSLError))
    # no word of ProxyError: urllib3 also blames the proxy for an answer that was cut off behind it
    early = (urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.NewConnectionError)
    return untrusted(error) or any(_is(error, kind) for kind in early) or bool(refused_by_proxy(error))


def late(error: Exception) -> bool:
    """Whether the host let it wait for its answer, or for the rest of it."""
    return isinstance(error, requests.ReadTimeout) or _is(error, urllib3.exceptions.ReadTimeoutError)


def untrusted(error: Exception) -> bool:
    """Whether the host's TLS certificate was not accepted."""
    return _is(error, ssl.SSLCertVerificationError)


def refused_by_proxy(error: Exception) -> str:
    """What a proxy answered instead of connecting to the host, such as "407 Proxy Authentication Required"; or ''."""
    # http.client has no class of its own for it
    said = (str(cause) for cause in _causes(error) if type(cause) is OSError)
    return next((words.partition("Tunnel connection failed: ")[2] for words in said), "")


def broken_tls(error: Exception) -> bool:
    """Whether what answered does not speak TLS: a handshake that was cut off may pass, and is something else."""
    return _is(error, ssl.SSLError) and not _is(error, ssl.SSLEOFError) and not untrusted(error)


def _is(error: Exception, kind: type) -> bool:
    return any(isinstance(cause, kind) for cause in _causes(error))


def _causes(error: object, depth: int = 10) -> Iterator[object]:
    """The error and those behind it: requests and urllib3 wrap one in another, each in its own way."""
    yield error
    if depth and isinstance(error, BaseException):
        names = ("reason", "original_error", "__cause__")
        inner = (*(getattr(error, name, None) for name in names), error.args[0] if error.args else None)
        for cause in filter(None, inner):
            yield from _causes(cause, depth - 1)
