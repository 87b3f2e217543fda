"""Every command: its name, its handler, the right it needs and its table view."""

from functools import partial

from azure.cli.core.commands import CliCommandType

from azext_iot_dps._client_factory import cf_dps

_ENROLLMENT_ROW = (
    "{EnrollmentId: registrationId, Attestation: attestation.type, Status: provisioningStatus, DeviceId: deviceId, "
    "AllocationPolicy: allocationPolicy, LastUpdated: lastUpdatedDateTimeUtc}"
)
_REGISTRATION_ROW = (
    "{RegistrationId: registrationId, Status: status, Substatus: substatus, AssignedHub: assignedHub, "
    "DeviceId: deviceId, LastUpdated: lastUpdatedDateTimeUtc}"
)


def load_command_table(self, _):
    with self.command_group("iot dps enrollment", _handlers("enrollment")) as g:
        g.command("create", "create_enrollment", table_transformer=_ENROLLMENT_ROW, **_needs("EnrollmentWrite"))
        g.command("list", "list_enrollments", table_transformer=f"[].{_ENROLLMENT_ROW}", **_needs("EnrollmentRead"))
        g.show_command("show", "show_enrollment", table_transformer=_ENROLLMENT_ROW, **_needs("EnrollmentRead"))
        g.command("update", "update_enrollment", table_transformer=_ENROLLMENT_ROW, **_needs("EnrollmentWrite"))
        g.command("delete", "delete_enrollment", **_needs("EnrollmentWrite"))

    with self.command_group("iot dps enrollment registration", _handlers("registration")) as g:
        g.show_command(
            "show", "show_registration", table_transformer=_REGISTRATION_ROW, **_needs("RegistrationStatusRead")
        )
        g.command("delete", "delete_registration", **_needs("RegistrationStatusWrite"))


def _handlers(module):
    return CliCommandType(operations_tmpl=f"azext_iot_dps.{module}#{{}}")


def _needs(right):
    return {"client_factory": partial(cf_dps, right)}
