"""The requests that all collections have in common. A connection is made with the first one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from enum import Enum
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote

import requests
from knack.log import get_logger

from azext_iot_dps.service.failure import Effect, Outcome, Reason, ServiceError, Subject
from azext_iot_dps.service.moments import moment
from azext_iot_dps.service.pace import Pace
from azext_iot_dps.service.paging import Paging
from azext_iot_dps.service.responses import Json, json_object, json_objects, unexpected
from azext_iot_dps.service.retry import Tries, policy_from_environment, server_clock_ahead
from azext_iot_dps.service.transport import Transport
from azext_iot_dps.service.versions import Versions

logger = get_logger(__name__)

# The service returns no more records than this in a page (Azure/azure-iot-sdk-node#813).
PAGE = 100
# Seconds within which two computers' clocks, one of them in whole seconds, do not show which of two events was first.
CONFUSED = 3.0


class Lost(NamedTuple):
    """A request whose outcome is unknown, and when it started."""

    error: ServiceError
    started: datetime


class Connection:
    """Connects with its first request, and so never when a command is refused before.

    All requests of a connection and of its clones keep one pace, and agree on the version of the service API.
    """

    def __init__(self, connect: Callable[[], Transport], versions: Versions, pace: Pace | None = None):
        """`connect` is called once; the request raises what it raises."""
        self._connect = connect
        self._transport: Transport | None = None
        self.versions = versions
        self.pace = pace or Pace()

    @property
    def transport(self) -> Transport:
        """The transport, connected if it is not yet."""
        if self._transport is None:
            self._transport = self._connect()
        return self._transport

    def clone(self) -> Connection:
        """The same service, credential and pace with a connection of its own: for another thread."""
        return Connection(self.transport.clone, self.versions, self.pace)

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
        """The success response to a request, as Transport.send returns it, of the version that Versions selects."""
        etag = (headers or {}).get("If-Match", "")
        if not (etag.isascii() and etag.isprintable()):
            name = f"The ETag of '{subject.id}'" if subject else "The ETag"
            message = f"{name} has characters that no ETag of a request can have. Nothing was changed."
            raise ServiceError(Reason.INCOMPLETE, message, subject=subject)
        transport, attempts = self.transport, tries or Tries(self.pace)
        return self.versions.send(
            transport.host,
            effect is Effect.READ,
            lambda version: transport.send(method, path, headers, body, effect, attempts, subject, version),
        )

    def read(self, method: str, path: str, subject: Subject, tries: Tries | None = None) -> Json:
        """The object that a request without a body returns. Raises ServiceError."""
        return json_object(self.send(method, path, tries=tries, subject=subject), subject=subject)

    def delete(self, path: str, etag: str, subject: Subject, lost: Lost | None = None) -> None:
        """Delete what is at `path` if it has this ETag, which may be `*`; `lost` is a request that tried to before.

        Raises ServiceError. After a lost response the request has succeeded if nothing is left. What is left is
        deleted only if it has the ETag or was created before: it may be the newer record of another client.
        """
        tries = Tries(self.pace)
        while True:
            if lost:
                left = self._left(path, etag, subject, lost)
                if left is None:
                    return
                if not tries.another(str(lost.error)):
                    raise lost.error
                etag = left
            started = datetime.now(timezone.utc)
            try:
                response = self.send("DELETE", path, {"If-Match": etag}, None, Effect.ONCE, tries, subject)
                if response.content:
                    raise unexpected(response, Effect.REPEATABLE, subject)
                return
            except ServiceError as error:
                if not error.outcome_unknown:
                    raise
                if error.not_found:
                    return
                lost = Lost(error, started)

    def look_up(self, error: ServiceError, read: Callable[[Tries | None], Json]) -> Json | None:
        """What is stored after a request of unknown outcome failed with `error`; None when there is nothing.

        `read` gets the attempts that it has. When it fails, `error` is raised with its outcome unknown; else the caller
        decides, and the outcome of `error` counts as known.
        """
        # a service that responds is not asked several times
        once = Tries(self.pace, policy_from_environment()._replace(attempts=1)) if error.answered else None
        try:
            stored: Json | None = read(once)
        except ServiceError as other:
            if not other.not_found:
                error.outcome = Outcome.UNKNOWN
                raise error from None
            stored = None
        error.outcome = Outcome.NOT_CARRIED_OUT
        return stored

    def pages(self, path: str, body: Any, top: int | None, subject: Subject | None = None) -> Iterator[Json]:
        """Records, page after page, until there is no continuation token or `top` records were yielded.

        A page may be empty. Raises ServiceError, with LOOP when the service returns a token a second time, or nothing
        but empty pages.
        """
        host = self.transport.host
        seen, token, paging = 0, None, Paging(host, host)
        tokens: set[str | None] = set()
        while True:
            headers = {} if top is None else {"x-ms-max-item-count": str(min(top - seen, PAGE))}
            headers |= {"x-ms-continuation": token} if token else {}
            response = self.send("POST", path, headers, body, subject=subject)
            before = seen
            for record in islice(json_objects(response), None if top is None else top - seen):
                seen += 1
                yield record
            tokens.add(token)
            token = response.headers.get("x-ms-continuation")
            if not token:
                return
            if seen == top:
                return
            if token in tokens:
                raise paging.loop(f"{host} returned the same continuation token twice.")
            paging.another(seen - before)

    def _left(self, path: str, etag: str, subject: Subject, lost: Lost) -> str | None:
        """The ETag of what a lost request should have deleted, None when it is gone.

        Raises the error of the request when another client may have created what is left.
        """
        date = None

        def read(tries: Tries | None) -> Json:
            nonlocal date
            response = self.send("GET", path, tries=tries, subject=subject)
            date = response.headers.get("Date")
            return json_object(response, subject=subject)

        before = datetime.now(timezone.utc)
        stored = self.look_up(lost.error, read)
        age = _age(stored or {}, lost.started, server_clock_ahead(date), datetime.now(timezone.utc) - before)
        if stored is None or age is Age.NEWER:
            return None
        lost.error.outcome = Outcome.UNKNOWN
        found = stored.get("etag")
        if not isinstance(found, str) or (etag != found and (etag != "*" or age is not Age.OLDER)):
            raise lost.error
        return found


def segment(id: str) -> str:
    """An ID as a part of a path, with any characters that JSON may contain: the service refuses those of no ID."""
    return quote(id, safe="", errors="surrogatepass")


class Age(Enum):
    """When something was created: before a request, after it, or at a time that clocks cannot tell from it."""

    OLDER = "older"
    NEWER = "newer"
    UNSURE = "unsure"


def _age(stored: Json, started: datetime, ahead: float | None, doubt: timedelta) -> Age:
    """`started` is this computer's time; the service's clock is `ahead` by some seconds, give or take the `doubt`."""
    created = moment(stored.get("createdDateTimeUtc"))
    if ahead is None or created is None:
        return Age.UNSURE
    later = created - started - timedelta(seconds=ahead)
    if abs(later) <= timedelta(seconds=CONFUSED) + abs(doubt):
        return Age.UNSURE
    return Age.NEWER if later > timedelta(0) else Age.OLDER
