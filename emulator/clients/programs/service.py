"""azure-iot-deviceprovisioning, Microsoft's newest service client for Python."""

from __future__ import annotations

from azure.core.exceptions import HttpResponseError
from azure.iot.deviceprovisioning import DeviceProvisioningClient
from certificates import Pair
from results import FACTS, KEY1, KEYS, attempt, refused, same

client = DeviceProvisioningClient.from_connection_string(FACTS["connectionString"], connection_verify=FACTS["caFile"])
enrollments, groups = client.enrollment, client.enrollment_group
registrations = client.device_registration_state
BY_KEY = {"type": "symmetricKey", "symmetricKey": KEYS}
QUERY = {"query": "SELECT *"}


def individual(id: str, **members: object) -> dict:
    return {"registrationId": id, "attestation": BY_KEY, **members}


def update() -> None:
    record = enrollments.get("a")
    sent = individual("a", deviceId="other")
    same(enrollments.create_or_update("a", sent, if_match=record["etag"])["deviceId"], "other")


def bulk() -> None:
    sent = {"mode": "create", "enrollments": [individual(f"b{number}") for number in range(10)]}
    same(enrollments.run_bulk_operation(sent)["isSuccessful"], True)


def bulk_of_groups() -> None:
    sent = {"mode": "create", "enrollmentGroups": [{"enrollmentGroupId": "h", "attestation": BY_KEY}]}
    same(groups.run_bulk_operation(sent)["isSuccessful"], True)


def x509_group() -> None:
    certificate = {"certificate": Pair("root", is_authority=True).pem}
    attestation = {"type": "x509", "x509": {"signingCertificates": {"primary": certificate}}}
    answer = groups.create_or_update("x", {"enrollmentGroupId": "x", "attestation": attestation})
    same(answer["attestation"]["x509"]["signingCertificates"]["primary"]["info"]["subjectName"], "CN=root")


def missing_registration() -> None:
    try:
        registrations.get("never")
    except HttpResponseError as error:
        same(error.status_code, 404)
    else:
        raise ValueError("it was found")


attempt("create", lambda: same(enrollments.create_or_update("a", individual("a"))["registrationId"], "a"))
attempt("show", lambda: same(enrollments.get("a")["registrationState"]["status"], "unassigned"))
attempt("update by ETag", update)
attempt("keys", lambda: same(enrollments.get_attestation_mechanism("a")["symmetricKey"]["primaryKey"], KEY1))
attempt("bulk", bulk)
attempt(
    "list by pages",
    lambda: same(
        {f"b{n}" for n in range(10)} <= {record["registrationId"] for record in enrollments.query(QUERY, top=3)},
        True,
    ),
)
attempt("delete", lambda: enrollments.delete("a"))
refused("refusal of what exists", "ResourceExistsError", lambda: enrollments.create_or_update("b0", individual("b0")))
attempt("group: create", lambda: groups.create_or_update("g", {"enrollmentGroupId": "g", "attestation": BY_KEY}))
attempt("group: X.509", x509_group)
attempt("group: bulk", bulk_of_groups)
attempt(
    "group: list", lambda: same({"g", "h", "x"} <= {group["enrollmentGroupId"] for group in groups.query(QUERY)}, True)
)
attempt("group: delete", lambda: [groups.delete(id) for id in ("g", "h", "x")])
attempt("registrations: list", lambda: same(list(registrations.query("fleet")), []))
attempt("registrations: none", missing_registration)
