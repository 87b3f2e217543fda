"""Text to standard output as it is, where azure-cli would print JSON."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TextIO

from azure.cli.core.azclierror import FileOperationError

from azext_iot_dps.cli.files import reason


def write(option: str, text: str) -> None:
    """Write text to standard output as it is. Raises FileOperationError."""
    with stream(option) as file:
        file.write(text)


@contextmanager
def stream(option: str) -> Iterator[Any]:
    """Standard output as a file in UTF-8. Raises FileOperationError when it cannot be written."""
    if sys.stdout is None:
        raise FileOperationError(f"{option}: standard output is closed.")
    try:
        with _own_stream(sys.stdout) as file:
            yield file
    except OSError as error:
        raise FileOperationError(f"{option}: cannot write standard output: {reason(error)}.") from error


def _own_stream(stream: TextIO) -> AbstractContextManager[Any]:
    """A stream to the same place: Python would complain at its end of what a broken pipe leaves in `stream`."""
    try:
        number = os.dup(stream.fileno())
    except (OSError, ValueError):
        # of a program that calls azure-cli: it is in memory
        return nullcontext(stream)
    stream.flush()
    return open(number, "w", encoding="utf-8", errors="backslashreplace", newline="")
