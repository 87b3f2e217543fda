"""Files of records, checked record by record and kept, so that nothing is sent that was not checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from azure.cli.core.azclierror import FileOperationError, InvalidArgumentValueError
from knack.log import get_logger

from azext_iot_dps import exact_json
from azext_iot_dps.cli.api_versions import need_of
from azext_iot_dps.cli.where import Where
from azext_iot_dps.fleets import certificate_files, reading
from azext_iot_dps.fleets.entry import Entry
from azext_iot_dps.fleets.fault_file import Tell
from azext_iot_dps.fleets.faults import Faults, sentence
from azext_iot_dps.fleets.formats import FileFormat, ImportMode
from azext_iot_dps.fleets.items import Action, Failure, Item, spelling, warn
from azext_iot_dps.fleets.sources import Source
from azext_iot_dps.fleets.spool import DiskFull, Spool
from azext_iot_dps.record import attestation, columns
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.patch import Patch, identity
from azext_iot_dps.record.paths import Json, as_object
from azext_iot_dps.record.violation import Violations
from azext_iot_dps.service.versions import Need

logger = get_logger(__name__)

# Before the id of a record that --where does not take: another record may have that id too.
_LEFT = "\r"


class Rules(NamedTuple):
    """How files are read: `ignore_etag` drops their ETags, `where` is the condition on the records that are taken.

    `skips` leaves out records with faults, `leaves_certificates` those that need one; faults go into `fault_file`.
    """

    mode: ImportMode
    ignore_etag: bool = False
    where: Where | None = None
    skips: bool = False
    fault_file: str | None = None
    leaves_certificates: bool = False


class Loaded:
    """The records of files, by their places in all of them."""

    def __init__(self, sources: list[Source], kind: Kind, rules: Rules, spool: Spool, tell: Tell | None = None):
        """`tell` gets each fault.

        Raises InvalidArgumentValueError that names the faults with their lines, and DiskFull.
        """
        self.kind, self.mode, self.where, self.spool = kind, rules.mode, rules.where, spool
        self.rules, self.skips, self._ignore_etag = rules, rules.skips, rules.ignore_etag
        # the columns are those of CSV files
        self.columns, self.sources, self.skipped = list[str](), sources, list[Failure]()
        self._order = {source.path: number for number, source in enumerate(sources)}
        self._number = self._left = self._without_keys = 0
        # what the members of all records need
        self.need = Need.ANY
        faults, place = Faults(tell), 0
        for self._number, source in enumerate(sources):
            with reading.records(source, kind) as entries:
                for entry in entries:
                    place += 1
                    if self._is_csv:
                        self.columns += [name for name in entry.source if name not in self.columns]
                    before, found = self.spool.count, list(self._faults(entry))
                    for fault in found:
                        faults.add(place, entry.line, *fault, self.shown(source.path))
                    if found and entry.is_last and self.skips:
                        reason = "Nothing was sent, since what follows cannot be read."
                        raise InvalidArgumentValueError(faults.told(source.option, reason))
                    if found and self.skips:
                        self._skip(entry, before, " ".join(text for text, _ in found))
        if faults.count and not self.skips:
            raise InvalidArgumentValueError(faults.told(sources[0].option))
        if faults.count and sources[0].listed is None:
            logger.warning("%s", faults.told(sources[0].option, "Their records are skipped."))
        if self._without_keys and self.mode is ImportMode.CREATE:
            warn_of_generated_keys(self._without_keys, self.total)

    @property
    def total(self) -> int:
        """How many records there are, of those that `where` takes."""
        return self.spool.count - self._left

    def shown(self, file: str) -> str:
        """A file for a message: its path where there are several, else ''."""
        return file if len(self.sources) > 1 else ""

    def order(self, failure: Failure) -> tuple[int, int]:
        """The place of a failure among others: that of its record."""
        return self._order.get(failure.file or "", len(self._order)), failure.line or 0

    def decided(self) -> Iterator[tuple[Item, str | None]]:
        """All of them with what was decided, in the order of the file."""
        return ((self._item(kept), action) for kept, action in self.spool.all())

    def items(self, action: str | None) -> Iterator[tuple[int, Item, Json | None]]:
        """Those for which an action was decided, in the order of the file, with their places and what is stored.

        None stands for those for which nothing was decided.
        """
        return ((place, self._item(kept), stored) for place, kept, stored in self.spool.rows(action))

    def find(self, id: str) -> tuple[int, Item] | None:
        """The place and the record of an id for which nothing was decided."""
        found = self.spool.find(id)
        return (found[0], self._item(found[1])) if found and found[2] is None else None

    def has(self, id: str) -> bool:
        """Whether a file has a record of this id, be it one that `where` does not take."""
        return any(self.spool.find(name) for name in (id, _LEFT + id))

    def _item(self, kept: Any) -> Item:
        number, line, source, members, *rest = kept
        path, format = self.sources[number][:2]
        is_one = len(self.sources) > 1
        named = source if members is None else members
        return Item(self.kind, path, format is FileFormat.CSV, is_one, line, source, named, *rest)

    @property
    def _is_csv(self) -> bool:
        return self.sources[self._number].format is FileFormat.CSV

    def _spell(self, path: str) -> str:
        return spelling(self.kind, self._is_csv)(path)

    def _certificate(self, column: str, path: str) -> bytes:
        folder = certificate_files.folder_of(self.sources[self._number].path)
        return certificate_files.content(folder, column, path)

    def _faults(self, entry: Entry) -> Iterable[tuple[str, str]]:
        """What is wrong with an entry, and the values there; one without a fault is kept."""
        if entry.fault:
            return [(f"{entry.fault.rstrip('.')}.", "")]
        try:
            self._add(entry.line, entry.source)
        except Violations as error:
            row = entry.source if self._is_csv else None
            return [(sentence(each, self._spell, row), each.value) for each in error.violations]
        except DiskFull:
            raise
        except FileOperationError as error:
            return [(str(error), "")]
        except (ValueError, RecursionError) as error:
            return [(f"{str(error).rstrip('.')}.", "")]
        return []

    def _skip(self, entry: Entry, place: int, message: str) -> None:
        """Leave out a record with a fault; `place` is that of its id, if it has one that no other has."""
        id = entry.source.get(self.kind.id_member)
        if self.spool.count == place:
            # for --failed-file, but what could not be read; no id is like this one
            source = {} if entry.fault else entry.source
            kept = (self._number, entry.line, source, {self.kind.id_member: ""})
            self.spool.add(f"\n{place}", kept)
        self.spool.decide(place, Action.FAILED.value)
        path = self.sources[self._number].path
        self.skipped.append(Failure(entry.line, id if isinstance(id, str) else "", None, message, path))

    def _add(self, line: int, source: Json) -> None:
        # an empty cell names nothing
        given = {name: cell for name, cell in source.items() if cell} if self._is_csv else source
        complete = bool(given.get("etag"))
        if self._ignore_etag:
            given = {name: value for name, value in given.items() if name != "etag"}
        id = identity(self.kind, given)
        if self.mode is ImportMode.DELETE:
            if not self.where or self._takes(line, id, self._patch(given, complete).members if self._is_csv else given):
                self._keep(line, source, id, given)
            return
        try:
            patch = self._patch(given, complete)
        except (Violations, FileOperationError):
            # so that a second record of this id is found
            self._keep(line, source, id, {self.kind.id_member: id})
            raise
        if not self._takes(line, id, patch.members):
            return
        self.need = max(self.need, need_of(patch.members))
        created, uncreatable, of_files = None, [], len(patch.notes)
        if self.mode is not ImportMode.UPDATE:
            try:
                created = patch.new()
                self._count_keys(created)
            except Violations as error:
                if self.mode is ImportMode.CREATE:
                    self._keep(line, source, id, {self.kind.id_member: id})
                    raise
                # which matters only if the record does not exist yet
                uncreatable = [violation.told(self._spell) for violation in error.violations]
        warnings = [note.told(self._spell) for note in patch.notes]
        # what is not sent depends, in an upsert, on what is stored
        now = of_files if self.mode is ImportMode.UPSERT else len(warnings)
        rest = (created, uncreatable, list(patch.without_default), warnings[now:])
        warn(self._keep(line, source, id, patch.members, *rest), warnings[:now])

    def _takes(self, line: int, id: str, members: Json) -> bool:
        """Whether --where takes a record. Raises InvalidArgumentValueError when it cannot be applied to it."""
        file = self.shown(self.sources[self._number].path)
        if not self.where or self.where.holds(members, f"{file}{', ' if file else ''}line {line}"):
            return True
        place = self.spool.count
        if self.spool.add(_LEFT + id, (self._number, line, {}, {self.kind.id_member: id})) is None:
            self.spool.decide(place, Action.LEFT.value)
            self._left += 1
        return False

    def _patch(self, given: Json, complete: bool) -> Patch:
        if self._is_csv:
            return columns.patch(self.kind, given, self._certificate)
        return Patch(self.kind, given, complete=complete)

    def _count_keys(self, created: Json) -> None:
        named = created["attestation"]
        keys = as_object(named.get(attestation.SYMMETRIC_KEY))
        self._without_keys += named["type"] == attestation.SYMMETRIC_KEY and not any(keys.values())

    def _keep(self, line: int, source: Json, id: str, members: Json, *rest: Any) -> Item:
        kept = (self._number, line, source, None if members is source else members, *rest)
        try:
            earlier = self.spool.add(id, kept)
        except ValueError:
            raise ValueError(exact_json.TOO_LARGE) from None
        if earlier is not None:
            first = self._item(self.spool.kept(earlier))
            place = f"line {first.line}" + (f" of {first.file}" if first.is_one else "")
            if self.skips and self.find(id):
                # either of them may be the one that is meant
                self.spool.decide(earlier, Action.FAILED.value)
                message = f"{self.kind.id_member} '{first.id}' is also on line {line}."
                self.skipped.append(Failure(first.line, first.id, None, message, first.file))
            raise ValueError(f"{self.kind.id_member} '{id}' is also on {place}")
        return self._item(kept)


def warn_of_generated_keys(count: int, total: int) -> None:
    """Say that the service makes keys which the file does not have."""
    logger.warning(
        "%d of %d records have symmetricKey attestation without keys. The service generates keys for those that are "
        "created.",
        count,
        total,
    )
