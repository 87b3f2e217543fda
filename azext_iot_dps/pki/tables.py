"""The tables of PKIs for tests."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli.tables import fitted


def created(result: dict[str, Any]) -> list[dict[str, str]]:
    """A row a certificate that was created."""
    rows = [
        {
            "Certificate": entry["certificate"],
            "Key": entry["key"],
            "SubjectName": entry["subjectName"],
            "Expires": entry["notAfterUtc"],
        }
        for entry in result["certificates"]
    ]
    return fitted(rows, shortened=("SubjectName",))


def findings(result: list[dict[str, Any]]) -> list[dict[str, str]]:
    """A row a finding."""
    columns = ("severity", "check", "certificate", "message")
    rows = [{name.capitalize(): finding[name] for name in columns} for finding in result]
    return fitted(rows, shortened=("Certificate",))


def steps(result: dict[str, Any]) -> list[dict[str, str]]:
    """A row a step of a proof of possession."""
    name = result["certificateName"]
    return fitted([{"CertificateName": name, "Step": each["step"], "State": each["state"]} for each in result["steps"]])
