"""A record as a file has it, and how long it may be."""

from __future__ import annotations

from typing import Any, NamedTuple

# Characters of one record, of which the service takes 100,000 or so.
MAX_RECORD = 4_000_000
# Of a longer line no more is read. It may end in two more characters.
LONGEST = MAX_RECORD + len("\r\n")
TOO_LONG = f"it is longer than {MAX_RECORD:,} characters"


class Entry(NamedTuple):
    """A record as it is in the file, or what is wrong with it. `source` of CSV is a row, of JSON an object.

    `is_last` is for a fault behind which the file cannot be read.
    """

    line: int
    source: dict[str, Any]
    fault: str | None = None
    is_last: bool = False
