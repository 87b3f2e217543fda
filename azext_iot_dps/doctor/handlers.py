"""The handler of the doctor."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli import ending
from azext_iot_dps.doctor.case import Case, Device, Status
from azext_iot_dps.doctor.steps import examined
from azext_iot_dps.service.redaction import printable


def examine(
    client: Case,
    registration_id: str | None = None,
    device_symmetric_key: str | None = None,
    certificate_file: str | None = None,
    key_file: str | None = None,
    passphrase: str | None = None,
) -> dict[str, Any]:
    """What each step found, and whether none failed. If one did, the command fails after its output."""
    if registration_id:
        client.device = Device(registration_id, device_symmetric_key, certificate_file, key_file, passphrase)
    steps = [
        {
            "step": name,
            "status": finding.status.value,
            # names of Azure Resource Manager and of records may have control characters
            "message": printable(finding.message),
            "advice": printable(finding.advice) or None,
        }
        for name, finding in examined(client)
    ]
    wrong = [str(step["step"]) for step in steps if step["status"] == Status.FAILED.value]
    if wrong:
        ending.fail_after_output(client.cli_ctx, f"Failed: {', '.join(wrong)}.", [])
    return {"steps": steps, "ok": not wrong}
