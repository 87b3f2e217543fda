"""A lean DPS for one benchmark: HTTP/1.1 over TLS by hand, one thread per connection, no check of signatures.

The emulator cannot stand in for it: it keeps the rules that this one leaves out, and takes six times as long for a bulk
call. On two processors the client that is measured would wait for it.

`python -m tools.bench.server FOLDER LATENCY` writes the authority to trust into FOLDER, prints its port, and ends with
its standard input. It waits LATENCY seconds before each answer.
"""

from __future__ import annotations

import socket
import ssl
import sys
import time
from pathlib import Path
from threading import Thread

import trustme

from tools.bench.stock import Stock

CA_FILE = "authority.pem"


def main(folder: str, latency: str) -> None:
    """Serve in the background until standard input is closed."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(Path(folder, CA_FILE)))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    Thread(target=accept, args=(listener, tls, Stock(), float(latency)), daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    sys.stdin.read()


def accept(listener: socket.socket, tls: ssl.SSLContext, stock: Stock, latency: float) -> None:
    """A thread for each connection."""
    while True:
        plain, _ = listener.accept()
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        secured = tls.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        Thread(target=serve, args=(secured, stock, latency), daemon=True).start()


def serve(connection: ssl.SSLSocket, stock: Stock, latency: float) -> None:
    """Answer one request after the other until the client goes away."""
    try:
        connection.do_handshake()
        waiting = b""
        while True:
            head, separator, waiting = waiting.partition(b"\r\n\r\n")
            while not separator:
                chunk = connection.recv(65536)
                if not chunk:
                    return
                head, separator, waiting = (head + chunk).partition(b"\r\n\r\n")
            line, *fields = head.decode("ascii").split("\r\n")
            method, target, _ = line.split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
            length = int(headers.get("content-length", 0))
            while len(waiting) < length:
                waiting += connection.recv(65536)
            body, waiting = waiting[:length], waiting[length:]
            answer = stock.answer(method, target.partition("?")[0], headers.get("x-ms-continuation", ""), body)
            if latency:
                time.sleep(latency)
            connection.sendall(answer)
    except OSError:
        # A client that is done does not always close the connection properly.
        return
    finally:
        connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
