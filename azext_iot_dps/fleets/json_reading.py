"""JSON Lines and JSON arrays: the records, one after the other, each with its line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any, TextIO

from azext_iot_dps.exact_json import DECODER, check_names
from azext_iot_dps.fleets.entry import LONGEST, MAX_RECORD, TOO_LONG, Entry
from azext_iot_dps.fleets.formats import FileFormat
from azext_iot_dps.record.json_slips import slip
from azext_iot_dps.record.json_text import MAX_DEPTH, checked
from azext_iot_dps.record.paths import Json

# Characters that are read at a time.
CHUNK = 65_536
# A record that is cut in a string, or this close to its end, goes on behind what was read.
_NEAR_END = len("\\u0000\\u0000")


def lines(text: TextIO) -> Iterator[Entry]:
    """The records of JSON Lines. Reading stops at a line that is too long."""
    for number, line in enumerate(iter(partial(text.readline, LONGEST), ""), 1):
        if len(line) > MAX_RECORD and len(line.rstrip("\r\n")) > MAX_RECORD:
            yield Entry(number, {}, TOO_LONG, is_last=True)
            return
        record = line.strip()
        if record:
            try:
                yield Entry(number, _object(_loaded(record), record))
            except (ValueError, RecursionError) as error:
                yield Entry(number, {}, _reason_of_line(error, record))


def _loaded(record: str) -> Any:
    value, end = DECODER.raw_decode(record)
    if end < len(record):
        raise ValueError("there is text after the record")
    return value


def array(text: TextIO) -> Iterator[Entry]:
    """The records of an array. Reading stops at a record whose end cannot be found."""
    rest = _Rest(text)
    if rest.next() != "[":
        reason = "a JSON array must begin with '['. For one record per line use --format jsonl."
        yield Entry(rest.line, {}, reason, is_last=True)
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
            yield Entry(line, {}, _reason(error), is_last=True)
            return
        mark = rest.next()
        if mark == ",":
            rest.skip()
            rest.next()
        elif mark != "]":
            yield Entry(rest.line, {}, "a record must be followed by ',' or ']'", is_last=True)
            return
    rest.skip()
    if rest.next():
        yield Entry(rest.line, {}, "there is text after the array", is_last=True)


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
            except (ValueError, RecursionError) as error:
                if len(self._held) > MAX_RECORD and self._is_cut(error):
                    raise ValueError(TOO_LONG) from None
                # twice as much each time: what was read is read again
                if len(self._held) > MAX_RECORD or not self._read(max(CHUNK, len(self._held))):
                    raise
            else:
                # what follows may belong to a number: 1 of 10, 1 of 1e+5
                cut = not isinstance(value, (dict, list, str)) and len(self._held) - end < len("e+0")
                if not (cut and self._read(CHUNK)):
                    text = self._drop(end)
                    if len(text) > MAX_RECORD:
                        raise _NoObject(TOO_LONG)
                    return value, text

    def _is_cut(self, error: Exception) -> bool:
        """Whether the end of a record was not read, rather than that it is broken."""
        return isinstance(error, json.JSONDecodeError) and (
            error.msg.startswith("Unterminated") or error.pos > len(self._held) - _NEAR_END
        )

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


def _reason_of_line(error: Exception, record: str) -> str:
    if record in ("[", "{") or (isinstance(error, _NoObject) and record.startswith("[")):
        return f"a record must be a JSON object on one line. For a JSON array use --format {FileFormat.ARRAY.value}."
    known = slip(record) if isinstance(error, json.JSONDecodeError) else None
    return f"broken JSON: {known.reason}" if known else _reason(error)


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"broken JSON: {error.msg}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
