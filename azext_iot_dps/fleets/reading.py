"""A file of records → the records, one after the other, each with its line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from azure.cli.core.azclierror import FileOperationError

from azext_iot_dps.cli.files import reason
from azext_iot_dps.fleets import csv_reading, json_reading, yaml_reading
from azext_iot_dps.fleets.entry import Entry
from azext_iot_dps.fleets.formats import STANDARD_STREAM, FileFormat
from azext_iot_dps.fleets.sources import Source
from azext_iot_dps.record.kinds import Kind


@contextmanager
def opened(path: str, option: str = "--file") -> Iterator[TextIO]:
    """The text of a file, or of standard input for '-'; UTF-8, or UTF-16 with a byte order mark.

    Raises FileOperationError when it cannot be read, here or while it is.
    """
    name = "standard input" if path == STANDARD_STREAM else path
    if path == STANDARD_STREAM and sys.stdin is None:
        raise FileOperationError(f"{option}: standard input is closed.")
    try:
        if path == STANDARD_STREAM:
            text = TextIOWrapper(sys.stdin.buffer, encoding=_encoding(sys.stdin.buffer), newline="")
            yield text
            # azure-cli may want to ask there
            text.detach()
        else:
            with Path(path).expanduser().open("rb") as file:
                yield TextIOWrapper(file, encoding=_encoding(file), newline="")
    except UnicodeError:
        raise FileOperationError(f"{option}: {name} is not UTF-8 text.") from None
    except (OSError, RuntimeError, ValueError) as error:
        raise FileOperationError(f"{option}: cannot read {name}: {reason(error)}.") from error


@contextmanager
def records(source: Source, kind: Kind) -> Iterator[Iterator[Entry]]:
    """Every record of a source, as `entries` has them. Raises FileOperationError, and what a service does."""
    if source.listed is not None:
        yield (Entry(0, record) for record in source.listed)
        return
    with opened(source.path, source.option) as text:
        yield entries(text, source.format, kind, source.delimiter)


def entries(text: TextIO, format: FileFormat, kind: Kind, delimiter: str | None = None) -> Iterator[Entry]:
    """Every record of the text, in constant memory. Reading stops at a record whose end cannot be found.

    `delimiter` separates the cells of CSV; without one the header tells it.
    """
    if format is FileFormat.CSV:
        return csv_reading.rows(text, kind, delimiter)
    if format is FileFormat.YAML:
        return yaml_reading.records(text)
    return json_reading.lines(text) if format is FileFormat.LINES else json_reading.array(text)


def _encoding(file: Any) -> str:
    return "utf-16" if file.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
