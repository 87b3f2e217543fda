"""The operations of the service, as collections with verbs. JSON in, JSON out, lists as iterators."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

import requests
from azure.cli.core.azclierror import AzCLIError, AzureResponseError, ResourceNotFoundError
from knack.log import get_logger

from azext_iot_dps.service.errors import answer_error, answered, exists_error, lost
from azext_iot_dps.service.outcome import READ_ONLY, as_sent
from azext_iot_dps.service.retry import Tries
from azext_iot_dps.service.transport import Transport

logger = get_logger(__name__)

Json = dict[str, Any]

# Asking for more records a page than this gives this many (Azure/azure-iot-sdk-node#813).
PAGE = 100
# Levels of an answer: more than an option takes, and fewer than would exhaust Python's stack where az prints it.
MAX_DEPTH = 150


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
        if self._transport is None:
            self._transport = self._connect()
        return self._transport.send(method, path, headers, body, **how)

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

    def get(self, id: str, tries: Tries | None = None) -> Json:
        """One record as it is stored, but for symmetric keys, which the service does not show here."""
        return self._client.record("GET", self._path(id), tries=tries)

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
                stored = found(error, lambda tries: self._as_answered(id, tries))
                if stored is not None and as_sent(body, stored):
                    return stored
                if stored is not None and etag is None and not answered(error):
                    raise exists_error(id) from error
                sent_again = stored is None and etag is None and not answered(error)
                if not sent_again or not tries.another(str(error).rstrip(".")):
                    raise

    def _as_answered(self, id: str, tries: Tries | None) -> Json:
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


def parsed(response: requests.Response, kind: type) -> Any:
    """The JSON of an answer, which must be of that kind: an object, or a list of objects."""
    try:
        # response.json() would guess the encoding of what is not UTF-8, for a minute if there is much of it
        answer: Any = json.loads(response.content, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise answer_error(response) from None
    if not isinstance(answer, kind) or (
        isinstance(answer, list) and not all(isinstance(item, dict) for item in answer)
    ):
        raise answer_error(response)
    if _deeper(answer, MAX_DEPTH):
        raise answer_error(response)
    return answer


def _deeper(value: Any, levels: int) -> bool:
    """Whether objects and lists are nested deeper than so many levels."""
    nested = [value]
    for _ in range(levels):
        members = (part.values() if isinstance(part, dict) else part for part in nested)
        nested = [item for inner in members for item in inner if isinstance(item, (dict, list))]
    return bool(nested)


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")
