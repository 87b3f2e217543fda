"""Rows of numbers as a table in HTML, with a bar for each that a browser draws."""

from __future__ import annotations

from html import escape

from azext_iot_dps.audits.report.breakdown import Row
from azext_iot_dps.service.redaction import printable

# The length of the longest bar, and the least of one that is not empty.
_FULL, _LEAST = 1000, 6
# Rows of a table; what is beyond has one together.
MOST = 25

# The style gives up the shape of tables on a phone, for which browsers would drop these roles.
_HEAD = '<th scope="col" role="columnheader"'


def table(rows: list[Row], kinds: tuple[str, str], label: str) -> str:
    """`kinds` are the names of the two numbers of a row, `label` is the ID of the title of the table."""
    rows = limited(rows)
    if not any(row.enrollments or row.groups for row in rows):
        return '<p class="none">None.</p>\n'
    most = max(row.enrollments + row.groups for row in rows)
    lines = "".join(
        f'<tr role="row"><th scope="row" role="rowheader">{text(row.value)}</th>'
        f'<td role="cell" class="bar">{_bar(row, most)}</td>'
        f'<td role="cell" class="number">{row.enrollments:,}</td>'
        f'<td role="cell" class="number">{row.groups:,}</td></tr>\n'
        for row in rows
    )
    first, second = kinds
    return (
        f'<table class="bars" role="table" aria-labelledby="{label}">\n<thead role="rowgroup"><tr role="row">'
        f'{_HEAD}><span class="unseen">Value</span></th><td role="cell" class="bar"></td>'
        f'{_HEAD} class="number"><i class="key first"></i>{first}</th>'
        f'{_HEAD} class="number"><i class="key second"></i>{second}</th>'
        f'</tr></thead>\n<tbody role="rowgroup">\n{lines}</tbody>\n</table>\n'
    )


def limited(rows: list[Row]) -> list[Row]:
    """The rows, or the first of them and the sum of the others."""
    if len(rows) <= MOST:
        return rows
    others = rows[MOST - 1 :]
    sums = sum(row.enrollments for row in others), sum(row.groups for row in others)
    return [*rows[: MOST - 1], Row(f"{len(others):,} others", *sums)]


def text(value: str) -> str:
    """What a record says, as text of a page: markup and control characters have no effect."""
    return escape(printable(value))


def _bar(row: Row, most: int) -> str:
    first, second = _length(row.enrollments, most), _length(row.groups, most)
    parts = (f'<rect class="first" width="{first}" height="1"/>' if first else "") + (
        f'<rect class="second" x="{first}" width="{second}" height="1"/>' if second else ""
    )
    return (
        f'<svg viewBox="0 0 {_FULL + _LEAST} 1" preserveAspectRatio="none" aria-hidden="true">{parts}</svg>'
        if parts
        else ""
    )


def _length(number: int, most: int) -> int:
    return max(_LEAST, round(_FULL * number / most)) if number else 0
