"""A refusal of the service, or its silence → an azure-cli error; the one place where this is decided."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import requests
import urllib3
from azure.cli.core import azclierror

from azext_iot_dps.service import redaction
from azext_iot_dps.service.failures import broken_tls, late, never_connected, refused_by_proxy, untrusted

if TYPE_CHECKING:
    from azext_iot_dps.service.auth import Credential

_BY_STATUS = {
    400: azclierror.BadRequestError,
    401: azclierror.UnauthorizedError,
    403: azclierror.ForbiddenError,
    404: azclierror.ResourceNotFoundError,
}
_CHANGED = (
    "The record changed since that etag was read, or the etag is another's: show it again, then pass its new etag, "
    "or leave --etag out to act whatever it is now."
)
_THROTTLED = "The service allows about 1,000 operations a minute: wait a moment, or send fewer at a time."
# "Enrollment already exists." and "EnrollmentGroup already exists."
_EXISTS = (409201, 409202)
# "Precondition failed."
_PRECONDITION = 409203


def lost(error: azclierror.AzCLIError) -> bool:
    """Whether the request may have been carried out although this came of it."""
    return bool(getattr(error, "lost", False))


def answered(error: azclierror.AzCLIError) -> bool:
    """Whether the service said this itself, rather than nothing."""
    return getattr(error, "status", None) is not None


def error_from(response: requests.Response, credential: Credential) -> azclierror.AzCLIError:
    """The error that an answer of status 400 and above, or a redirect, stands for, in the service's own words."""
    status = response.status_code
    fallback = azclierror.AzureInternalError if status >= 500 else azclierror.AzureResponseError
    details = _details(response)
    error = _BY_STATUS.get(status, fallback)(
        _message(response, details), recommendation=_recommendation(response, details, credential)
    )
    error.status, error.code = status, details.get("errorcode") or status
    return error


def connection_error(host: str, error: Exception) -> azclierror.AzCLIError:
    """The error for a request that got no answer, or only a part of one."""
    if untrusted(error):
        return azclierror.AzureConnectionError(
            f"The TLS certificate of {host} was not accepted.",
            recommendation="Behind a proxy that opens TLS, let REQUESTS_CA_BUNDLE name the file with its authority.",
        )
    if not isinstance(error, (requests.RequestException, urllib3.exceptions.HTTPError)) and never_connected(error):
        return azclierror.AzureConnectionError(
            "The file or folder that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names cannot be read: nothing was sent."
        )
    if isinstance(error, requests.exceptions.InvalidJSONError):
        return azclierror.AzureResponseError("The record holds a number that JSON cannot say: nothing was sent.")
    refusal = refused_by_proxy(error)
    if refusal:
        return azclierror.AzureConnectionError(
            f"The proxy did not connect to {host}: {refusal}.", recommendation="Check HTTPS_PROXY, or NO_PROXY."
        )
    what = "could not be reached"
    if broken_tls(error):
        what = "made no TLS connection"
    elif late(error):
        what = "did not answer in time"
    elif not never_connected(error):
        what = "ended the connection before its answer was complete"
    return azclierror.AzureConnectionError(
        f"{host} {what}.",
        recommendation="Check the host name. DNS, a proxy, the service's IP filter or a private endpoint may be why.",
    )


def answer_error(response: requests.Response) -> azclierror.AzCLIError:
    """The error for an answer that says success and holds something else than was asked for."""
    host = urlsplit(response.url).netloc
    error = azclierror.AzureResponseError(
        f"{host} answered {response.status_code} with something that is not what was asked for.",
        recommendation="Check that the host is the right one, and that no proxy answers in its place.",
    )
    error.status, error.lost = response.status_code, True
    return error


def exists_error(id: str) -> azclierror.AzCLIError:
    """The error for a create that was never answered, and that finds another record in its place."""
    return azclierror.AzureResponseError(
        f"'{id}' exists already, and is not what this create asked for.",
        recommendation="It was not touched: change it with the command 'update'.",
    )


def _details(response: requests.Response) -> dict[str, Any]:
    """The body as an object; ARM wraps it in `error`, hub-style bodies spell their members with capitals."""
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        body = body["error"]
    return {str(name).lower(): value for name, value in body.items()} if isinstance(body, dict) else {}


def _message(response: requests.Response, details: dict[str, Any]) -> str:
    words = details.get("message")
    if not isinstance(words, str) or not words.strip():
        words = f"The service answered {response.status_code} {response.reason or ''}".rstrip() + "."
    code = _mark(details, "errorcode") or _mark(details, "code") or response.status_code
    tracking = _mark(details, "trackingid") or response.headers.get("x-ms-request-id")
    return f"{redaction.text(words.strip()[: redaction.MAX_LENGTH])} (error {code}" + (
        f", tracking ID {tracking})" if tracking else ")"
    )


def _mark(details: dict[str, Any], name: str) -> str:
    value = details.get(name)
    return str(value)[:100] if isinstance(value, (str, int)) else ""


def _recommendation(response: requests.Response, details: dict[str, Any], credential: Credential) -> str | None:
    status, code = response.status_code, details.get("errorcode")
    if code in _EXISTS:
        path = urlsplit(response.request.url or "").path
        record = unquote(str(path).rsplit("/", 1)[-1])
        return f"'{record}' exists already and was not touched: change it with the command 'update'."
    if status == 412 or code == _PRECONDITION:
        return _CHANGED
    return {401: credential.unauthorized, 403: credential.forbidden, 429: _THROTTLED}.get(status)
