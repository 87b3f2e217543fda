"""The plan of a stage of a rotation: what it makes of stored records, and why it makes nothing of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from azext_iot_dps.cli.client import Collection
from azext_iot_dps.cli.fetching import fetched
from azext_iot_dps.cli.where import Where
from azext_iot_dps.fleets.formats import FileFormat
from azext_iot_dps.fleets.items import Action, Failure, Item, spelling
from azext_iot_dps.fleets.loading import Loaded
from azext_iot_dps.fleets.planning import NOT_FOUND, Plan
from azext_iot_dps.fleets.returning import Devices, devices
from azext_iot_dps.fleets.sources import Source
from azext_iot_dps.fleets.stored import ServiceRecords
from azext_iot_dps.record import rotation
from azext_iot_dps.record.attestation import SYMMETRIC_KEY, stored_type
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json, get, put
from azext_iot_dps.record.rotation import KEY, Stage
from azext_iot_dps.record.violation import Violations
from azext_iot_dps.service.connection import PAGE
from azext_iot_dps.service.enrollments import Enrollments
from azext_iot_dps.service.failure import ServiceError

# What is listed stands in for a file; results have null for its path and its lines.
_LISTED = Source("", FileFormat.LINES)


class Rotating:
    """A stage, and what registrations say about the devices of all records whose rotation it finishes."""

    def __init__(self, client: Collection, stage: Stage, force: bool):
        self.client, self.stage, self._force = client, stage, force
        # by id: a record that is read again has others
        self._devices: dict[str, Devices] = {}

    @property
    def devices(self) -> Devices | None:
        """Their numbers; None if no rotation was to be finished."""
        told = self._devices.values()
        return Devices(sum(each.assigned for each in told), sum(each.came_back for each in told)) if told else None

    def members(self, id: str, named: Json, stored: Json) -> Json:
        """The members by which a stored record changes; {} for none. Raises Violations and ServiceError."""
        changed = rotation.members(self.client.kind, self.stage, named, stored)
        if changed and self.stage.finishes:
            told = devices(self.client, id, stored)
            self._devices[id.lower()] = told
            if not self._force:
                told.check(self.client.kind, stored)
        return changed


class _Target(NamedTuple):
    """A record to rotate, by its place: the number of the file and the line. `stored` is None where it was not read."""

    id: str
    named: Json
    stored: Json | None = None
    number: int = 0
    line: int = 0


class RollPlanner:
    """Makes the plan in `records`, which are empty; sends only requests that read."""

    def __init__(self, rotating: Rotating, records: Loaded, report: Callable[[int], None]):
        self._rotating, self._records, self._report = rotating, records, report
        self._kind: Kind = rotating.client.kind

    def one(self, id: str, named: Json) -> Plan:
        """That of one record. Raises ServiceError."""
        self._records.sources.append(_LISTED)
        return self._plan(iter([_Target(id, named)]))

    def many(self, wanted: Loaded | None, where: Where | None) -> Plan:
        """That of the records of files, and of those that are stored and `where` takes. Raises ServiceError."""
        self._records.sources.extend(wanted.sources if wanted else [_LISTED])
        return self._plan(self._of_files(wanted, where) if wanted else self._listed(where))

    def _listed(self, where: Where | None) -> Iterator[_Target]:
        for number, stored in enumerate(self._rotating.client.records.query(), 1):
            if number % PAGE == 0:
                self._report(number)
            id = stored.get(self._kind.id_member)
            if isinstance(id, str) and (where is None or where.holds(stored)):
                yield _Target(id, {}, stored)

    def _of_files(self, wanted: Loaded, where: Where | None) -> Iterator[_Target]:
        numbers = {source.path: number for number, source in enumerate(wanted.sources)}

        def target(item: Item, stored: Json | None) -> _Target:
            return _Target(item.id, item.members, stored, numbers[item.file], item.line)

        listed = ServiceRecords(self._rotating.client.records, self._report).listed(wanted, everything=False)
        for stored in listed:
            id = stored.get(self._kind.id_member)
            found = wanted.find(id) if isinstance(id, str) else None
            if found:
                is_taken = where is None or where.holds(stored)
                wanted.spool.decide(found[0], (Action.UPDATE if is_taken else Action.LEFT).value)
                if is_taken:
                    yield target(found[1], stored)
        for _, item, _ in wanted.items(None):
            yield target(item, None)

    def _plan(self, targets: Iterator[_Target]) -> Plan:
        plan = Plan(self._records)
        is_fresh = self._rotating.stage.finishes and not self._kind.signing
        for target, read in fetched(self._rotating.client.records, targets, partial(_read, is_fresh)):
            if self._records.spool.find(target.id):
                # one that moves to another page while others write is listed twice
                continue
            named: Json = {self._kind.id_member: target.id}
            action, stored = Action.UNCHANGED, None
            try:
                if isinstance(read, Exception):
                    raise read
                if changed := self._rotating.members(target.id, self._named(target.named, read), read):
                    # with the ETag: they were computed from this version
                    action, stored, named = Action.UPDATE, read, {**named, "etag": read.get("etag"), **changed}
            except Violations as error:
                action = Action.FAILED
                plan.failures.append(self._failure(target, None, self._told(target, error)))
            except ServiceError as error:
                if error.is_fatal:
                    raise
                action = Action.FAILED
                title = self._kind.title.capitalize()
                text = f"{title} '{target.id}' not found." if error.not_found else str(error)
                plan.failures.append(self._failure(target, NOT_FOUND if error.not_found else error.code, text))
            place = self._records.spool.count
            self._records.spool.add(target.id, (target.number, target.line, {}, named))
            self._records.spool.decide(place, action.value, stored)
        return plan

    def _named(self, named: Json, stored: Json) -> Json:
        """With a key of its own for each record that is to get one, and whose file has none."""
        is_missing = self._rotating.stage.adds == KEY and not get(named, rotation.KEYS[1])
        if not is_missing or stored_type(stored) != SYMMETRIC_KEY:
            return named
        made: Json = {}
        put(made, rotation.KEYS[0], get(named, rotation.KEYS[0]))
        put(made, rotation.KEYS[1], rotation.new_key())
        return made

    def _failure(self, target: _Target, code: int | str | None, message: str) -> Failure:
        path = self._records.sources[target.number].path
        return Failure(target.line or None, target.id, code, message, path or None)

    def _told(self, target: _Target, error: Violations) -> str:
        spell = spelling(self._kind, self._records.sources[target.number].format is FileFormat.CSV)
        texts = error.violations
        return " ".join(line for text in texts for line in (text.told(spell), *text.advised(spell)))


def _read(is_fresh: bool, records: Enrollments, target: _Target) -> Json:
    """The stored record with its symmetric keys, and if it `is_fresh` with its registration state."""
    stored = records.get(target.id) if is_fresh or target.stored is None else target.stored
    return records.keyed(target.id, stored)
