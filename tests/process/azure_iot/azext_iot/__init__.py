"""A stand-in for Microsoft's azure-iot extension, which cannot be had here: some of its commands and texts."""

from azure.cli.core import AzCommandsLoader
from azure.cli.core.commands import CliCommandType
from knack.help_files import helps

helps["iot device"] = "type: group\nshort-summary: The text of azure-iot.\n"
helps["iot device send-d2c-message"] = "type: command\nshort-summary: The text of azure-iot.\n"
helps["iot dps enrollment list"] = "type: command\nshort-summary: The text of azure-iot.\n"


def answer(dps_name=None, login=None):
    """What each of its commands returns."""
    return {"from": "azure-iot"}


class StandIn(AzCommandsLoader):
    def load_command_table(self, args):
        commands = CliCommandType(operations_tmpl="azext_iot#{}")
        with self.command_group("iot dps enrollment", commands) as g:
            g.command("list", "answer")
        with self.command_group("iot device", commands) as g:
            g.command("send-d2c-message", "answer")
        return self.command_table

    def load_arguments(self, command):
        with self.argument_context("iot dps enrollment") as c:
            c.argument("dps_name", options_list=["--dps-name", "-n"])
            c.argument("login", options_list=["--login", "-l"])


COMMAND_LOADER_CLS = StandIn
