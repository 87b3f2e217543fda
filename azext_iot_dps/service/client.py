"""The operations of the service, as collections with verbs. JSON in, JSON out, lists as iterators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

import requests
from azure.cli.core.azclierror import AzCLIError, AzureResponseError, ResourceNotFoundError
from knack.log import get_logger

from azext_iot_dps.service.answers import Refused, parsed, refused
from azext_iot_dps.service.errors import answer_error, answered, exists_error, lost
from azext_iot_dps.service.outcome import READ_ONLY, as_sent
from azext_iot_dps.service.retry import Tries
from azext_iot_dps.service.transport import Transport

logger = get_logger(__name__)

Json = dict[str, Any]

# Asking for more records a page than this gives this many (Azure/azure-iot-sdk-node#813).
PAGE = 100
# The service takes no more in one bulk call.
BULK = 10


class DpsClient:
    """A client that connects with its first request, and so never when the request is refused before."""

    def __init__(self, connect: Callable[[], Transport]):
        self._connect = connect
        self._transport: Transport | None = None
        self.enrollments = Enrollments(self, "/enrollments")
        self.enrollment_groups = Enrollments(self, "/enrollmentGroups")
        self.registrations = Registrations(self)

    def send(
        self, method: str, path: str, headers: Json | None = None, body: Any = None, **how: Any
    ) -> requests.Response:
        """`how` often to try is what Transport.send says of it."""
        return self._connected().send(method, path, headers, body, **how)

    def twin(self) -> DpsClient:
        """A client of the same service, and as the same user, with a connection of its own: for another thread."""
        return DpsClient(self._connected().twin)

    def _connected(self) -> Transport:
        if self._transport is None:
            self._transport = self._connect()
        return self._transport

    def record(self, method: str, path: str, headers: Json | None = None, body: Any = None, **how: Any) -> Json:
        """The object that the service answers with."""
        record: Json = parsed(self.send(method, path, headers, body, **how), dict)
        return record

    def delete(self, path: str, etag: str) -> None:
        """Delete what is at `path`. When an answer was lost, it counts whether the thing is gone."""
        try:
            response = self.send("DELETE", path, {"If-Match": etag})
            if response.content:
                raise answer_error(response)
        except AzCLIError as error:
            if not lost(error):
                raise
            gone = isinstance(error, ResourceNotFoundError)
            if not gone and found(error, lambda tries: self.record("GET", path, tries=tries)):
                raise

    def pages(self, path: str, body: Any, top: int | None) -> Iterator[Json]:
        """Records page after page, until no continuation follows or `top` were yielded; a page may be empty."""
        seen, token = 0, None
        tokens: set[str | None] = set()
        while True:
            headers = {} if top is None else {"x-ms-max-item-count": str(min(top - seen, PAGE))}
            response = self.send("POST", path, headers | ({"x-ms-continuation": token} if token else {}), body)
            for record in islice(parsed(response, list), None if top is None else top - seen):
                seen += 1
                yield record
            tokens.add(token)
            token = response.headers.get("x-ms-continuation")
            if not token:
                return
            if seen == top:
                logger.warning("--top ended the list at %d; there may be more.", seen)
                return
            if token in tokens:
                raise AzureResponseError("The service answers with the same continuation again and again.")


class Enrollments:
    """Individual enrollments, or enrollment groups: the same operations under another path."""

    def __init__(self, client: DpsClient, collection: str):
        self._client = client
        self._collection = collection
        self.id_member = "registrationId" if collection == "/enrollments" else "enrollmentGroupId"

    def twin(self) -> Enrollments:
        """The same records over a connection of its own: for another thread."""
        return Enrollments(self._client.twin(), self._collection)

    def get(self, id: str, tries: Tries | None = None) -> Json:
        """One record as it is stored, but for symmetric keys, which the service does not show here."""
        return self._client.record("GET", self._path(id), tries=tries)

    def bulk(self, mode: str, records: list[Json], tries: Tries) -> dict[str, Refused]:
        """Carry out an operation on up to ten records; what was refused of them, by id in lower case.

        The modes are create, which overwrites nothing; updateIfMatchETag; delete, which heeds an etag if there is one.
        """
        body = {self._collection[1:]: records, "mode": mode}
        response = self._client.send("POST", self._collection, body=body, tries=tries)
        return refused(response, self.id_member, {str(record[self.id_member]).lower() for record in records})

    def attestation(self, id: str, tries: Tries | None = None) -> Json:
        """The attestation of one record, symmetric keys included."""
        return self._client.record("POST", self._path(id) + "/attestationmechanism", tries=tries)

    def put(self, id: str, record: Json, etag: str | None = None) -> Json:
        """Create (without an etag, and then never overwrite) or replace a record.

        When an answer was lost, it counts whether the record is as it was sent; a create is sent again when it is not
        there.
        """
        body = {name: value for name, value in record.items() if name not in READ_ONLY}
        headers, tries = {} if etag is None else {"If-Match": etag}, Tries()
        while True:
            try:
                return self._client.record(
                    "PUT", self._path(id), headers, body, repeatable=etag is not None, tries=tries
                )
            except AzCLIError as error:
                if not lost(error):
                    raise
                stored = found(error, lambda tries: self.as_answered(id, tries))
                if stored is not None and as_sent(body, stored):
                    return stored
                if stored is not None and etag is None and not answered(error):
                    raise exists_error(id) from error
                sent_again = stored is None and etag is None and not answered(error)
                if not sent_again or not tries.another(str(error).rstrip(".")):
                    raise

    def as_answered(self, id: str, tries: Tries | None) -> Json:
        """The record with its keys, as a PUT would have answered; all else is what the service shows."""
        record = self.get(id, tries)
        shown = record.get("attestation")
        if isinstance(shown, dict) and shown.get("type") == "symmetricKey":
            record["attestation"] = self.attestation(id, tries)
        return record

    def delete(self, id: str, etag: str) -> None:
        self._client.delete(self._path(id), etag)

    def query(self, top: int | None = None) -> Iterator[Json]:
        """Every record, or `top` of them. The service reads no more of a query than that it is there."""
        return self._client.pages(f"{self._collection}/query", {"query": "SELECT *"}, top)

    def _path(self, id: str) -> str:
        return f"{self._collection}/{quote(id, safe='')}"


class Registrations:
    """Registration states, of devices of individual enrollments and of groups alike."""

    def __init__(self, client: DpsClient):
        self._client = client

    def query(self, group_id: str, top: int | None = None) -> Iterator[Json]:
        """Those of the devices of a group, all or `top` of them."""
        return self._client.pages(f"/registrations/{quote(group_id, safe='')}/query", None, top)

    def get(self, id: str) -> Json:
        return self._client.record("GET", f"/registrations/{quote(id, safe='')}")

    def delete(self, id: str, etag: str) -> None:
        self._client.delete(f"/registrations/{quote(id, safe='')}", etag)


def found(error: AzCLIError, read: Callable[[Tries | None], Json]) -> Json | None:
    """What `read` finds after a request ended in this error, None when there is nothing.

    Raises the error itself when that cannot be told.
    """
    try:
        # a service that answers is not asked five times what it thinks now
        return read(Tries(1) if answered(error) else None)
    except ResourceNotFoundError:
        return None
    except AzCLIError:
        error.set_recommendation("Whether it was carried out all the same is not known: look before you try again.")
        raise error from None
