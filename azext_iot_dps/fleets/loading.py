"""A file of records, checked record by record and kept, so that nothing is sent that was not checked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from azure.cli.core.azclierror import FileOperationError, InvalidArgumentValueError
from knack.log import get_logger

from azext_iot_dps import exact_json
from azext_iot_dps.cli import files
from azext_iot_dps.fleets.entry import Entry
from azext_iot_dps.fleets.faults import Faults
from azext_iot_dps.fleets.formats import FileFormat, ImportMode
from azext_iot_dps.record import attestation, columns
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.patch import Patch, identity
from azext_iot_dps.record.paths import Json, as_object
from azext_iot_dps.record.violation import Text, Violations

logger = get_logger(__name__)


@dataclass
class Item:
    """A record of a file.

    `source` is what the file has, `members` are those that it names, `created` is the record that create makes, None
    where it cannot be created. `warnings` are for when it is created by an upsert.
    """

    line: int
    id: str
    source: Json
    members: Json
    created: Json | None
    without_default: list[str]
    warnings: list[str]
    kind: Kind
    is_row: bool

    @property
    def patch(self) -> Patch:
        """The change to a stored record."""
        complete = _is_complete(self.members, self.is_row)
        return Patch(self.kind, self.members, complete, self.without_default, notes=[])

    @property
    def deletion(self) -> Json:
        """What a delete sends: the id, the ETag if there is one, and the attestation without keys."""
        own = {name: self.members[name] for name in (self.kind.id_member, "etag") if self.members.get(name)}
        named = self.members.get("attestation")
        if isinstance(named, dict):
            own["attestation"] = {name: part for name, part in named.items() if name != "symmetricKey"}
        return own

    def told(self, texts: Iterable[Text]) -> list[str]:
        """Violations or notes as sentences about the record."""
        spell = _spelling(self.kind, self.is_row)
        return [text.told(spell) for text in texts]


class DiskFull(FileOperationError):  # type: ignore[misc]
    """The records of a file do not fit into the folder for temporary files."""


class Loaded:
    """The records of a file. Raises InvalidArgumentValueError that names the faults with their lines, and DiskFull."""

    def __init__(self, entries: Iterator[Entry], kind: Kind, mode: ImportMode, format: FileFormat, spool: Any):
        """`spool` is a file in binary mode that keeps them."""
        self.total = 0
        # those of a CSV file
        self.columns: list[str] = []
        self._kind, self._mode, self._is_csv = kind, mode, format is FileFormat.CSV
        self._spell = _spelling(kind, self._is_csv)
        self._spool = spool
        self._lines: dict[str, int] = {}
        self._without_keys = 0
        faults = Faults()
        for place, entry in enumerate(entries):
            for fault in self._faults(entry):
                faults.add(place, entry.line, fault)
        if faults.count:
            raise InvalidArgumentValueError(faults.told())
        with _kept():
            spool.flush()
        if self._without_keys:
            logger.warning(
                "%d of %d records have symmetricKey attestation without keys. The service generates keys for those "
                "that are created.",
                self._without_keys,
                self.total,
            )

    def __iter__(self) -> Iterator[Item]:
        """All of them, in the order of the file."""
        self._spool.seek(0)
        for text in self._spool:
            line, source, members, created, plain, warnings = exact_json.loads(text)
            members = source if members is None else members
            id = members[self._kind.id_member]
            yield Item(line, id, source, members, created, plain, warnings, self._kind, self._is_csv)

    def _faults(self, entry: Entry) -> Iterable[str]:
        """What is wrong with an entry; one without a fault is kept."""
        if entry.fault:
            return [f"{entry.fault.rstrip('.')}."]
        try:
            self._add(entry.line, entry.source)
        except Violations as error:
            return [violation.told(self._spell) for violation in error.violations]
        except DiskFull:
            raise
        except FileOperationError as error:
            return [str(error)]
        except (ValueError, RecursionError) as error:
            return [f"{str(error).rstrip('.')}."]
        return []

    def _add(self, line: int, source: Json) -> None:
        # an empty cell names nothing
        given = {name: cell for name, cell in source.items() if cell} if self._is_csv else source
        id = identity(self._kind, given)
        # the service ignores the letter case of ids
        earlier = self._lines.get(id.lower())
        if earlier is not None:
            raise ValueError(f"{self._kind.id_member} '{id}' is also on line {earlier}")
        self._lines[id.lower()] = line
        if self._mode is ImportMode.DELETE:
            self._keep(line, source, given, None, [], [])
            return
        patch = self._patch(given)
        created, of_files = None, len(patch.notes)
        if self._mode is not ImportMode.UPDATE and not (self._mode is ImportMode.UPSERT and patch.needs_stored):
            created = patch.new()
            self._count_keys(created)
        warnings = [note.told(self._spell) for note in patch.notes]
        # what is not sent depends, in an upsert, on what is stored
        now = of_files if self._mode is ImportMode.UPSERT else len(warnings)
        warn(line, warnings[:now])
        self._keep(line, source, patch.members, created, list(patch.without_default), warnings[now:])

    def _patch(self, given: Json) -> Patch:
        if self._is_csv:
            return columns.patch(self._kind, given, _certificate)
        return Patch(self._kind, given, _is_complete(given, is_row=False))

    def _count_keys(self, created: Json) -> None:
        named = created["attestation"]
        keys = as_object(named.get(attestation.SYMMETRIC_KEY))
        self._without_keys += named["type"] == attestation.SYMMETRIC_KEY and not any(keys.values())

    def _keep(self, line: int, source: Json, members: Json, *rest: Any) -> None:
        kept = (line, source, None if members is source else members, *rest)
        with _kept():
            self._spool.write(_text(kept).encode() + b"\n")
        self.total += 1
        if self._is_csv and not self.columns:
            self.columns = list(source)


@contextmanager
def _kept() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DiskFull(
            f"The records of --file cannot be kept in the folder for temporary files: {files.reason(error)}.",
            recommendation="Set TMPDIR to a folder on a disk with more space.",
        ) from error


def warn(line: int, warnings: list[str]) -> None:
    """Warn the user about the record on a line."""
    for warning in warnings:
        logger.warning("line %d: %s", line, warning)


def _certificate(column: str, path: str) -> bytes:
    """The content of the file in a cell. Raises FileOperationError; of a pipe, before it would wait for a writer."""
    target = os.path.expanduser(path)
    if os.path.exists(target) and not os.path.isfile(target):
        raise FileOperationError(f"{column}: {path} is not a regular file.")
    return files.content(column, path)


def _is_complete(members: Json, is_row: bool) -> bool:
    """Whether it is a whole record: in JSON, as export writes it, with an ETag."""
    return not is_row and bool(members.get("etag"))


def _spelling(kind: Kind, is_row: bool) -> Any:
    return columns.spelling(kind) if is_row else lambda path: path.lstrip("-")


def _text(kept: Any) -> str:
    try:
        return exact_json.dumps(kept)
    except ValueError:
        raise ValueError(exact_json.TOO_LARGE) from None
