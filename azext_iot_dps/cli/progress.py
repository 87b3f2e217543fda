"""Progress on a terminal, shown by azure-cli's own progress bar or spinner."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Progress:
    """Shows nothing without a terminal, with --only-show-errors, and with azure-cli's core.disable_progress_bar."""

    def __init__(self, cli_ctx: Any, message: str, total: int | None = None):
        """`message` says what is done; without a `total` a spinner turns next to it."""
        hidden = cli_ctx.only_show_errors or cli_ctx.config.getboolean("core", "disable_progress_bar", False)
        shown = sys.stderr.isatty() and not hidden
        self._hook = cli_ctx.get_progress_controller(det=total is not None) if shown else None
        self._message, self._total = message, total

    def __call__(self, done: int) -> None:
        """Show how many of the total, or of an unknown number, are done."""
        if self._hook and self._total is not None:
            self._hook.add(message=self._message, value=done, total_val=self._total)
        else:
            self.say(f"{done:,}")

    def say(self, state: str = "") -> None:
        """Show the message, with a state behind it."""
        if self._hook:
            self._hook.add(message=f"{self._message} {state}".rstrip())

    def end(self) -> None:
        """Remove the progress from the terminal."""
        if self._hook:
            self._hook.end()


@contextmanager
def shown(cli_ctx: Any, message: str, total: int | None = None) -> Iterator[Progress]:
    """A progress that is removed from the terminal in any case at the end."""
    progress = Progress(cli_ctx, message, total)
    try:
        yield progress
    finally:
        progress.end()
