"""Faults of an import, which shows those that are alike together, one by one."""

from __future__ import annotations

import re

import pytest

from azext_iot_dps.fleets import faults

# More than any file of the tests has.
MANY = 1_000


def show_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an import show all faults of a file, with all of their lines."""
    for limit in ("KINDS", "RANGES"):
        monkeypatch.setattr(faults, limit, MANY)


def separate(found, begins=range(MANY)):
    """A line for each fault of each record, in the order of the file; records begin on the lines `begins`.

    Without the values that are shown of all records of a fault together.
    """
    each = []
    for text in found:
        lines, _, fault, _ = re.fullmatch(r"lines? ([0-9, -]+)(: )(.*?)( Found: .*)?", text).groups()
        for part in lines.split(", "):
            first, _, last = part.partition("-")
            each += [(line, fault) for line in begins if int(first) <= line <= int(last or first)]
    return [f"line {line}: {fault}" for line, fault in sorted(each, key=lambda pair: pair[0])]
