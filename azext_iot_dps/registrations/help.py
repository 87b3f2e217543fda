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


def _purge(noun: str, summary: str, read: str, id: str) -> str:
    return f"""
type: command
short-summary: {summary}
long-summary: >
    Deletes the registrations of a status, or of an age, or both. {read} Each is deleted only if it was not modified
    after it was read: a device that registers again meanwhile keeps its registration, which counts as unchanged.
    Prompts unless --yes is given, and sends nothing if more than --max-deletes would be deleted.

    Devices keep their identities in the IoT Hub, and enrollments are not changed. A device can register again.
examples:
  - name: Show which failed registrations of more than 90 days ago would be deleted.
    text: >
        az iot dps {noun} registration purge -n {{dps_name}} -g {{resource_group}}{id} --status failed
        --older-than 90d --what-if -o table
  - name: Delete up to 500 of them without a prompt.
    text: >
        az iot dps {noun} registration purge -n {{dps_name}} -g {{resource_group}}{id} --status failed
        --older-than 90d --max-deletes 500 --yes
"""


helps["iot dps enrollment registration"] = _group(f"an individual enrollment {_SERVICE}")

helps["iot dps enrollment registration list"] = f"""
type: command
short-summary: List the device registrations of individual enrollments {_SERVICE}.
long-summary: >
    The service lists no registrations of individual enrollments, so each enrollment is read by a request of its own, at
    the rate that the service allows, some 1,000 per minute. An enrollment whose device never registered has the status
    unassigned.

    --watch reads those that are not assigned again and again, until all or --until of them are. It watches the
    enrollments that exist at the beginning. A terminal shows how many are assigned.
examples:
  - name: List the registrations that failed, with their errors.
    text: az iot dps enrollment registration list -n {{dps_name}} -g {{resource_group}} --status failed -o table
  - name: Wait until all devices of a site are assigned.
    text: >
        az iot dps enrollment registration list -n {{dps_name}} -g {{resource_group}} --watch
        --where "initialTwin.tags.site == 'north'"
  - name: Read once a minute until all devices are assigned, and print those that are not after Ctrl-C.
    text: >
        az iot dps enrollment registration list -n {{dps_name}} --watch --interval 60
        --status unassigned assigning failed disabled
"""

helps["iot dps enrollment registration purge"] = _purge(
    "enrollment",
    f"Delete old or failed device registrations of individual enrollments {_SERVICE}.",
    "To find them, each enrollment is read by a request of its own, some 1,000 per minute.",
    "",
)

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
long-summary: >
    A device is in the list once it registered. --watch lists the devices again and again, until all that registered, at
    least one, or --until of them are assigned. A terminal shows how many are.
examples:
  - name: List all device registrations of a group.
    text: az iot dps enrollment-group registration list -n {{dps_name}} -g {{resource_group}} --group-id {{group_id}}
  - name: List the devices of a group whose registration failed, with the error message.
    text: >
        az iot dps enrollment-group registration list -n {{dps_name}} --group-id {{group_id}}
        --query "[?status=='failed'].[registrationId, errorMessage]" -o tsv
  - name: Wait until the first device is assigned.
    text: az iot dps enrollment-group registration list -n {{dps_name}} --group-id {{group_id}} --watch --until 1
"""

helps["iot dps enrollment-group registration purge"] = _purge(
    "enrollment-group",
    f"Delete old or failed device registrations of an enrollment group {_SERVICE}.",
    "To find them, the registrations of the group are listed.",
    " --group-id {group_id}",
)

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
