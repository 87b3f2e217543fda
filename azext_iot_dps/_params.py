"""Which command has which options."""

from azure.cli.core.commands.parameters import get_three_state_flag
from knack.arguments import CLIArgumentType

from azext_iot_dps import _arguments as dress
from azext_iot_dps import _bulk_arguments as bulk
from azext_iot_dps import _completers as complete
from azext_iot_dps import _device_arguments as device
from azext_iot_dps import _validators as check

NOUNS = ("iot dps enrollment", "iot dps enrollment-group", "iot dps registration", "iot dps compute-device-key")

enrollment_id_type = CLIArgumentType(
    options_list=["--enrollment-id", "--eid"],
    type=check.record_id("--enrollment-id"),
    completer=complete.enrollment_ids,
    help="Individual device enrollment ID.",
)
group_id_type = CLIArgumentType(
    options_list=["--enrollment-id", "--group-id", "--eid", "--gid"],
    type=check.record_id("--group-id"),
    completer=complete.group_ids,
    help="Enrollment group ID.",
)
etag_type = CLIArgumentType(
    options_list=["--etag", "-e"],
    type=check.etag,
    help="Etag (entity tag) of the record as it was last read, exactly as `show` prints it: when the record has "
    "changed since, nothing is done. Without it '*' is sent, which means whatever the record is now.",
)


def load_arguments(self, _):
    for command in self.command_table:
        if command.startswith(NOUNS):
            with self.argument_context(command) as c:
                _target_arguments(c)

    for noun in NOUNS:
        with self.argument_context(noun) as c:
            c.argument("etag", etag_type)
            c.argument(
                "top",
                options_list=["--top"],
                type=check.top,
                help="Maximum number of records to return. Use -1 for unlimited, which is the default.",
            )
            c.argument(
                "show_keys",
                get_three_state_flag(),
                options_list=["--show-keys", "--keys"],
                help="Include the symmetric keys in the result.",
            )
            dress.attestation_arguments(c)
            dress.allocation_arguments(c)
            dress.device_arguments(c)

    with self.argument_context("iot dps enrollment") as c:
        c.argument("enrollment_id", enrollment_id_type)
        c.argument(
            "device_id", options_list=["--device-id", "-d"], help="Device ID in the IoT Hub. On update, '' clears it."
        )
        dress.json_argument(c, "device_information", "--info", "Device information, a JSON object.")

    with self.argument_context("iot dps enrollment create") as c:
        c.argument("edge_enabled", default=False)

    with self.argument_context("iot dps enrollment update") as c:
        c.argument("endorsement_key", arg_group=None)

    with self.argument_context("iot dps enrollment registration") as c:
        c.argument("registration_id", enrollment_id_type)

    with self.argument_context("iot dps enrollment-group create") as c:
        c.argument("edge_enabled", default=False)

    for scope in ("iot dps enrollment-group", "iot dps registration", "iot dps compute-device-key"):
        with self.argument_context(scope) as c:
            c.argument("enrollment_id", group_id_type)
            c.argument("registration_id", dress.registration_id_type)
            dress.group_arguments(c)

    for noun in ("iot dps enrollment", "iot dps enrollment-group"):
        with self.argument_context(f"{noun} export") as c:
            bulk.export_arguments(c)
        with self.argument_context(f"{noun} import") as c:
            bulk.import_arguments(c)
            c.argument("dps_name", dress.TARGET["dps_name"], validator=check.validate_import)

    with self.argument_context("iot dps connection-string show") as c:
        dress.connection_string_arguments(c)

    for scope in ("iot dps enrollment-group compute-device-key", "iot dps compute-device-key"):
        with self.argument_context(scope) as c:
            dress.device_key_arguments(c)

    with self.argument_context("iot device registration create") as c:
        device.arguments(c)


def _target_arguments(c):
    """Which service to talk to.

    `argument` finds the configured default, and keeps azure-cli's own `iot dps` scope from renaming --dps-name.
    """
    for name, arg_type in dress.TARGET.items():
        c.extra(name, arg_type)
        c.argument(name, arg_type)
