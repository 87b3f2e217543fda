"""A file of records → the records, one after the other, each with its line."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from azure.cli.core.azclierror import FileOperationError, InvalidArgumentValueError

from azext_iot_dps.cli.files import reason
from azext_iot_dps.fleets import json_reading
from azext_iot_dps.fleets.entry import LONGEST, MAX_RECORD, TOO_LONG, Entry
from azext_iot_dps.fleets.formats import STANDARD_STREAM, FileFormat
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.schema import columns


@contextmanager
def opened(path: str) -> Iterator[TextIO]:
    """The text of a file, or of standard input for '-'; UTF-8, or UTF-16 with a byte order mark.

    Raises FileOperationError when it cannot be read, here or while it is.
    """
    name = "standard input" if path == STANDARD_STREAM else path
    if path == STANDARD_STREAM and sys.stdin is None:
        raise FileOperationError("--file: standard input is closed.")
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
        raise FileOperationError(f"--file: {name} is not UTF-8 text.") from None
    except (OSError, RuntimeError, ValueError) as error:
        raise FileOperationError(f"--file: cannot read {name}: {reason(error)}.") from error


def entries(text: TextIO, format: FileFormat, kind: Kind) -> Iterator[Entry]:
    """Every record of the text, in constant memory. Reading stops at a record whose end cannot be found."""
    if format is FileFormat.CSV:
        lines = _RowLines(text)
        return _rows(header(lines, kind), lines)
    return json_reading.lines(text) if format is FileFormat.LINES else json_reading.array(text)


def header(lines: Iterable[str], kind: Kind) -> csv.DictReader[str]:
    """A reader of the rows behind the header. Raises InvalidArgumentValueError for an unknown column."""
    csv.field_size_limit(LONGEST)
    reader = csv.DictReader(lines, strict=True)
    try:
        names = list(reader.fieldnames or [])
    except csv.Error as error:
        raise InvalidArgumentValueError(f"line 1: {error}.") from None
    known = columns(kind)
    unknown = [name for name in names if name not in known]
    if unknown or len(set(names)) < len(names) or kind.id_member not in names:
        what = f"{kind.id_member} must be one of the columns, and no column may be there twice"
        if unknown:
            # a file without this line begins with a record, which may hold a key
            is_name = re.fullmatch("[A-Za-z _;\t-]{0,80}", unknown[0])
            what = (
                f"{unknown[0]!r} is not a column"
                if is_name
                else f"cell {names.index(unknown[0]) + 1} is not the name of a column"
            )
        raise InvalidArgumentValueError(
            f"line 1: {what}.",
            recommendation=f"The first line must name columns, separated by commas: {', '.join(known)}.",
        )
    return reader


def _encoding(file: Any) -> str:
    return "utf-16" if file.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


class _RowLines:
    """The lines of a CSV file. Those of one row may not be longer than a record."""

    def __init__(self, text: TextIO):
        self._text = text
        # how much of the row was read
        self.length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(LONGEST)
        self.length += len(line)
        # what is cut is no line: the reader would take it for a row
        if self.length > LONGEST or (self.length > MAX_RECORD and not line.endswith(("\r", "\n"))):
            raise csv.Error(TOO_LONG)
        if not line:
            raise StopIteration
        return line


def _rows(table: csv.DictReader[str], lines: _RowLines) -> Iterator[Entry]:
    names, reader = list(table.fieldnames or []), table.reader
    before = reader.line_num
    while True:
        lines.length = 0
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Entry(before + 1, {}, f"the row cannot be read: {error}")
            return
        if cells is None:
            return
        line, before = before + 1, reader.line_num
        if cells:
            fault = "the row must have as many cells as there are columns" if len(cells) != len(names) else None
            yield Entry(line, dict(zip(names, cells)), fault)
