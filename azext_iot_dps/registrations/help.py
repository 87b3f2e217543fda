"""Help for the registrations of an individual enrollment and of an enrollment group, and for their deprecated names."""

from knack.help_files import helps

_SERVICE = "in an Azure IoT Hub Device Provisioning Service"


def _group(title: str) -> str:
    return f"""
type: group
short-summary: Manage service-side device registrations for {title}.
"""


def _show(noun: str, summary: str, name: str, id: str) -> str:
    return f"""
type: command
short-summary: {summary}
examples:
  - name: {name}
    text: az iot dps {noun} registration show -n {{dps_name}} -g {{resource_group}} {id}
  - name: Show the IoT Hub that the device was assigned to.
    text: az iot dps {noun} registration show -n {{dps_name}} {id} --query assignedHub -o tsv
"""


def _delete(noun: str, summary: str, title: str, id: str) -> str:
    return f"""
type: command
short-summary: {summary}
long-summary: >
    The device keeps its identity in the IoT Hub. The {title} is not changed, so the device can register again.
examples:
  - name: Delete a device registration.
    text: az iot dps {noun} registration delete -n {{dps_name}} -g {{resource_group}} {id}
  - name: Delete a device registration only if it was not modified after its ETag was read.
    text: az iot dps {noun} registration delete -n {{dps_name}} {id} --etag AAAAAAAAAAA=
"""


helps["iot dps enrollment registration"] = _group(f"an individual enrollment {_SERVICE}")

helps["iot dps enrollment registration show"] = _show(
    "enrollment",
    f"Get a device registration for an individual enrollment {_SERVICE}.",
    "Show the device registration of an enrollment.",
    "--enrollment-id {enrollment_id}",
)

helps["iot dps enrollment registration delete"] = _delete(
    "enrollment",
    f"Delete a device registration for an individual enrollment {_SERVICE}.",
    "enrollment",
    "--enrollment-id {enrollment_id}",
)

helps["iot dps enrollment-group registration"] = _group(f"an enrollment group {_SERVICE}")

helps["iot dps enrollment-group registration list"] = f"""
type: command
short-summary: List the device registrations of an enrollment group {_SERVICE}.
examples:
  - name: List all device registrations of a group.
    text: az iot dps enrollment-group registration list -n {{dps_name}} -g {{resource_group}} --group-id {{group_id}}
  - name: List the devices of a group whose registration failed, with the error message.
    text: >
        az iot dps enrollment-group registration list -n {{dps_name}} --group-id {{group_id}}
        --query "[?status=='failed'].[registrationId, errorMessage]" -o tsv
"""

helps["iot dps enrollment-group registration show"] = _show(
    "enrollment-group",
    f"Get a device registration of an enrollment group {_SERVICE}.",
    "Show a device registration.",
    "--registration-id {registration_id}",
)

helps["iot dps enrollment-group registration delete"] = _delete(
    "enrollment-group",
    f"Delete a device registration of an enrollment group {_SERVICE}.",
    "enrollment group",
    "--registration-id {registration_id}",
)

helps["iot dps registration"] = _group("an enrollment group")

for _verb, _summary in (
    ("list", "List the device registrations of an enrollment group."),
    ("show", "Get a device registration of an enrollment group."),
    ("delete", "Delete a device registration of an enrollment group."),
):
    helps[f"iot dps registration {_verb}"] = f"type: command\nshort-summary: {_summary}\n"
