"""Routes of Azure Resource Manager around the services: subscriptions, tenants, groups, providers, IoT hubs."""

from __future__ import annotations

import re

from flask import Response, request

from .answers import answer, backend, nothing
from .arm import groups as shapes
from .arm import hubs
from .azure_blueprint import GROUP, SUBSCRIPTION, accepted, body, guarded
from .refusal import Refusal
from .tokens import TENANT

PROVIDER = f"{SUBSCRIPTION}/providers/<any('microsoft.devices'):namespace>"
HUBS = "/providers/microsoft.devices/iothubs"
HUB = f"{GROUP}{HUBS}/<name>"

groups = guarded("groups")


@groups.get("/subscriptions")
def list_subscriptions() -> Response:
    found = backend().arm.list_subscriptions()
    return answer({"value": found, "count": {"type": "Total", "value": len(found)}})


@groups.get(SUBSCRIPTION)
def show_subscription(subscription: str) -> Response:
    return answer(backend().arm.subscription(subscription))


@groups.get("/tenants")
def list_tenants() -> Response:
    tenant = {"id": f"/tenants/{TENANT}", "tenantId": TENANT, "displayName": "Lab", "defaultDomain": "lab.example"}
    return answer({"value": [{**tenant, "tenantCategory": "Home", "countryCode": "US", "domains": ["lab.example"]}]})


@groups.get(f"{SUBSCRIPTION}/locations")
def list_locations(subscription: str) -> Response:
    return answer({"value": [shapes.location(subscription, name) for name in shapes.LOCATIONS]})


@groups.get(f"{SUBSCRIPTION}/resourcegroups")
def list_groups(subscription: str) -> Response:
    return answer({"value": backend().arm.list_groups(subscription)})


@groups.route(GROUP, methods=["GET", "HEAD"])
def show_group(subscription: str, group: str) -> Response:
    """A HEAD asks only whether there is one."""
    found = _group(subscription, group)
    return nothing() if request.method == "HEAD" else answer(found)


@groups.put(GROUP)
def write_group(subscription: str, group: str) -> Response:
    backend().arm.subscription(subscription)
    found, is_new = backend().arm.groups.put(subscription, group, body())
    return answer(found, 201 if is_new else 200)


@groups.patch(GROUP)
def update_group(subscription: str, group: str) -> Response:
    return answer(backend().arm.groups.tag(subscription, group, body()))


@groups.delete(GROUP)
def delete_group(subscription: str, group: str) -> Response:
    backend().arm.delete_group(subscription, group)
    return accepted(f"/subscriptions/{subscription}")


@groups.get(f"{SUBSCRIPTION}/resources")
def list_resources(subscription: str) -> Response:
    """Services and IoT hubs; of filters the comparisons that clients write for a group, a type and a name."""
    wanted = _filter(request.args.get("$filter", ""))
    found = [*backend().arm.list_services(subscription), *hubs.hubs(subscription)]
    shown = [
        {name: each[name] for name in ("id", "name", "type", "location", "tags", "sku")}
        for each in found
        if all(str(each[name]).lower() == value.lower() for name, value in wanted)
    ]
    return answer({"value": shown})


@groups.get(f"{SUBSCRIPTION}/operationresults/<id>")
def operation_result(subscription: str, id: str) -> Response:
    backend().arm.operations.check(id)
    return nothing()


@groups.get(f"{SUBSCRIPTION}/providers")
def list_providers(subscription: str) -> Response:
    return answer({"value": [shapes.provider(subscription)]})


@groups.get("/providers/microsoft.devices/operations")
def list_operations() -> Response:
    return answer({"value": shapes.operations()})


@groups.get(PROVIDER)
def show_provider(subscription: str, namespace: str) -> Response:
    return answer(shapes.provider(subscription))


@groups.post(f"{PROVIDER}/register")
def register_provider(subscription: str, namespace: str) -> Response:
    """It is registered already."""
    return answer(shapes.provider(subscription))


@groups.get(f"{SUBSCRIPTION}{HUBS}")
def list_hubs(subscription: str) -> Response:
    backend().arm.subscription(subscription)
    return answer({"value": hubs.hubs(subscription)})


@groups.get(f"{GROUP}{HUBS}")
def list_hubs_in_group(subscription: str, group: str) -> Response:
    _group(subscription, group)
    return answer({"value": hubs.hubs(subscription, group)})


@groups.get(HUB)
def show_hub(subscription: str, group: str, name: str) -> Response:
    return answer(hubs.find(subscription, group, name))


@groups.post(f"{HUB}/listkeys")
def list_hub_keys(subscription: str, group: str, name: str) -> Response:
    hubs.find(subscription, group, name)
    return answer({"value": list(hubs.POLICIES)})


@groups.post(f"{HUB}/iothubkeys/<key>/listkeys")
def show_hub_key(subscription: str, group: str, name: str, key: str) -> Response:
    hubs.find(subscription, group, name)
    for policy in hubs.POLICIES:
        if policy["keyName"] == key.lower():
            return answer(policy)
    raise Refusal(404, "ResourceNotFound", f"The key '{key}' was not found.")


@groups.post(f"{SUBSCRIPTION}/providers/microsoft.devices/checknameavailability")
def check_hub_name(subscription: str) -> Response:
    """azure-cli asks so whether a hub exists; there are no others to be had."""
    taken = str(body().get("name")).lower() in {hub["name"] for hub in hubs.HUBS}
    reason = "AlreadyExists" if taken else "Invalid"
    return answer({"nameAvailable": not taken, "reason": reason, "message": None})


def _filter(text: str) -> list[tuple[str, str]]:
    """The members of a resource that must have these values."""
    known = {"resourcegroup": "resourcegroup", "resourcetype": "type", "name": "name"}
    clauses = [clause for clause in re.split(r"\s+and\s+", text.strip()) if clause]
    found = [re.fullmatch(r"(\w+)\s+eq\s+'([^']*)'", clause) for clause in clauses]
    wanted = [(match[1].lower(), match[2]) for match in found if match]
    if len(wanted) < len(clauses) or any(name not in known for name, _ in wanted):
        raise Refusal(
            501, "NotImplemented", "The emulator filters by resourceGroup, resourceType and name with eq only."
        )
    return [(known[name], value) for name, value in wanted]


def _group(subscription: str, group: str) -> dict[str, object]:
    found = [each for each in backend().arm.list_groups(subscription) if each["name"].lower() == group.lower()]
    return found[0] if found else backend().arm.groups.find(subscription, group)
