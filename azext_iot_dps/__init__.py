"""Azure CLI extension for the data plane of the IoT Hub Device Provisioning Service (DPS)."""

from azure.cli.core import AzCommandsLoader

from azext_iot_dps import _help, _help_bulk, _help_device, _help_groups  # noqa: F401  (importing them registers it)


class DpsCommandsLoader(AzCommandsLoader):
    """What azure-cli asks for commands, and then for their arguments."""

    def __init__(self, cli_ctx=None, **kwargs):
        from azext_iot_dps._guidance import GuidedCommand

        super().__init__(cli_ctx=cli_ctx, **kwargs)
        self.command_cls = GuidedCommand

    def load_command_table(self, args):
        from azext_iot_dps.commands import load_command_table

        load_command_table(self, args)
        return self.command_table

    def load_arguments(self, command):
        from azext_iot_dps._params import load_arguments

        load_arguments(self, command)


COMMAND_LOADER_CLS = DpsCommandsLoader
