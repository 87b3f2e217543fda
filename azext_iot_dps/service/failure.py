"""The one exception of the service client. Its fields carry the facts: no caller reads a message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from azext_iot_dps.service.auth import Credential

# "Enrollment already exists." and "EnrollmentGroup already exists."
EXISTS_CODES = (409201, 409202)
# "Precondition failed.", which some regions return with status 409 instead of 412
PRECONDITION_CODE = 409203
# Statuses that every other request would get too.
_FATAL_STATUSES = frozenset({401, 403})


class Reason(Enum):
    """What went wrong, from the client's point of view."""

    # responses of the service
    REFUSED = "an error status"
    UNEXPECTED = "a success status with an unexpected body"
    INCOMPLETE = "a response without a member that is needed"
    NO_KEYS = "a record without the symmetric keys that it has"
    BAD_KEY = "a symmetric key that is not base64"
    EXISTS = "an unanswered create, and another record of that ID"
    CONTENDED = "a record that other clients changed between each read and write"
    LOOP = "a list whose next page is one that was read before, or is at another host"
    TOO_LARGE = "a response that is larger than any of the service"
    NOT_OFFERED = "an API version that is needed and not served"
    INTERIM = "interim responses without end"
    # no response, or an incomplete one
    UNTRUSTED = "the TLS certificate of the host is not trusted"
    UNREACHABLE = "no connection"
    TIMED_OUT = "no response in time"
    CUT_OFF = "the connection was closed before the response was complete"
    NO_TLS = "the TLS handshake failed"
    CERTIFICATE_REFUSED = "the host refused the client's certificate in the TLS handshake"
    PROXY_REFUSED = "the proxy did not connect to the host"
    # nothing was sent
    CA_FILE = "the CA certificate file cannot be read"
    STOPPED = "the command was interrupted before the request was sent"
    NO_TOKEN = "no access token for the current sign-in"
    NO_DESCRIPTORS = "the operating system allows no more open files"
    BAD_SETTING = "an invalid setting"
    OLD_VERSION = "a configured API version that lacks what the request has"


# What has no status and concerns one record, not the service.
_PER_RECORD = frozenset({Reason.NO_KEYS, Reason.EXISTS, Reason.INCOMPLETE, Reason.CONTENDED})


class Outcome(Enum):
    """Whether a failed request had an effect. Requests that only read are always NOT_CARRIED_OUT."""

    NOT_CARRIED_OUT = "not carried out"
    UNKNOWN = "unknown"


class Effect(Enum):
    """What a request changes, which decides whether it may be sent twice."""

    READ = "nothing"
    REPEATABLE = "the same, however often it is sent"
    ONCE = "something that a second one would overwrite or duplicate"


class Kind(Enum):
    """What the service, or Azure Resource Manager for it, stores, by the name of its collection."""

    ENROLLMENT = "enrollments"
    GROUP = "enrollmentGroups"
    REGISTRATION = "registrations"
    CERTIFICATE = "certificates"


class Subject(NamedTuple):
    """What a request is about: one thing, or without `id` several of that kind."""

    kind: Kind
    id: str | None = None


@dataclass(eq=False)
class ServiceError(Exception):
    """A request that failed.

    `message` is the service's own sentence with secrets redacted or, without a response, a plain description. `status`
    is the HTTP status, None without a response. `code` is the service's error code, or else the status. `retry_after`
    is in seconds, and set when the service asked for a longer wait than the client waits. `credential` is the one of
    the refused request.
    """

    reason: Reason
    message: str
    host: str = ""
    status: int | None = None
    code: int | str | None = None
    tracking_id: str | None = None
    retry_after: float | None = None
    outcome: Outcome = Outcome.NOT_CARRIED_OUT
    credential: Credential | None = None
    subject: Subject | None = None

    def __str__(self) -> str:
        return f"{self.message} {self.details}".rstrip()

    @property
    def details(self) -> str:
        """The error code and the tracking ID in parentheses; '' for what is no error response."""
        if self.reason is not Reason.REFUSED:
            return ""
        tracking = f", tracking ID {self.tracking_id}" if self.tracking_id else ""
        return f"(error {self.code}{tracking})"

    @property
    def id(self) -> str | None:
        """The id of the record that the request is about, None for several records or none."""
        return self.subject.id if self.subject else None

    @property
    def answered(self) -> bool:
        """Whether the host sent a response, rather than none or a part of one."""
        return self.status is not None

    @property
    def outcome_unknown(self) -> bool:
        """Whether the request may have succeeded."""
        return self.outcome is Outcome.UNKNOWN

    @property
    def not_found(self) -> bool:
        """Whether the service has nothing at the requested path."""
        return self.status == 404

    @property
    def exists(self) -> bool:
        """Whether a create failed because the id is taken."""
        return self.reason is Reason.EXISTS or self.code in EXISTS_CODES

    @property
    def precondition_failed(self) -> bool:
        """Whether the ETag of the request was not that of the stored record."""
        return self.status == 412 or self.code == PRECONDITION_CODE

    @property
    def is_fatal(self) -> bool:
        """Whether every further request would fail in the same way."""
        if not self.answered:
            return self.reason not in _PER_RECORD
        return self.status in _FATAL_STATUSES or self.retry_after is not None
