"""Certificates that a CSV file names by the paths of their files."""

from __future__ import annotations

import os
from pathlib import Path

from azure.cli.core.azclierror import FileOperationError

from azext_iot_dps.cli import files
from azext_iot_dps.fleets.formats import STANDARD_STREAM


def folder_of(file: str) -> Path | None:
    """The folder of a file of records; None for standard input."""
    return None if file == STANDARD_STREAM else Path(os.path.expanduser(file)).parent


def content(folder: Path | None, column: str, path: str) -> bytes:
    """The content of the file in a cell: relative to the folder if it is there, else to the working folder.

    Raises FileOperationError; of a pipe, before it would wait for a writer.
    """
    target = os.path.expanduser(path)
    # an absolute path stays what it is
    beside = os.path.join(folder, target) if folder else target
    found = beside if os.path.exists(beside) else target
    if os.path.exists(found) and not os.path.isfile(found):
        raise FileOperationError(f"{column}: {path} is not a regular file.")
    return files.content(column, path if found == target else found)
