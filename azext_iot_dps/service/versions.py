"""Which version of the service API a request uses, so that no member is lost that an older version does not show."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import IntEnum
from typing import Any, Protocol, TypeVar

from knack.log import get_logger

from azext_iot_dps.service.failure import Reason, ServiceError
from azext_iot_dps.service.responses import Json

logger = get_logger(__name__)

# Served by every region and cloud.
DEFAULT = "2021-10-01"
# The first one with the three names of a certificate policy.
NEWEST = "2026-11-01"
# Of two versions, the one that has a member by this name instead of those three.
OLD_POLICY = "2025-07-01-preview"

Sent = TypeVar("Sent")


class Need(IntEnum):
    """What the requests of a command need of the version; a higher number includes the lower ones."""

    ANY = 0
    # a record is shown: the newest version that is known to be served
    SHOWN = 1
    # a record is read in order to be written back or kept: every member that it has
    WHOLE = 2
    # a record has members of the newest version
    NEWEST = 3


class Memory(Protocol):
    """What is known of hosts from earlier commands. Neither method raises anything."""

    def recall(self, host: str) -> str | None:
        """DEFAULT or NEWEST, whichever a host was found to serve at most; None if that is unknown."""

    def store(self, host: str, version: str) -> None:
        """Keep what a host serves at most."""


class Versions:
    """The versions of the requests to one service; all connections of a client share it.

    A read that needs every member tries the newest version, and the default if that one is refused. What follows, the
    write among it, uses the version of that read. A `configured` version is used for everything.
    """

    def __init__(self, configured: str | None = None, memory: Memory | None = None, newest_first: bool = True):
        """With `newest_first` False a service that is not known is not asked for the newest version unless needed."""
        self.configured = configured
        self.need = Need.ANY
        self._memory, self._newest_first = memory, newest_first
        self._decided = configured

    def require(self, need: Need) -> None:
        """Need at least this of all later requests.

        Raises ServiceError(OLD_VERSION) if the configured version lacks the members of the newest one.
        """
        if need is Need.NEWEST and self.configured and self.configured < NEWEST:
            message = f"The configured API version {self.configured} has no certificate policies. Nothing was sent."
            raise ServiceError(Reason.OLD_VERSION, message)
        self.need = max(self.need, need)

    @property
    def has_old_policy(self) -> bool:
        """Whether records have the preview's single name of a certificate policy."""
        return self.configured == OLD_POLICY

    def is_settled(self, host: str) -> bool:
        """Whether the version of a write is known without a read before."""
        return bool(self._settled(host, reads=True))

    def send(self, host: str, reads: bool, send: Callable[[str], Sent]) -> Sent:
        """What `send` returns for the version that a request to this host uses; `reads` if it changes nothing.

        Raises what `send` raises, and ServiceError(NOT_OFFERED) if the newest version is needed but refused.
        """
        version = self._settled(host, reads)
        if version:
            return send(version)
        try:
            response = _newest(send)
        except ServiceError as error:
            if not is_refused(error):
                raise
            if self.need is Need.NEWEST:
                raise _not_offered(error) from error
            response = send(DEFAULT)
            self._decide(host, DEFAULT)
            return response
        self._decide(host, NEWEST)
        return response

    def _settled(self, host: str, reads: bool) -> str | None:
        """The version of a request, None if a read has to find out."""
        if self._decided:
            return self._decided
        if self.need is Need.ANY:
            return DEFAULT
        recalled = self._recalled(host)
        if self.need is not Need.NEWEST and not self._asks(recalled):
            return DEFAULT
        # what was recalled may have changed
        if reads:
            return None
        # nothing was read yet that this request could overwrite
        return NEWEST if self.need is Need.NEWEST or recalled == NEWEST else DEFAULT

    def _asks(self, recalled: str | None) -> bool:
        is_new = recalled is None and self.need is Need.WHOLE
        return recalled == NEWEST or (is_new and self._newest_first)

    def _recalled(self, host: str) -> str | None:
        found = self._memory.recall(host) if self._memory else None
        return found if found in (DEFAULT, NEWEST) else None

    def _decide(self, host: str, version: str) -> None:
        self._decided = version
        if self._memory and self._recalled(host) != version:
            self._memory.store(host, version)


def warn_of_loss(id: str, sent: Json, returned: Json) -> Json:
    """The response to a PUT, after a warning of members that had a value when they were sent, and are not in it."""
    lost = [name for name, value in sent.items() if name != "etag" and _holds(value) and returned.get(name) is None]
    if lost:
        logger.warning("The service did not store these members of '%s': %s.", id, ", ".join(lost))
    return returned


def _holds(value: Any) -> bool:
    """Whether a value is more than null, an empty list or nested empty objects."""
    return any(map(_holds, value.values())) if isinstance(value, dict) else value not in (None, [], "")


def is_version(text: str) -> bool:
    """Whether it has the form of an API version: a date, optionally with -preview."""
    match = re.fullmatch(r"(\d{4}-\d{2}-\d{2})(-preview)?", text, re.ASCII)
    try:
        return bool(match and date.fromisoformat(match[1]))
    except ValueError:
        return False


def is_refused(error: ServiceError) -> bool:
    """Whether a read failed as one of a version does that is not served: with 400, or as if there were no such path."""
    if error.reason is not Reason.REFUSED:
        return False
    return error.status == 400 or (error.status in (404, 405) and not _is_by_service(error))


def _newest(send: Callable[[str], Sent]) -> Sent:
    """What `send` returns for the newest version. Raises what it raises."""
    try:
        return send(NEWEST)
    except ServiceError as error:
        if not is_refused(error) or _is_by_service(error):
            raise
    # it may be the page of a proxy, after which an older version would lose members
    return send(NEWEST)


def _is_by_service(error: ServiceError) -> bool:
    """Whether it has an error code of the service, such as 400004."""
    return isinstance(error.code, int) and error.code // 1000 == error.status


def _not_offered(error: ServiceError) -> ServiceError:
    message = (
        f"{error.host} does not offer API version {NEWEST} yet, which has certificate policies. Nothing was changed."
    )
    return ServiceError(
        Reason.NOT_OFFERED, message, error.host, error.status, error.code, error.tracking_id, subject=error.subject
    )
