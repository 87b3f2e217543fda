"""A file of records → the records, one after the other, each with its line."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from azure.cli.core.azclierror import FileOperationError, InvalidArgumentValueError

from azext_iot_dps.cli.files import reason
from azext_iot_dps.exact_json import DECODER, check_names
from azext_iot_dps.fleets.formats import FileFormat
from azext_iot_dps.record.json_text import MAX_DEPTH, checked
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.schema import columns

STANDARD_INPUT = "-"
# Characters that are read at a time.
CHUNK = 65_536
# Characters of one record, of which the service takes 100,000 or so.
MAX_RECORD = 4_000_000


class Entry(NamedTuple):
    """A record as it is in the file, or what is wrong with it. `source` of CSV is a row, of JSON an object."""

    line: int
    source: dict[str, Any]
    fault: str | None = None


@contextmanager
def opened(path: str) -> Iterator[TextIO]:
    """The text of a file, or of standard input for '-'; UTF-8, or UTF-16 with a byte order mark.

    Raises FileOperationError when it cannot be read, here or while it is.
    """
    name = "standard input" if path == STANDARD_INPUT else path
    if path == STANDARD_INPUT and sys.stdin is None:
        raise FileOperationError("--file: standard input is closed.")
    try:
        if path == STANDARD_INPUT:
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
        return _rows(header(text, kind))
    return _lines(text) if format is FileFormat.LINES else _array(text)


def header(text: TextIO, kind: Kind) -> csv.DictReader[str]:
    """A reader of the rows behind the header. Raises InvalidArgumentValueError for an unknown column."""
    reader = csv.DictReader(text, strict=True)
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


def _lines(text: TextIO) -> Iterator[Entry]:
    for number, line in enumerate(text, 1):
        if line.strip():
            try:
                yield Entry(number, _object(_loaded(line), line))
            except (ValueError, RecursionError) as error:
                yield Entry(number, {}, _reason(error))


def _loaded(line: str) -> Any:
    value, end = DECODER.raw_decode(line.strip())
    if end < len(line.strip()):
        raise ValueError("there is text after the record")
    return value


def _rows(table: csv.DictReader[str]) -> Iterator[Entry]:
    names, reader = list(table.fieldnames or []), table.reader
    before = reader.line_num
    while True:
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


def _array(text: TextIO) -> Iterator[Entry]:
    rest = _Rest(text)
    if rest.next() != "[":
        yield Entry(rest.line, {}, "a JSON array must begin with '['. For one record per line use --format jsonl.")
        return
    rest.skip()
    mark = rest.next()
    while mark != "]":
        line = rest.line
        try:
            yield Entry(line, _object(*rest.value()))
        except _NoObject as error:
            yield Entry(line, {}, str(error))
        except (ValueError, RecursionError) as error:
            yield Entry(line, {}, _reason(error))
            return
        mark = rest.next()
        if mark == ",":
            rest.skip()
            rest.next()
        elif mark != "]":
            yield Entry(rest.line, {}, "a record must be followed by ',' or ']'")
            return
    rest.skip()
    if rest.next():
        yield Entry(rest.line, {}, "there is text after the array")


class _Rest:
    """The rest of a file's text, of which only one record is held at a time."""

    def __init__(self, text: TextIO):
        self._text = text
        self._held = ""
        self.line = 1

    def next(self) -> str:
        """The next character that is not white space, '' at the end."""
        while True:
            self._drop(len(self._held) - len(self._held.lstrip()))
            if self._held or not self._read(CHUNK):
                return self._held[:1]

    def skip(self) -> None:
        self._drop(1)

    def value(self) -> tuple[Any, str]:
        """The JSON that stands here, and its text."""
        while True:
            try:
                value, end = DECODER.raw_decode(self._held)
            except (ValueError, RecursionError):
                # twice as much each time: what was read is read again
                if len(self._held) > MAX_RECORD or not self._read(max(CHUNK, len(self._held))):
                    raise
            else:
                # what follows may belong to a number: 1 of 10, 1 of 1e+5
                cut = not isinstance(value, (dict, list, str)) and len(self._held) - end < len("e+0")
                if not (cut and self._read(CHUNK)):
                    return value, self._drop(end)

    def _read(self, size: int) -> str:
        more = self._text.read(size)
        self._held += more
        return more

    def _drop(self, end: int) -> str:
        dropped, self._held = self._held[:end], self._held[end:]
        self.line += dropped.count("\n")
        return dropped


class _NoObject(ValueError):
    """JSON that is not a record, but whose end is known, so that reading goes on."""


def _object(value: Any, text: str) -> Json:
    if not isinstance(value, dict):
        raise _NoObject("a record must be a JSON object")
    try:
        # the rules of JSON options, which take longer than reading does, where they can matter
        if text.count("{") + text.count("[") > MAX_DEPTH or "\\u" in text:
            checked(value, MAX_DEPTH, keep_nulls=True)
        check_names(text, value)
    except (ValueError, RecursionError) as error:
        raise _NoObject(_reason(error)) from None
    return value


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"broken JSON: {error.msg}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
