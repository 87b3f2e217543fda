"""The routes as one Flask application."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed, NotFound

from .answers import arm_refusal, backend, dps_refusal
from .azure import services
from .azure_certificates import certificates
from .azure_groups import groups
from .backend import Backend
from .device import device
from .log import parsed
from .refusal import Refusal
from .routes import dps
from .signin import entra, login

_FIXED = {
    *("enrollments", "enrollmentgroups", "registrations", "query", "attestationmechanism"),
    *("subscriptions", "resourcegroups", "providers", "microsoft.devices", "provisioningservices"),
    *(
        "tenants",
        "listkeys",
        "keys",
        "skus",
        "operationresults",
        "checkprovisioningservicenameavailability",
        "locations",
    ),
    *(
        "certificates",
        "generateverificationcode",
        "verify",
        "iothubs",
        "iothubkeys",
        "checknameavailability",
        "register",
    ),
}


def application(state: Backend) -> Flask:
    app = Flask(__name__)
    # Node posts its bulk operations to /enrollments/.
    app.url_map.strict_slashes = False
    app.extensions["backend"] = state
    for blueprint in (dps, device, services, certificates, groups, login, entra):
        app.register_blueprint(blueprint)
    app.register_error_handler(NotFound, _not_there)
    app.register_error_handler(MethodNotAllowed, _not_allowed)
    app.before_request(_throttled)
    app.after_request(_secured)
    return app


def canonical(path: str) -> str:
    """Fixed segments in the lower case of the routes. An id that is such a word is touched too: ids ignore case."""
    return "/".join(segment.lower() if segment.lower() in _FIXED else segment for segment in path.split("/"))


def _throttled() -> None:
    if request.blueprint in (dps.name, device.name):
        backend().throttle.check(_cost())


def _cost() -> int:
    """Of a bulk call the number of its records where the switches count these; of any other call 1."""
    state = backend()
    if request.endpoint != f"{dps.name}.bulk" or state.switches.throttle_count == "calls":
        return 1
    body, kind = parsed(request.get_data()), state.collection((request.view_args or {})["kind"]).kind
    records = body.get(kind.bulk_member) if isinstance(body, dict) else None
    return max(1, len(records)) if isinstance(records, list) else 1


def _not_there(error: NotFound) -> Response:
    return _refused(501, "NotImplemented", f"The emulator has no {request.method} {request.path}.")


def _not_allowed(error: MethodNotAllowed) -> Response:
    headers = {"Allow": ", ".join(error.valid_methods or ())}
    message = f"{request.method} is not allowed on {request.path}."
    return _refused(405, "MethodNotAllowed", message, headers)


def _refused(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """In the form of Resource Manager for what would be a path of it, and of DPS otherwise."""
    if request.path.startswith(("/subscriptions", "/providers")):
        return arm_refusal(Refusal(status, code, message, headers))
    return dps_refusal(Refusal(status, status * 1000, message, headers))


def _secured(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response
