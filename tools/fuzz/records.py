"""Records: what is stored, what is asked for, and what an update makes of both."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.enrollments import handlers as enrollments
from azext_iot_dps.enrollments.patching import patch_of
from azext_iot_dps.record import columns
from azext_iot_dps.record.comparison import matches
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from azext_iot_dps.record.patch import Patch
from tools.fuzz import wire
from tools.fuzz.trial import SECRET, tried


def record(data: bytes) -> None:
    """Two lines: a stored record, and what the service shows of its attestation."""
    first, _, second = data.partition(b"\n")
    stored, other = (
        part if isinstance(part, dict) else {"attestation": part} for part in map(wire.value, (first, second))
    )
    matches(stored, other)
    matches(other, stored)
    for kind in (INDIVIDUAL, GROUP):
        columns.holds_all(kind, stored, columns.row(kind, stored))
        for complete in (False, True):
            patch = tried(Patch, kind, {**other, kind.id_member: "dev"}, complete=complete)
            if patch:
                tried(patch.new)
                tried(patch.over, stored)
        for options in OPTIONS:
            tried(lambda kind, options: patch_of(kind, "dev", options).over(stored), kind, options)
    shown = [stored, other, stored]
    tried(
        enrollments.update_enrollment, wire.individual(wire.answered(shown)), "dev", **UPDATES[len(data) % len(UPDATES)]
    )
    options = GROUP_UPDATES[len(data) % len(GROUP_UPDATES)]
    tried(enrollments.update_enrollment, wire.groups(wire.answered(shown)), "group", **options)
    tried(enrollments.compute_device_key, wire.groups(wire.answered(shown[1:])), ["a", "b"], "group")


OPTIONS: tuple[dict[str, Any], ...] = (
    {"endorsement_key": SECRET},
    {"primary_key": SECRET},
    {"remove_certificate": True},
    {"remove_secondary_certificate": True},
    {"root_ca_name": "x", "remove_secondary_certificate": True},
    {"device_id": "", "initial_twin_tags": {}, "initial_twin_properties": {}, "device_information": {}},
    *(
        {"allocation_policy": policy, "iot_hubs": hubs, "webhook_url": webhook}
        for policy in (None, "static", "custom", "hashed")
        for hubs, webhook in ((["h"], None), ([""], "https://x"), (["a", "b"], None))
    ),
)
UPDATES: tuple[dict[str, Any], ...] = (
    {"primary_key": SECRET},
    {"device_id": "new", "initial_twin_tags": {"a": 1}, "initial_twin_properties": {"b": 1}, "edge_enabled": True},
    {"initial_twin_tags": {}, "device_information": {"a": 1}, "reprovision_policy": "never", "iot_hubs": ["h"]},
)
GROUP_UPDATES: tuple[dict[str, Any], ...] = (
    {"root_ca_name": "x"},
    {"remove_certificate": True},
    {"secondary_root_ca_name": "x", "remove_certificate": True, "iot_hubs": [""]},
)
