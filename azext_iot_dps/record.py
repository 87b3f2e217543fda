"""What individual enrollments and groups have alike: options, and what is done with a stored record."""

from __future__ import annotations

import base64
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import wraps
from typing import Any

from azure.cli.core.azclierror import AzureResponseError
from knack.log import get_logger

from azext_iot_dps.enums import Attestation, Reprovision
from azext_iot_dps.models import Body, DeviceCapabilities
from azext_iot_dps.payload import allocation, attestation, reprovision, twin

logger = get_logger(__name__)


@dataclass
class Settings:
    """The options that both kinds have, as they were typed."""

    provisioning_status: str | None = None
    reprovision_policy: str | None = None
    edge_enabled: bool | None = None
    initial_twin_tags: dict | None = None
    initial_twin_properties: dict | None = None
    allocation_policy: str | None = None
    iot_hubs: list[str] | None = None
    iot_hub_host_name: str | None = None
    webhook_url: str | None = None
    api_version: str | None = None

    def members(self, new: bool = False) -> dict[str, Any]:
        """The fields of a model that hold them, but for allocation; a `new` record gets defaults."""
        edge_enabled = bool(self.edge_enabled) if new else self.edge_enabled
        policy = self.reprovision_policy or (Reprovision.MIGRATE.value if new else None)
        return {
            "capabilities": DeviceCapabilities.given(iot_edge=edge_enabled),
            "initial_twin": twin.initial(self.initial_twin_tags, self.initial_twin_properties),
            "provisioning_status": self.provisioning_status,
            "reprovision_policy": reprovision.policy(policy),
        }

    def allocation(self) -> allocation.Options:
        return allocation.Options(
            self.allocation_policy, self.iot_hubs, self.iot_hub_host_name, self.webhook_url, self.api_version
        )

    def cleared(self) -> dict[tuple[str, ...], Any]:
        return twin.cleared(self.initial_twin_tags, self.initial_twin_properties)


def takes_settings(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Give a handler the options of Settings, which it gets as one argument of that name.

    azure-cli reads the options of a command from the signature of its handler: they are put there.
    """
    signature = inspect.signature(handler)
    options = [inspect.Parameter(each.name, inspect.Parameter.KEYWORD_ONLY, default=None) for each in fields(Settings)]
    own = [parameter for parameter in signature.parameters.values() if parameter.name != "settings"]

    @wraps(handler)
    def wrapper(*arguments: Any, **named: Any) -> Any:
        typed = {option.name: named.pop(option.name, None) for option in options}
        return handler(*arguments, settings=Settings(**typed), **named)

    wrapper.__signature__ = signature.replace(parameters=[*own, *options])  # type: ignore[attr-defined]
    return wrapper


@dataclass
class Edit:
    """What an update was asked to do, wrong for no record so far.

    `cleared` maps paths to what was typed for them, beside those of the settings.
    """

    changes: Body
    proof: attestation.Change
    settings: Settings
    cleared: dict[tuple[str, ...], Any] = field(default_factory=dict)


def create(records: Any, id: str, record: Body, settings: Settings) -> dict:
    """Put a new record; what is there is never overwritten."""
    return records.put(id, settings.allocation().over(record.serialize()))


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
    options = edit.settings.allocation()
    current = records.get(id)
    edit.proof.check(current)
    current = keyed(records, id, current)
    changed = edit.changes.over(twin.without(current, {**edit.cleared, **edit.settings.cleared()}))
    return records.put(id, edit.proof.over(options.over(changed)), etag or "*")


def keyed(records: Any, id: str, current: dict, tries: Any = None) -> dict:
    """The record with its symmetric keys, where it has some: put back without them it would get new ones."""
    if attestation.kind(current) != Attestation.SYMMETRIC_KEY.value:
        return current
    return attestation.with_keys(current, records.attestation(id, tries))


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
