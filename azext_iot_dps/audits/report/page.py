"""The page: one HTML file that loads nothing."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from azext_iot_dps.audits.report import bars, look
from azext_iot_dps.audits.report.breakdown import EXPIRED, Row
from azext_iot_dps.audits.report.numbers import Section
from azext_iot_dps.audits.report.outcome import Outcome
from azext_iot_dps.record.audit.check import Severity
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json
from azext_iot_dps.version import VERSION

# Findings that have a row, the worst of all; the others are counted.
FINDINGS = 1_000

_KINDS = ("Individual", "Groups")
_ALL = "(all)"
_COLUMNS = ("Severity", "Kind", "Check", "ID", "Message")
_ORDER = {each.value: number for number, each in enumerate(Severity)}


def page(outcome: Outcome) -> str:
    """The whole text. Everything that a record says is escaped."""
    host = bars.text(outcome.host)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{look.policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{host}: device enrollments</title>
<style>{look.STYLE}</style>
</head>
<body>
<header>
<h1>{host}</h1>
<p>Device enrollments on {outcome.time:%Y-%m-%d, %H:%M} UTC</p>
</header>
<main>
{_tiles(outcome)}<div class="sections">
{"".join(_section(*each) for each in outcome.sections())}</div>
{_findings(outcome)}</main>
<footer>
{_footer(outcome)}</footer>
<script>{look.SCRIPT}</script>
</body>
</html>
"""


def _tiles(outcome: Outcome) -> str:
    numbers = outcome.numbers
    tiles = [
        ("Individual enrollments", numbers.totals[False]),
        ("Enrollment groups", numbers.totals[True]),
        ("Expired certificates", _sum(numbers.sections["certificateExpiry"].rows(), EXPIRED)),
        *((f"Findings: {each.value}", _sum(numbers.sections["severity"].rows(), each.value)) for each in Severity),
    ]
    if outcome.with_registrations:
        states = numbers.sections["registrationStatus"].rows()
        tiles += [("Devices assigned", _sum(states, "assigned")), ("Registrations failed", _sum(states, "failed"))]
    items = "".join(f"<div><dt>{title}</dt><dd>{number:,}</dd></div>\n" for title, number in tiles)
    return f'<dl class="tiles">\n{items}</dl>\n'


def _sum(rows: Iterable[Row], value: str) -> int:
    return sum(row.enrollments + row.groups for row in rows if row.value == value)


def _section(section: Section, rows: list[Row]) -> str:
    note = f"<p>{section.note}</p>\n" if section.note else ""
    table = bars.table(rows, _KINDS, section.name)
    return f'<section>\n<h2 id="{section.name}">{section.title}</h2>\n{table}{note}</section>\n'


def _findings(outcome: Outcome) -> str:
    lines = "".join(_finding(kind, finding) for kind, finding in islice(outcome.findings(), FINDINGS))
    if not lines:
        return '<section>\n<h2 id="findings">Findings</h2>\n<p class="none">None.</p>\n</section>\n'
    more = outcome.found() - FINDINGS
    left = f"<p>{more:,} more are not shown. To write all to a file: az iot dps enrollment audit --findings FILE</p>\n"
    heads = "".join(f'<th scope="col" role="columnheader">{each}</th>' for each in _COLUMNS)
    return f"""<section>
<h2 id="findings">Findings</h2>
<table class="findings" role="table" aria-labelledby="findings">
<thead role="rowgroup"><tr role="row">{heads}</tr></thead>
<tbody role="rowgroup">
{lines}</tbody>
</table>
{left if more > 0 else ""}</section>
"""


def _finding(kind: Kind, finding: Json) -> str:
    severity = finding["severity"]
    cells = (
        (f' class="{severity}" data-key="{_ORDER[severity]}"', severity),
        ("", _KINDS[kind.signing]),
        ("", finding["check"]),
        ("", _ALL if finding["id"] is None else bars.text(finding["id"])),
        ("", bars.text(finding["message"])),
    )
    return f'<tr role="row">{"".join(f"<td role=cell{more}>{inner}</td>" for more, inner in cells)}</tr>\n'


def _footer(outcome: Outcome) -> str:
    skipped = [f"{check}: {reason}" for check, reason in outcome.skipped().items()]
    if not outcome.with_registrations:
        skipped.append("Registrations were not read. Use --with-registrations.")
    lists = (("Not checked", skipped), ("What the service does not show", outcome.not_checked()))
    parts = (
        f"<p>{title}:</p>\n<ul>{''.join(f'<li>{bars.text(each)}</li>' for each in texts)}</ul>\n"
        for title, texts in lists
        if texts
    )
    return f"{''.join(parts)}<p>azure-iot-dps {VERSION}, az iot dps report</p>\n"
