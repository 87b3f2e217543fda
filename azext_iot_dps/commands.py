"""Every command: its name, its handler, the right it needs and its table view."""

from functools import partial

from azure.cli.core.commands import CliCommandType

from azext_iot_dps._client_factory import cf_device, cf_dps, cf_services

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

_OPERATION_ROW = (
    "{RegistrationId: registrationState.registrationId, Status: status, Substatus: registrationState.substatus, "
    "AssignedHub: registrationState.assignedHub, DeviceId: registrationState.deviceId}"
)
_IMPORTED_ROW = "{Total: total, Succeeded: succeeded, Failed: failed, NotSent: notSent, Seconds: seconds}"


def load_command_table(self, _):
    with self.command_group("iot dps enrollment", _handlers("enrollment")) as g:
        _record_commands(g, "enrollment", _ENROLLMENT_ROW)

    with self.command_group("iot dps enrollment", _handlers("bulk")) as g:
        _bulk_commands(g, "enrollments")

    with self.command_group("iot dps enrollment registration", _handlers("registration")) as g:
        _registration_commands(g)

    with self.command_group("iot dps enrollment-group", _handlers("enrollment_group")) as g:
        _record_commands(g, "enrollment_group", _GROUP_ROW)
        g.command("compute-device-key", "compute_device_key", table_transformer=_key_rows, **_needs("EnrollmentWrite"))

    with self.command_group("iot dps enrollment-group", _handlers("bulk")) as g:
        _bulk_commands(g, "enrollment_groups")

    with self.command_group("iot dps enrollment-group registration", _handlers("registration")) as g:
        _registrations_command(g)
        _registration_commands(g)

    services = CliCommandType(operations_tmpl="azext_iot_dps.connection_string#{}", client_factory=cf_services)
    with self.command_group("iot dps connection-string", services) as g:
        g.show_command("show", "show_connection_string", table_transformer=_connection_string_rows)

    devices = CliCommandType(operations_tmpl="azext_iot_dps.device_registration#{}", client_factory=cf_device)
    with self.command_group("iot device registration", devices) as g:
        g.command("create", "create_device_registration", table_transformer=_OPERATION_ROW)

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


def _bulk_commands(g, nouns):
    g.command("export", f"export_{nouns}", **_needs("EnrollmentRead"))
    g.command("import", f"import_{nouns}", table_transformer=_IMPORTED_ROW, **_needs("EnrollmentWrite"))


def _registrations_command(g):
    rows = f"[].{_REGISTRATION_ROW}"
    g.command("list", "list_registrations", table_transformer=rows, **_needs("RegistrationStatusRead"))


def _registration_commands(g):
    g.show_command("show", "show_registration", table_transformer=_REGISTRATION_ROW, **_needs("RegistrationStatusRead"))
    g.command("delete", "delete_registration", **_needs("RegistrationStatusWrite"))


def _connection_string_rows(shown):
    """A row a connection string, of one service or of several."""
    entries = shown if isinstance(shown, list) else [shown]
    return [
        {"Name": entry.get("name"), "ConnectionString": string}
        for entry in entries
        for string in (
            entry["connectionString"] if isinstance(entry["connectionString"], list) else [entry["connectionString"]]
        )
    ]


def _key_rows(computed):
    """A row a device; the key of a single one is a text."""
    pairs = computed.items() if isinstance(computed, dict) else [(None, computed)]
    return [{"RegistrationId": id, "Key": key} for id, key in pairs]


def _handlers(module):
    return CliCommandType(operations_tmpl=f"azext_iot_dps.{module}#{{}}")


def _needs(right):
    return {"client_factory": partial(cf_dps, right)}
