"""The steps of the service itself: its name, the sign-in, network rules, linked hubs, and what may be read."""

from __future__ import annotations

from uuid import uuid4

from azext_iot_dps.doctor.case import Case, Finding, failed, listed, ok, skipped, warning
from azext_iot_dps.service.auth import SasAuth
from azext_iot_dps.service.failure import ServiceError

_BY_NAME = "To examine this, specify the name of the service with --dps-name (-n)."
_ENDPOINT = "Run the command in the network of the private endpoint, or enable public network access."
_RULES = (
    "The first rule that fits an address decides. Compare the rules with the public addresses of this computer and of "
    "the devices."
)
_LINK = "To link a hub: az iot dps linked-hub create --dps-name {name} --hub-name <hub>"
_READER = (
    "Reading is permitted. Symmetric keys and changes require a policy with the right EnrollmentWrite, or the role "
    "'Device Provisioning Service Data Contributor'."
)


def name(case: Case) -> Finding:
    """Which service is meant. Raises an azclierror, ArmError and ServiceError."""
    case.place = case.locate()
    host, service, target = case.place
    if target:
        return ok(f"The connection string names {host} and the policy '{target.policy}'.")
    if not service:
        return ok(f"The host name {host} is used as it is.")
    found = f"'{service.name}' is in resource group {service.group}, its host is {host}"
    if service.state != "Active":
        return warning(f"{found}, and its state is {service.state}, not Active.", "Check the service in the portal.")
    return ok(f"{found}.")


def sign_in(case: Case) -> Finding:
    """Whether there is something to sign requests with. Raises ArmError and ServiceError."""
    credential = case.client.sign_in()
    if not isinstance(credential, SasAuth):
        return ok("There is an access token of the current sign-in.")
    if not case.service:
        return ok(f"Requests are signed with the key of policy '{credential.policy}'.")
    rights = ", ".join(case.service.rights(credential.policy))
    return ok(f"Requests are signed with the key of policy '{credential.policy}', which has the rights {rights}.")


def network_rules(case: Case) -> Finding:
    """Whether the service accepts requests from everywhere."""
    if not case.service:
        return _without_arm(case)
    is_public, rules, endpoints = case.service.network
    connected = f"Private endpoint connections: {', '.join(endpoints)}." if endpoints else "No private endpoint."
    if not is_public and "approved" not in map(str.lower, endpoints):
        return failed(f"Public network access is disabled. {connected}", _ENDPOINT)
    if not is_public:
        return warning(f"Public network access is disabled. {connected}", _ENDPOINT)
    if rules:
        return warning(f"Public network access is limited by IP filter rules: {listed(map(str, rules))}.", _RULES)
    return ok(f"Public network access is enabled, without IP filter rules. {connected}")


def linked_hubs(case: Case) -> Finding:
    """Whether devices can be assigned to a hub."""
    if not case.service:
        return _without_arm(case)
    hubs = case.service.hubs
    if not hubs:
        return failed(
            "No IoT hub is linked to the service. Devices cannot register.", _LINK.format(name=case.service.name)
        )
    return ok(f"Linked: {listed(hubs)}.")


def read(case: Case) -> Finding:
    """Whether enrollments may be read. Raises ServiceError."""
    found = next(case.client.enrollments.query(1), None)
    return ok("An enrollment was read." if found else "Enrollments may be read. There are none.")


def rights(case: Case) -> Finding:
    """Whether symmetric keys may be read, which takes the right to write. No key is: no enrollment has this ID.

    Raises ServiceError.
    """
    try:
        case.client.enrollments.attestation(f"doctor-{uuid4()}")
    except ServiceError as error:
        if error.status == 403:
            return warning("Symmetric keys may not be read.", _READER)
        if not error.not_found:
            raise
    return ok("Enrollments and their symmetric keys may be read.")


def _without_arm(case: Case) -> Finding:
    way = "--login" if case.place.target else "a host name"
    return skipped(f"With {way}, no request is sent to Azure Resource Manager.", _BY_NAME)
