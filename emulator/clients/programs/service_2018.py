"""azure-iothub-provisioningserviceclient, the service client for Python of 2018: it speaks 2018-09-01-preview."""

from __future__ import annotations

from certificates import Pair
from provisioningserviceclient import ProvisioningServiceClient, QuerySpecification
from provisioningserviceclient.models import (
    AttestationMechanism,
    BulkEnrollmentOperation,
    EnrollmentGroup,
    IndividualEnrollment,
)
from results import FACTS, attempt, same

EK = "AToAAQALAAMAsgAgg3GXZ0SEs/gakMyNRqXXJP1S124GUgtk8qHaGzMUaaoABgCAAEMAEAgAAAAAAAEA"
client = ProvisioningServiceClient.create_from_connection_string(FACTS["connectionString"])


def individual(id: str) -> IndividualEnrollment:
    return IndividualEnrollment.create(registration_id=id, attestation=AttestationMechanism.create_with_tpm(EK))


def update() -> None:
    record = client.get_individual_enrollment("old-a")
    record.device_id = "other"
    same(client.create_or_update(record).device_id, "other")


def bulk() -> None:
    operation = BulkEnrollmentOperation(mode="create", enrollments=[individual(f"old-b{n}") for n in range(3)])
    same(client.run_bulk_operation(operation).is_successful, True)


def group() -> EnrollmentGroup:
    certificate = Pair("root", is_authority=True).pem
    attestation = AttestationMechanism.create_with_x509_signing_certs(certificate)
    return client.create_or_update(EnrollmentGroup.create(enrollment_group_id="old-g", attestation=attestation))


def listed(query) -> set:
    return {record.registration_id for page in query for record in page}


def pages() -> None:
    found = listed(client.create_individual_enrollment_query(QuerySpecification(query="*"), 2))
    same({f"old-b{n}" for n in range(3)} <= found, True)


attempt("create", lambda: same(client.create_or_update(individual("old-a")).registration_id, "old-a"))
attempt("show", lambda: same(client.get_individual_enrollment("old-a").registration_state.status, "unassigned"))
attempt("update by ETag", update)
mechanism = client.get_individual_enrollment_attestation_mechanism
attempt("keys", lambda: same(mechanism("old-a").tpm.endorsement_key, EK))
attempt("bulk", bulk)
attempt("list by pages", pages)
attempt("delete", lambda: client.delete(client.get_individual_enrollment("old-a")))
attempt("group: X.509", group)
attempt("group: delete", lambda: client.delete(client.get_enrollment_group("old-g")))
