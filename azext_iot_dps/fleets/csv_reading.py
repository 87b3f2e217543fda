"""CSV as spreadsheets write it: the rows behind a header that names columns, each with its line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import chain
from typing import TextIO

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iot_dps.arm.similar import closest
from azext_iot_dps.fleets.entry import LONGEST, MAX_RECORD, TOO_LONG, Entry
from azext_iot_dps.fleets.formats import COMMENT
from azext_iot_dps.record import columns
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Kind
from azext_iot_dps.record.schema import columns as all_columns

# What separates cells, where the user does not say it. The first one wins when the header does not tell.
DELIMITERS = ",;\t"
# Characters of a column's name in a message. A file without a header begins with a record, which may hold a key.
_SHOWN = 80


def rows(text: TextIO, kind: Kind, delimiter: str | None = None) -> Iterator[Entry]:
    """The records of a CSV file. Reading stops at a row whose end cannot be found.

    Lines that begin with `#`, rows without cells, and columns with neither name nor cells are skipped. Raises
    InvalidArgumentValueError for a header that names other columns than those of the kind.
    """
    csv.field_size_limit(LONGEST)
    lines = _Lines(text)
    try:
        first = _header(lines)
        delimiter = delimiter or _delimiter_of(first)
        reader = csv.reader(chain([first], lines), delimiter=delimiter, strict=True)
        names = _names(next(reader), kind, lines.first)
    except csv.Error as error:
        raise InvalidArgumentValueError(f"line {lines.first}: {error}.") from None
    return _entries(reader, lines, names)


class _Lines:
    """The lines of a CSV file. Those of one row may not be longer than a record."""

    def __init__(self, text: TextIO):
        self._text = text
        self._number = 0
        # the line on which the row begins, and how much of the row was read
        self.first, self.length = 1, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while True:
            line = self._text.readline(LONGEST)
            self._number += 1
            if not self.length:
                self.first = self._number
            self.length += len(line)
            # what is cut is no line: the reader would take it for a row
            if self.length > LONGEST or (self.length > MAX_RECORD and not line.endswith(("\r", "\n"))):
                raise csv.Error(TOO_LONG)
            if not line:
                raise StopIteration
            # within a row it belongs to a cell
            if self.length > len(line) or not line.startswith(COMMENT):
                return line
            self.length = 0


def _header(lines: _Lines) -> str:
    """The first line with cells, '' when there is none."""
    while True:
        lines.length = 0
        line = next(lines, "")
        if not line or line.strip(f'{DELIMITERS}" \r\n'):
            return line


def _delimiter_of(header: str) -> str:
    """The one by which most of the cells are names of columns."""

    def known(delimiter: str) -> int:
        cells = next(csv.reader([header], delimiter=delimiter), [])
        return sum(any(columns.column(kind, cell) for kind in (INDIVIDUAL, GROUP)) for cell in cells)

    return max(DELIMITERS, key=known)


def _names(header: list[str], kind: Kind, line: int) -> list[str]:
    """The columns of a header; '' stands for one without a name."""
    names = [columns.column(kind, cell) if cell.strip() else "" for cell in header]
    found = [name for name in names if name]
    other = GROUP if kind is INDIVIDUAL else INDIVIDUAL
    twice = [name for place, name in enumerate(found) if name in found[:place]]
    advice = (
        f"The first line must name columns, separated by ',', ';', tabs or --delimiter: {', '.join(all_columns(kind))}."
    )
    if kind.id_member not in found and any(columns.column(other, cell) == other.id_member for cell in header):
        what = f"the file has the column {other.id_member}: it contains {other.plural}, not {kind.plural}."
        advice = f"Use `az iot dps {other.title.replace(' ', '-')} import`, or name the column {kind.id_member}."
    elif None in names:
        what = _unknown(header[names.index(None)], names.index(None) + 1, kind, other)
    elif kind.id_member not in found:
        what = f"{kind.id_member} must be one of the columns."
    elif twice:
        what = f"the column {twice[0]!r} is there twice."
    else:
        return [name or "" for name in names]
    raise InvalidArgumentValueError(f"line {line}: {what}", recommendation=advice)


def _unknown(cell: str, place: int, kind: Kind, other: Kind) -> str:
    """A sentence about a name that no column has, with the nearest one, or whose it is."""
    of_other = columns.column(other, cell)
    if of_other:
        return f"'{of_other}' is a column of {other.plural} only."
    name = cell.strip()
    head, dot, member = name.partition(".")
    known = columns.column(kind, head)
    if dot and known:
        # a column without members, or a member without a name
        near = [] if member else [known]
    else:
        near = [
            each + dot + member for each in closest(head, columns.object_columns(kind) if dot else all_columns(kind))
        ]
    if len(name) > _SHOWN or not re.fullmatch("[A-Za-z0-9 _;.\t-]+" if near else "[A-Za-z _;.\t-]+", name):
        return f"cell {place} is not the name of a column."
    return f"{name!r} is not a column." + (f" Did you mean {near[0]}?" if near else "")


def _entries(reader: Iterator[list[str]], lines: _Lines, names: list[str]) -> Iterator[Entry]:
    all_named = "" not in names
    while True:
        lines.length = 0
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Entry(lines.first, {}, f"the row cannot be read: {error}", is_last=True)
            return
        if cells is None:
            return
        if any(map(str.strip, cells)):
            fault = None if all_named and len(cells) == len(names) else _fault(names, cells)
            yield Entry(lines.first, {name: cell for name, cell in zip(names, cells) if name}, fault)


def _fault(names: list[str], cells: list[str]) -> str | None:
    """What is wrong with the number of cells; those that are empty need no column, nor a column without a name any."""
    if any(names[len(cells) :]) or any(map(str.strip, cells[len(names) :])):
        return "the row must have as many cells as there are columns"
    place = next((place for place, pair in enumerate(zip(names, cells), 1) if not pair[0] and pair[1].strip()), None)
    return f"cell {place} is in a column without a name" if place else None
