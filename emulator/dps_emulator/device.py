"""The device API: how a device with a symmetric key or a certificate registers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from . import signatures
from .answers import answer, backend, check_api_version, dps_refusal, sent
from .backend import ID_SCOPE
from .chains import CHAIN, Chain
from .proofs import ChainProof, KeyProof, Proof
from .refusal import UNAUTHORIZED, Refusal, invalid
from .registrations import operation_id
from .shelf import Record

API_VERSIONS = (
    "2018-11-01",
    "2019-01-15",
    "2019-03-31",
    "2020-09-01-preview",
    "2021-06-01",
    "2021-10-01",
    "2025-07-01-preview",
    "2026-11-01",
)
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
    shown = _proof(scope, id)
    body = _body(id)
    if body.get("tpm"):
        raise Refusal(501, 501000, "The emulator does not register devices by TPM.")
    state = backend().registrations.register(id, shown, payload=body.get("payload"))
    operation = operation_id()
    if state["status"] != "assigned":
        return answer(_status(operation, state))
    backend().operations[operation] = 0
    return _assigning(operation, scope, id)


@device.get(f"{DEVICE}/operations/<operation>")
def operation_status(scope: str, id: str, operation: str) -> Response:
    """Assigning once, then the result."""
    backend().registrations.admit(id, _proof(scope, id))
    state = backend().registrations.shelf.get(id)
    asked = backend().operations.get(operation)
    if asked is None or state is None:
        raise Refusal(404, 404202, "Operation not found.")
    backend().operations[operation] = asked + 1
    return answer(_status(operation, state)) if asked else _assigning(operation, scope, id)


@device.post(DEVICE)
def registration_status(scope: str, id: str) -> Response:
    backend().registrations.admit(id, _proof(scope, id))
    _body(id)
    state = backend().registrations.shelf.get(id)
    if state is None:
        raise Refusal(404, 404202, "Registration not found.")
    return answer(_result(state))


def _proof(scope: str, id: str) -> Proof:
    return proof(scope, id, request.headers.get("Authorization"), request.environ[CHAIN])


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


def _status(operation: str, state: Record) -> dict[str, Any]:
    return {"operationId": operation, "status": state["status"], "registrationState": _result(state)}


def _result(state: Record) -> Record:
    """A state as the device sees it: with its group."""
    result = {name: value for name, value in state.items() if name != "enrollmentGroupId"}
    group = {"enrollmentGroupId": state["enrollmentGroupId"]} if "enrollmentGroupId" in state else {}
    if "Authorization" not in request.headers:
        result["x509"] = group
    elif group:
        result["symmetricKey"] = group
    return result
