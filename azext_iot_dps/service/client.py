"""The operations of the service, as collections with verbs. JSON in, JSON out, lists as iterators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

import requests
from azure.cli.core.azclierror import AzureResponseError
from knack.log import get_logger

from azext_iot_dps.service.errors import answer_error
from azext_iot_dps.service.transport import Transport

logger = get_logger(__name__)

Json = dict[str, Any]

# The service's own members of a record, which it fills in and does not take.
READ_ONLY = {"registrationState", "createdDateTimeUtc", "lastUpdatedDateTimeUtc"}
# Asking for more records a page than this gives this many (Azure/azure-iot-sdk-node#813).
PAGE = 100


class DpsClient:
    """A client that connects with its first request, and so never when the request is refused before."""

    def __init__(self, connect: Callable[[], Transport]):
        self._connect = connect
        self._transport: Transport | None = None
        self.enrollments = Enrollments(self, "/enrollments")
        self.registrations = Registrations(self)

    def send(self, method: str, path: str, headers: Json | None = None, body: Any = None) -> requests.Response:
        if self._transport is None:
            self._transport = self._connect()
        return self._transport.send(method, path, headers, body)

    def record(self, method: str, path: str, headers: Json | None = None, body: Any = None) -> Json:
        """The object that the service answers with."""
        record: Json = parsed(self.send(method, path, headers, body), dict)
        return record

    def pages(self, path: str, body: Any, top: int | None) -> Iterator[Json]:
        """Records page after page, until no continuation follows or `top` were yielded; a page may be empty."""
        seen, token = 0, None
        while True:
            headers = {} if top is None else {"x-ms-max-item-count": str(min(top - seen, PAGE))}
            response = self.send("POST", path, headers | ({"x-ms-continuation": token} if token else {}), body)
            for record in islice(parsed(response, list), None if top is None else top - seen):
                seen += 1
                yield record
            previous, token = token, response.headers.get("x-ms-continuation")
            if not token:
                return
            if seen == top:
                logger.warning("--top ended the list at %d; there may be more.", seen)
                return
            if token == previous:
                raise AzureResponseError("The service answers with the same continuation again and again.")


class Enrollments:
    """Individual enrollments, or enrollment groups: the same operations under another path."""

    def __init__(self, client: DpsClient, collection: str):
        self._client = client
        self._collection = collection

    def get(self, id: str) -> Json:
        """One record as it is stored, but for symmetric keys, which the service does not show here."""
        return self._client.record("GET", self._path(id))

    def attestation(self, id: str) -> Json:
        """The attestation of one record, symmetric keys included."""
        return self._client.record("POST", self._path(id) + "/attestationmechanism")

    def put(self, id: str, record: Json, etag: str | None = None) -> Json:
        """Create (without an etag, and then never overwrite) or replace a record."""
        body = {name: value for name, value in record.items() if name not in READ_ONLY}
        return self._client.record("PUT", self._path(id), _if_match(etag), body)

    def delete(self, id: str, etag: str) -> None:
        self._client.send("DELETE", self._path(id), _if_match(etag))

    def query(self, top: int | None = None) -> Iterator[Json]:
        """Every record, or `top` of them. The service reads no more of a query than that it is there."""
        return self._client.pages(f"{self._collection}/query", {"query": "SELECT *"}, top)

    def _path(self, id: str) -> str:
        return f"{self._collection}/{quote(id, safe='')}"


class Registrations:
    """Registration states, of devices of individual enrollments and of groups alike."""

    def __init__(self, client: DpsClient):
        self._client = client

    def get(self, id: str) -> Json:
        return self._client.record("GET", f"/registrations/{quote(id, safe='')}")

    def delete(self, id: str, etag: str) -> None:
        self._client.send("DELETE", f"/registrations/{quote(id, safe='')}", _if_match(etag))


def _if_match(etag: str | None) -> Json:
    return {} if etag is None else {"If-Match": etag}


def parsed(response: requests.Response, kind: type) -> Any:
    """The JSON of an answer, which must be of that kind: an object, or a list of objects."""
    try:
        answer: Any = response.json()
    except (ValueError, RecursionError):
        raise answer_error(response) from None
    if not isinstance(answer, kind) or (
        isinstance(answer, list) and not all(isinstance(item, dict) for item in answer)
    ):
        raise answer_error(response)
    return answer
