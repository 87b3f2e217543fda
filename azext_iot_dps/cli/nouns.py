"""What the command tables of all nouns have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from azure.cli.core.commands import CliCommandType

from azext_iot_dps.cli.failures import exception_handler


def command_type(
    handlers: str, spell: Callable[[str], str] = str, client_factory: Callable[..., Any] | None = None
) -> CliCommandType:
    """The commands whose handlers are in a module of this package, such as `registrations.handlers`.

    Their failures are mapped to azclierror; `spell` names the option of a member of a record. Commands may have client
    factories of their own.
    """
    return CliCommandType(
        operations_tmpl=f"azext_iot_dps.{handlers}#{{}}",
        client_factory=client_factory,
        exception_handler=partial(exception_handler, spell=spell),
    )
