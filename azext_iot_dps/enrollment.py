"""az iot dps enrollment …"""

from knack.log import get_logger

from azext_iot_dps.enums import Attestation, Reprovision
from azext_iot_dps.models import DeviceCapabilities, IndividualEnrollment
from azext_iot_dps.payload import allocation, attestation, reprovision, twin

logger = get_logger(__name__)


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
    enrollment = client.enrollments.get(enrollment_id)
    if show_keys:
        kind = attestation.kind(enrollment)
        if kind == Attestation.SYMMETRIC_KEY.value:
            return {**enrollment, "attestation": client.enrollments.attestation(enrollment_id)}
        logger.warning("--show-keys adds nothing here: the attestation is %s, not symmetricKey.", kind)
    return enrollment


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
    proof = attestation.Change(
        endorsement_key=endorsement_key,
        certificate_path=certificate_path,
        secondary_certificate_path=secondary_certificate_path,
        remove_certificate=remove_certificate or None,
        remove_secondary_certificate=remove_secondary_certificate or None,
        primary_key=primary_key,
        secondary_key=secondary_key,
    )
    options = allocation.Options(allocation_policy, iot_hubs, iot_hub_host_name, webhook_url, api_version)
    changes = IndividualEnrollment(
        device_id=device_id or None,
        capabilities=DeviceCapabilities.given(iot_edge=edge_enabled),
        initial_twin=twin.initial(initial_twin_tags, initial_twin_properties),
        optional_device_information=device_information or None,
        provisioning_status=provisioning_status,
        reprovision_policy=reprovision.policy(reprovision_policy),
    )
    cleared = {
        ("deviceId",): device_id,
        ("optionalDeviceInformation",): device_information,
        ("initialTwin", "tags"): initial_twin_tags,
        ("initialTwin", "properties", "desired"): initial_twin_properties,
    }

    current = client.enrollments.get(enrollment_id)
    proof.check(current)
    if attestation.kind(current) == Attestation.SYMMETRIC_KEY.value:
        current = attestation.with_keys(current, client.enrollments.attestation(enrollment_id))
    current = twin.without(current, cleared)
    record = proof.over(options.over(changes.over(current)))
    return client.enrollments.put(enrollment_id, record, etag or "*")


def delete_enrollment(client, enrollment_id, etag=None):
    client.enrollments.delete(enrollment_id, etag or "*")
