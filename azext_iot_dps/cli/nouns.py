"""What the command tables of all nouns have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from azure.cli.core.commands import CliCommandType


def command_type(
    handlers: str, spell: Callable[[str], str] = str, client_factory: Callable[..., Any] | None = None
) -> CliCommandType:
    """The commands whose handlers are in a module of this package, such as `registrations.handlers`.

    Their failures are mapped to azclierror; `spell` names the option of a member of a record. Commands may have client
    factories of their own.
    """

    def handle(error: Exception) -> NoReturn:
        # here, since most commands do not fail
        from azext_iot_dps.cli.failures import exception_handler

        exception_handler(error, spell)

    def printed(result: Any) -> Any:
        # --query knows the types of Python only
        from azext_iot_dps.exact_json import plain

        return plain(result)

    return CliCommandType(
        operations_tmpl=f"azext_iot_dps.{handlers}#{{}}",
        client_factory=client_factory,
        exception_handler=handle,
        transform=printed,
    )
