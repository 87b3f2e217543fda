"""The options of audit and report."""

from __future__ import annotations

from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError
from azure.cli.core.commands.parameters import get_enum_type

from azext_iot_dps.audits import help
from azext_iot_dps.cli import converters
from azext_iot_dps.cli.files import are_same
from azext_iot_dps.cli.target import TARGET, target_options, validate_target
from azext_iot_dps.cli.where import Where
from azext_iot_dps.record.audit.check import Severity

# Of days: a hundred years.
_MOST_DAYS = 36_500


def load(loader: Any) -> None:
    """Describe the options to azure-cli, and the checks."""
    help.add_checks()
    for noun in ("iot dps enrollment", "iot dps enrollment-group"):
        with loader.argument_context(f"{noun} audit") as c:
            target_options(c)
            c.argument("dps_name", TARGET["dps_name"], validator=_validate)
            _shared_options(c, "Check")
            _audit_options(c)
    with loader.argument_context("iot dps report") as c:
        target_options(c)
        _shared_options(c, "Count")
        _report_options(c)


def _shared_options(c: Any, verb: str) -> None:
    for name, default, what in (
        ("expires_within", 30, "A certificate that expires within so many days is a finding."),
        ("disabled_for", 90, "An enrollment that is disabled is a finding if its last update was so many days ago."),
    ):
        option = f"--{name.replace('_', '-')}"
        c.argument(name, options_list=[option], type=converters.number(option, _MOST_DAYS), default=default, help=what)
    c.argument(
        "with_keys",
        options_list=["--with-keys"],
        action="store_true",
        help="Read the symmetric keys too, which takes one request for each enrollment that has them. They are checked "
        "and never shown.",
    )
    c.argument(
        "where",
        options_list=["--where"],
        type=Where,
        help=f'{verb} only enrollments for which this JMESPath expression is true, such as "provisioningStatus == '
        "'enabled'\". It is evaluated for each record as it is listed, without symmetric keys.",
    )


def _audit_options(c: Any) -> None:
    c.argument(
        "fail_on",
        get_enum_type(Severity),
        options_list=["--fail-on"],
        help="End with exit code 10 if there is a finding of this severity or a worse one.",
    )
    for name, what in (
        ("findings", "File to write all findings to, as one line of JSON each."),
        ("sarif", "File to write all findings to in SARIF 2.1.0, the format of code scanning tools."),
    ):
        c.argument(name, options_list=[f"--{name}"], type=_file(f"--{name}"), help=what)


def _report_options(c: Any) -> None:
    c.argument(
        "file",
        options_list=["--file"],
        type=_file("--file"),
        help="HTML file to write the report to, a page that loads nothing from anywhere. An existing file is replaced.",
    )
    c.argument(
        "with_registrations",
        options_list=["--with-registrations"],
        action="store_true",
        help="Count registrations too, which takes one request for each individual enrollment, and one for each "
        "hundred devices of a group.",
    )


def _file(option: str) -> converters.Converter:
    def convert(text: str) -> str:
        path = str(converters.file_path(option)(text))
        if path == "-":
            raise InvalidArgumentValueError(
                f"{option} must be a file, not -, because the result is printed to standard output."
            )
        return path

    return convert


def _validate(namespace: Any) -> None:
    if namespace.findings and namespace.sarif and are_same(namespace.findings, namespace.sarif):
        raise InvalidArgumentValueError("--sarif and --findings are the same file. Specify another --sarif.")
    validate_target(namespace)
