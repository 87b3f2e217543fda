"""Files that the user names on the command line, or in a file of records."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from azure.cli.core.azclierror import FileOperationError

# Of a larger file only so much is read that its size shows: no certificate or key is larger than half of it.
MAX_BYTES = 2_000_000


def content(option: str, path: str) -> bytes:
    """The bytes of a file, MAX_BYTES at most. `option` names it in messages.

    Raises FileOperationError when it cannot be read.
    """
    try:
        with Path(path).expanduser().open("rb") as file:
            return file.read(MAX_BYTES)
    except (OSError, RuntimeError, ValueError) as error:
        raise FileOperationError(f"{option}: cannot read {path}: {reason(error)}.") from error


def unread(path: str) -> str:
    """Why azure-cli left `@path` as it is, without a full stop. The file is not opened: it may be a pipe."""
    try:
        found = Path(path).expanduser()
        if stat.S_ISDIR(found.stat().st_mode):
            return "it is a folder"
        return "it is not text" if os.access(found, os.R_OK) else "permission denied"
    except (OSError, RuntimeError, ValueError) as error:
        return reason(error)


def without_at(option: str, text: str) -> str:
    """What to say of the path of an existing file that was given without @, '' for anything else."""
    is_file = os.path.isfile(os.path.expanduser(text))
    return f"To read the file {text}, specify {option} @{text}" if is_file else ""


def reason(error: Exception) -> str:
    """Why a file cannot be read or written, without a full stop."""
    text = error.strerror if isinstance(error, OSError) else None
    return (text or str(error)).rstrip(".")


def are_same(path: str, another: str) -> bool:
    """Whether two paths are of the same file, be it through a link, and be it not there yet."""
    try:
        first, second = Path(path).expanduser(), Path(another).expanduser()
        # what neither names yet, both may create
        return os.path.realpath(first) == os.path.realpath(second) or first.samefile(second)
    except (OSError, RuntimeError, ValueError):
        return False
