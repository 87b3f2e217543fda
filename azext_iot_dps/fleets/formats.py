"""The formats of files of records, and what an import does with the records."""

from __future__ import annotations

from enum import Enum
from itertools import combinations
from pathlib import PurePath

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iot_dps.cli.files import are_same

# The path that stands for standard input and standard output.
STANDARD_STREAM = "-"
# What lines of CSV begin with that are no rows.
COMMENT = "#"


class ImportMode(str, Enum):
    """What an import does."""

    CREATE = "create"
    UPDATE = "update"
    UPSERT = "upsert"
    DELETE = "delete"


class FileFormat(str, Enum):
    """One record per line, a JSON array, a list or documents of YAML, or rows of cells."""

    LINES = "jsonl"
    ARRAY = "json"
    YAML = "yaml"
    CSV = "csv"


_EXTENSIONS = {
    ".json": FileFormat.ARRAY,
    ".csv": FileFormat.CSV,
    ".jsonl": FileFormat.LINES,
    ".ndjson": FileFormat.LINES,
    ".yaml": FileFormat.YAML,
    ".yml": FileFormat.YAML,
}


_SPREADSHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".numbers")
_SAVE_AS_CSV = "Save the sheet as CSV UTF-8 in the spreadsheet program, and specify that file."
_WRITE_CSV = "Specify a .csv file, which spreadsheet programs open."


def known_format(path: str) -> FileFormat | None:
    """The format of this extension, None for any other and for none."""
    return _EXTENSIONS.get(PurePath(path).suffix.lower())


def format_of(path: str, named: str | None, option: str = "--file", is_written: bool = False) -> FileFormat:
    """The format that was named, or else that of the extension; JSON Lines for standard streams and no extension.

    `is_written` says that the file is one to write. Raises InvalidArgumentValueError for any other extension.
    """
    if named:
        return FileFormat(named)
    suffix = "" if path == STANDARD_STREAM else PurePath(path).suffix
    if suffix and suffix.lower() not in _EXTENSIONS:
        names = ", ".join(each.value for each in FileFormat)
        way = f"Rename the file, or specify its format with --format: {names}."
        if suffix.lower() in _SPREADSHEETS:
            way = _WRITE_CSV if is_written else _SAVE_AS_CSV
        raise InvalidArgumentValueError(
            f"{option} {path}: {suffix} is not the extension of a format of records: {', '.join(_EXTENSIONS)}.",
            recommendation=way,
        )
    return _EXTENSIONS.get(suffix.lower(), FileFormat.LINES)


def check_alike(path: str, written: FileFormat) -> None:
    """Refuse a path whose extension is that of another format than is `written`: the next import would go by it.

    Raises InvalidArgumentValueError.
    """
    if _EXTENSIONS.get(PurePath(path).suffix.lower(), written) is not written:
        raise InvalidArgumentValueError(
            f"--failed-file is written in the format of --file, {written.value}: use that extension."
        )


def check_apart(written: dict[str, str | None], file: str) -> None:
    """Refuse to write a file that is read, or to write two to the same file, be it through a link.

    `written` are paths by their options. Raises InvalidArgumentValueError.
    """
    options = {"--file": file} | {option: path for option, path in written.items() if path}
    for (option, path), (later, another) in combinations(options.items(), 2):
        if are_same(path, another):
            raise InvalidArgumentValueError(f"{later} and {option} are the same file. Specify another {later}.")
