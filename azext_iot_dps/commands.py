"""Every command: its name, its handler, the right it needs and its table view."""

from functools import partial

from azure.cli.core.commands import CliCommandType

from azext_iot_dps._client_factory import cf_dps, cf_services

_ENROLLMENT_ROW = (
    "{EnrollmentId: registrationId, Attestation: attestation.type, Status: provisioningStatus, DeviceId: deviceId, "
    "AllocationPolicy: allocationPolicy, LastUpdated: lastUpdatedDateTimeUtc}"
)
_GROUP_ROW = (
    "{GroupId: enrollmentGroupId, Attestation: attestation.type, Status: provisioningStatus, "
    "AllocationPolicy: allocationPolicy, LastUpdated: lastUpdatedDateTimeUtc}"
)
_REGISTRATION_ROW = (
    "{RegistrationId: registrationId, Status: status, Substatus: substatus, AssignedHub: assignedHub, "
    "DeviceId: deviceId, LastUpdated: lastUpdatedDateTimeUtc}"
)


def load_command_table(self, _):
    with self.command_group("iot dps enrollment", _handlers("enrollment")) as g:
        _record_commands(g, "enrollment", _ENROLLMENT_ROW)

    with self.command_group("iot dps enrollment registration", _handlers("registration")) as g:
        _registration_commands(g)

    with self.command_group("iot dps enrollment-group", _handlers("enrollment_group")) as g:
        _record_commands(g, "enrollment_group", _GROUP_ROW)
        g.command("compute-device-key", "compute_device_key", **_needs("EnrollmentWrite"))

    with self.command_group("iot dps enrollment-group registration", _handlers("registration")) as g:
        _registrations_command(g)
        _registration_commands(g)

    services = CliCommandType(operations_tmpl="azext_iot_dps.connection_string#{}", client_factory=cf_services)
    with self.command_group("iot dps connection-string", services) as g:
        g.show_command("show", "show_connection_string")

    # Old names, which scripts know; they are not shown.
    now = self.deprecate(redirect="iot dps enrollment-group registration", hide=True)
    with self.command_group("iot dps registration", _handlers("registration"), deprecate_info=now) as g:
        _registrations_command(g)
        _registration_commands(g)

    with self.command_group("iot dps", _handlers("enrollment_group")) as g:
        now = g.deprecate(redirect="iot dps enrollment-group compute-device-key", hide=True)
        g.command("compute-device-key", "compute_device_key", deprecate_info=now, **_needs("EnrollmentWrite"))


def _record_commands(g, noun, row):
    g.command("create", f"create_{noun}", table_transformer=row, **_needs("EnrollmentWrite"))
    g.command("list", f"list_{noun}s", table_transformer=f"[].{row}", **_needs("EnrollmentRead"))
    g.show_command("show", f"show_{noun}", table_transformer=row, **_needs("EnrollmentRead"))
    g.command("update", f"update_{noun}", table_transformer=row, **_needs("EnrollmentWrite"))
    g.command("delete", f"delete_{noun}", **_needs("EnrollmentWrite"))


def _registrations_command(g):
    rows = f"[].{_REGISTRATION_ROW}"
    g.command("list", "list_registrations", table_transformer=rows, **_needs("RegistrationStatusRead"))


def _registration_commands(g):
    g.show_command("show", "show_registration", table_transformer=_REGISTRATION_ROW, **_needs("RegistrationStatusRead"))
    g.command("delete", "delete_registration", **_needs("RegistrationStatusWrite"))


def _handlers(module):
    return CliCommandType(operations_tmpl=f"azext_iot_dps.{module}#{{}}")


def _needs(right):
    return {"client_factory": partial(cf_dps, right)}
