"""az iot dps enrollment …"""

from azext_iot_dps import record
from azext_iot_dps.enums import Reprovision
from azext_iot_dps.models import DeviceCapabilities, IndividualEnrollment
from azext_iot_dps.payload import allocation, attestation, reprovision, twin


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
    iot_hub_host_name=None,
    initial_twin_tags=None,
    initial_twin_properties=None,
    provisioning_status=None,
    reprovision_policy=None,
    allocation_policy=None,
    iot_hubs=None,
    edge_enabled=False,
    webhook_url=None,
    device_information=None,
    api_version=None,
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
        capabilities=DeviceCapabilities(iot_edge=edge_enabled),
        initial_twin=twin.initial(initial_twin_tags, initial_twin_properties),
        optional_device_information=device_information or None,
        provisioning_status=provisioning_status,
        reprovision_policy=reprovision.policy(reprovision_policy or Reprovision.MIGRATE.value),
    )
    options = allocation.Options(allocation_policy, iot_hubs, iot_hub_host_name, webhook_url, api_version)
    return client.enrollments.put(enrollment_id, options.over(enrollment.serialize()))


def list_enrollments(client, top=None):
    return list(client.enrollments.query(top))


def show_enrollment(client, enrollment_id, show_keys=False):
    return record.show(client.enrollments, enrollment_id, show_keys)


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
    iot_hub_host_name=None,
    initial_twin_tags=None,
    initial_twin_properties=None,
    provisioning_status=None,
    reprovision_policy=None,
    allocation_policy=None,
    iot_hubs=None,
    edge_enabled=None,
    webhook_url=None,
    device_information=None,
    api_version=None,
):
    edit = record.Edit(
        changes=IndividualEnrollment(
            device_id=device_id or None,
            capabilities=DeviceCapabilities.given(iot_edge=edge_enabled),
            initial_twin=twin.initial(initial_twin_tags, initial_twin_properties),
            optional_device_information=device_information or None,
            provisioning_status=provisioning_status,
            reprovision_policy=reprovision.policy(reprovision_policy),
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
        allocation=allocation.Options(allocation_policy, iot_hubs, iot_hub_host_name, webhook_url, api_version),
        cleared={
            ("deviceId",): device_id,
            ("optionalDeviceInformation",): device_information,
            **twin.cleared(initial_twin_tags, initial_twin_properties),
        },
    )
    return record.update(client.enrollments, enrollment_id, etag, edit)


def delete_enrollment(client, enrollment_id, etag=None):
    client.enrollments.delete(enrollment_id, etag or "*")
