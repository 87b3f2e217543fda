"""Every command: its name, its handler, the right it needs and its table view."""

from functools import partial

from azure.cli.core.commands import CliCommandType

from azext_iot_dps import _tables
from azext_iot_dps._client_factory import cf_device, cf_dps, cf_services

_IMPORTED_ROW = "{Total: total, Succeeded: succeeded, Failed: failed, NotSent: notSent, Seconds: seconds}"


def load_command_table(self, _):
    with self.command_group("iot dps enrollment", _handlers("enrollment")) as g:
        _record_commands(g, "enrollment", _tables.enrollments)

    with self.command_group("iot dps enrollment", _handlers("bulk")) as g:
        _bulk_commands(g, "enrollments")

    with self.command_group("iot dps enrollment registration", _handlers("registration")) as g:
        _registration_commands(g)

    with self.command_group("iot dps enrollment-group", _handlers("enrollment_group")) as g:
        _record_commands(g, "enrollment_group", _tables.groups)
        g.command(
            "compute-device-key", "compute_device_key", table_transformer=_tables.keys, **_needs("EnrollmentWrite")
        )

    with self.command_group("iot dps enrollment-group", _handlers("bulk")) as g:
        _bulk_commands(g, "enrollment_groups")

    with self.command_group("iot dps enrollment-group registration", _handlers("registration")) as g:
        _registrations_command(g)
        _registration_commands(g)

    services = CliCommandType(operations_tmpl="azext_iot_dps.connection_string#{}", client_factory=cf_services)
    with self.command_group("iot dps connection-string", services) as g:
        g.show_command("show", "show_connection_string", table_transformer=_tables.connection_strings)

    devices = CliCommandType(operations_tmpl="azext_iot_dps.device_registration#{}", client_factory=cf_device)
    with self.command_group("iot device registration", devices) as g:
        g.command("create", "create_device_registration", table_transformer=_tables.operation)

    # Old names, which scripts know; they are not shown.
    now = self.deprecate(redirect="iot dps enrollment-group registration", hide=True)
    with self.command_group("iot dps registration", _handlers("registration"), deprecate_info=now) as g:
        _registrations_command(g)
        _registration_commands(g)

    with self.command_group("iot dps", _handlers("enrollment_group")) as g:
        now = g.deprecate(redirect="iot dps enrollment-group compute-device-key", hide=True)
        g.command("compute-device-key", "compute_device_key", deprecate_info=now, **_needs("EnrollmentWrite"))


def _record_commands(g, noun, rows):
    g.command("create", f"create_{noun}", table_transformer=rows, **_needs("EnrollmentWrite"))
    g.command("list", f"list_{noun}s", table_transformer=rows, **_needs("EnrollmentRead"))
    g.show_command("show", f"show_{noun}", table_transformer=rows, **_needs("EnrollmentRead"))
    g.command("update", f"update_{noun}", table_transformer=rows, **_needs("EnrollmentWrite"))
    g.command("delete", f"delete_{noun}", **_needs("EnrollmentWrite"))


def _bulk_commands(g, nouns):
    g.command("export", f"export_{nouns}", **_needs("EnrollmentRead"))
    g.command("import", f"import_{nouns}", table_transformer=_IMPORTED_ROW, **_needs("EnrollmentWrite"))


def _registrations_command(g):
    g.command("list", "list_registrations", table_transformer=_tables.registrations, **_needs("RegistrationStatusRead"))


def _registration_commands(g):
    g.show_command(
        "show", "show_registration", table_transformer=_tables.registrations, **_needs("RegistrationStatusRead")
    )
    g.command("delete", "delete_registration", **_needs("RegistrationStatusWrite"))


def _handlers(module):
    return CliCommandType(operations_tmpl=f"azext_iot_dps.{module}#{{}}")


def _needs(right):
    return {"client_factory": partial(cf_dps, right)}
