"""The options of export and import."""

from __future__ import annotations

from typing import Any

from azure.cli.core.commands.parameters import get_enum_type, get_three_state_flag
from knack.arguments import CLIArgumentType

from azext_iot_dps.cli import converters
from azext_iot_dps.cli.target import TARGET, target_options, validate_target
from azext_iot_dps.fleets.formats import FileFormat, ImportMode

# Requests at a time, at the most.
MAX_CONCURRENCY = 32

format_type = CLIArgumentType(
    get_enum_type(FileFormat),
    options_list=["--format"],
    help="Format of the file: jsonl (JSON Lines, one record per line), json (a JSON array) or csv. The default follows "
    "the extension of --file, and is jsonl for any other extension.",
)


def load(loader: Any) -> None:
    """Describe the options to azure-cli."""
    for noun in ("iot dps enrollment", "iot dps enrollment-group"):
        with loader.argument_context(f"{noun} export") as c:
            target_options(c)
            _export_options(c)
        with loader.argument_context(f"{noun} import") as c:
            target_options(c)
            c.argument("dps_name", TARGET["dps_name"], validator=_validate_import)
            _import_options(c)


def _validate_import(namespace: Any) -> None:
    """Checking a file needs no service."""
    if not namespace.validate_only:
        validate_target(namespace)


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


def _import_options(c: Any) -> None:
    c.argument(
        "file",
        options_list=["--file", "-f"],
        type=converters.file_path("--file"),
        help="File to read, or - for standard input.",
    )
    c.argument("format", format_type)
    c.argument(
        "mode",
        get_enum_type(ImportMode, default=ImportMode.CREATE.value),
        options_list=["--mode"],
        help="What to do with the records. create never overwrites; update changes existing enrollments; upsert "
        "updates existing enrollments and creates the others; delete uses only the ID and the ETag of a record.",
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
        "validate_only",
        options_list=["--validate-only"],
        action="store_true",
        help="Check every record and send nothing. Needs neither a service nor a login.",
    )
    c.argument("yes", options_list=["--yes", "-y"], action="store_true", help="Do not prompt before deleting.")
