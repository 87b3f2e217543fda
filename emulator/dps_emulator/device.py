"""The device API: how a device with a symmetric key, a certificate or a TPM registers."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from cryptography.x509 import CertificateSigningRequest
from flask import Blueprint, Response, request

from . import issuer, signatures
from .answers import answer, backend, check_api_version, dps_refusal, sent
from .backend import ID_SCOPE
from .chains import CHAIN, Chain
from .chips import ChipProof
from .log import parsed
from .operations import Operation
from .proofs import ChainProof, KeyProof, Proof
from .refusal import UNAUTHORIZED, Refusal, invalid
from .registrations import operation_id
from .shape import INDIVIDUAL
from .shelf import Record
from .versions import names_policy

API_VERSIONS = (
    "2018-11-01",
    "2019-01-15",
    "2019-03-31",
    "2020-09-01-preview",
    "2021-06-01",
    "2021-10-01",
    "2025-07-01-preview",
    "2026-11-01",
    "2026-11-02-preview",
)
# Those in which a device may ask for a certificate.
_ISSUING = API_VERSIONS[-3:]
# Microsoft's Java client leaves the name of the policy empty.
_POLICIES = ("registration", "")
DEVICE = "/<scope>/registrations/<id>"

device = Blueprint("device", __name__)
device.register_error_handler(Refusal, dps_refusal)


@device.before_request
def check_version() -> None:
    check_api_version(backend().switches.device_api_versions or API_VERSIONS)


@device.put(f"{DEVICE}/register")
def register(scope: str, id: str) -> Response:
    try:
        shown = _proof(scope, id)
    except Refusal:
        challenge = _challenge(scope, id)
        if challenge is None:
            raise
        return challenge
    body = _body(id)
    if isinstance(shown, ChipProof) and id not in backend().enrollments.shelf:
        return answer(_status(operation_id(), _unknown(id), []))
    csr = _csr(body, id, shown)
    state = backend().registrations.register(id, shown, payload=body.get("payload"))
    backend().chips.registered(id, shown, state)
    assigned = state["status"] == "assigned"
    chain = backend().issuer.chain(csr, backend().switches.issued_element) if csr and assigned else []
    finished = not assigned or backend().switches.assigned_at_once
    operation = operation_id()
    backend().operations[operation] = Operation(id, chain, finished)
    return answer(_status(operation, state, chain)) if finished else _assigning(operation, scope, id)


@device.get(f"{DEVICE}/operations/<operation>")
def operation_status(scope: str, id: str, operation: str) -> Response:
    """Assigning once, then the result."""
    backend().registrations.admit(id, _proof(scope, id))
    state = backend().registrations.shelf.get(id)
    begun = backend().operations.get(operation)
    if begun is None or begun.registration_id.lower() != id.lower() or state is None:
        raise Refusal(404, 404202, "Operation not found.")
    if begun.finished:
        return answer(_status(operation, state, begun.chain if _version() in _ISSUING else []))
    begun.finished = True
    return _assigning(operation, scope, id)


@device.post(DEVICE)
def registration_status(scope: str, id: str) -> Response:
    backend().registrations.admit(id, _proof(scope, id))
    if _body(id).get("csr") is not None and _version() in _ISSUING:
        raise invalid("csr is not allowed in a request for the status of a registration.")
    state = backend().registrations.shelf.get(id)
    if state is None:
        raise Refusal(404, 404202, "Registration not found.")
    return answer(_result(state))


def _challenge(scope: str, id: str) -> Response | None:
    """What a device is asked that has sent the keys of its TPM and no signature; None for every other request."""
    body = parsed(request.get_data())
    if scope != ID_SCOPE or "Authorization" in request.headers or not isinstance(body, dict) or not body.get("tpm"):
        return None
    enrollment = backend().enrollments.shelf.get(_body(id)["registrationId"])
    return answer(backend().chips.challenge(scope, id, body["tpm"], enrollment), 401, {"x-ms-request-id": str(uuid4())})


def _csr(body: dict[str, Any], id: str, shown: Proof) -> CertificateSigningRequest | None:
    """What a device asks a certificate for; None where its record names no policy, and in versions that have none."""
    csr = body.get("csr") if _version() in _ISSUING else None
    if csr is None:
        return None
    enrollment, _ = backend().registrations.admit(id, shown)
    request_for = issuer.checked(csr, id)
    return request_for if names_policy(enrollment, _version()) else None


def _unknown(id: str) -> Record:
    """The state of a device whose TPM answered its challenge, and which has no enrollment."""
    _, code, message = INDIVIDUAL.missing
    return {"registrationId": id, "status": "failed", "errorCode": code, "errorMessage": message}


def _version() -> str:
    return request.args["api-version"]


def _proof(scope: str, id: str) -> Proof:
    shown = proof(scope, id, request.headers.get("Authorization"), request.environ[CHAIN])
    return backend().chips.proof(id, shown)


def proof(scope: str, id: str, authorization: str | None, chain: Chain) -> Proof:
    """The certificates of the connection, or else the key that signed the token; Refusal at once for neither."""
    if authorization is None and chain and scope == ID_SCOPE:
        return ChainProof(chain)
    signature = signatures.parse(authorization)
    if scope != ID_SCOPE or signature is None or signature.expired or signature.policy not in _POLICIES:
        raise Refusal(*UNAUTHORIZED)
    if signature.resource != f"{scope}/registrations/{id}":
        raise Refusal(*UNAUTHORIZED)
    return KeyProof(signature.made_with)


def _body(id: str) -> dict[str, Any]:
    body = sent()
    if not isinstance(body, dict) or body.get("registrationId") != id:
        raise invalid("registrationId in the body must equal the id in the path.")
    return body


def _assigning(operation: str, scope: str, id: str) -> Response:
    # The address is that of the registration, not of the operation: so does the service.
    location = f"https://{request.host}/{scope}/registrations/{id}/register"
    headers = {"Retry-After": str(backend().switches.retry_after), "Location": location}
    return answer({"operationId": operation, "status": "assigning"}, 202, headers)


def _status(operation: str, state: Record, chain: list[str]) -> dict[str, Any]:
    result = {**_result(state), **({"issuedCertificateChain": chain} if chain else {})}
    return {"operationId": operation, "status": state["status"], "registrationState": result}


def _result(state: Record) -> Record:
    """A state as the device sees it: with its group."""
    result = {name: value for name, value in state.items() if name != "enrollmentGroupId"}
    group = {"enrollmentGroupId": state["enrollmentGroupId"]} if "enrollmentGroupId" in state else {}
    tpm = backend().chips.result(state["registrationId"])
    if tpm is not None:
        result["tpm"] = tpm
    elif "Authorization" not in request.headers:
        result["x509"] = group
    elif group:
        result["symmetricKey"] = group
    return result
