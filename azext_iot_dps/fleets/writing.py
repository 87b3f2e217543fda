"""Records → a file that is there when all of them are, and not before."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from knack.log import get_logger

from azext_iot_dps import exact_json
from azext_iot_dps.cli import raw_output
from azext_iot_dps.cli.replacing import replacement
from azext_iot_dps.fleets import yaml_writing
from azext_iot_dps.fleets.formats import COMMENT, FileFormat
from azext_iot_dps.record.paths import get

logger = get_logger(__name__)


class Writer:
    """Writes one record after the other. `count` of them were written, `keys` of them with a symmetric key.

    `secrets` of them have a symmetric key or a webhook's URL with a query.
    """

    def __init__(self, file: Any, format: FileFormat, columns: Sequence[str] = ()):
        """`columns` are those of CSV, whose records are rows."""
        self._file = file
        self._format = format
        self._between = "[\n"
        self.count = self.keys = self.secrets = 0
        if format is FileFormat.CSV:
            self._csv = csv.DictWriter(file, columns, lineterminator="\n")
            # for a \r in a cell, for which Python before 3.13 does not quote, and for what would begin a comment
            self._quoting = csv.DictWriter(file, columns, lineterminator="\n", quoting=csv.QUOTE_ALL)
            self._csv.writeheader()

    def write(self, record: dict[str, Any]) -> None:
        """Write a JSON record, or a row of cells."""
        self.count += 1
        has_key = bool(get(record, "attestation.symmetricKey") or record.get("primaryKey"))
        webhook = get(record, "customAllocationDefinition.webhookUrl") or record.get("webhookUrl")
        self.keys += has_key
        self.secrets += has_key or "?" in str(webhook)
        if self._format is FileFormat.CSV:
            cells = [str(cell) for cell in record.values()]
            quoted = any("\r" in cell for cell in cells) or cells[0].startswith(COMMENT)
            (self._quoting if quoted else self._csv).writerow(record)
            return
        if self._format is FileFormat.YAML:
            self._file.write(yaml_writing.item(record))
            return
        text = exact_json.dumps(record, ascii=False)
        if self._format is FileFormat.LINES:
            self._file.write(text + "\n")
        else:
            self._file.write(self._between + text)
            self._between = ",\n"

    def close(self) -> None:
        """Write what ends the format; the file stays open."""
        if self._format is FileFormat.YAML and not self.count:
            self._file.write("[]\n")
        if self._format is FileFormat.ARRAY:
            self._file.write("[]\n" if self._between == "[\n" else "\n]\n")


@contextmanager
def replaced(
    option: str,
    path: str,
    format: FileFormat,
    columns: Sequence[str] = (),
    private: bool = False,
    even_empty: bool = True,
) -> Iterator[Writer]:
    """A writer of a file that replaces `path` at the end, as `replacing.replacement` describes it.

    Without `even_empty` a file to which no record was written replaces nothing.
    """
    with replacement(option, path, private) as replacing:
        writer = Writer(replacing.file, format, columns)
        yield writer
        writer.close()
        if writer.secrets:
            replacing.make_private()
        replacing.discarded = not (even_empty or writer.count)
    if writer.keys:
        logger.warning("%s contains symmetric keys.%s", path, " Only its owner can read it." if private else "")


@contextmanager
def standard_output(format: FileFormat, columns: Sequence[str] = ()) -> Iterator[Writer]:
    """A writer to standard output, in UTF-8. Raises FileOperationError when it cannot be written."""
    with raw_output.stream("--file") as file:
        writer = Writer(file, format, columns)
        yield writer
        writer.close()
