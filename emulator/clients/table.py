"""What the clients' programs reported, as a table for people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

BEGIN, END = "<!-- made by make clients -->\n", "<!-- end of what make clients made -->\n"


@dataclass(frozen=True)
class Row:
    """One operation of one client; `failure` is the reason why it does not work, or nothing."""

    client: str
    operation: str
    failure: str | None = None


def lines(rows: Iterable[Row]) -> list[str]:
    """For a terminal."""
    return [f"{row.client:50}  {row.operation:34}  {_result(row)}" for row in rows]


def markdown(rows: list[Row]) -> str:
    """One line for each client: how many operations work, which, and the others with their reasons."""
    table = ["| client | works | does not work |", "|---|---|---|"]
    for client in dict.fromkeys(row.client for row in rows):
        own = [row for row in rows if row.client == client]
        works = ", ".join(row.operation for row in own if row.failure is None)
        reasons = dict.fromkeys(row.failure for row in own if row.failure is not None)
        fails = "; ".join(
            f"{', '.join(row.operation for row in own if row.failure == reason)}: {_cell(reason)}" for reason in reasons
        )
        table.append(f"| {client} | {works} | {fails} |")
    return "\n".join(table) + "\n"


def write(page: Path, rows: list[Row]) -> None:
    """Replace what is between the marks of the page."""
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{page} must have the marks {BEGIN.strip()} and {END.strip()}.")
    page.write_text(before + begin + markdown(rows) + end + after)


def _result(row: Row) -> str:
    return "works" if row.failure is None else f"failed: {row.failure}"


def _cell(text: str) -> str:
    # What is new in every run would change the page in every run.
    text = re.sub(r'"(trackingId|timestampUtc)":"[^"]*"?,?', "", text)
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
