"""az iot dps enrollment …"""

from azext_iot_dps import record
from azext_iot_dps.models import IndividualEnrollment
from azext_iot_dps.payload import attestation


@record.takes_settings
def create_enrollment(
    client,
    enrollment_id,
    attestation_type,
    endorsement_key=None,
    certificate_path=None,
    secondary_certificate_path=None,
    primary_key=None,
    secondary_key=None,
    device_id=None,
    device_information=None,
    settings=None,
):
    enrollment = IndividualEnrollment(
        registration_id=enrollment_id,
        device_id=device_id or None,
        attestation=attestation.of(
            attestation_type,
            endorsement_key=endorsement_key,
            certificate_path=certificate_path,
            secondary_certificate_path=secondary_certificate_path,
            primary_key=primary_key,
            secondary_key=secondary_key,
        ),
        optional_device_information=device_information or None,
        **settings.members(new=True),
    )
    return record.create(client.enrollments, enrollment_id, enrollment, settings)


def list_enrollments(client, top=None):
    return list(client.enrollments.query(top))


def show_enrollment(client, enrollment_id, show_keys=False):
    return record.show(client.enrollments, enrollment_id, show_keys)


@record.takes_settings
def update_enrollment(
    client,
    enrollment_id,
    etag=None,
    endorsement_key=None,
    certificate_path=None,
    secondary_certificate_path=None,
    remove_certificate=None,
    remove_secondary_certificate=None,
    primary_key=None,
    secondary_key=None,
    device_id=None,
    device_information=None,
    settings=None,
):
    edit = record.Edit(
        changes=IndividualEnrollment(
            device_id=device_id or None,
            optional_device_information=device_information or None,
            **settings.members(),
        ),
        proof=attestation.Change(
            endorsement_key=endorsement_key,
            certificate_path=certificate_path,
            secondary_certificate_path=secondary_certificate_path,
            remove_certificate=remove_certificate or None,
            remove_secondary_certificate=remove_secondary_certificate or None,
            primary_key=primary_key,
            secondary_key=secondary_key,
        ),
        settings=settings,
        cleared={("deviceId",): device_id, ("optionalDeviceInformation",): device_information},
    )
    return record.update(client.enrollments, enrollment_id, etag, edit)


def delete_enrollment(client, enrollment_id, etag=None):
    client.enrollments.delete(enrollment_id, etag or "*")
