"""The loader of this extension alone, without the commands of azure-cli, which take half a minute."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from azure.cli.core.mock import DummyCli

from azext_iot_dps import DpsCommandsLoader


def loaded() -> DpsCommandsLoader:
    """It has its command table, and the options of all commands in its registries of arguments."""
    cli = DummyCli()
    loader = DpsCommandsLoader(cli_ctx=cli)
    for command in loader.load_command_table(None):
        # azure-cli looks here for the command that is about to run
        cli.invocation = SimpleNamespace(data={"command_string": command})
        loader.load_arguments(command)
    return loader


def settings(loader: DpsCommandsLoader) -> list[tuple[str, str, dict[str, Any]]]:
    """Scope, parameter and settings of every option, of each command in the order of its description."""
    kinds = [
        (scope, name, kind.settings)
        for scope, arguments in loader.argument_registry.arguments.items()
        for name, kind in arguments.items()
    ]
    extras = [
        (scope, name, extra.type.settings)
        for scope, arguments in loader.extra_argument_registry.items()
        for name, extra in arguments.items()
    ]
    return kinds + extras
