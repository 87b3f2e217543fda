"""How far it is, on a terminal, by azure-cli's own progress bar."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Progress:
    """Says nothing where nobody looks: not a terminal, --only-show-errors, or azure-cli's setting to that effect."""

    def __init__(self, cli_ctx: Any, message: str, total: int | None = None):
        unwanted = cli_ctx.only_show_errors or cli_ctx.config.getboolean("core", "disable_progress_bar", False)
        shown = sys.stderr.isatty() and not unwanted
        self._hook = cli_ctx.get_progress_controller(det=total is not None) if shown else None
        self._message, self._total = message, total

    def __call__(self, done: int) -> None:
        if self._hook and self._total is None:
            self._hook.add(message=f"{self._message} {done:,}")
        elif self._hook:
            self._hook.add(message=self._message, value=done, total_val=self._total)

    def end(self) -> None:
        if self._hook:
            self._hook.end()


@contextmanager
def shown(cli_ctx: Any, message: str, total: int | None = None) -> Iterator[Progress]:
    """A progress that is taken off the terminal in the end, however that comes."""
    progress = Progress(cli_ctx, message, total)
    try:
        yield progress
    finally:
        progress.end()
