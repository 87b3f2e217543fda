"""What is to be sent: records of files, or stored ones that no file has."""

from __future__ import annotations

from collections import Counter
from enum import Enum
from typing import NamedTuple

from azext_iot_dps.cli.where import Where
from azext_iot_dps.fleets.items import Failure, Item
from azext_iot_dps.record import attestation
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.violation import Violations


class Operation(str, Enum):
    """What a bulk call does, as its `mode`."""

    CREATE = "create"
    UPDATE = "updateIfMatchETag"
    DELETE = "delete"


class Done(str, Enum):
    """The outcome of a record, as results name it."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    # of a record that no file has: there was nothing left to do, which no result counts
    GONE = "gone"


def counts(done: Counter[Done]) -> dict[str, int]:
    """The numbers of records with each outcome that results have."""
    return {outcome.value: done[outcome] for outcome in Done if outcome is not Done.GONE}


DONE = {Operation.CREATE: Done.CREATED, Operation.UPDATE: Done.UPDATED, Operation.DELETE: Done.DELETED}


class Task(NamedTuple):
    """A record to be sent: one of a file, or one that is stored and not in any file, for which `where` holds."""

    id: str
    item: Item | None = None
    stored: Json | None = None
    where: Where | None = None

    def failure(self, code: int | str | None, message: str) -> Failure:
        """Its failure."""
        return Failure(
            *((self.item.line, self.id, code, message, self.item.file) if self.item else (None, self.id, code, message))
        )

    def violated(self, error: Violations) -> Failure:
        """Its failure when the rulebook refuses it."""
        return self.failure(None, " ".join(self.item.told(error.violations) if self.item else [str(error)]))

    @property
    def deletion(self) -> Json:
        """What a bulk call to delete it sends."""
        if self.item:
            return self.item.deletion
        stored = self.stored or {}
        shown = {"type": attestation.stored_type(stored)}
        return {name: stored[name] for name in ("registrationId", "enrollmentGroupId", "etag") if name in stored} | {
            "attestation": shown
        }


Pair = tuple[Task, Json]
