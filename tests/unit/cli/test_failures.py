"""Which error of azure-cli stands for a failure of the service client, and what it advises."""

from __future__ import annotations

import pytest
from azure.cli.core import azclierror

from azext_iot_dps.arm.failure import NoRight, NotFound, NotPermitted, What
from azext_iot_dps.cli.failures import azure_error, exception_handler
from azext_iot_dps.record.violation import Fault, Violation, Violations
from azext_iot_dps.service.auth import DeviceCertificate, DeviceKey, LoginAuth, SasAuth
from azext_iot_dps.service.failure import Kind, Outcome, Reason, ServiceError, Subject
from azext_iot_dps.service.target import Target

DEVICE = Subject(Kind.ENROLLMENT, "dev")
UNKNOWN = "The request may have succeeded. Check the {} before retrying."


def refused(status, code=None, **facts):
    return ServiceError(Reason.REFUSED, "No.", "my.example", status=status, code=code or status, **facts)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, azclierror.AzureResponseError),
        (400, azclierror.BadRequestError),
        (401, azclierror.UnauthorizedError),
        (403, azclierror.ForbiddenError),
        (404, azclierror.ResourceNotFoundError),
        (409, azclierror.AzureResponseError),
        (412, azclierror.AzureResponseError),
        (429, azclierror.AzureResponseError),
        (500, azclierror.AzureInternalError),
        (503, azclierror.AzureInternalError),
    ],
)
def test_the_class_follows_from_the_status(status, kind):
    error = azure_error(refused(status))
    assert (type(error), str(error)) == (kind, f"No. (error {status})")


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (Reason.UNEXPECTED, azclierror.AzureResponseError),
        (Reason.INCOMPLETE, azclierror.AzureResponseError),
        (Reason.NO_KEYS, azclierror.AzureResponseError),
        (Reason.BAD_KEY, azclierror.AzureResponseError),
        (Reason.EXISTS, azclierror.AzureResponseError),
        (Reason.LOOP, azclierror.AzureResponseError),
        (Reason.UNTRUSTED, azclierror.AzureConnectionError),
        (Reason.UNREACHABLE, azclierror.AzureConnectionError),
        (Reason.TIMED_OUT, azclierror.AzureConnectionError),
        (Reason.CUT_OFF, azclierror.AzureConnectionError),
        (Reason.NO_TLS, azclierror.AzureConnectionError),
        (Reason.PROXY_REFUSED, azclierror.AzureConnectionError),
        (Reason.CA_FILE, azclierror.AzureConnectionError),
        (Reason.NO_TOKEN, azclierror.AzureConnectionError),
        (Reason.BAD_SETTING, azclierror.ValidationError),
    ],
)
def test_the_class_follows_from_the_reason(reason, kind):
    error = azure_error(ServiceError(reason, "It failed.", "my.example"))
    assert (type(error), str(error)) == (kind, "It failed.")


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (
            refused(412, 412000, subject=DEVICE),
            ["The enrollment was modified after this ETag was read. Run `show` for the current ETag, or omit --etag."],
        ),
        (
            refused(409, 409203, subject=Subject(Kind.GROUP, "grp")),
            [
                "The enrollment group was modified after this ETag was read. Run `show` for the current ETag, or omit "
                "--etag."
            ],
        ),
        (refused(409, 409201, subject=DEVICE), ["'dev' was not changed. Use `update` to change it."]),
        (refused(409, 409202, subject=Subject(Kind.GROUP, "g")), ["'g' was not changed. Use `update` to change it."]),
        (refused(409, 409999, subject=DEVICE), []),
        (
            refused(429, retry_after=300.0),
            [
                "The service allows about 1,000 operations per minute. Wait a moment, or send fewer requests at a "
                "time.",
                "The next attempt would be in 300 seconds. To wait longer, set AZURE_IOT_DPS_MAX_WAIT.",
            ],
        ),
        (refused(500, outcome=Outcome.UNKNOWN, subject=DEVICE), [UNKNOWN.format("enrollment")]),
        (refused(500, outcome=Outcome.UNKNOWN, subject=Subject(Kind.GROUP)), [UNKNOWN.format("enrollment groups")]),
        (
            refused(500, outcome=Outcome.UNKNOWN, subject=Subject(Kind.REGISTRATION, "d")),
            [UNKNOWN.format("registration")],
        ),
        (refused(500, outcome=Outcome.UNKNOWN), []),
    ],
)
def test_the_advice_follows_from_the_facts(error, advice):
    assert azure_error(error).recommendations == advice


@pytest.mark.parametrize(
    ("credential", "status", "words"),
    [
        (SasAuth(Target("h", "reader", "QUFB")), 401, "signed with the key of policy 'reader'. Check that the policy"),
        (SasAuth(Target("h", "reader", "QUFB")), 403, "signed with policy 'reader'. Check that its rights allow"),
        (LoginAuth(str), 401, "Check `az account show`, then run `az logout` and `az login`."),
        (LoginAuth(str), 403, "'Device Provisioning Service Data Contributor'"),
        (DeviceKey("0ne", "dev", "QUFB"), 401, "add --compute-key, which derives the device's key from it"),
        (DeviceKey("0ne", "dev", "QUFB"), 403, "the service's own --provisioning-host"),
        (DeviceCertificate(), 401, "the certificate file must contain the whole chain"),
        (DeviceCertificate(), 403, "the service's own --provisioning-host"),
    ],
)
def test_a_refused_credential_names_the_likely_causes(credential, status, words):
    (advice,) = azure_error(refused(status, credential=credential)).recommendations
    assert words in advice
    assert "QUFB" not in advice


@pytest.mark.parametrize(
    ("kind", "host", "message"),
    [
        (Kind.ENROLLMENT, "mydps.example", "Enrollment 'x' not found in mydps. (error 404201, tracking ID t)"),
        (Kind.GROUP, "mydps.example:443", "Enrollment group 'x' not found in mydps. (error 404201, tracking ID t)"),
        (Kind.REGISTRATION, "127.0.0.1", "Registration 'x' not found in 127.0.0.1. (error 404201, tracking ID t)"),
    ],
)
def test_what_is_not_found_is_named(kind, host, message):
    error = ServiceError(Reason.REFUSED, "Not here.", host, 404, 404201, "t", subject=Subject(kind, "x"))
    assert str(azure_error(error)) == message


@pytest.mark.parametrize("code", [404, "ResourceNotFound"])
def test_a_404_without_a_code_of_the_service_is_not_about_the_record(code):
    assert str(azure_error(refused(404, code, subject=DEVICE))) == f"No. (error {code})"


def test_failures_of_azure_resource_manager():
    missing = azure_error(NotFound(What.POLICY, "ownr", service="mydps", similar=["owner", "owners"]))
    assert type(missing) is azclierror.ResourceNotFoundError
    assert str(missing) == "Shared access policy 'ownr' not found in 'mydps'."
    assert missing.recommendations == ["Did you mean owner or owners?"]
    for error in (NotPermitted("Microsoft.X/read", "No."), NoRight("mydps", "EnrollmentRead")):
        assert type(azure_error(error)) is azclierror.ForbiddenError


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.INVALID, azclierror.InvalidArgumentValueError),
        (Fault.MISSING, azclierror.RequiredArgumentMissingError),
        (Fault.CONFLICT, azclierror.MutuallyExclusiveArgumentError),
        (Fault.MISFIT, azclierror.ArgumentUsageError),
    ],
)
def test_violations_are_told_in_the_spelling_of_who_asked(fault, kind):
    first = Violation(("a.b",), "{0} is wrong.", ("Omit {0}.",), fault)
    second = Violation(("c",), "{0} is wrong too.", ("Omit {0}.", "Omit {0}."))
    with pytest.raises(kind) as raised:
        exception_handler(Violations(first, second), lambda path: f"--{path.replace('.', '-')}")
    assert str(raised.value) == "--a-b is wrong. --c is wrong too."
    assert raised.value.recommendations == ["Omit --a-b.", "Omit --c."]


def test_other_exceptions_pass():
    for error in (KeyError("x"), azclierror.FileOperationError("x")):
        with pytest.raises(type(error)) as raised:
            exception_handler(error)
        assert raised.value is error
