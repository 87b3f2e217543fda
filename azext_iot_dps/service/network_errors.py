"""What an exception of requests or urllib3 means: its reason, and whether the request may succeed when sent again."""

from __future__ import annotations

import base64
import errno
import re
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

import requests
import urllib3

from azext_iot_dps.service import redaction
from azext_iot_dps.service.failure import Reason, ServiceError
from azext_iot_dps.service.session import MAX_BYTES, MAX_INTERIM, TooLarge, TooManyInterim

# Characters that are shown of a proxy's refusal.
MAX_PROXY = 200


def service_error(host: str, error: Exception) -> ServiceError:
    """The error for a request to `host` that got no response, or only a part of one."""
    why = reason(error)
    return ServiceError(why, _MESSAGES[why].format(host=host, proxy=_refusal_of_proxy(error)), host)


def reason(error: Exception) -> Reason:
    """Why there is no complete response."""
    if isinstance(error, TooLarge):
        return Reason.INTERIM if isinstance(error, TooManyInterim) else Reason.TOO_LARGE
    if _no_descriptors(error):
        return Reason.NO_DESCRIPTORS
    if _untrusted(error):
        return Reason.UNTRUSTED
    if not isinstance(error, (requests.RequestException, urllib3.exceptions.HTTPError)) and never_connected(error):
        return Reason.CA_FILE
    if proxy_response(error):
        return Reason.PROXY_REFUSED
    if _broken_tls(error):
        return Reason.CERTIFICATE_REFUSED if _refused_certificate(error) else Reason.NO_TLS
    if _timed_out(error):
        return Reason.TIMED_OUT
    return Reason.UNREACHABLE if never_connected(error) else Reason.CUT_OFF


def is_transient(error: Exception) -> bool:
    """Whether the request may get a response when it is sent again.

    Not after a read timeout, which took long enough, nor when the certificate, the host name or the credentials for
    the proxy are wrong.
    """
    if _timed_out(error) or _untrusted(error) or _broken_tls(error) or _no_descriptors(error):
        return False
    if proxy_response(error).startswith("4"):
        return False
    unknown = any(isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME for cause in _causes(error))
    return not unknown and isinstance(error, (requests.ConnectionError, requests.exceptions.ChunkedEncodingError))


def never_connected(error: Exception) -> bool:
    """Whether the request failed before there was a connection, so that the host did not receive it."""
    if isinstance(error, TooLarge):
        return False
    # invalid URLs and proxies are ValueErrors; a bare OSError is about the CA file, except those of connections
    if isinstance(error, ValueError):
        return True
    if not isinstance(error, (requests.RequestException, urllib3.exceptions.HTTPError)):
        return not isinstance(error, (ConnectionError, TimeoutError, ssl.SSLError))
    # ProxyError is not enough: urllib3 also raises it for a response that was cut off behind the proxy
    early = (urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.NewConnectionError)
    return _untrusted(error) or any(_is(error, kind) for kind in early) or bool(proxy_response(error))


def proxy_response(error: Exception) -> str:
    """The status with which a proxy refused to connect, such as "407 Proxy Authentication Required"; '' if none did."""
    # http.client raises a bare OSError for it
    texts = (str(cause) for cause in _causes(error) if type(cause) is OSError)
    return next((text.partition("Tunnel connection failed: ")[2] for text in texts), "")


def _refusal_of_proxy(error: Exception) -> str:
    """The proxy's status without its credentials, which it may repeat."""
    found: set[str] = set()
    for proxy in getproxies().values():
        try:
            url = urlsplit(proxy)
        except ValueError:
            continue
        credentials = url.netloc.rpartition("@")[0]
        user, _, password = credentials.partition(":")
        for each in (credentials, password, user if len(user) >= redaction.MIN_SECRET else ""):
            found |= {each, unquote(each), base64.b64encode(unquote(each).encode()).decode()}
    # a password of one character is a secret too
    return redaction.text(proxy_response(error), redaction.finder(found, least=1))[:MAX_PROXY]


_MESSAGES = {
    Reason.UNTRUSTED: "The TLS certificate of {host} was not accepted.",
    Reason.CA_FILE: "The file or folder in REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE cannot be read. Nothing was sent.",
    Reason.PROXY_REFUSED: "The proxy did not connect to {host}: {proxy}.",
    Reason.NO_TLS: "The TLS handshake with {host} failed.",
    Reason.CERTIFICATE_REFUSED: "{host} did not accept the client certificate.",
    Reason.TOO_LARGE: f"{{host}} returned a response of more than {MAX_BYTES // 1024**2} MiB.",
    Reason.INTERIM: f"{{host}} returned more than {MAX_INTERIM} interim responses before a response.",
    Reason.NO_DESCRIPTORS: "{host} could not be reached: this process has too many open files.",
    Reason.TIMED_OUT: "The request to {host} timed out.",
    Reason.UNREACHABLE: "{host} could not be reached.",
    Reason.CUT_OFF: "{host} closed the connection before its response was complete.",
}


def _timed_out(error: Exception) -> bool:
    return isinstance(error, requests.ReadTimeout) or _is(error, urllib3.exceptions.ReadTimeoutError)


def _untrusted(error: Exception) -> bool:
    return _is(error, ssl.SSLCertVerificationError)


def _broken_tls(error: Exception) -> bool:
    """Whether the other end does not use TLS. A handshake that was cut off is transient, and is not meant."""
    return _is(error, ssl.SSLError) and not _is(error, ssl.SSLEOFError) and not _untrusted(error)


def _refused_certificate(error: Exception) -> bool:
    """Whether the other end ended the handshake with an alert about the certificate of this one."""
    alerts = [getattr(cause, "reason", None) or "" for cause in _causes(error) if isinstance(cause, ssl.SSLError)]
    return any("ALERT" in alert and re.search("CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED", alert) for alert in alerts)


def _no_descriptors(error: Exception) -> bool:
    return any(isinstance(cause, OSError) and cause.errno in (errno.EMFILE, errno.ENFILE) for cause in _causes(error))


def _is(error: Exception, kind: type) -> bool:
    return any(isinstance(cause, kind) for cause in _causes(error))


def _causes(error: object, depth: int = 10) -> Iterator[object]:
    """The error and its causes: requests and urllib3 wrap one in another, each in its own attribute."""
    yield error
    if depth and isinstance(error, BaseException):
        names = ("reason", "original_error", "__cause__")
        inner = (*(getattr(error, name, None) for name in names), error.args[0] if error.args else None)
        for cause in filter(None, inner):
            yield from _causes(cause, depth - 1)
