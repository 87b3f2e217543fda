"""The options of the commands of registrations."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError
from azure.cli.core.commands.parameters import get_enum_type

from azext_iot_dps.cli import converters
from azext_iot_dps.cli import options as shared
from azext_iot_dps.cli.target import target_options
from azext_iot_dps.cli.where import Where
from azext_iot_dps.registrations import combinations
from azext_iot_dps.registrations.commands import DEPRECATED, ENROLLMENT, GROUP

# As the service spells them.
_STATUSES = ("unassigned", "assigning", "assigned", "failed", "disabled")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def load(loader: Any) -> None:
    """Add the options to the commands in the table of a loader."""
    for group in (ENROLLMENT, GROUP, DEPRECATED):
        # an individual enrollment and its registration have the same id
        id_type = shared.enrollment_id_type if group == ENROLLMENT else shared.registration_id_type
        for verb in ("show", "delete"):
            with loader.argument_context(f"{group} {verb}") as c:
                target_options(c)
                c.argument("etag", shared.etag_type)
                c.argument("registration_id", id_type)
        with loader.argument_context(f"{group} list") as c:
            target_options(c, combinations.listing)
            c.argument("group_id", shared.group_id_type)
            c.argument("top", shared.top_type)
            _status(c, "Only registrations that have one of these statuses, separated by spaces.")
            _watch(c)
        with loader.argument_context(f"{group} purge") as c:
            target_options(c, combinations.purge)
            c.argument("group_id", shared.group_id_type)
            _status(c, "Delete only registrations that have one of these statuses, separated by spaces.")
            _purge(c)
    for verb in ("list", "purge"):
        with loader.argument_context(f"{ENROLLMENT} {verb}") as c:
            c.argument(
                "where",
                options_list=["--where"],
                type=Where,
                help='Only enrollments for which this JMESPath expression is true, such as "provisioningStatus == '
                "'enabled'\". It is evaluated for each as it is listed. Registrations of the others are not read.",
            )


def _age(text: str) -> timedelta:
    match = re.fullmatch(r"([0-9]{1,6})([dhm])", text.strip().lower())
    if not match or not int(match[1]):
        raise InvalidArgumentValueError("--older-than must be a number of days, hours or minutes: 90d, 12h or 30m.")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _status(c: Any, help: str) -> None:
    c.argument("status", get_enum_type(_STATUSES), options_list=["--status"], nargs="+", help=help)


def _watch(c: Any) -> None:
    c.argument(
        "watch",
        options_list=["--watch"],
        action="store_true",
        help="Read the registrations again and again until all of them are assigned, and return them then. Ctrl-C "
        "returns what was read until then, with exit code 1.",
    )
    c.argument(
        "until",
        options_list=["--until"],
        type=converters.number("--until", 999_999_999),
        help="With --watch, the number of registrations that must be assigned. The default is all.",
    )
    c.argument(
        "interval",
        options_list=["--interval"],
        type=converters.number("--interval", 86_400),
        help="With --watch, seconds to wait before the registrations are read again. The default is 10.",
    )


def _purge(c: Any) -> None:
    c.argument(
        "older_than",
        options_list=["--older-than"],
        type=_age,
        help="Delete only registrations that were not updated within this time, in days, hours or minutes: 90d, 12h or "
        "30m.",
    )
    c.argument(
        "what_if",
        options_list=["--what-if"],
        action="store_true",
        help="Show which registrations would be deleted, and delete nothing.",
    )
    c.argument(
        "max_deletes",
        options_list=["--max-deletes"],
        type=converters.number("--max-deletes", 999_999_999),
        help="Send nothing if more registrations would be deleted. The default is 10 % of those that were read, at "
        "least 1.",
    )
    c.argument("yes", options_list=["--yes", "-y"], action="store_true", help="Do not prompt before deleting.")
