"""The requests that all collections have in common. A connection is made with the first one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import requests
from knack.log import get_logger

from azext_iot_dps.service.failure import Effect, Outcome, Reason, ServiceError, Subject
from azext_iot_dps.service.responses import Json, json_object, json_objects, unexpected
from azext_iot_dps.service.retry import RetryPolicy, Tries
from azext_iot_dps.service.transport import Transport

logger = get_logger(__name__)

# The service returns no more records than this in a page (Azure/azure-iot-sdk-node#813).
PAGE = 100


class Connection:
    """Connects with its first request, and so never when a command is refused before."""

    def __init__(self, connect: Callable[[], Transport]):
        """`connect` is called once; the request raises what it raises."""
        self._connect = connect
        self._transport: Transport | None = None

    @property
    def transport(self) -> Transport:
        """The transport, connected if it is not yet."""
        if self._transport is None:
            self._transport = self._connect()
        return self._transport

    def clone(self) -> Connection:
        """The same service and credential with a connection of its own: for another thread."""
        return Connection(self.transport.clone)

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        effect: Effect = Effect.READ,
        tries: Tries | None = None,
        subject: Subject | None = None,
    ) -> requests.Response:
        """The success response to a request, as Transport.send returns it."""
        return self.transport.send(method, path, headers, body, effect, tries, subject)

    def read(self, method: str, path: str, subject: Subject, tries: Tries | None = None) -> Json:
        """The object that a request without a body returns. Raises ServiceError."""
        return json_object(self.send(method, path, tries=tries, subject=subject), subject=subject)

    def delete(self, path: str, etag: str, subject: Subject) -> None:
        """Delete what is at `path` if it has this ETag, which may be `*`.

        Raises ServiceError. After a lost response the request has succeeded if nothing is there any more.
        """
        try:
            response = self.send("DELETE", path, {"If-Match": etag}, effect=Effect.REPEATABLE, subject=subject)
            if response.content:
                raise unexpected(response, Effect.REPEATABLE, subject)
        except ServiceError as error:
            if not error.outcome_unknown:
                raise
            if error.not_found or look_up(error, lambda tries: self.read("GET", path, subject, tries)) is None:
                return
            raise

    def pages(self, path: str, body: Any, top: int | None) -> Iterator[Json]:
        """Records, page after page, until there is no continuation token or `top` records were yielded.

        A page may be empty. Raises ServiceError, with LOOP when the service returns a token a second time.
        """
        seen, token = 0, None
        tokens: set[str | None] = set()
        while True:
            headers = {} if top is None else {"x-ms-max-item-count": str(min(top - seen, PAGE))}
            response = self.send("POST", path, headers | ({"x-ms-continuation": token} if token else {}), body)
            for record in islice(json_objects(response), None if top is None else top - seen):
                seen += 1
                yield record
            tokens.add(token)
            token = response.headers.get("x-ms-continuation")
            if not token:
                return
            if seen == top:
                logger.warning("The list was limited to %d records. There may be more.", seen)
                return
            if token in tokens:
                host = self.transport.host
                raise ServiceError(Reason.LOOP, f"{host} returned the same continuation token twice.", host)


def look_up(error: ServiceError, read: Callable[[Tries | None], Json]) -> Json | None:
    """What is stored after a request of unknown outcome failed with `error`; None when there is nothing.

    `read` gets the attempts that it has. When it fails, `error` is raised with its outcome unknown; else the caller
    decides, and the outcome of `error` counts as known.
    """
    try:
        # a service that responds is not asked several times
        stored = read(Tries(RetryPolicy(attempts=1)) if error.answered else None)
    except ServiceError as other:
        if not other.not_found:
            error.outcome = Outcome.UNKNOWN
            raise error from None
        stored = None
    error.outcome = Outcome.NOT_CARRIED_OUT
    return stored
