"""What carries MQTT: TLS on a port of its own, or a WebSocket on that of HTTPS."""

from __future__ import annotations

from socketserver import StreamRequestHandler
from typing import TYPE_CHECKING, Any

from simple_websocket import ConnectionClosed, Server

from .mqtt import Session

if TYPE_CHECKING:
    from .connection import Server as TlsServer
    from .tls import TlsSocket


class MqttConnection(StreamRequestHandler):
    """One device on the port for MQTT."""

    disable_nagle_algorithm = True
    server: TlsServer
    connection: Any

    def handle(self) -> None:
        """Serve the device until it disconnects."""
        Session(self.server.gate, self.server.backend, _Plain(self), self.connection.chain).run()


def over_websocket(server: TlsServer, environ: dict[str, Any], connection: TlsSocket) -> None:
    """Serve a device whose request asked for a WebSocket, until it disconnects."""
    environ = {**environ, "werkzeug.socket": connection}
    try:
        socket = Server(environ, subprotocols=["mqtt"])
    except ConnectionClosed:
        return
    Session(server.gate, server.backend, _WebSocket(socket), connection.chain).run()


class _Plain:
    def __init__(self, handler: StreamRequestHandler) -> None:
        self._handler = handler

    def read(self, size: int) -> bytes:
        return self._handler.rfile.read(size)

    def write(self, content: bytes) -> None:
        self._handler.wfile.write(content)
        self._handler.wfile.flush()


class _WebSocket:
    def __init__(self, socket: Server) -> None:
        self._socket, self._rest = socket, b""

    def read(self, size: int) -> bytes:
        """Packets and messages need not begin together."""
        while len(self._rest) < size:
            try:
                message = self._socket.receive()
            except ConnectionClosed:
                return b""
            self._rest += message if isinstance(message, bytes) else b""
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def write(self, content: bytes) -> None:
        try:
            self._socket.send(content)
        except ConnectionClosed as error:
            raise ConnectionAbortedError from error
