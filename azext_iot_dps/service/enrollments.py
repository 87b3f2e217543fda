"""Individual enrollments and enrollment groups: the same operations under two paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from azext_iot_dps.base64 import is_base64
from azext_iot_dps.service.connection import Connection, Lost, segment
from azext_iot_dps.service.failure import Effect, Kind, Outcome, Reason, ServiceError, Subject
from azext_iot_dps.service.pace import Pace
from azext_iot_dps.service.responses import Json, Refused, json_object, refused
from azext_iot_dps.service.retry import Tries
from azext_iot_dps.service.versions import Need, Versions, warn_of_loss

# The service accepts no more records in one bulk operation.
BULK = 10
# How often an update reads the record when others change it at the same time.
READS = 5

Matches = Callable[[Json, Json], bool]
Change = Callable[[Json], tuple[Json, bool]]
Found = TypeVar("Found")


class Enrollments:
    """Records are the JSON of the service, in and out."""

    def __init__(self, connection: Connection, kind: Kind, matches: Matches):
        """`kind` is ENROLLMENT or GROUP. `matches(sent, stored)` is whether a stored record is what was sent."""
        self._connection = connection
        self._kind = kind
        self._matches = matches
        self.id_member = "registrationId" if kind is Kind.ENROLLMENT else "enrollmentGroupId"

    @property
    def pace(self) -> Pace:
        """What all requests to the service have in common, those of clones included."""
        return self._connection.pace

    @property
    def versions(self) -> Versions:
        """The version of the service API, for clones too."""
        return self._connection.versions

    @property
    def host(self) -> str:
        """The host of the service."""
        return self._connection.transport.host

    def settle_version(self, need: Need) -> None:
        """Need at least this, and read one record to find out if the service has it. Raises ServiceError."""
        self.versions.require(need)
        if need > Need.SHOWN and not self.versions.is_settled(self.host):
            next(self.query(1), None)

    def clone(self) -> Enrollments:
        """The same records over a connection of its own: for another thread."""
        return Enrollments(self._connection.clone(), self._kind, self._matches)

    def get(self, id: str, tries: Tries | None = None) -> Json:
        """One record as it is stored, without symmetric keys, which the service does not return here.

        Raises ServiceError, whose `not_found` is true when there is none.
        """
        return self._connection.read("GET", self._path(id), self._subject(id), tries)

    def attestation(self, id: str, tries: Tries | None = None) -> Json:
        """The attestation of one record with its symmetric keys. Raises ServiceError."""
        return self._connection.read("POST", self._path(id) + "/attestationmechanism", self._subject(id), tries)

    def query(self, top: int | None = None) -> Iterator[Json]:
        """Every record, or `top` of them, without symmetric keys. Raises ServiceError.

        The service requires a query, and ignores what it says.
        """
        return self._connection.pages(f"/{self._kind.value}/query", {"query": "SELECT *"}, top)

    def put(self, id: str, record: Json, etag: str | None = None, read: str | None = None) -> Json:
        """Replace the record if it has this ETag, which may be `*`; without one create it, and never overwrite.

        `record` is sent as it is. Raises ServiceError, with EXISTS when an unanswered create finds another record.
        After a lost response the request has succeeded if the stored record matches; a create is sent again if there is
        none, and `*` if the record still has the ETag that was `read`.
        """
        headers, tries, subject = {} if etag is None else {"If-Match": etag}, Tries(self.pace), self._subject(id)
        effect = Effect.ONCE if etag in (None, "*") else Effect.REPEATABLE
        while True:
            try:
                response = self._connection.send("PUT", self._path(id), headers, record, effect, tries, subject)
                return warn_of_loss(id, record, json_object(response, effect, subject))
            except ServiceError as error:
                if not error.outcome_unknown:
                    raise
                stored = self.look_up(error, id)
                if stored is not None and self._matches(record, stored):
                    return stored
                unanswered_create = etag is None and not error.answered
                if stored is not None and unanswered_create:
                    raise self.exists_error(id) from error
                is_unchanged = etag == "*" and stored is not None and read is not None and stored.get("etag") == read
                if etag == "*" and not is_unchanged:
                    error.outcome = Outcome.UNKNOWN
                if not (unanswered_create or is_unchanged) or not tries.another(str(error)):
                    raise
                if read and is_unchanged:
                    headers = {"If-Match": read}

    def create_or(self, id: str, record: Json, otherwise: Callable[[], Found]) -> Json | Found:
        """Create the record; when there is one of this ID, the result is that of `otherwise`.

        If it is deleted before `otherwise` requests it, it is created after all. Raises ServiceError, with CONTENDED
        when that happens each time.
        """
        for _ in range(READS):
            try:
                return self.put(id, record)
            except ServiceError as error:
                if not error.exists:
                    raise
            try:
                return otherwise()
            except ServiceError as error:
                if not error.not_found:
                    raise
        message = f"Other clients created and deleted '{id}' during each of {READS} attempts. Run the command again."
        raise ServiceError(Reason.CONTENDED, message, subject=self._subject(id))

    def update(self, id: str, change: Change, etag: str | None = None) -> tuple[Json, bool]:
        """Replace the record by what `change` makes of it; returns what is stored then, and whether it was written.

        `change` gets the record with its symmetric keys, and returns the new record and whether that differs. Without
        an ETag the record must not change between the read and the write: when it does, it is read and changed again.
        With one, which may be `*`, it is written once. Raises ServiceError, with INCOMPLETE for a record without an
        ETag and CONTENDED for one that others changed each time.
        """
        self.versions.require(Need.WHOLE)
        reads = 0
        while True:
            reads += 1
            stored = self.keyed(id, self.get(id))
            desired, differs = change(stored)
            condition = etag or stored.get("etag")
            if not isinstance(condition, str) or not condition:
                message = f"The service returned '{id}' without an ETag. It was not changed."
                raise ServiceError(Reason.INCOMPLETE, message, subject=self._subject(id))
            if not differs and condition in ("*", stored.get("etag")):
                return stored, False
            try:
                return self.put(id, desired, condition, stored.get("etag")), True
            except ServiceError as error:
                if etag or not error.precondition_failed:
                    raise
                if reads == READS:
                    raise self._contended(id) from error

    def delete(self, id: str, etag: str, lost: Lost | None = None) -> None:
        """Delete the record if it has this ETag, which may be `*`; `lost` is a request that tried to before.

        Raises ServiceError.
        """
        self._connection.delete(self._path(id), etag, self._subject(id), lost)

    def bulk(self, mode: str, records: list[Json], tries: Tries) -> dict[str, Refused]:
        """Carry out an operation on up to ten records; returns what was refused of them, by id in lower case.

        The modes are create, which overwrites nothing; updateIfMatchETag; and delete, which respects an ETag if there
        is one, and is not repeated after a lost response. Raises ServiceError when the whole request failed.
        """
        subject = Subject(self._kind)
        response = self._connection.send(
            "POST",
            f"/{self._kind.value}",
            body={self._kind.value: records, "mode": mode},
            effect=Effect.ONCE if mode == "delete" else Effect.REPEATABLE,
            tries=tries,
            subject=subject,
        )
        return refused(response, self.id_member, {str(record[self.id_member]).lower() for record in records}, subject)

    def look_up(self, error: ServiceError, id: str) -> Json | None:
        """What is stored under this ID after a request of unknown outcome failed, as Connection.look_up returns it."""
        return self._connection.look_up(error, lambda tries: self.read_back(id, tries))

    def read_back(self, id: str, tries: Tries | None = None) -> Json:
        """The record with its symmetric keys as far as the service shows them: what a PUT would have returned."""
        record = self.get(id, tries)
        if attestation_type(record) == "symmetricKey":
            record["attestation"] = self.attestation(id, tries)
        return record

    def keyed(self, id: str, record: Json, tries: Tries | None = None) -> Json:
        """A record of `get` with its symmetric keys, where its attestation has them.

        Without them a PUT would make the service generate new ones. Raises ServiceError, NO_KEYS if one is missing.
        """
        if attestation_type(record) != "symmetricKey":
            return record
        mechanism = self.attestation(id, tries)
        keys = _object(mechanism.get("symmetricKey"))
        if not is_base64(keys.get("primaryKey")) or not is_base64(keys.get("secondaryKey")):
            raise self._no_keys(id)
        return {**record, "attestation": {**record["attestation"], **mechanism}}

    def primary_key(self, id: str) -> tuple[str, str | None]:
        """The type of a record's attestation, and the primary key if the type is symmetricKey.

        Raises ServiceError, with NO_KEYS when the key is not returned and BAD_KEY when it is not base64.
        """
        mechanism = self.attestation(id)
        kind = attestation_type({"attestation": mechanism})
        if kind != "symmetricKey":
            return kind, None
        key = _object(mechanism.get("symmetricKey")).get("primaryKey")
        if not isinstance(key, str) or not key:
            raise self._no_keys(id)
        if not is_base64(key):
            message = f"The service returned a primary key of '{id}' that is not base64."
            raise ServiceError(Reason.BAD_KEY, message, subject=self._subject(id))
        return kind, key

    def exists_error(self, id: str) -> ServiceError:
        """The error for a create without a response that finds another record of this id."""
        message = f"'{id}' already exists and is not what this request would have created."
        return ServiceError(Reason.EXISTS, message, subject=self._subject(id))

    def _contended(self, id: str) -> ServiceError:
        message = f"Other clients modified '{id}' during each of {READS} attempts to update it. Run the command again."
        return ServiceError(Reason.CONTENDED, message, subject=self._subject(id))

    def _no_keys(self, id: str) -> ServiceError:
        message = f"The service did not return the symmetric keys of '{id}'. Nothing was changed."
        return ServiceError(Reason.NO_KEYS, message, subject=self._subject(id))

    def _subject(self, id: str) -> Subject:
        return Subject(self._kind, id)

    def _path(self, id: str) -> str:
        return f"/{self._kind.value}/{segment(id)}"


def attestation_type(record: Json) -> str:
    """The attestation type of a stored record, such as symmetricKey; `none` when it has none."""
    kind = _object(record.get("attestation")).get("type")
    return str(kind) if kind else "none"


def _object(part: Any) -> Json:
    return part if isinstance(part, dict) else {}
