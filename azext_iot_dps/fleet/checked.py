"""A file of records, found right record by record and kept, so that nothing is sent that was not looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from azure.cli.core.azclierror import AzCLIError, InvalidArgumentValueError
from knack.log import get_logger

from azext_iot_dps.enums import Attestation, FileFormat, ImportMode
from azext_iot_dps.fleet import check, rows
from azext_iot_dps.fleet.kinds import Kind
from azext_iot_dps.fleet.reading import Entry

Json = dict[str, Any]
logger = get_logger(__name__)


@dataclass
class Item:
    """A record to send. `source` is what stands in the file.

    `named` is what an update lays over the stored record, or, when it is `whole`, puts in its place.
    """

    line: int
    source: Json
    record: Json
    named: Json
    id: str
    whole: bool


class Checked:
    """The records of a file. Raises InvalidArgumentValueError that names every fault with its line."""

    def __init__(self, entries: Iterator[Entry], kind: Kind, mode: ImportMode, format: FileFormat, spool: Any):
        """`spool` is a file in binary mode that keeps them."""
        self.total = 0
        # those of a CSV file
        self.columns: list[str] = []
        self._kind, self._mode, self._rows = kind, mode, format is FileFormat.CSV
        self._spool = spool
        self._lines: dict[str, int] = {}
        self._without_keys = 0
        faults = []
        for entry in entries:
            try:
                fault = entry.fault or self._add(entry.line, entry.source)
            except (AzCLIError, ValueError, RecursionError) as error:
                fault = check.words(error)
            if fault:
                faults.append(f"line {entry.line}: {fault.rstrip('.')}.")
        if faults:
            found = "1 fault" if len(faults) == 1 else f"{len(faults):,} faults"
            raise InvalidArgumentValueError("\n".join([f"--file has {found}, so nothing was sent.", *faults]))
        if self._without_keys:
            logger.warning(
                "%d of %d records have symmetricKey attestation and no keys: for those that are created the service "
                "generates new ones.",
                self._without_keys,
                self.total,
            )

    def __iter__(self) -> Iterator[Item]:
        """All of them, in the order of the file."""
        self._spool.seek(0)
        for text in self._spool:
            line, source, named, made = json.loads(text)
            named = named or source
            whole = not self._rows and bool(named.get("etag"))
            yield Item(line, source, made or named, named, named[self._kind.id_member], whole)

    def _add(self, line, source):
        # an empty cell is one that is not given
        given = {name: cell for name, cell in source.items() if cell} if self._rows else source
        id = check.identity(self._kind, given)
        # the service reads ids without regard to letter case
        earlier = self._lines.get(id.lower())
        if earlier is not None:
            raise InvalidArgumentValueError(f"{self._kind.id_member} '{id}' is that of line {earlier} too.")
        self._lines[id.lower()] = line
        named = made = self._named(given)
        if self._mode is not ImportMode.DELETE:
            made = self._made(given, named)
        kept = (line, source, None if named is source else named, None if made is named else made)
        self._spool.write(_text(kept).encode() + b"\n")
        self.total += 1
        if self._rows and not self.columns:
            self.columns = list(source)

    def _named(self, given):
        """The record that this entry names; the entry itself where it is the record."""
        if self._mode is ImportMode.DELETE:
            return _doomed(self._kind, given)
        named = rows.record(self._kind, given) if self._rows else given
        check.parts(self._kind, named)
        return check.with_plain_certificates(self._kind, named)

    def _made(self, given, named):
        """The record to create, found right as a whole; or the one to update."""
        if self._mode is ImportMode.UPDATE:
            if named.get("etag") and not self._rows:
                check.whole(self._kind, named, known=True)
            return named
        made = rows.new(self._kind, given, named) if self._rows else named
        check.whole(self._kind, made, known=self._mode is ImportMode.UPSERT)
        proof = made["attestation"]
        if proof["type"] == Attestation.SYMMETRIC_KEY.value and not any((proof.get("symmetricKey") or {}).values()):
            self._without_keys += 1
        return made


def _text(kept):
    try:
        return json.dumps(kept, allow_nan=False, separators=(",", ":"))
    except ValueError:
        raise InvalidArgumentValueError("it holds a number that is too large.") from None


def _doomed(kind, source):
    """What a delete says: which record, in which state, and how it proves itself, without keys."""
    doomed = {name: source[name] for name in (kind.id_member, "etag") if source.get(name)}
    proof = source.get("attestation")
    if isinstance(proof, dict):
        doomed["attestation"] = {name: part for name, part in proof.items() if name != "symmetricKey"}
    return doomed
