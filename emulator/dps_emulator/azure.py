"""The Azure around DPS: ARM, cloud metadata, and the token of a managed identity."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, request

from .answers import answer, arm_refusal, backend
from .arm import API_VERSIONS, PROVIDER
from .refusal import Refusal
from .tokens import TENANT

SUBSCRIPTION = "/subscriptions/<subscription>"
PROVIDER_PATH = "/providers/microsoft.devices/provisioningservices"
GROUP_PATH = f"{SUBSCRIPTION}/resourcegroups/<group>{PROVIDER_PATH}"
SERVICE = f"{GROUP_PATH}/<name>"
_ENDPOINTS = (
    *("graph", "graphEndpoint", "graphAudience", "microsoftGraphResourceId", "resourceManager", "portal"),
    *("portalEndpoint", "gallery", "galleryEndpoint", "batch", "media", "sqlManagement", "activeDirectoryDataLake"),
)

arm = Blueprint("arm", __name__)
arm.register_error_handler(Refusal, arm_refusal)
login = Blueprint("login", __name__)
login.register_error_handler(Refusal, arm_refusal)


@arm.before_request
def check_access() -> None:
    audience = backend().tokens.audience(request.headers.get("Authorization"))
    if audience is None:
        challenge = {"WWW-Authenticate": f'Bearer authorization_uri="{request.host_url}"'}
        message = "Authentication failed. The 'Authorization' header is missing or the access token is invalid."
        raise Refusal(401, "AuthenticationFailed", message, challenge)
    if audience.rstrip("/").lower() not in (f"https://{backend().host}", f"https://{request.host}".lower()):
        message = f"The access token has been obtained for wrong audience or resource '{audience}'."
        raise Refusal(401, "InvalidAuthenticationTokenAudience", message)


@arm.before_request
def check_version() -> None:
    version = request.args.get("api-version")
    if not version:
        message = "The api-version query parameter (?api-version=) is required for all requests."
        raise Refusal(400, "MissingApiVersionParameter", message)
    if PROVIDER.lower() in request.path and version not in API_VERSIONS:
        supported = ", ".join(API_VERSIONS)
        message = (
            f"No registered resource provider found for location 'eastus' and API version '{version}' for type "
            f"'ProvisioningServices'. The supported api-versions are '{supported}'."
        )
        raise Refusal(400, "NoRegisteredProviderFound", message)


@arm.get("/subscriptions")
def list_subscriptions() -> Response:
    found = backend().arm.list_subscriptions()
    return answer({"value": found, "count": {"type": "Total", "value": len(found)}})


@arm.get(SUBSCRIPTION)
def show_subscription(subscription: str) -> Response:
    return answer(backend().arm.subscription(subscription))


@arm.get("/tenants")
def list_tenants() -> Response:
    tenant = {"id": f"/tenants/{TENANT}", "tenantId": TENANT, "displayName": "Lab", "defaultDomain": "lab.example"}
    return answer({"value": [{**tenant, "tenantCategory": "Home", "countryCode": "US", "domains": ["lab.example"]}]})


@arm.get(f"{SUBSCRIPTION}{PROVIDER_PATH}")
def list_in_subscription(subscription: str) -> Response:
    return _page(backend().arm.list_services(subscription))


@arm.get(GROUP_PATH)
def list_in_group(subscription: str, group: str) -> Response:
    return _page(backend().arm.list_services(subscription, group))


@arm.get(SERVICE)
def show(subscription: str, group: str, name: str) -> Response:
    return answer(backend().arm.find(subscription, group, name))


@arm.route(f"{SERVICE}/listkeys", methods=["GET", "POST"])
def list_keys(subscription: str, group: str, name: str) -> Response:
    """A POST; its further pages, being nextLinks, are GETs."""
    if request.method == "GET" and "$skiptoken" not in request.args:
        raise Refusal(405, "MethodNotAllowed", "listkeys is a POST.")
    backend().arm.find(subscription, group, name, "listkeys/action")
    return _uncached(_page(backend().access.policies))


@arm.post(f"{SERVICE}/keys/<key>/listkeys")
def show_key(subscription: str, group: str, name: str, key: str) -> Response:
    backend().arm.find(subscription, group, name, "listkey/action")
    for policy in backend().access.policies:
        if policy["keyName"].lower() == key.lower():
            return _uncached(answer(policy))
    raise Refusal(404, "ResourceNotFound", f"The key '{key}' was not found.")


@login.get("/metadata/endpoints")
def metadata() -> Response:
    """What `az cloud register` reads; the older azure-cli asks for 2015-01-01 and its names."""
    url = request.host_url.rstrip("/")
    audience = {"loginEndpoint": url, "audiences": [url], "tenant": "common", "identityProvider": "AAD"}
    cloud = {"name": "lab", "authentication": audience, "suffixes": {}, **dict.fromkeys(_ENDPOINTS, url)}
    return answer([cloud] if request.args.get("api-version", "").startswith(("2018", "2019", "2020")) else cloud)


@login.route("/msi/token", methods=["GET", "POST"], strict_slashes=False)
def token() -> Response:
    """App Service's managed identity, in its present form (GET) and in the one before (POST of a form)."""
    proof = ("X-IDENTITY-HEADER", "secret", "Metadata")
    if not any(request.headers.get(name) for name in proof):
        raise Refusal(400, "BadRequest", f"One of the headers {', '.join(proof)} is required.")
    resource = request.values.get("resource")
    if not resource:
        raise Refusal(400, "BadRequest", "The parameter resource is required.")
    return answer(backend().tokens.mint(resource))


def _page(items: list[dict[str, Any]]) -> Response:
    found, more = backend().arm.page(items, request.args.get("$skiptoken"))
    if more is None:
        return answer({"value": found})
    link = f"{request.base_url}?api-version={request.args['api-version']}&$skiptoken={more}"
    return answer({"value": found, "nextLink": link})


def _uncached(response: Response) -> Response:
    request_id = str(uuid4())
    response.headers.update(
        {"Cache-Control": "no-cache", "x-ms-request-id": request_id, "x-ms-correlation-request-id": request_id}
    )
    return response
