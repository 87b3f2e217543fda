"""The options that several commands on fleets have."""

from __future__ import annotations

from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError
from azure.cli.core.commands.parameters import get_enum_type
from knack.arguments import CLIArgumentType

from azext_iot_dps.cli import converters
from azext_iot_dps.cli.where import Where
from azext_iot_dps.fleets.formats import FileFormat

format_type = CLIArgumentType(
    get_enum_type(FileFormat),
    options_list=["--format"],
    help="Format of the file: jsonl (JSON Lines, one record per line), json (a JSON array), yaml (a list or "
    "documents) or csv. The default follows the extension of --file, and is jsonl without one.",
)


def flag(c: Any, name: str, help: str) -> None:
    """An option without a value, spelled like its argument."""
    c.argument(name, options_list=[f"--{name.replace('_', '-')}"], action="store_true", help=help)


def file_options(c: Any) -> None:
    """The files to read, and how."""
    c.argument(
        "file",
        options_list=["--file", "-f"],
        nargs="+",
        type=converters.file_path("--file"),
        help="Files to read, separated by spaces; - for standard input. A folder means its files of the formats below, "
        "without its subfolders.",
    )
    c.argument("format", format_type)
    c.argument(
        "delimiter",
        options_list=["--delimiter"],
        type=_delimiter,
        help="Character between the cells of CSV files, or tab. By default it is found in the first line: a comma, a "
        "semicolon or a tab.",
    )


def where_option(c: Any, what: str, how: str) -> None:
    """The condition: on what, and how it is evaluated."""
    c.argument(
        "where",
        options_list=["--where"],
        type=Where,
        help=f'Only {what} for which this JMESPath expression is true, such as "provisioningStatus == '
        f"'disabled'\". {how}",
    )


def plan_options(c: Any) -> None:
    """To show a plan instead of carrying it out."""
    flag(
        c,
        "what_if",
        "Show what would be created, updated and deleted, with the changes of each enrollment, and send nothing.",
    )
    flag(
        c,
        "exit_code",
        "With --what-if, end with exit code 10 if anything would change.",
    )


def _delimiter(text: str) -> str:
    """The character; `tab` and `\\t` are easier to type than a tab."""
    if text.lower() in ("tab", "\\t"):
        return "\t"
    if len(text) != 1 or text.isalnum() or text in '"#\r\n ':
        raise InvalidArgumentValueError("--delimiter must be a single character such as ';', or tab.")
    return text
