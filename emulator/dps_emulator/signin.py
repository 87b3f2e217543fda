"""Where clients sign in: the metadata of the cloud, a managed identity, and service principals."""

from __future__ import annotations

from flask import Blueprint, Response, request

from .answers import answer, arm_refusal, backend
from .refusal import Refusal
from .tokens import LIFETIME, TENANT

_ENDPOINTS = (
    *("graph", "graphEndpoint", "graphAudience", "microsoftGraphResourceId", "resourceManager", "portal"),
    *("portalEndpoint", "gallery", "galleryEndpoint", "batch", "media", "sqlManagement", "activeDirectoryDataLake"),
)
_TENANTS = (TENANT, "organizations", "common")

login = Blueprint("login", __name__)
login.register_error_handler(Refusal, arm_refusal)
entra = Blueprint("entra", __name__)


@entra.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    """In the form of OAuth 2.0, with the number that Microsoft's own messages begin with."""
    number = refusal.message.partition(":")[0].removeprefix("AADSTS")
    codes = [int(number)] if number.isdecimal() else []
    body = {"error": refusal.code, "error_description": refusal.message, "error_codes": codes}
    return answer(body, refusal.status, refusal.headers)


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


@entra.get("/<tenant>/v2.0/.well-known/openid-configuration")
def configuration(tenant: str) -> Response:
    """Where the tokens of a tenant come from, which sign-in libraries read first."""
    _check_tenant(tenant)
    url = f"{request.host_url}{tenant}"
    return answer(
        {
            "issuer": f"{request.host_url}{TENANT}/v2.0",
            "authorization_endpoint": f"{url}/oauth2/v2.0/authorize",
            "token_endpoint": f"{url}/oauth2/v2.0/token",
            # Node's sign-in library takes no configuration without it
            "jwks_uri": f"{url}/discovery/v2.0/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            "response_types_supported": ["code"],
            "tenant_region_scope": "NA",
        }
    )


@entra.get("/<tenant>/discovery/v2.0/keys")
def signing_keys(tenant: str) -> Response:
    """None: tokens are not signed, the emulator knows those that it issued."""
    _check_tenant(tenant)
    return answer({"keys": []})


@entra.post("/<tenant>/oauth2/v2.0/token")
def principal_token(tenant: str) -> Response:
    """A service principal with any secret, certificate or federated token: that there is one is all that counts."""
    _check_tenant(tenant)
    form = request.form
    if form.get("grant_type") != "client_credentials":
        message = "AADSTS70003: The emulator signs in service principals only: grant_type must be client_credentials."
        raise Refusal(400, "unsupported_grant_type", message)
    if not form.get("client_id"):
        raise Refusal(400, "invalid_request", "AADSTS900144: The request body must contain client_id.")
    if not (form.get("client_secret") or form.get("client_assertion")):
        message = "AADSTS7000218: The request body must contain client_assertion or client_secret."
        raise Refusal(401, "invalid_client", message)
    resource, found, _ = form.get("scope", "").partition("/.default")
    if not (resource and found):
        message = "AADSTS1002012: The scope must be a resource followed by /.default."
        raise Refusal(400, "invalid_scope", message)
    token = backend().tokens.mint(resource, client=form["client_id"])["access_token"]
    # numbers, where the managed identity has text: azure-cli adds to them
    return answer({"token_type": "Bearer", "expires_in": LIFETIME, "ext_expires_in": LIFETIME, "access_token": token})


def _check_tenant(tenant: str) -> None:
    if tenant.lower() not in _TENANTS:
        message = (
            f"AADSTS90002: Tenant '{tenant}' not found: the emulator has {TENANT}, and takes 'organizations' for it."
        )
        raise Refusal(400, "invalid_tenant", message)
