"""The converters of the command line, by option: what stands between what is typed and everything else."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from azure.cli.core.mock import DummyCli

from azext_iot_dps import COMMAND_LOADER_CLS


def converters() -> dict[str, Callable[[str], object]]:
    """Every converter of the extension, under the first name of its option."""
    cli = DummyCli()
    loader = COMMAND_LOADER_CLS(cli_ctx=cli)
    for command in loader.load_command_table(None):
        # azure-cli looks here for the command that is about to run
        cli.invocation = SimpleNamespace(data={"command_string": command})
        loader.load_arguments(command)
    settings = [kind.settings for scope in loader.argument_registry.arguments.values() for kind in scope.values()]
    settings += [extra.type.settings for scope in loader.extra_argument_registry.values() for extra in scope.values()]
    own = [one for one in settings if getattr(one.get("type"), "__module__", "").startswith("azext_iot_dps")]
    return {one["options_list"][0]: one["type"] for one in own}
