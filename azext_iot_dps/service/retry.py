"""Which failures are worth another try, how often, and how long to wait before it."""

from __future__ import annotations

import os
import random
import re
import socket
import ssl
import time
from collections.abc import Iterator

import requests
import urllib3
from azure.cli.core.azclierror import ValidationError
from knack.log import get_logger

logger = get_logger(__name__)

# Tries of one request in all, the first included; AZURE_IOT_DPS_MAX_RETRIES says how many may follow the first.
TRIES = 5
MAX_RETRIES = "AZURE_IOT_DPS_MAX_RETRIES"
# Seconds: the first wait is between none and this, the next up to twice as long, and so on (full jitter).
BACKOFF = 1.0
# Seconds that a wait of our own takes at most, however many there were before.
MAX_BACKOFF = 20.0
# Seconds that all waits for one request may take together; a service that asks for more is not waited for.
MAX_WAIT = 120.0
# Seconds from which on a wait is announced.
ANNOUNCED = 2.0
STATUSES = frozenset({408, 429, 500, 502, 503, 504})

# The tests put a clock of their own here.
sleep = time.sleep


class Tries:
    """The tries that one request has, and the time it may wait between them."""

    def __init__(self, limit: int | None = None):
        """`limit` instead of the usual number."""
        self._limit = limit or _limit()
        self._done = 0
        self._waited = 0.0
        # whether one of the tries may have been carried out although it was not answered so
        self.lost = False
        # seconds that the service asked to wait, when that was too long
        self.too_long: float | None = None

    def another(self, what: str, retry_after: str | None = None) -> bool:
        """Wait, and tell whether to try again: False when the tries or the time are used up.

        `what` happened is announced with a long wait; `retry_after` is the header's value, seconds or a date.
        """
        self._done += 1
        if self._done >= self._limit:
            return False
        asked = _asked(retry_after)
        seconds = random.uniform(0, min(MAX_BACKOFF, BACKOFF * 2 ** (self._done - 1))) if asked is None else asked
        if self._waited + seconds > MAX_WAIT:
            self.too_long = asked
            return False
        if seconds > ANNOUNCED:
            logger.warning("%s: try %d of %d in %.0f seconds.", what, self._done + 1, self._limit, seconds)
        self._waited += seconds
        sleep(seconds)
        return True


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


def pause(retry_after: str | None, otherwise: float) -> float:
    """Seconds to wait before asking again: what the header `retry_after` says, or else `otherwise`."""
    asked = _asked(retry_after)
    return otherwise if asked is None else asked


def _asked(retry_after: str | None) -> float | None:
    """Seconds that the service asks to wait; None when it does not, or not in a way that can be read."""
    if not retry_after:
        return None
    try:
        return max(0.0, float(urllib3.Retry().parse_retry_after(retry_after)))
    except (urllib3.exceptions.InvalidHeader, OverflowError, ValueError):
        return None


def _limit() -> int:
    text = os.environ.get(MAX_RETRIES, "").strip()
    if text and not re.fullmatch("[0-9]{1,3}", text):
        raise ValidationError(f"{MAX_RETRIES} must be a number from 0 to 999.")
    return int(text) + 1 if text else TRIES
