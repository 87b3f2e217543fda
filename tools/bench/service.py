"""The lean service as the benchmark sees it: a process that is started, stocked and asked what it took."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import requests

from tools.bench import records
from tools.bench.server import CA_FILE

ROOT = Path(__file__).parents[2]
CALLS = 2000


class Service:
    """A context manager; `latency` is in seconds, `folder` for the authority that clients have to trust."""

    def __init__(self, folder: Path, latency: float) -> None:
        self.ca_file = str(folder / CA_FILE)
        self._session = requests.Session()
        # REQUESTS_CA_BUNDLE of the environment would take precedence.
        self._session.trust_env = False
        self._session.verify = self.ca_file
        self._command = [sys.executable, "-m", "tools.bench.server", str(folder), str(latency)]

    def __enter__(self) -> Service:
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout
        self._port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *error: object) -> None:
        self._session.close()
        self._process.communicate()

    @property
    def connection_string(self) -> str:
        return f"HostName=localhost:{self._port};SharedAccessKeyName=bench;SharedAccessKey={'QUFB' * 11}"

    def stock(self, count: int) -> None:
        """Let it have that number of records, and no others."""
        self._control("POST", f"/stock/{count}")

    def busy(self) -> float:
        """Seconds of processor time that it has taken."""
        return float(self._control("GET", "/busy")["seconds"])

    def calls(self) -> Counter[str]:
        """How many calls of each kind it has answered: query, attestationmechanism, bulk."""
        return Counter(self._control("GET", "/calls"))

    def _control(self, method: str, path: str) -> Any:
        answer = self._session.request(method, f"https://localhost:{self._port}{path}", timeout=60)
        answer.raise_for_status()
        return answer.json()

    def speed(self) -> float:
        """Bulk calls a second that it answers to one connection without any library between."""
        self.stock(0)
        creates = [_bulk(start) for start in range(0, 10 * CALLS, 10)]
        tls = ssl.create_default_context(cafile=self.ca_file)
        with (
            socket.create_connection(("127.0.0.1", self._port)) as plain,
            tls.wrap_socket(plain, server_hostname="localhost") as connection,
        ):
            start = time.perf_counter()
            for create in creates:
                connection.sendall(create)
                # Short enough to come as one.
                if not connection.recv(65536).endswith(b"true}"):
                    raise SystemExit("The lean service refused a bulk call.")
            return CALLS / (time.perf_counter() - start)


def _bulk(first: int) -> bytes:
    """A whole request that creates ten records."""
    enrollments = [records.sent(number) for number in range(first, first + 10)]
    body = json.dumps({"enrollments": enrollments, "mode": "create"}).encode()
    return f"POST /enrollments HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
