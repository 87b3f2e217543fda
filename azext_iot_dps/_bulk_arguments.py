"""The options of az iot dps enrollment and enrollment-group export and import."""

from azure.cli.core.commands.parameters import get_enum_type, get_three_state_flag
from knack.arguments import CLIArgumentType

from azext_iot_dps import _validators as check
from azext_iot_dps.enums import FileFormat, ImportMode

format_type = CLIArgumentType(
    get_enum_type(FileFormat),
    options_list=["--format"],
    help="Format of the file: JSON Lines (a record a line), a JSON array, or CSV. Without it the extension of --file "
    "decides, and JSON Lines where that says nothing.",
)


def export_arguments(c):
    c.argument(
        "file",
        options_list=["--file", "-f"],
        type=check.file_path("--file"),
        help="File to write. It is there when the export is complete; until then it stays as it was.",
    )
    c.argument("format", format_type)
    c.argument(
        "show_keys",
        get_three_state_flag(),
        options_list=["--show-keys", "--keys"],
        help="Include symmetric keys, which takes a call for each record that has some.",
    )


def import_arguments(c):
    c.argument(
        "file",
        options_list=["--file", "-f"],
        type=check.file_path("--file"),
        help="File to read, - for standard input.",
    )
    c.argument("format", format_type)
    c.argument(
        "mode",
        get_enum_type(ImportMode, default=ImportMode.CREATE.value),
        options_list=["--mode"],
        help="What to do with the records. create overwrites nothing; update changes what is there, and upsert creates "
        "what is not; delete needs no more of a record than its ID.",
    )
    c.argument(
        "concurrency",
        options_list=["--concurrency"],
        type=check.concurrency,
        help="Calls at a time, of ten records each.",
    )
    c.argument(
        "failed_file",
        options_list=["--failed-file"],
        type=check.file_path("--failed-file"),
        help="File to write the records to that failed or were not sent, as they stand in --file, to be imported "
        "again.",
    )
    c.argument(
        "validate_only",
        options_list=["--validate-only"],
        action="store_true",
        help="Check every record and send nothing. It needs neither a service nor a login.",
    )
    c.argument(
        "yes",
        options_list=["--yes", "-y"],
        action="store_true",
        help="Do not ask before deleting.",
    )
