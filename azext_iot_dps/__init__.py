"""Azure CLI extension for the data plane of the IoT Hub Device Provisioning Service (DPS)."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from azure.cli.core import AzCommandsLoader
from knack.help_files import helps

from azext_iot_dps.cli import precedence, unknown_options

# Each is a package with the modules commands, options and help.
NOUNS = (
    "enrollments",
    "registrations",
    "fleets",
    "audits",
    "devices",
    "connection_strings",
    "device_configs",
    "doctor",
    "pki",
)

_before = dict(helps)
for _noun in NOUNS:
    # importing it registers it
    import_module(f"azext_iot_dps.{_noun}.help")
_HELP: dict[str, str] = {name: text for name, text in helps.items() if _before.get(name) is not text}


class DpsCommandsLoader(AzCommandsLoader):  # type: ignore[misc]
    """What azure-cli asks for commands, and then for their arguments."""

    def load_command_table(self, args: list[str] | None) -> dict[str, Any]:
        """The commands, of which a name leads to the module and the function of a handler."""
        self._noun_of: dict[str, str] = {}
        table: dict[str, Any] = self.command_table
        for noun in NOUNS:
            import_module(f"azext_iot_dps.{noun}.commands").load(self)
            self._noun_of.update(dict.fromkeys(table.keys() - self._noun_of, noun))
        precedence.keep(self, _HELP)
        return table

    def load_arguments(self, command: str) -> None:
        """The arguments of a command, together with those of its noun; those of all commands for any other name."""
        self.command = command
        for noun in [self._noun_of[command]] if command in self._noun_of else NOUNS:
            import_module(f"azext_iot_dps.{noun}.options").load(self)
        if command in self._noun_of:
            unknown_options.watch(self.cli_ctx, command)


COMMAND_LOADER_CLS = DpsCommandsLoader
