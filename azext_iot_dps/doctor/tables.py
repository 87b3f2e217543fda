"""The table of the doctor."""

from __future__ import annotations

import textwrap
from typing import Any

from azext_iot_dps.cli.tables import GAP, WIDTH
from azext_iot_dps.service.redaction import printable

# Characters of the first two columns: the longest step and the longest status, with what azure-cli adds to a column.
_BESIDE = len("network-rules") + GAP + len("warning") + 2 + GAP


def steps(result: dict[str, Any]) -> list[dict[str, str]]:
    """A row for each line of a step: its message, then what to do about it."""
    return [row for step in result["steps"] for row in _rows(step)]


def _rows(step: dict[str, Any]) -> list[dict[str, str]]:
    texts = [printable(text) for text in (step["message"], step["advice"] and f"-> {step['advice']}") if text]
    lines = [line for text in texts for line in textwrap.wrap(text, WIDTH - _BESIDE, break_on_hyphens=False)]
    names = [(step["step"], step["status"]), *[("", "")] * len(lines)]
    return [{"Step": name, "Status": status, "Message": line} for (name, status), line in zip(names, lines)]
