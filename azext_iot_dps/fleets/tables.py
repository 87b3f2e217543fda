"""What -o table shows of an import, of an apply and of a plan."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli.tables import fitted

_COUNTS = ("total", "created", "updated", "unchanged", "deleted", "failed", "notSent", "unknown", "seconds")


def applied(result: Any) -> list[dict[str, str]]:
    """The counts of a result and a row for each failure; of a plan a row for each record and one for the unchanged."""
    is_plan = "unchanged" in result and "create" in result
    return fitted(_planned(result) if is_plan else _counted(result))


def _counted(result: dict[str, Any]) -> list[dict[str, str]]:
    empty = dict.fromkeys(("Id", "File", "Line", "Code", "Message"), "")
    rows = [{"Result": name, "Count": str(result[name]), **empty} for name in _COUNTS if name in result]
    rows += [{"Result": name, "Count": str(count), **empty} for name, count in result.get("devices", {}).items()]
    if "next" in result:
        rows.append({"Result": "next", "Count": "", **empty, "Message": result["next"]})
    for failure in result.get("failures", []):
        reason = {"Code": str(failure.get("code") or ""), "Message": _line(failure)}
        rows.append({"Result": "failed", "Count": "", "Id": str(failure["id"] or ""), **_place(failure), **reason})
    left = result.get("notCopied", {})
    return rows + [{"Result": f"notCopied {name}", "Count": str(left[name]), **empty} for name in left]


def _planned(plan: dict[str, Any]) -> list[dict[str, str]]:
    rows = [_row("create", record, "") for record in plan["create"]]
    for record in plan["update"]:
        rows.append(_row("update", record, ", ".join(".".join(change["path"]) for change in record["changes"])))
    rows += [_row("delete", record, "") for record in plan["delete"]]
    rows += [_row("failed", record, _line(record)) for record in plan.get("failures", [])]
    counts = {"unchanged": plan["unchanged"]}
    counts |= {f"notCopied {name}": count for name, count in plan.get("notCopied", {}).items()}
    empty = {"File": "", "Line": "", "Changes": ""}
    return [*rows, *({"Action": name, "Id": str(count), **empty} for name, count in counts.items())]


def _row(action: str, record: dict[str, Any], changes: str) -> dict[str, str]:
    return {"Action": action, "Id": str(record["id"] or ""), **_place(record), "Changes": changes}


def _place(record: dict[str, Any]) -> dict[str, str]:
    return {"File": str(record.get("file") or ""), "Line": str(record.get("line") or "")}


def _line(failure: dict[str, Any]) -> str:
    """The message, which may have a second line with advice, in one."""
    return " ".join(str(failure["message"]).split())
