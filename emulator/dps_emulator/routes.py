"""The DPS service API in all its versions."""

from __future__ import annotations

from flask import Blueprint, Response, request

from .access import READ, STATUS_READ, STATUS_WRITE, WRITE
from .answers import answer, backend, check_api_version, dps_refusal, nothing, sent
from .attestation import shown
from .paging import page, size
from .refusal import Refusal, invalid
from .shape import ordered
from .shelf import Record
from .versions import SERVED

RIGHTS = {
    "read": READ,
    "write": WRITE,
    "delete": WRITE,
    "query": READ,
    "attestation_mechanism": WRITE,
    "bulk": WRITE,
    "read_registration": STATUS_READ,
    "delete_registration": STATUS_WRITE,
    "query_registrations": STATUS_READ,
}
KIND = "/<any(enrollments, enrollmentgroups):kind>"

dps = Blueprint("dps", __name__)
dps.register_error_handler(Refusal, dps_refusal)


@dps.before_request
def check_access() -> None:
    check_api_version(backend().switches.api_versions or SERVED)
    right = RIGHTS[str(request.endpoint).partition(".")[2]]
    backend().access.check(right, request.headers.get("Authorization"), {backend().host, request.host}, request.path)


@dps.get(f"{KIND}/<id>")
def read(kind: str, id: str) -> Response:
    collection = backend().collection(kind)
    record = _hiding_keys(collection.seen(collection.read(id), _version()))
    if kind == "enrollments":
        record = {**record, "registrationState": backend().registrations.state_of(record["registrationId"])}
    return answer(ordered(record, collection.kind.shape))


@dps.put(f"{KIND}/<id>")
def write(kind: str, id: str) -> Response:
    return answer(backend().collection(kind).write(id, sent(), _if_match(), _version()))


@dps.delete(f"{KIND}/<id>")
def delete(kind: str, id: str) -> Response:
    backend().collection(kind).delete(id, _if_match())
    return nothing()


@dps.post(f"{KIND}/query")
def query(kind: str) -> Response:
    _check_query(sent())
    collection = backend().collection(kind)
    records, more = page(collection.shelf, kind, *_paging())
    return _listing(
        [_hiding_keys(collection.seen(record, _version())) for record in records], collection.kind.item_type, more
    )


@dps.post(f"{KIND}/<id>/attestationmechanism")
def attestation_mechanism(kind: str, id: str) -> Response:
    return answer(backend().collection(kind).read(id)["attestation"])


@dps.post(KIND)
def bulk(kind: str) -> Response:
    return answer(backend().collection(kind).bulk(sent(), _version()))


@dps.get("/registrations/<id>")
def read_registration(id: str) -> Response:
    return answer(backend().registrations.read(id))


@dps.delete("/registrations/<id>")
def delete_registration(id: str) -> Response:
    backend().registrations.delete(id, _if_match())
    return nothing()


@dps.post("/registrations/<id>/query")
def query_registrations(id: str) -> Response:
    group = backend().groups.read(id)["enrollmentGroupId"]
    states, more = backend().registrations.of_group(group, *_paging())
    return _listing(states, "DeviceRegistration", more)


def _hiding_keys(record: Record) -> Record:
    return {**record, "attestation": shown(record.get("attestation", {}))}


def _version() -> str:
    return request.args["api-version"]


def _if_match() -> str | None:
    return request.headers.get("If-Match")


def _paging() -> tuple[int, str | None, bool]:
    headers, switches = request.headers, backend().switches
    wanted = size(headers.get("x-ms-max-item-count"), switches.page_size)
    return wanted, headers.get("x-ms-continuation"), switches.empty_pages


def _check_query(body: object) -> None:
    """The query must be there; what it says is ignored."""
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise invalid("A query is required.")


def _listing(records: list[Record], item_type: str, more: str | None) -> Response:
    headers = {"x-ms-item-type": item_type, "X-Content-Type-Options": "nosniff"}
    if more is not None:
        headers["x-ms-continuation"] = more
    return answer(records, headers=headers)
