"""Routes of Azure Resource Manager for provisioning services and their policies."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from .answers import answer, backend, nothing
from .azure_blueprint import (
    GROUP,
    POLL_AFTER,
    SUBSCRIPTION,
    accepted,
    body,
    guarded,
    if_match,
    operation,
    page,
    uncached,
)
from .refusal import Refusal

DEVICES = "/providers/microsoft.devices"
SERVICES = f"{GROUP}{DEVICES}/provisioningservices"
SERVICE = f"{SERVICES}/<name>"

services = guarded("services")


@services.get(f"{SUBSCRIPTION}{DEVICES}/provisioningservices")
def list_in_subscription(subscription: str) -> Response:
    return page(backend().arm.list_services(subscription))


@services.get(SERVICES)
def list_in_group(subscription: str, group: str) -> Response:
    return page(backend().arm.list_services(subscription, group))


@services.get(SERVICE)
def show(subscription: str, group: str, name: str) -> Response:
    return answer(backend().arm.find(subscription, group, name))


@services.put(SERVICE)
def write(subscription: str, group: str, name: str) -> Response:
    """Carried out at once, but told as begun: what it became is read when the operation is over."""
    after, is_new = backend().arm.put(subscription, group, name, body(), if_match())
    state = {"state": "Activating" if is_new else "Transitioning", "provisioningState": "Accepted"}
    begun: dict[str, Any] = {**after, "properties": {**after["properties"], **state}}
    headers = {"Azure-AsyncOperation": f"{operation(after['id'])}&asyncinfo", **POLL_AFTER}
    return answer(begun, 201 if is_new else 200, headers)


@services.patch(SERVICE)
def update(subscription: str, group: str, name: str) -> Response:
    return answer(backend().arm.patch(subscription, group, name, body()))


@services.delete(SERVICE)
def delete(subscription: str, group: str, name: str) -> Response:
    if not backend().arm.delete(subscription, group, name):
        return nothing()
    return accepted(request.path)


@services.get(f"{SERVICE}/operationresults/<id>")
def operation_result(subscription: str, group: str, name: str, id: str) -> Response:
    """As Azure-AsyncOperation or as Location says; the service may be gone."""
    backend().arm.operations.check(id)
    return answer({"status": "Succeeded"}) if "asyncinfo" in request.args else nothing()


@services.post(f"{SUBSCRIPTION}{DEVICES}/checkprovisioningservicenameavailability")
def check_name(subscription: str) -> Response:
    backend().arm.subscription(subscription)
    name = body().get("name")
    if not isinstance(name, str):
        raise Refusal(400, "BadRequest", "The name to check is required.")
    return answer(backend().arm.availability(name))


@services.get(f"{SERVICE}/skus")
def list_skus(subscription: str, group: str, name: str) -> Response:
    backend().arm.find(subscription, group, name)
    return answer({"value": [{"name": "S1"}]})


@services.route(f"{SERVICE}/listkeys", methods=["GET", "POST"])
def list_keys(subscription: str, group: str, name: str) -> Response:
    """A POST; its further pages, being nextLinks, are GETs."""
    if request.method == "GET" and "$skiptoken" not in request.args:
        raise Refusal(405, "MethodNotAllowed", "listkeys is a POST.")
    service = backend().arm.find(subscription, group, name, "listkeys/action")
    return uncached(page(backend().access.of(service["id"])))


@services.post(f"{SERVICE}/keys/<key>/listkeys")
def show_key(subscription: str, group: str, name: str, key: str) -> Response:
    service = backend().arm.find(subscription, group, name, "listkey/action")
    for policy in backend().access.of(service["id"]):
        if policy["keyName"].lower() == key.lower():
            return uncached(answer(policy))
    raise Refusal(404, "ResourceNotFound", f"The key '{key}' was not found.")
