"""The emulator: DPS and the Azure around it, served over TLS by a thread of this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import trustme
from OpenSSL import SSL

from .access import Access
from .app import application
from .arm import Arm
from .backend import Backend
from .connection import Connection, Server
from .enrollments import Enrollments
from .faults import Fault
from .gate import Gate
from .listening import ListenError, listening
from .log import Logged
from .names import certified, with_port
from .shelf import Shelf
from .state import State, Table, unkept
from .switches import Switches
from .tls import server_context
from .tokens import Tokens


class Emulator:
    """One service on one port of this machine; a context manager. Its controls are in this process only.

    With a `state` all that it stores, and the authority that others trust, is kept for the next start.
    """

    def __init__(
        self,
        port: int = 0,
        bind: str | Sequence[str] = "127.0.0.1",
        ca_file: str | None = None,
        state: State | None = None,
        ended: Callable[[Logged], None] = lambda request: None,
        names: Sequence[str] = (),
        mqtt_port: int | None = None,
    ) -> None:
        """`bind` is an address or several, with one port number for all; `names` are host names, the first of which
        is the service's instead of localhost. `mqtt_port` None is no MQTT.

        Raises ListenError.
        """
        addresses = (bind,) if isinstance(bind, str) else tuple(bind)
        self._state, self._mqtt_port = state, mqtt_port
        tables = state or unkept
        authority = _authority(tables("authority"))
        tls = server_context(authority.issue_cert(*certified(names, addresses)))
        self._servers = _servers(addresses, port, tls)
        self._folder = TemporaryDirectory(prefix="dps-emulator-")
        self.ca_file = ca_file or str(Path(self._folder.name, "ca.pem"))
        authority.cert_pem.write_to_path(self.ca_file)
        self.port: int = self._servers[0].port
        self.host = with_port((*names, "localhost")[0], self.port)
        self._backend = Backend(self.host, tables)
        self._gate = Gate(application(self._backend), self._backend.switches, ended)
        if mqtt_port is not None:
            devices = _servers(addresses, mqtt_port, tls, _mqtt())
            self._mqtt_port = devices[0].port
            self._servers += devices
        for server in self._servers:
            server.gate, server.backend = self._gate, self._backend
        serving = [server.serve_forever for server in self._servers]
        self._threads = [Thread(target=each, args=(0.02,), name="dps-emulator", daemon=True) for each in serving]
        self.url = f"https://{self.host}"

    def __enter__(self) -> Emulator:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End every connection, free the port, remove the temporary folder."""
        self._gate.stopping.set()
        for server, thread in zip(self._servers, self._threads):
            if thread.is_alive():
                server.shutdown()
                thread.join()
            server.server_close()
            server.close_connections()
        self._folder.cleanup()
        if self._state is not None:
            self._state.close()

    def reset(self) -> None:
        """State, log, faults, switches and policies back to the start; tokens stay valid."""
        for part in (self._backend, self._gate):
            part.reset()
        for server in self._servers:
            server.handshakes = 0

    @property
    def connection_string(self) -> str:
        """With the first policy's primary key."""
        policy = self.policies[0]
        return f"HostName={self.host};SharedAccessKeyName={policy['keyName']};SharedAccessKey={policy['primaryKey']}"

    @property
    def is_exposed(self) -> bool:
        """Whether it listens on an address that other machines may reach."""
        addresses = (server.socket.getsockname()[0] for server in self._servers)
        return not all(ip_address(address.partition("%")[0]).is_loopback for address in addresses)

    @property
    def mqtt_port(self) -> int | None:
        """The port of MQTT for devices; None when there is none."""
        return self._mqtt_port

    @property
    def requests(self) -> list[Logged]:
        return self._gate.requests

    @property
    def log(self) -> list[Logged]:
        """Requests and, with the method TLS, handshakes that were refused."""
        return self._gate.log

    def forget(self, remembered: int = 0) -> None:
        """Empty the log, except for the last entries."""
        self._gate.forget(remembered)

    @property
    def service_requests(self) -> list[Logged]:
        return [request for request in self.requests if request.is_service]

    def sent(self, method: str | None = None) -> list[tuple[str, str, str | None, Any]]:
        """(method, path, If-Match, body) of the requests to the service API."""
        return [
            (request.method, request.path, request.headers.get("If-Match"), request.body)
            for request in self.service_requests
            if method in (None, request.method)
        ]

    @property
    def handshakes(self) -> int:
        """TLS connections accepted since the last reset."""
        return sum(server.handshakes for server in self._servers)

    def fail(self, times: int = 1, **fault: Any) -> None:
        """Let the next matching calls misbehave; the arguments are those of `Fault`."""
        self._gate.faults.add(Fault(times, **fault))

    def register(
        self, registration_id: str, key: str | None = None, group_id: str | None = None, payload: Any = None
    ) -> dict[str, Any]:
        """A device registers, by the rules of the device API but without the network."""
        return self._backend.register(registration_id, key, group_id, payload)

    @property
    def issuing_authority(self) -> str:
        """The root of the certificates that are issued for CSRs, as PEM."""
        return self._backend.issuer.root

    @property
    def collections(self) -> tuple[Enrollments, Enrollments]:
        """Enrollments and groups with the rules of the service for them."""
        return self._backend.enrollments, self._backend.groups

    @property
    def enrollments(self) -> Shelf:
        return self._backend.enrollments.shelf

    @property
    def groups(self) -> Shelf:
        return self._backend.groups.shelf

    @property
    def registrations(self) -> Shelf:
        return self._backend.registrations.shelf

    @property
    def payloads(self) -> Table:
        """What registering devices sent along, by registration id in lower case."""
        return self._backend.registrations.payloads

    @property
    def arm(self) -> Arm:
        return self._backend.arm

    @property
    def switches(self) -> Switches:
        return self._backend.switches

    @property
    def tokens(self) -> Tokens:
        return self._backend.tokens

    @property
    def policies(self) -> list[dict[str, Any]]:
        return self._backend.access.policies

    @policies.setter
    def policies(self, policies: list[dict[str, Any]]) -> None:
        self._backend.access.policies = policies

    @property
    def roles(self) -> str | None:
        """The role of any caller with a token: "contributor", "reader" or None."""
        return self._backend.access.roles

    @roles.setter
    def roles(self, roles: str | None) -> None:
        self._backend.access.roles = roles

    @property
    def access(self) -> Access:
        return self._backend.access


def _authority(kept: Table) -> trustme.CA:
    if "ca" not in kept:
        fresh = trustme.CA()
        kept["ca"] = [fresh.cert_pem.bytes().decode(), fresh.private_key_pem.bytes().decode()]
    certificate, key = kept["ca"]
    return trustme.CA.from_pem(certificate.encode(), key.encode())


def _mqtt() -> type[Any]:
    """The handler of connections for MQTT, whose library Python 3.9 does not have."""
    try:
        from .mqtt_connection import MqttConnection
    except ImportError:
        raise ListenError("MQTT needs Python 3.10 or later. Specify --mqtt-port off to do without it.") from None
    return MqttConnection


def _servers(addresses: Sequence[str], port: int, tls: SSL.Context, handler: type[Any] = Connection) -> list[Server]:
    """One for each address, all on one port."""
    sockets = listening(addresses, port, "--port" if handler is Connection else "--mqtt-port")
    try:
        return [Server(each, tls, handler) for each in sockets]
    finally:
        for each in sockets:
            each.close()
