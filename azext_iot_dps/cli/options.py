"""The options that several nouns have, apart from those of the target."""

from __future__ import annotations

from azure.cli.core.commands.parameters import get_three_state_flag
from knack.arguments import CLIArgumentType

from azext_iot_dps.cli import completion, converters
from azext_iot_dps.record.values import ETAG, ID

enrollment_id_type = CLIArgumentType(
    options_list=["--enrollment-id", "--eid"],
    type=converters.typed("--enrollment-id", ID),
    completer=completion.enrollment_ids,
    help="Individual device enrollment ID.",
)
group_id_type = CLIArgumentType(
    options_list=["--enrollment-id", "--group-id", "--eid", "--gid"],
    type=converters.typed("--group-id", ID),
    completer=completion.group_ids,
    help="Enrollment group ID.",
)
registration_id_type = CLIArgumentType(
    options_list=["--registration-id", "--rid"],
    type=converters.typed("--registration-id", ID),
    help="ID of device registration.",
)
etag_type = CLIArgumentType(
    options_list=["--etag", "-e"],
    type=converters.typed("--etag", ETAG),
    help="ETag (entity tag) of the last known version, exactly as `show` prints it. If the record was modified "
    "since then, nothing is done. '*' accepts any version. If it is omitted, delete accepts any version, and update "
    "keeps what other clients change at the same time.",
)
top_type = CLIArgumentType(
    options_list=["--top"],
    type=converters.number("--top", 999_999_999, unlimited=True),
    help="Maximum number of records to return. Use -1 for unlimited, which is the default.",
)
show_keys_type = CLIArgumentType(
    get_three_state_flag(),
    options_list=["--show-keys", "--keys"],
    help="Include the symmetric keys in the result.",
)
