"""How failures are shown on the command line: the one place that maps them to azclierror classes, with advice."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from azure.cli.core import azclierror
from knack.util import CLIError

from azext_iot_dps.arm.failure import ArmError, Changed, NoRight, NotFound, NotPermitted, What
from azext_iot_dps.record.violation import Fault, Violations
from azext_iot_dps.service.failure import Kind, Reason, ServiceError
from azext_iot_dps.service.redaction import printable

_BY_STATUS: dict[int, type[azclierror.AzCLIError]] = {
    400: azclierror.BadRequestError,
    401: azclierror.UnauthorizedError,
    403: azclierror.ForbiddenError,
    404: azclierror.ResourceNotFoundError,
}
_BY_FAULT: dict[Fault, type[azclierror.AzCLIError]] = {
    Fault.INVALID: azclierror.InvalidArgumentValueError,
    Fault.MISSING: azclierror.RequiredArgumentMissingError,
    Fault.CONFLICT: azclierror.MutuallyExclusiveArgumentError,
    Fault.MISFIT: azclierror.ArgumentUsageError,
}
_CONNECTION = "Check the host name. The cause may be DNS, a proxy, the service's IP filter or a private endpoint."
_CA_BUNDLE = "If a proxy inspects TLS, set REQUESTS_CA_BUNDLE to the proxy's CA certificate file."
# What is not here is an AzureResponseError without advice.
_BY_REASON: dict[Reason, tuple[type[azclierror.AzCLIError], str]] = {
    Reason.UNEXPECTED: (
        azclierror.AzureResponseError,
        "Check that the host name is correct and that no proxy responds in its place.",
    ),
    Reason.UNTRUSTED: (azclierror.AzureConnectionError, _CA_BUNDLE),
    Reason.CA_FILE: (azclierror.AzureConnectionError, ""),
    Reason.PROXY_REFUSED: (azclierror.AzureConnectionError, "Check HTTPS_PROXY, or add the host to NO_PROXY."),
    Reason.UNREACHABLE: (azclierror.AzureConnectionError, _CONNECTION),
    Reason.TIMED_OUT: (azclierror.AzureConnectionError, _CONNECTION),
    Reason.CUT_OFF: (azclierror.AzureConnectionError, _CONNECTION),
    Reason.NO_TLS: (azclierror.AzureConnectionError, _CONNECTION),
    Reason.CERTIFICATE_REFUSED: (azclierror.UnauthorizedError, ""),
    Reason.NO_DESCRIPTORS: (
        azclierror.AzureConnectionError,
        "Raise the limit with `ulimit -n`, or close other programs.",
    ),
    Reason.NO_TOKEN: (
        azclierror.AzureConnectionError,
        f"Run `az account get-access-token` to see the cause, and sign in again with `az login`. {_CA_BUNDLE}",
    ),
    Reason.BAD_SETTING: (azclierror.ValidationError, ""),
    Reason.OLD_VERSION: (
        azclierror.ValidationError,
        "Run `az config unset iot_dps.api_version`, or unset AZURE_IOT_DPS_API_VERSION.",
    ),
    Reason.NOT_OFFERED: (
        azclierror.AzureResponseError,
        "Run the command again when the region or cloud offers it, or omit the options that need it.",
    ),
}
_NOUNS = {
    Kind.ENROLLMENT: "enrollment",
    Kind.GROUP: "enrollment group",
    Kind.REGISTRATION: "registration",
    Kind.CERTIFICATE: "CA certificate",
}

_PRECONDITION = "The {noun} was modified after this ETag was read. Run `show` for the current ETag, or omit --etag."
_THROTTLED = "The service allows about 1,000 operations per minute. Wait a moment, or send fewer requests at a time."
_SAS_UNAUTHORIZED = (
    "The request was signed with the key of policy '{policy}'. Check that the policy exists, that the key is current "
    "and that this computer's clock is correct; or sign in and use --auth-type login."
)
_SAS_FORBIDDEN = (
    "The request was signed with policy '{policy}'. Check that its rights allow this operation (EnrollmentRead, "
    "EnrollmentWrite, RegistrationStatusRead or RegistrationStatusWrite), and check the service's network rules."
)
_LOGIN_UNAUTHORIZED = (
    "The request was sent with the current sign-in. Check `az account show`, then run `az logout` and `az login`."
)
_LOGIN_FORBIDDEN = (
    "The current sign-in needs the role 'Device Provisioning Service Data Contributor' on the service, or "
    "'Device Provisioning Service Data Reader' to read without keys. Owner or Contributor is not enough."
)
_DEVICE_KEY = (
    "Check --id-scope and --registration-id, and that an enrollment or an enrollment group has this key. A group's key "
    "is not a device's key: add --compute-key, which derives the device's key from it. The service "
    "caches the key that a device used first for 30 minutes, and refuses the other one until then."
)
_DEVICE_CERTIFICATE = (
    "Check --id-scope, that the enrollment is enabled, and that the common "
    "name (CN) of the certificate is the registration ID. An individual enrollment must have exactly this certificate. "
    "For a group, the certificate file must contain the whole chain: the leaf certificate first, then the intermediate "
    "certificates up to that of the group. A CA certificate that was uploaded to the service must be verified."
)
_NOT_ACCEPTED = f"No enrollment accepts this certificate. {_DEVICE_CERTIFICATE}"
# the connection may be reset before the alert was read
_MAY_BE_REFUSED = f"The host may have refused the certificate of the device. {_DEVICE_CERTIFICATE}"
_DEVICE_FORBIDDEN = (
    "Check the service's network rules. With a private endpoint, specify the service's own --provisioning-host."
)


def exception_handler(error: Exception, spell: Callable[[str], str] = str) -> NoReturn:
    """Raise the azclierror that stands for a failure or for violations, and any other exception as it is.

    This is the `exception_handler` of every CliCommandType: azure-cli calls it with what a handler or its client
    factory raised. `spell` names the option of a member of a record by the member's path.
    """
    if isinstance(error, Violations):
        raise violation_error(error, spell) from error
    if not isinstance(error, (ServiceError, ArmError)):
        raise error
    mapped = azure_error(error)
    # azure-cli's own error may be the cause of the mapped one, and can hardly be caused by it
    raise mapped from (None if mapped is error.__cause__ else error)


def violation_error(error: Violations, spell: Callable[[str], str]) -> azclierror.AzCLIError:
    """The error for what is wrong with a record; its class is that of the first violation."""
    # values of a stored record may have control characters; a message may have several lines
    told = " ".join(violation.told(spell) for violation in error.violations)
    message = "\n".join(printable(line) for line in told.split("\n"))
    hints = [line for violation in error.violations for line in violation.advised(spell)]
    return _BY_FAULT[error.violations[0].fault](message, recommendation=list(dict.fromkeys(hints)))


def azure_error(error: ServiceError | ArmError) -> CLIError:
    """The error that is shown: its class decides the exit code, which is 3 for what is not found, and else 1."""
    if isinstance(error, NotFound):
        return _shown(azclierror.ResourceNotFoundError, str(error), _where_to_look(error))
    if isinstance(error, Changed):
        return _shown(azclierror.AzureResponseError, str(error), ["Run the command again."])
    if isinstance(error, ArmError):
        return _shown(azclierror.ForbiddenError, str(error), [_how_to_be_permitted(error)])
    if error.reason is Reason.NO_TOKEN and isinstance(error.__cause__, CLIError):
        # azure-cli says itself how to sign in
        return error.__cause__
    if error.reason is not Reason.REFUSED:
        kind = _BY_REASON.get(error.reason, (azclierror.AzureResponseError, ""))[0]
    else:
        status = error.status or 0
        kind = _BY_STATUS.get(status, azclierror.AzureInternalError if status >= 500 else azclierror.AzureResponseError)
    return _shown(kind, _message(error), advice(error))


def _shown(kind: type[azclierror.AzCLIError], message: str, hints: list[str]) -> azclierror.AzCLIError:
    # names of Azure Resource Manager may have control characters
    return kind(printable(message), recommendation=[printable(hint) for hint in hints if hint])


def advice(error: ServiceError) -> list[str]:
    """What to do about it, in as many lines as there is something to say."""
    if error.reason is Reason.NO_TOKEN and isinstance(error.__cause__, azclierror.AzCLIError):
        return list(error.__cause__.recommendations)
    hints = [_refusal_advice(error) if error.reason is Reason.REFUSED else _BY_REASON.get(error.reason, ("", ""))[1]]
    if error.reason is Reason.CERTIFICATE_REFUSED:
        hints = [_credential_advice(error, unauthorized=True)]
    if error.reason is Reason.CUT_OFF and _has_certificate(error):
        hints.append(_MAY_BE_REFUSED)
    if _is_of_a_record(error) and error.subject and error.subject.kind is Kind.REGISTRATION:
        hints = ["The device has not registered yet, or its registration was deleted."]
    if error.exists and error.id:
        hints = [f"'{error.id}' was not changed. Use `update` to change it."]
    if error.retry_after is not None:
        longer = " To wait longer, set AZURE_IOT_DPS_MAX_WAIT." if error.status == 429 else ""
        hints.append(f"The next attempt would be in {error.retry_after:.0f} seconds.{longer}")
    if error.outcome_unknown and error.subject:
        things = _NOUNS[error.subject.kind] + ("" if error.id else "s")
        hints.append(f"The request may have succeeded. Check the {things} before retrying.")
    return [hint for hint in hints if hint]


def _is_of_a_record(error: ServiceError) -> bool:
    """Whether a record does not exist: a 404 without a code of the service is about the host or the path."""
    return error.not_found and isinstance(error.code, int) and error.code // 1000 == 404


def _message(error: ServiceError) -> str:
    if not _is_of_a_record(error) or not error.subject or not error.subject.id:
        return str(error)
    noun = _NOUNS[error.subject.kind].capitalize()
    return f"{noun} '{error.subject.id}' not found in {_label(error.host)}. {error.details}"


def _label(host: str) -> str:
    """The name of the service in its host name; an IP address as a whole."""
    first = host.partition(":")[0].partition(".")[0]
    return host if first.isdigit() else first


def _refusal_advice(error: ServiceError) -> str:
    if error.precondition_failed:
        return _PRECONDITION.format(noun=_NOUNS[error.subject.kind] if error.subject else "resource")
    if error.status == 429:
        return _THROTTLED
    return _credential_advice(error, error.status == 401) if error.status in (401, 403) else ""


def _credential_advice(error: ServiceError, unauthorized: bool) -> str:
    # here, since it imports requests, for which loading the command table is too early
    from azext_iot_dps.service.auth import DeviceCertificate, DeviceKey, LoginAuth, SasAuth

    credential = error.credential
    if isinstance(credential, SasAuth):
        return (_SAS_UNAUTHORIZED if unauthorized else _SAS_FORBIDDEN).format(policy=credential.policy)
    if isinstance(credential, LoginAuth):
        return _LOGIN_UNAUTHORIZED if unauthorized else _LOGIN_FORBIDDEN
    if isinstance(credential, DeviceKey):
        return _DEVICE_KEY if unauthorized else _DEVICE_FORBIDDEN
    if isinstance(credential, DeviceCertificate):
        return _NOT_ACCEPTED if unauthorized else _DEVICE_FORBIDDEN
    return ""


def _has_certificate(error: ServiceError) -> bool:
    from azext_iot_dps.service.auth import DeviceCertificate

    return isinstance(error.credential, DeviceCertificate)


def _where_to_look(error: NotFound) -> list[str]:
    hints = [f"Did you mean {' or '.join(error.similar)}?"] if error.similar else []
    if error.elsewhere_group:
        what = f"'{error.service}'" if error.what is What.GROUP else "It"
        hints.append(f"{what} is in resource group {error.elsewhere_group}.")
    if error.what is What.POLICY:
        return hints
    if error.group:
        return [*hints, "Check both names, or omit --resource-group to search the whole subscription."]
    return [*hints, "Check the name, or select another subscription with --subscription."]


def _how_to_be_permitted(error: ArmError) -> str:
    keyless = "use --auth-type login with the service's host name, which does not need Azure Resource Manager."
    if isinstance(error, NoRight):
        return f"Add a policy with the right {error.right}, or use --auth-type login."
    if not isinstance(error, NotPermitted):
        return ""
    # only Azure Resource Manager has the CA certificates
    way = "." if "/certificates/" in error.action else f", or {keyless}"
    return f"Ask for a role with the action {error.action}{way}"
