"""The options of export, import and apply."""

from __future__ import annotations

from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError
from azure.cli.core.commands.parameters import get_enum_type, get_three_state_flag

from azext_iot_dps.cli import converters
from azext_iot_dps.cli.target import TARGET, target_options
from azext_iot_dps.fleets import combinations, copy_options, roll_options
from azext_iot_dps.fleets.formats import STANDARD_STREAM, ImportMode
from azext_iot_dps.fleets.shared_options import file_options, flag, format_type, plan_options, where_option

# Requests at a time, at the most.
MAX_CONCURRENCY = 32


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
        with loader.argument_context(f"{noun} roll") as c:
            target_options(c)
            c.argument("dps_name", TARGET["dps_name"], validator=combinations.roll)
            roll_options.add(c, is_group=noun.endswith("-group"))
        with loader.argument_context(f"{noun} copy") as c:
            target_options(c)
            names = [*TARGET["dps_name"].settings["options_list"], "--from"]
            c.argument("dps_name", TARGET["dps_name"], options_list=names, validator=combinations.copy)
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
    flag(
        c,
        "canonical",
        "Sort the records by ID and their members by name, and omit ETags, dates and registration states, so that "
        "two exports of the same enrollments are the same file.",
    )
    where_option(c, "enrollments", "It is evaluated for each record as it is listed, without symmetric keys.")


def _diff_options(c: Any) -> None:
    file_options(c)
    where_option(c, "records and stored enrollments", "It is evaluated for each as it is in the file, or listed.")
    c.argument(
        "with_file",
        options_list=["--with"],
        nargs="+",
        type=converters.file_path("--with"),
        help="Files and folders to compare with, instead of the service. Needs neither a service nor a login.",
    )
    flag(
        c,
        "exit_code",
        "End with exit code 10 if anything differs.",
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


def _run_options(c: Any) -> None:
    file_options(c)
    flag(
        c,
        "ignore_etag",
        "Ignore the ETags in the file. Otherwise an enrollment is changed only if it still has the ETag.",
    )
    flag(
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
    flag(
        c,
        "ignore_missing",
        "With --mode delete, an enrollment that does not exist is no failure.",
    )
    flag(
        c,
        "validate_only",
        "Check every record and send nothing. Needs neither a service nor a login.",
    )
    flag(
        c,
        "template",
        "Print a CSV file to start from, with an example of each attestation, and import nothing. Needs neither a "
        "service nor a file.",
    )
    c.argument("yes", options_list=["--yes", "-y"], action="store_true", help="Do not prompt before deleting.")
