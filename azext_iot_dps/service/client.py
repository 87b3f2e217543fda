"""The service API as collections with verbs: JSON in, JSON out, lists as iterators."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from azext_iot_dps.service.auth import Credential
from azext_iot_dps.service.connection import Connection, segment
from azext_iot_dps.service.enrollments import Enrollments, Matches
from azext_iot_dps.service.failure import Kind, Subject
from azext_iot_dps.service.pace import Pace
from azext_iot_dps.service.responses import Json
from azext_iot_dps.service.transport import Transport
from azext_iot_dps.service.versions import Versions


class DpsClient:
    """A client that connects with its first request, and so never when a command is refused before."""

    def __init__(self, connect: Callable[[], Transport], matches: Matches, versions: Versions):
        """`connect` is called once, and may raise what it likes.

        `matches(sent, stored)` is whether a stored record is what was sent, which settles lost responses.
        """
        self._connection = connection = Connection(connect, versions)
        self.enrollments = Enrollments(connection, Kind.ENROLLMENT, matches)
        self.enrollment_groups = Enrollments(connection, Kind.GROUP, matches)
        self.registrations = Registrations(connection)

    def sign_in(self) -> Credential:
        """The credential of the requests, with what it needs to sign one. Nothing is sent to the service."""
        credential = self._connection.transport.auth
        credential.prepare()
        return credential


class Registrations:
    """Registration states, of the devices of individual enrollments and of groups alike."""

    def __init__(self, connection: Connection):
        self._connection = connection

    @property
    def pace(self) -> Pace:
        """What all requests to the service have in common, those of clones included."""
        return self._connection.pace

    @property
    def host(self) -> str:
        """The host of the service."""
        return self._connection.transport.host

    def clone(self) -> Registrations:
        """The same registrations over a connection of its own: for another thread."""
        return Registrations(self._connection.clone())

    def query(self, group_id: str, top: int | None = None) -> Iterator[Json]:
        """The states of the devices of a group, all or `top` of them. Raises ServiceError about the group."""
        subject = Subject(Kind.GROUP, group_id)
        return self._connection.pages(f"/registrations/{segment(group_id)}/query", None, top, subject)

    def get(self, id: str) -> Json:
        """The state of one device. Raises ServiceError, whose `not_found` is true when there is none."""
        return self._connection.read("GET", self._path(id), Subject(Kind.REGISTRATION, id))

    def delete(self, id: str, etag: str) -> None:
        """Delete the state if it has this ETag, which may be `*`. Raises ServiceError."""
        self._connection.delete(self._path(id), etag, Subject(Kind.REGISTRATION, id))

    def _path(self, id: str) -> str:
        return f"/registrations/{segment(id)}"
