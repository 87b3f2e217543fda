"""The formats of files of records."""

from __future__ import annotations

from pathlib import PurePath

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iot_dps.enums import FileFormat

_EXTENSIONS = {
    ".json": FileFormat.ARRAY,
    ".csv": FileFormat.CSV,
    ".jsonl": FileFormat.LINES,
    ".ndjson": FileFormat.LINES,
}


def of(path: str, named: str | None) -> FileFormat:
    """The format that was named, or else that of the extension; JSON Lines where that says nothing."""
    return FileFormat(named) if named else _EXTENSIONS.get(PurePath(path).suffix.lower(), FileFormat.LINES)


def check_alike(path: str, written: FileFormat) -> None:
    """Refuse a path whose extension would make the next import read another format than is `written`."""
    if _EXTENSIONS.get(PurePath(path).suffix.lower(), written) is not written:
        raise InvalidArgumentValueError(
            f"--failed-file gets records as they stand in --file, which is {written.value}: give it that extension."
        )
