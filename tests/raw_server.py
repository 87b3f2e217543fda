"""A TLS server on loopback that answers with any bytes."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
from threading import Thread

import trustme


class RawServer:
    """Calls `answer(connection, head)` for each request, and closes the connection when that returns false.

    With `refuses_certificates` it asks clients for one, and refuses any.
    """

    def __init__(self, answer, refuses_certificates=False):
        self.authority = trustme.CA()
        self.requests = []
        self._answer = answer
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert("localhost").configure_cert(self._context)
        if refuses_certificates:
            self._context.verify_mode = ssl.CERT_REQUIRED
            trustme.CA().configure_trust(self._context)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"localhost:{self._listener.getsockname()[1]}"
        self._thread = Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def connection_string(self):
        return f"HostName={self.host};SharedAccessKeyName=kilo;SharedAccessKey=a2lsbw=="

    def stop(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, plain):
        kept = plain.dup()
        with plain, kept:
            try:
                with (
                    self._context.wrap_socket(plain, server_side=True) as connection,
                    connection.makefile("rb") as file,
                ):
                    while self._one(connection, file):
                        pass
            except ssl.SSLError:
                # a reset would discard the alert before the client has read it
                with contextlib.suppress(OSError):
                    kept.shutdown(socket.SHUT_WR)
                    while kept.recv(65_536):
                        pass
            # the client went away, as it does from an answer without end
            except OSError:
                return

    def _one(self, connection, file):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = file.readline()
            if not line:
                return False
            head += line
        length = re.search(rb"(?i)content-length: (\d+)", head)
        file.read(int(length[1]) if length else 0)
        self.requests.append(head.partition(b" /")[0].decode())
        return self._answer(connection, head)
