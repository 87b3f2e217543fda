"""HTTP/1.1 over TLS with connections that are kept, and that can be cut."""

from __future__ import annotations

import socket
import struct
import sys
import time
from io import BytesIO
from threading import Lock, Thread, current_thread
from typing import Any, cast

from OpenSSL import SSL
from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wsgi import get_input_stream

from .backend import Backend
from .chains import CHAIN
from .gate import Gate, Reply
from .log import handshake
from .tls import HandshakeError, TlsSocket

# Where MQTT goes over a WebSocket.
WEBSOCKET = "/$iothub/websocket"


class Connection(WSGIRequestHandler):
    """One client's connection. werkzeug's own `run_wsgi` closes it after each answer; this one keeps it."""

    protocol_version = "HTTP/1.1"
    # Without this an answer of two packets waits 40 ms for the client's acknowledgement.
    disable_nagle_algorithm = True
    server: Server
    connection: Any

    def run_wsgi(self) -> None:
        environ = {**self.make_environ(), CHAIN: self.connection.chain}
        if environ["PATH_INFO"] == WEBSOCKET and environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            # here, since not every Python has its library
            from .mqtt_connection import over_websocket

            self.close_connection = True
            over_websocket(self.server, environ, self.connection)
            return
        try:
            content = get_input_stream(environ).read()
        except (ClientDisconnected, OSError):
            self.close_connection = True
            return
        self._send(self.server.gate(environ, content))

    def _send(self, reply: Reply) -> None:
        if reply.cut == "before":
            # Lingering for no time makes the close a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = self.close_connection or reply.cut is not None
        if reply.cut in ("before", "after"):
            return
        body = reply.response.get_data()
        if reply.chunked and body:
            half = len(body) // 2
            del reply.response.headers["Content-Length"]
            reply.response.headers["Transfer-Encoding"] = "chunked"
            body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:half], body[half:]) if part)
            body += b"0\r\n\r\n"
        # Head and body in one record of TLS, which costs as much to write as two.
        connection, self.wfile = self.wfile, BytesIO()
        self._send_head(reply)
        connection.write(self.wfile.getvalue() + (body[: len(body) // 2] if reply.cut else body))
        self.wfile = connection

    def _send_head(self, reply: Reply) -> None:
        code, _, phrase = reply.response.status.partition(" ")
        self.send_response_only(int(code), phrase)
        if "Date" not in reply.response.headers:
            self.send_header("Date", self.date_time_string())
        for name, value in reply.response.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: requests are in the emulator's own log."""


class Server(ThreadedWSGIServer):
    """A thread for each connection; the TLS handshake takes place in it."""

    gate: Gate
    backend: Backend

    def __init__(self, listening: socket.socket, tls: SSL.Context, handler: type[Any] = Connection) -> None:
        """The socket is duplicated; the caller closes its own. `handler` serves a connection."""
        host, port = listening.getsockname()[:2]
        super().__init__(host, port, cast(Any, None), handler, fd=listening.fileno())
        self.handshakes = 0
        # werkzeug reads from it that the scheme is https, and no more.
        self.ssl_context = cast(Any, tls)
        self._tls = tls
        self._lock = Lock()
        self._open: set[TlsSocket] = set()
        self._workers: set[Thread] = set()

    def get_request(self) -> tuple[Any, Any]:
        plain, address = super().get_request()
        secured = TlsSocket(self._tls, plain)
        self._open.add(secured)
        return secured, address

    def process_request(self, request: Any, client_address: Any) -> None:
        worker = Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        self._workers.add(worker)
        worker.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        super().process_request_thread(request, client_address)
        self._workers.discard(current_thread())

    def finish_request(self, request: Any, client_address: Any) -> None:
        start = time.monotonic()
        try:
            request.do_handshake()
        except HandshakeError as error:
            self.gate.note_handshake(handshake(self.port, str(error), time.monotonic() - start))
            return
        with self._lock:
            self.handshakes += 1
        super().finish_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        request.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def close_connections(self) -> None:
        """End every connection and wait for its thread."""
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for worker in list(self._workers):
            worker.join(timeout=5)
