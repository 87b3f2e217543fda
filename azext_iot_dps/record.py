"""What individual enrollments and groups do alike with a stored record: show it, and change it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from azure.cli.core.azclierror import AzureResponseError
from knack.log import get_logger

from azext_iot_dps.enums import Attestation
from azext_iot_dps.models import Body
from azext_iot_dps.payload import allocation, attestation, twin

logger = get_logger(__name__)


@dataclass
class Edit:
    """What an update was asked to do, wrong for no record so far; `cleared` maps paths to what was typed for them."""

    changes: Body
    proof: attestation.Change
    allocation: allocation.Options
    cleared: dict[tuple[str, ...], Any]


def show(records: Any, id: str, show_keys: bool) -> dict:
    """The record as the service shows it; with keys, where it has symmetric ones."""
    record = records.get(id)
    if show_keys:
        kind = attestation.kind(record)
        if kind == Attestation.SYMMETRIC_KEY.value:
            return {**record, "attestation": records.attestation(id)}
        logger.warning("--show-keys adds nothing here: the attestation is %s, not symmetricKey.", kind)
    return record


def update(records: Any, id: str, etag: str | None, edit: Edit) -> dict:
    """Read the record, refuse what does not fit it, and put it back with the changes and nothing else changed."""
    current = records.get(id)
    edit.proof.check(current)
    if attestation.kind(current) == Attestation.SYMMETRIC_KEY.value:
        current = attestation.with_keys(current, records.attestation(id))
    changed = edit.changes.over(twin.without(current, edit.cleared))
    return records.put(id, edit.proof.over(edit.allocation.over(changed)), etag or "*")


def primary_key(records: Any, id: str, otherwise: Callable[[str, str], Exception]) -> str:
    """The primary symmetric key of a record; `otherwise` makes the error of its id and its other attestation."""
    shown = {"attestation": records.attestation(id)}
    kind = attestation.kind(shown)
    if kind != Attestation.SYMMETRIC_KEY.value:
        raise otherwise(id, kind)
    key = attestation.with_keys(shown, shown["attestation"])["attestation"]["symmetricKey"]["primaryKey"]
    try:
        base64.b64decode(key, validate=True)
    except (TypeError, ValueError):
        raise AzureResponseError(f"The service shows a primary key of '{id}' that is not base64.") from None
    return key
