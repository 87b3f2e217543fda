"""The tables of registrations."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli.tables import fitted, moment, registration_row, several

_COUNTS = ("total", "deleted", "unchanged", "failed", "notSent", "unknown", "seconds")


def registrations(result: Any) -> list[dict[str, str]]:
    """A row for each registration state."""
    return fitted([_row(state) for state in several(result)])


def enrollments(result: Any) -> list[dict[str, str]]:
    """A row for each registration state, with the error."""
    return fitted([{**_row(state), "Error": _error(state)} for state in result])


def purged(result: Any) -> list[dict[str, Any]]:
    """The counts of a result and a row for each failure; of --what-if a row for each registration."""
    if "delete" in result:
        rows = [
            {"Action": "delete", "Id": state.get("registrationId"), "Status": state.get("status"), "LastUpdated": when}
            for state in result["delete"]
            for when in [moment(state.get("lastUpdatedDateTimeUtc"))]
        ]
        unchanged = {"Action": "unchanged", "Id": str(result["unchanged"]), "Status": "", "LastUpdated": ""}
        return fitted([*rows, unchanged])
    rows = [
        {"Result": name, "Count": str(result[name]), "Id": "", "Code": "", "Message": ""}
        for name in _COUNTS
        if name in result
    ]
    for failure in result["failures"]:
        said = " ".join(failure["message"].split())
        rows.append({"Result": "failed", "Count": "", "Id": failure["id"], "Code": failure["code"], "Message": said})
    return fitted(rows)


def _row(state: dict[str, Any]) -> dict[str, Any]:
    return {**registration_row(state), "LastUpdated": moment(state.get("lastUpdatedDateTimeUtc"))}


def _error(state: dict[str, Any]) -> str:
    return " ".join(str(state.get(name) or "") for name in ("errorCode", "errorMessage")).strip()
