"""What all targets share: nothing but errors of azure-cli may come out of what they call."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from azure.cli.core.azclierror import AzCLIError

from azext_iot_dps.cli.failures import exception_handler
from azext_iot_dps.enrollments.patching import spell

SECRET = "QUFBQUFBQUFBQUFBQUFBQQ=="


def tried(function: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """What comes out, None after an error that the command line shows; every other error is a finding."""
    return outcome(function, *given, **named)[0]


def outcome(function: Callable[..., Any], *given: Any, **named: Any) -> tuple[Any, str]:
    """The same, and what the error says; '' after none."""
    try:
        return function(*given, **named), ""
    except Exception as error:
        try:
            exception_handler(error, spell)
        except AzCLIError as shown:
            assert str(shown)
            return None, str(shown)


def text(data: bytes) -> str:
    """As Python passes the arguments of a command line that is not UTF-8."""
    return data.decode("utf-8", "surrogateescape")


def is_shown_safely(message: str) -> bool:
    """Whether a terminal obeys nothing in it. Lines may be apart."""
    unsafe = ("Cc", "Cs", "Zl", "Zp")
    return not any(unicodedata.category(each) in unsafe for each in message.replace("\n", ""))
