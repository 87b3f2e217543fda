"""The options of export, import and apply."""

from __future__ import annotations

from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError
from azure.cli.core.commands.parameters import get_enum_type, get_three_state_flag
from knack.arguments import CLIArgumentType

from azext_iot_dps.cli import converters
from azext_iot_dps.cli.target import TARGET, target_options
from azext_iot_dps.cli.where import Where
from azext_iot_dps.fleets import combinations, copy_options
from azext_iot_dps.fleets.formats import STANDARD_STREAM, FileFormat, ImportMode

# Requests at a time, at the most.
MAX_CONCURRENCY = 32

format_type = CLIArgumentType(
    get_enum_type(FileFormat),
    options_list=["--format"],
    help="Format of the file: jsonl (JSON Lines, one record per line), json (a JSON array), yaml (a list or "
    "documents) or csv. The default follows the extension of --file, and is jsonl without one.",
)


def load(loader: Any) -> None:
    """Describe the options to azure-cli."""
    for noun in ("iot dps enrollment", "iot dps enrollment-group"):
        with loader.argument_context(f"{noun} export") as c:
            target_options(c)
            _export_options(c)
        with loader.argument_context(f"{noun} apply") as c:
            target_options(c)
            c.argument("dps_name", TARGET["dps_name"], validator=combinations.apply)
            _apply_options(c)
        with loader.argument_context(f"{noun} diff") as c:
            target_options(c)
            c.argument("dps_name", TARGET["dps_name"], validator=combinations.diff)
            _diff_options(c)
        with loader.argument_context(f"{noun} repair-twin") as c:
            target_options(c)
            c.argument("dps_name", TARGET["dps_name"], validator=combinations.repair)
            plan_options(c)
            where_option(c, "enrollments", "It is evaluated for each as it is listed.")
        with loader.argument_context(f"{noun} copy") as c:
            target_options(c)
            c.argument("dps_name", TARGET["dps_name"], validator=combinations.copy)
            copy_options.add(c)
            plan_options(c)
            where_option(c, "enrollments", "It is evaluated for each as it is listed, before --map-hub.")
        with loader.argument_context(f"{noun} import") as c:
            target_options(c)
            c.argument("dps_name", TARGET["dps_name"], validator=combinations.import_)
            _import_options(c)


def _events(text: str) -> str:
    path = str(converters.file_path("--events")(text))
    if path == STANDARD_STREAM:
        raise InvalidArgumentValueError(
            "--events must be a file or a named pipe, not -, because the result is printed to standard output."
        )
    return path


def _delimiter(text: str) -> str:
    """The character; `tab` and `\\t` are easier to type than a tab."""
    if text.lower() in ("tab", "\\t"):
        return "\t"
    if len(text) != 1 or text.isalnum() or text in '"#\r\n ':
        raise InvalidArgumentValueError("--delimiter must be a single character such as ';', or tab.")
    return text


def _flag(c: Any, name: str, help: str) -> None:
    """An option without a value, spelled like its argument."""
    c.argument(name, options_list=[f"--{name.replace('_', '-')}"], action="store_true", help=help)


def _export_options(c: Any) -> None:
    c.argument(
        "file",
        options_list=["--file", "-f"],
        type=converters.file_path("--file"),
        help="File to write, or - for standard output. A file is replaced only when the export is complete.",
    )
    c.argument("format", format_type)
    c.argument(
        "show_keys",
        get_three_state_flag(),
        options_list=["--show-keys", "--keys"],
        help="Include symmetric keys, which takes one request for each record that has them.",
    )
    _flag(
        c,
        "canonical",
        "Sort the records by ID and their members by name, and omit ETags, dates and registration states, so that "
        "two exports of the same enrollments are the same file.",
    )
    where_option(c, "enrollments", "It is evaluated for each record as it is listed, without symmetric keys.")


def where_option(c: Any, what: str, how: str) -> None:
    c.argument(
        "where",
        options_list=["--where"],
        type=Where,
        help=f'Only {what} for which this JMESPath expression is true, such as "provisioningStatus == '
        f"'disabled'\". {how}",
    )


def _diff_options(c: Any) -> None:
    _file_options(c)
    where_option(c, "records and stored enrollments", "It is evaluated for each as it is in the file, or listed.")
    c.argument(
        "with_file",
        options_list=["--with"],
        nargs="+",
        type=converters.file_path("--with"),
        help="Files and folders to compare with, instead of the service. Needs neither a service nor a login.",
    )
    _flag(c, "exit_code", "End with exit code 10 if anything differs.")


def plan_options(c: Any) -> None:
    _flag(
        c,
        "what_if",
        "Show what would be created, updated and deleted, with the changes of each enrollment, and send nothing.",
    )
    _flag(
        c,
        "exit_code",
        "With --what-if, end with exit code 10 if anything would change.",
    )


def _apply_options(c: Any) -> None:
    _run_options(c)
    where_option(c, "records", "With --prune only stored enrollments for which it is true are deleted or disabled.")
    plan_options(c)
    c.argument(
        "prune",
        get_enum_type(["delete", "disable"]),
        options_list=["--prune"],
        nargs="?",
        const="delete",
        help="Also delete, or disable, stored enrollments that are not in the file. Prompts unless --yes is given.",
    )
    c.argument(
        "max_deletes",
        options_list=["--max-deletes"],
        type=converters.number("--max-deletes", 999_999_999),
        help="With --prune, send nothing if more enrollments would be deleted or disabled. The default is 10 % of the "
        "stored ones, at least 1.",
    )
    c.argument("yes", options_list=["--yes", "-y"], action="store_true", help="Do not prompt before deleting.")


def _file_options(c: Any) -> None:
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


def _run_options(c: Any) -> None:
    _file_options(c)
    _flag(
        c,
        "ignore_etag",
        "Ignore the ETags in the file. Otherwise an enrollment is changed only if it still has the ETag.",
    )
    _flag(
        c,
        "skip_invalid",
        "Skip records with faults instead of sending nothing. They count as failed, and the exit code is 1.",
    )
    c.argument(
        "fault_file",
        options_list=["--fault-file"],
        type=converters.file_path("--fault-file"),
        help="File to write all faults to, one per line. The error message has the first twenty kinds only. Only its "
        "owner can read the file.",
    )
    c.argument(
        "concurrency",
        options_list=["--concurrency"],
        type=converters.number("--concurrency", MAX_CONCURRENCY),
        help="Number of concurrent requests, of ten records each.",
    )
    c.argument(
        "failed_file",
        options_list=["--failed-file"],
        type=converters.file_path("--failed-file"),
        help="File to write the records to that failed or were not sent, as they are in --file, so that they can be "
        "imported again.",
    )
    c.argument(
        "events",
        options_list=["--events"],
        type=_events,
        help="File or named pipe to write a line of JSON to after each batch of ten records and at the end, for "
        "another program to follow. Only its owner can read the file.",
    )


def _import_options(c: Any) -> None:
    _run_options(c)
    where_option(c, "records", "It is evaluated for each record as it is in the file.")
    plan_options(c)
    c.argument(
        "mode",
        get_enum_type(ImportMode, default=ImportMode.CREATE.value),
        options_list=["--mode"],
        help="What to do with the records. create never overwrites; update changes existing enrollments; upsert "
        "updates existing enrollments and creates the others; delete uses only the ID and the ETag of a record.",
    )
    _flag(
        c,
        "ignore_missing",
        "With --mode delete, an enrollment that does not exist is no failure.",
    )
    _flag(
        c,
        "validate_only",
        "Check every record and send nothing. Needs neither a service nor a login.",
    )
    _flag(
        c,
        "template",
        "Print a CSV file to start from, with an example of each attestation, and import nothing. Needs neither a "
        "service nor a file.",
    )
    c.argument("yes", options_list=["--yes", "-y"], action="store_true", help="Do not prompt before deleting.")
