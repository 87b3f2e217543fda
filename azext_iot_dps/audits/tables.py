"""What -o table shows of an audit."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli.tables import fitted

_COLUMNS = ("severity", "check", "id", "message")


def findings(result: dict[str, Any]) -> list[dict[str, str]]:
    """A row a finding, the worst first."""
    rows = [{name.capitalize(): finding[name] for name in _COLUMNS} for finding in result["findings"]]
    return fitted(rows, shortened=("Message",))
