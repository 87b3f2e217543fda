"""az iot dps enrollment-group …"""

from azure.cli.core.azclierror import ArgumentUsageError

from azext_iot_dps import keys, record
from azext_iot_dps.models import EnrollmentGroup
from azext_iot_dps.payload import attestation


@record.takes_settings
def create_enrollment_group(
    client,
    enrollment_id,
    certificate_path=None,
    secondary_certificate_path=None,
    root_ca_name=None,
    secondary_root_ca_name=None,
    primary_key=None,
    secondary_key=None,
    settings=None,
):
    group = EnrollmentGroup(
        enrollment_group_id=enrollment_id,
        attestation=attestation.of_group(
            certificate_path=certificate_path,
            secondary_certificate_path=secondary_certificate_path,
            root_ca_name=root_ca_name,
            secondary_root_ca_name=secondary_root_ca_name,
            primary_key=primary_key,
            secondary_key=secondary_key,
        ),
        **settings.members(new=True),
    )
    return record.create(client.enrollment_groups, enrollment_id, group, settings)


def list_enrollment_groups(client, top=None):
    return list(client.enrollment_groups.query(top))


def show_enrollment_group(client, enrollment_id, show_keys=False):
    return record.show(client.enrollment_groups, enrollment_id, show_keys)


@record.takes_settings
def update_enrollment_group(
    client,
    enrollment_id,
    etag=None,
    certificate_path=None,
    secondary_certificate_path=None,
    root_ca_name=None,
    secondary_root_ca_name=None,
    remove_certificate=None,
    remove_secondary_certificate=None,
    primary_key=None,
    secondary_key=None,
    settings=None,
):
    edit = record.Edit(
        changes=EnrollmentGroup(
            **settings.members(),
        ),
        proof=attestation.Change(
            signing=True,
            certificate_path=certificate_path,
            secondary_certificate_path=secondary_certificate_path,
            root_ca_name=root_ca_name,
            secondary_root_ca_name=secondary_root_ca_name,
            remove_certificate=remove_certificate or None,
            remove_secondary_certificate=remove_secondary_certificate or None,
            primary_key=primary_key,
            secondary_key=secondary_key,
        ),
        settings=settings,
    )
    return record.update(client.enrollment_groups, enrollment_id, etag, edit)


def delete_enrollment_group(client, enrollment_id, etag=None):
    client.enrollment_groups.delete(enrollment_id, etag or "*")


def compute_device_key(client, registration_id, enrollment_id=None, symmetric_key=None):
    """One id gives its key, several give an object of ids and keys."""
    group_key = symmetric_key or record.primary_key(client.enrollment_groups, enrollment_id, _keyless)
    computed = {id: keys.device_key(group_key, id) for id in registration_id}
    return computed if len(computed) > 1 else computed[registration_id[0]]


def _keyless(id, kind):
    return ArgumentUsageError(f"Devices of group '{id}' have no symmetric keys: its attestation is {kind}.")
