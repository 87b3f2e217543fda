"""What all routes of Azure Resource Manager have in common: token, version, pages, long-running operations."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, request

from .answers import answer, arm_refusal, backend
from .arm import API_VERSIONS, PROVIDER
from .refusal import Refusal

SUBSCRIPTION = "/subscriptions/<subscription>"
GROUP = f"{SUBSCRIPTION}/resourcegroups/<group>"
# Without it, and with 0 too, Azure's Python libraries wait for half a minute before they ask.
POLL_AFTER = {"Retry-After": "1"}
# Of Azure itself: Node's client asks for a token for it wherever its endpoint is.
_PUBLIC_AUDIENCES = ("https://management.azure.com", "https://management.core.windows.net")


def guarded(name: str) -> Blueprint:
    """A blueprint whose requests need a token for Resource Manager and an api-version."""
    blueprint = Blueprint(name, __name__)
    blueprint.register_error_handler(Refusal, arm_refusal)
    blueprint.before_request(_check_access)
    blueprint.before_request(_check_version)
    return blueprint


def body() -> Any:
    """The JSON that was sent; 400 for anything except an object."""
    try:
        found = json.loads(request.get_data() or b"{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refusal(400, "InvalidRequestContent", "The request content must be a JSON object.")
    return found


def if_match() -> str | None:
    return request.headers.get("If-Match")


def page(items: list[dict[str, Any]]) -> Response:
    """A page of a list, and the nextLink to the following one."""
    found, more = backend().arm.page(items, request.args.get("$skiptoken"))
    if more is None:
        return answer({"value": found})
    link = f"{request.base_url}?api-version={request.args['api-version']}&$skiptoken={more}"
    return answer({"value": found, "nextLink": link})


def accepted(scope: str) -> Response:
    """202: the result is at the Location, below this scope."""
    return answer({}, 202, {"Location": operation(scope), **POLL_AFTER})


def operation(scope: str) -> str:
    """The URL of a new operation below this scope."""
    id = backend().arm.operations.begin()
    return f"{request.host_url.rstrip('/')}{scope}/operationresults/{id}?api-version={request.args['api-version']}"


def uncached(response: Response) -> Response:
    request_id = str(uuid4())
    response.headers.update(
        {"Cache-Control": "no-cache", "x-ms-request-id": request_id, "x-ms-correlation-request-id": request_id}
    )
    return response


def _check_access() -> None:
    audience = backend().tokens.audience(request.headers.get("Authorization"))
    if audience is None:
        challenge = {"WWW-Authenticate": f'Bearer authorization_uri="{request.host_url}"'}
        message = "Authentication failed. The 'Authorization' header is missing or the access token is invalid."
        raise Refusal(401, "AuthenticationFailed", message, challenge)
    own = (f"https://{backend().host}", f"https://{request.host}".lower())
    if audience.rstrip("/").lower() not in (*own, *_PUBLIC_AUDIENCES):
        message = f"The access token has been obtained for wrong audience or resource '{audience}'."
        raise Refusal(401, "InvalidAuthenticationTokenAudience", message)


def _check_version() -> None:
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
