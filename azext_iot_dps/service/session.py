"""Single requests over HTTPS: each answer is bounded in size and in time, and interim answers are skipped."""

from __future__ import annotations

import io
import os
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPResponse
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

from azext_iot_dps.version import VERSION

# Seconds to connect, and seconds without a byte of a response.
TIMEOUT = (15, 60)
# Seconds from a request to the last byte of its response, however steadily the bytes come.
MAX_SECONDS = 180
# Bytes of a body after decompression, and of a response as it is received. A page of a hundred records has some 100 KB.
MAX_BYTES = 64 * 1024 * 1024
# Interim responses before one response.
MAX_INTERIM = 100
# Encodings of a body that are decompressed: no chunk becomes more than a thousand times as large. Others are not
# requested, and several in a row would multiply.
_ENCODINGS = ("gzip", "deflate")
_CHUNK = 65536


class TooLarge(Exception):
    """A response has more than MAX_BYTES."""


class TooManyInterim(TooLarge):
    """There are more than MAX_INTERIM interim responses before a response."""


class Session:
    """Requests to any https URL, which reuse the connection as long as the host keeps it open."""

    def __init__(self, verify: bool = True, ssl_context: ssl.SSLContext | None = None):
        """`verify` is whether the host's certificate is checked. The TLS context presents a client certificate."""
        # Passed with every request: in requests, REQUESTS_CA_BUNDLE takes precedence over the session's own `verify`.
        self._verify = None if verify else False
        self._session = requests.Session()
        agents = (f"azure-iot-dps/{VERSION}", os.environ.get("AZURE_HTTP_USER_AGENT"))
        self._session.headers.update({"User-Agent": " ".join(filter(None, agents)), "Accept": "application/json"})
        self._session.headers["Accept-Encoding"] = ", ".join(_ENCODINGS)
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        self._session.mount("https://", ClientCertificate(ssl_context, verify) if ssl_context else Adapter())

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        body: bytes | None,
        auth: AuthBase,
    ) -> requests.Response:
        """The response with its whole body. Redirects are not followed: they would take the credential elsewhere.

        Raises errors of requests and urllib3, OSError, and TooLarge.
        """
        response = self._session.request(
            method,
            url,
            params=params,
            headers=headers,
            data=body,
            auth=auth,
            timeout=TIMEOUT,
            allow_redirects=False,
            verify=self._verify,
            stream=True,
        )
        content = io.BytesIO()
        known = response.headers.get("Content-Encoding", "").strip().lower() in ("", "identity", *_ENCODINGS)
        for chunk in response.iter_content(_CHUNK) if known else _undecoded(response):
            content.write(chunk)
            if content.tell() > MAX_BYTES:
                response.close()
                raise TooLarge
        # what `response.content` does without a limit
        response._content = content.getvalue()
        return response


def _undecoded(response: requests.Response) -> Iterator[bytes]:
    try:
        yield from response.raw.stream(_CHUNK, decode_content=False)
    # as iter_content does
    except urllib3.exceptions.ProtocolError as error:
        raise requests.exceptions.ChunkedEncodingError(error) from error
    except urllib3.exceptions.ReadTimeoutError as error:
        raise requests.exceptions.ConnectionError(error) from error


class _Bounded(io.RawIOBase):
    """The bytes of a response, until its time is over or they are too many."""

    def __init__(self, raw: Any):
        self._raw = raw
        self._deadline = time.monotonic() + MAX_SECONDS
        # what is compressed, and is too large when it is decompressed, has fewer
        self._left = MAX_BYTES + _CHUNK

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if time.monotonic() > self._deadline:
            # urllib3 knows no other: before Python 3.10 this was not TimeoutError
            raise socket.timeout("the response takes too long")
        count: int = self._raw.readinto(buffer) or 0
        self._left -= count
        if self._left < 0:
            raise TooLarge
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    """A response that is read within MAX_SECONDS.

    Interim responses such as 103 are skipped, as http.client skips 100.
    """

    def __init__(self, sock: Any, *args: Any, **settings: Any):
        super().__init__(sock, *args, **settings)
        self._status_lines = 0
        self.fp.close()
        self.fp = io.BufferedReader(_Bounded(sock.makefile("rb", buffering=0)), _CHUNK)

    def begin(self) -> None:
        super().begin()
        while 101 < self.status < 200:
            self.headers = self.msg = None  # type: ignore[assignment]
            super().begin()
        # urllib3 would log lines that are no headers as they are, with a traceback
        self.headers.set_payload("")
        self.headers.defects.clear()

    def _read_status(self) -> tuple[str, int, str]:
        """Called by http.client for each status line."""
        self._status_lines += 1
        if self._status_lines > MAX_INTERIM + 1:
            raise TooManyInterim
        line: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]
        return line


class _Connection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class Adapter(HTTPAdapter):
    """Makes connections whose responses are bounded, directly and through a proxy."""

    def init_poolmanager(self, *args: Any, **settings: Any) -> None:
        """Called by requests for direct connections."""
        super().init_poolmanager(*args, **settings)
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}

    def proxy_manager_for(self, proxy: str, **settings: Any) -> Any:
        """Called by requests for connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **settings)
        # connections through SOCKS are of a class of their own
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = {"https": _Pool}
        return manager


class ClientCertificate(Adapter):
    """The same with a TLS context that presents a client certificate."""

    def __init__(self, context: ssl.SSLContext, verify: bool):
        """`verify` is whether the server's certificate is checked; the context is completed here."""
        self._context = context
        if not verify:
            context.check_hostname = False
        elif not (os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")):
            # requests adds a configured bundle, but not its own, to a context that it did not make
            context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
        super().__init__()

    def init_poolmanager(self, *args: Any, **settings: Any) -> None:
        """Called by requests for direct connections."""
        super().init_poolmanager(*args, **settings, ssl_context=self._context)

    def proxy_manager_for(self, proxy: str, **settings: Any) -> Any:
        """Called by requests for connections through a proxy."""
        return super().proxy_manager_for(proxy, **settings, ssl_context=self._context)
