"""What -o table shows of an import, of an apply and of a plan."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli.tables import fitted

_COUNTS = ("total", "created", "updated", "unchanged", "deleted", "failed", "notSent", "unknown", "seconds")


def applied(result: Any) -> list[dict[str, str]]:
    """The counts of a result, or a row for each record of a plan and one for the unchanged ones."""
    if "unchanged" not in result or "create" not in result:
        return fitted([{name[0].upper() + name[1:]: str(result[name]) for name in _COUNTS if name in result}])
    rows = [_row("create", record, "") for record in result["create"]]
    for record in result["update"]:
        rows.append(_row("update", record, ", ".join(".".join(change["path"]) for change in record["changes"])))
    rows += [_row("delete", record, "") for record in result["delete"]]
    rows += [_row("failed", record, record["message"]) for record in result.get("failures", [])]
    return fitted(
        [*rows, {"Action": "unchanged", "Id": str(result["unchanged"]), "File": "", "Line": "", "Changes": ""}]
    )


def _row(action: str, record: dict[str, Any], changes: str) -> dict[str, str]:
    place = {"File": str(record.get("file") or ""), "Line": str(record.get("line") or "")}
    return {"Action": action, "Id": str(record["id"]), **place, "Changes": changes}
