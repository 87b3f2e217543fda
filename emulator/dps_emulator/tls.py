"""TLS that accepts any client certificate: whether the client is admitted is for an answer to say.

Python's ssl has no such mode: a certificate that it cannot verify ends the handshake.
"""

from __future__ import annotations

import io
import socket
from contextlib import suppress
from threading import Lock
from typing import Any

import trustme
from OpenSSL import SSL

from .chains import Chain, forget_errors

_SIZE = 65536
_HUNG_UP = "the client hung up"
_UNTRUSTED = ("unknown ca", "certificate unknown", "bad certificate")


class HandshakeError(Exception):
    """A handshake that failed; the message says why."""


def server_context(own: trustme.LeafCert) -> SSL.Context:
    """The settings of a server that has this certificate, and asks clients for theirs without insisting."""
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    # A session that is resumed has no chain of the client's.
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_options(SSL.OP_NO_TICKET)
    context.set_verify(SSL.VERIFY_PEER, _accept)
    # Files suit every version of pyOpenSSL; which objects it takes has changed.
    with own.private_key_and_cert_chain_pem.tempfile() as path:
        context.use_certificate_chain_file(path)
        context.use_privatekey_file(path)
    return context


class TlsSocket:
    """As much of a socket as servers use. One thread may read while another one writes.

    TLS takes place in memory and the socket has only what is encrypted: so a thread that waits for a client keeps no
    other from the connection. All methods but the handshake raise OSError where a socket would.
    """

    def __init__(self, context: SSL.Context, plain: socket.socket) -> None:
        self.chain: Chain = []
        """What the client presented, once the handshake is over: its own certificate first; empty for none."""
        self._plain = plain
        self._tls = SSL.Connection(context, None)
        self._tls.set_accept_state()
        # One for the state of TLS, one for the order of what it has encrypted.
        self._lock, self._writing = Lock(), Lock()

    def do_handshake(self) -> None:
        """Raises HandshakeError."""
        try:
            while not self._is_through():
                if not self._feed():
                    raise HandshakeError(_HUNG_UP)
        except OSError:
            raise HandshakeError(_HUNG_UP) from None
        own = self._tls.get_peer_certificate()
        # The chain that OpenSSL shows a server begins with the issuer.
        self.chain = [own, *(self._tls.get_peer_cert_chain() or [])] if own else []

    def recv(self, size: int) -> bytes:
        """At most `size` bytes, and none at the end."""
        while True:
            try:
                with self._lock:
                    return self._tls.recv(size)
            except SSL.WantReadError:
                self._flush()
            except SSL.ZeroReturnError:
                return b""
            except SSL.Error as error:
                raise ConnectionAbortedError(_reason(error)) from None
            if not self._feed():
                return b""

    def sendall(self, content: bytes) -> None:
        """All of it."""
        with self._writing:
            try:
                with self._lock:
                    self._tls.sendall(content)
                    encrypted = self._encrypted()
            except SSL.Error as error:
                raise ConnectionAbortedError(_reason(error)) from None
            self._plain.sendall(encrypted)

    def send(self, content: bytes) -> int:
        """All of it too; the number of bytes."""
        self.sendall(content)
        return len(content)

    def makefile(self, mode: str = "rb", buffering: int = -1) -> io.BufferedReader:
        """For reading only. Closing it leaves the connection open."""
        return io.BufferedReader(_Reading(self), io.DEFAULT_BUFFER_SIZE if buffering < 0 else buffering)

    def fileno(self) -> int:
        return self._plain.fileno()

    def setsockopt(self, *option: Any) -> None:
        self._plain.setsockopt(*option)

    def shutdown(self, how: int) -> None:
        """As a socket does it, without a word in TLS: a thread that reads is at its end."""
        self._plain.shutdown(how)

    def close(self) -> None:
        self._plain.close()

    def _is_through(self) -> bool:
        """Whether the handshake is over, with what the client has sent until now."""
        try:
            self._tls.do_handshake()
        except SSL.WantReadError:
            self._flush()
            return False
        except SSL.Error as error:
            # the alert to the client, which may have gone
            with suppress(OSError):
                self._flush()
            raise HandshakeError(_reason(error)) from None
        self._flush()
        return True

    def _feed(self) -> bool:
        """Wait for more of the client; whether there is any."""
        received = self._plain.recv(_SIZE)
        if received:
            with self._lock:
                self._tls.bio_write(received)
        return bool(received)

    def _flush(self) -> None:
        """Send what TLS has to say by itself, as in a handshake."""
        with self._writing:
            with self._lock:
                encrypted = self._encrypted()
            if encrypted:
                self._plain.sendall(encrypted)

    def _encrypted(self) -> bytes:
        parts: list[bytes] = []
        with suppress(SSL.WantReadError):
            while not parts or len(parts[-1]) == _SIZE:
                parts.append(self._tls.bio_read(_SIZE))
        return b"".join(parts)


class _Reading(io.RawIOBase):
    def __init__(self, connection: TlsSocket) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        received = self._connection.recv(len(buffer))
        buffer[: len(received)] = received
        return len(received)


def _accept(*verified: Any) -> bool:
    """Any certificate of a client, whose key the handshake proves."""
    forget_errors()
    return True


def _reason(error: SSL.Error) -> str:
    """In OpenSSL's words, except for two frequent ones."""
    errors = error.args[0] if error.args and isinstance(error.args[0], list) else []
    words = str(errors[0][-1]) if errors else str(error)
    if words == "http request":
        return "the client sent plain HTTP"
    if any(untrusted in words for untrusted in _UNTRUSTED):
        return f"the client does not trust the emulator's certificate ({words})"
    return words
