"""The function of a custom allocation, over TLS on this machine."""

from __future__ import annotations

import json
import ssl
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import trustme


class AllocationFunction:
    """Answers every POST with `status` and `answer`, and keeps what came in `asked`; a context manager."""

    def __init__(self, answer: Any = None, status: int = 200) -> None:
        self.answer, self.status = answer, status
        self.asked: list[Any] = []
        authority = trustme.CA()
        self.authority = authority.cert_pem.bytes().decode()
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(tls)
        self._server = HTTPServer(("127.0.0.1", 0), self._handler())
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://localhost:{self._server.server_port}/api/allocate"
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> AllocationFunction:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def enrollment_members(self) -> dict[str, Any]:
        """What an enrollment needs so that this function is asked."""
        return {
            "allocationPolicy": "custom",
            "iotHubs": ["first.azure-devices.net", "second.azure-devices.net"],
            "customAllocationDefinition": {"webhookUrl": self.url, "apiVersion": "2021-10-01"},
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        function = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                function.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                content = json.dumps(function.answer).encode()
                self.send_response(function.status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: object) -> None:
                """Nothing."""

        return Handler
