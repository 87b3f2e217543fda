"""If the azure-iot extension is installed too, the commands that both define are those of this extension.

azure-cli gives a command to the extension that it loads last. Since 2.47 it loads extensions by name, and this one is
the last of the two; before, in the order in which the folder lists them. Here both orders have the same outcome.
"""

from __future__ import annotations

from typing import Any

from azure.cli.core.commands.events import EVENT_INVOKER_PRE_LOAD_ARGUMENTS
from knack.help_files import helps

_OTHER = "azure-iot"


def keep(loader: Any, texts: dict[str, str]) -> None:
    """Restore the commands of a loader that azure-iot replaced, and their help; `texts` are the own help texts.

    It happens when all extensions are loaded, and not for other extensions, which may replace commands on purpose.
    """
    own: dict[str, Any] = loader.command_table

    def restore(_: Any, commands_loader: Any, **__: Any) -> None:
        table = commands_loader.command_table
        for name in [name for name, command in table.items() if name in own and _is_of_other(command)]:
            table[name] = own[name]
            commands_loader.cmd_to_loader_map[name] = [loader]
            helps[name] = texts[name]

    loader.cli_ctx.register_event(EVENT_INVOKER_PRE_LOAD_ARGUMENTS, restore)


def _is_of_other(command: Any) -> bool:
    return getattr(command.command_source, "extension_name", None) == _OTHER
