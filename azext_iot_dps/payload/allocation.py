"""Which IoT hub a device is assigned to: policy, hubs, webhook."""

from __future__ import annotations

import re

from azure.cli.core.azclierror import (
    ArgumentUsageError,
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)
from knack.log import get_logger

from azext_iot_dps.enums import AllocationPolicy
from azext_iot_dps.models import Allocation, CustomAllocationDefinition

logger = get_logger(__name__)


class Options:
    """What was typed about allocation. Wrong whatever is stored: refused here."""

    def __init__(
        self,
        policy: str | None = None,
        hubs: list[str] | None = None,
        old_hub: str | None = None,
        webhook_url: str | None = None,
        api_version: str | None = None,
    ):
        if old_hub:
            if policy or hubs:
                raise MutuallyExclusiveArgumentError(
                    "--iot-hub-host-name means the static policy with that hub: give it without --allocation-policy "
                    "and --iot-hubs, or better, leave it out and give those two."
                )
            policy, hubs = AllocationPolicy.STATIC.value, [old_hub]
        self.policy = policy
        self.hubs = None if hubs is None else " ".join(hubs).split()
        check_names(self.hubs or [])
        self.webhook = CustomAllocationDefinition.given(webhook_url=webhook_url, api_version=api_version)
        if policy and self.hubs is not None:
            _check_hubs(policy, self.hubs)

    def over(self, record: dict) -> dict:
        """`record` with these options laid over it, checked as a whole, without what its policy has no use for."""
        if self.policy is None and self.hubs is None and self.webhook is None:
            return record
        policy = self.policy or record.get("allocationPolicy")
        custom = _is(policy, AllocationPolicy.CUSTOM)
        if self.webhook and not custom:
            logger.warning("--webhook-url and --api-version belong to --allocation-policy custom: they are not sent.")
        typed = Allocation(
            allocation_policy=self.policy,
            iot_hubs=self.hubs or None,
            custom_allocation_definition=self.webhook if custom else None,
        )
        merged = typed.over(record)
        if self.policy and not custom:
            merged.pop("customAllocationDefinition", None)
        if self.hubs is not None:
            merged.pop("iotHubHostName", None)
        if self.hubs == []:
            merged.pop("iotHubs", None)
        check(merged)
        return merged


def check(record: dict) -> None:
    """Refuse what `record` says about allocation when a create with these values would be refused."""
    policy, hubs = record.get("allocationPolicy"), record.get("iotHubs")
    _check_hubs(policy, hubs if isinstance(hubs, list) else [])
    if _is(policy, AllocationPolicy.CUSTOM):
        definition = record.get("customAllocationDefinition")
        _check_webhook(definition if isinstance(definition, dict) else {})


def check_names(hubs: list[str]) -> None:
    """Refuse IoT hubs that are no host names."""
    if not all(re.fullmatch(r"[A-Za-z0-9.-]+", hub) for hub in hubs):
        raise InvalidArgumentValueError("--iot-hubs takes host names, separated by spaces and nothing else.")


def _is(policy, member):
    return str(policy or "").lower() == member.value.lower()


def _check_hubs(policy, hubs):
    if hubs and not policy:
        raise RequiredArgumentMissingError("--iot-hubs needs a policy: give --allocation-policy.")
    if _is(policy, AllocationPolicy.STATIC) and len(hubs) != 1:
        raise ArgumentUsageError(
            f"The static allocation policy takes exactly one IoT hub, and there would be {len(hubs)}: "
            "give one host name with --iot-hubs."
        )


def _check_webhook(definition):
    missing = [
        option
        for option, name in (("--webhook-url", "webhookUrl"), ("--api-version", "apiVersion"))
        if not definition.get(name)
    ]
    if missing:
        raise RequiredArgumentMissingError(f"The custom allocation policy needs {' and '.join(missing)}.")
