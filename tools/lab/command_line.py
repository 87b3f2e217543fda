"""A command line of `az` in this process, and what it left behind."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass
class Result:
    """What a command line left behind."""

    exit_code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out) if self.out.strip() else None


def run(line: str, *more: str) -> Result:
    """`line` is split as a shell would; `more` are arguments that are not split. A new azure-cli for each."""
    from azure.cli.core import get_default_cli

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _fresh_logging():
        try:
            exit_code = get_default_cli().invoke([*shlex.split(line), *more], out_file=out)
        except SystemExit as exit:
            exit_code = exit.code or 0
    return Result(exit_code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _fresh_logging() -> Iterator[None]:
    """azure-cli configures logging once a process; here it must do so for every line, as in a shell."""
    loggers = [logging.getLogger(name) for name in (None, "cli", "az_command_data_logger")]
    before = [(logger, logger.handlers[:], logger.level) for logger in loggers]
    for logger in loggers:
        logger.handlers = []
    try:
        yield
    finally:
        for logger, handlers, level in before:
            logger.handlers = handlers
            logger.setLevel(level)
