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

from azext_iot_dps._json_argument import MAX_DEPTH, plain
from azext_iot_dps.enums import FileFormat
from azext_iot_dps.fleet import rows
from azext_iot_dps.fleet.kinds import Kind

STANDARD_INPUT = "-"
# Characters that are read at a time.
CHUNK = 65_536
# Characters of one record, of which the service takes 100,000 or so.
MAX_RECORD = 4_000_000


class Entry(NamedTuple):
    """A record of a file as it stands there, or what is wrong with it. `source` of CSV is a row, of JSON an object."""

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
        raise FileOperationError("--file: cannot read standard input: there is none.")
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
        reason = getattr(error, "strerror", None) or str(error)
        raise FileOperationError(f"--file: cannot read {name}: {reason.rstrip('.')}.") from error


def entries(text: TextIO, format: FileFormat, kind: Kind) -> Iterator[Entry]:
    """Every record of the text, in constant memory. Behind one that cannot be told from the next none follows."""
    readers = {FileFormat.LINES: _lines, FileFormat.ARRAY: _array}
    return _rows(header(text, kind)) if format is FileFormat.CSV else readers[format](text)


def header(text: TextIO, kind: Kind) -> csv.DictReader:
    """A reader of the rows behind the header. Raises InvalidArgumentValueError for a column that nobody knows."""
    reader = csv.DictReader(text, strict=True)
    try:
        names = list(reader.fieldnames or [])
    except csv.Error as error:
        raise InvalidArgumentValueError(f"line 1: {error}.") from None
    known = rows.columns(kind)
    unknown = [name for name in names if name not in known]
    if unknown or len(set(names)) < len(names) or kind.id_member not in names:
        what = f"the columns need {kind.id_member}, and each only once"
        if unknown:
            # a file without this line begins with a record, which may hold a key
            is_name = re.fullmatch("[A-Za-z _;\t-]{0,80}", unknown[0])
            what = (
                f"{unknown[0]!r} is no column"
                if is_name
                else f"no column has the name of number {names.index(unknown[0]) + 1}"
            )
        raise InvalidArgumentValueError(
            f"line 1: {what}.",
            recommendation=f"The first line names columns, separated by commas: {', '.join(known)}.",
        )
    return reader


def _encoding(file: Any) -> str:
    return "utf-16" if file.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _lines(text):
    for number, line in enumerate(text, 1):
        if line.strip():
            try:
                yield Entry(number, _object(_loaded(line), line))
            except (ValueError, RecursionError) as error:
                yield Entry(number, {}, _reason(error))


def _loaded(line):
    value, end = _DECODER.raw_decode(line.strip())
    if end < len(line.strip()):
        raise ValueError("something follows the record")
    return value


def _rows(reader):
    columns, reader = reader.fieldnames, reader.reader
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
            fault = "the row has more or fewer cells than there are columns" if len(cells) != len(columns) else None
            yield Entry(line, dict(zip(columns, cells)), fault)


def _array(text):
    rest = _Rest(text)
    if rest.next() != "[":
        yield Entry(rest.line, {}, "a JSON array begins with '['; a record a line is --format jsonl")
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
            yield Entry(rest.line, {}, "',' or ']' must follow a record")
            return
    rest.skip()
    if rest.next():
        yield Entry(rest.line, {}, "something follows the array")


class _Rest:
    """What is left of a text, of which no more is held than one record needs."""

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
                value, end = _DECODER.raw_decode(self._held)
            except (ValueError, RecursionError):
                # twice as much each time: what was read is read again
                if len(self._held) > MAX_RECORD or not self._read(max(CHUNK, len(self._held))):
                    raise
            else:
                # what follows may belong to a number: 1 of 10, 1 of 1e+5
                cut = not isinstance(value, (dict, list, str)) and len(self._held) - end < len("e+0")
                if not (cut and self._read(CHUNK)):
                    return value, self._drop(end)

    def _read(self, size):
        more = self._text.read(size)
        self._held += more
        return more

    def _drop(self, end):
        dropped, self._held = self._held[:end], self._held[end:]
        self.line += dropped.count("\n")
        return dropped


class _NoObject(ValueError):
    """JSON that is no record, but behind which the next one can be found."""


def _no_number(word):
    raise ValueError(f"{word} is no JSON number")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def _object(value, text):
    if not isinstance(value, dict):
        raise _NoObject("a record is a JSON object")
    # the rules of JSON options, which cost more than reading does where they cannot matter
    if text.count("{") + text.count("[") > MAX_DEPTH or "\\u" in text:
        try:
            plain(value, MAX_DEPTH, keep_nulls=True)
        except (ValueError, RecursionError) as error:
            raise _NoObject(_reason(error)) from None
    return value


def _reason(error):
    if isinstance(error, json.JSONDecodeError):
        return f"broken JSON: {error.msg}"
    if "int_max_str_digits" in str(error):
        return "it holds a number that is too large"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
