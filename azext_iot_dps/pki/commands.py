"""The commands of PKIs for tests."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli.client import cf_services
from azext_iot_dps.cli.nouns import command_type
from azext_iot_dps.pki import tables


def load(loader: Any) -> None:
    """Add the commands to the table of a loader."""
    handlers = command_type("pki.handlers")
    with loader.command_group("iot dps pki", handlers) as g:
        g.command("create", "create_pki", table_transformer=tables.created)
        g.command("check", "check_certificate", table_transformer=tables.findings)
        g.command("prove", "prove_possession", client_factory=cf_services, table_transformer=tables.steps)
