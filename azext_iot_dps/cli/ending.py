"""How a command ends that has a result to print and did not succeed, or whose exit code has a meaning."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from azure.cli.core.azclierror import AzureResponseError
from knack.events import EVENT_CLI_SUCCESSFUL_EXECUTE

# With --exit-code: there is something to change.
DIFFERENT = 10


def fail_after_output(
    cli_ctx: Any, message: str, recommendations: list[str], before: Callable[[], None] = lambda: None
) -> None:
    """End in an error once azure-cli has printed the result, which a handler that raises would not have."""
    # here, since the command table is loaded without the service client
    from azext_iot_dps.service.redaction import printable

    # ids of stored records may have control characters
    told, *hints = ("\n".join(map(printable, text.split("\n"))) for text in (message, *recommendations))

    def fail() -> None:
        before()
        raise AzureResponseError(told, recommendation=hints)

    _after_output(cli_ctx, fail)


def exit_after_output(cli_ctx: Any, code: int) -> None:
    """End with an exit code once azure-cli has printed the result."""
    _after_output(cli_ctx, lambda: sys.exit(code))


def _after_output(cli_ctx: Any, end: Callable[[], Any]) -> None:
    def ended(_: Any, **__: Any) -> None:
        cli_ctx.unregister_event(EVENT_CLI_SUCCESSFUL_EXECUTE, ended)
        end()

    cli_ctx.register_event(EVENT_CLI_SUCCESSFUL_EXECUTE, ended)
