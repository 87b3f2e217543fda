"""The commands on many records at a time."""

from __future__ import annotations

from functools import partial
from typing import Any

from azext_iot_dps.cli.client import cf_collection, cf_pair
from azext_iot_dps.cli.nouns import command_type
from azext_iot_dps.fleets import tables
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL

READ, WRITE = "EnrollmentRead", "EnrollmentWrite"
_ROLLING = "rolling"
# The module and the function of a handler, what a policy must grant, and the rows for -o table.
_COMMANDS = {
    "export": ("handlers", "export_enrollments", READ, None),
    "diff": ("diffing", "diff_enrollments", READ, tables.applied),
    "repair-twin": ("repairing", "repair_twins", WRITE, tables.applied),
    "apply": ("handlers", "apply_enrollments", WRITE, tables.applied),
    "roll": (_ROLLING, "roll_enrollments", WRITE, tables.applied),
    "import": ("handlers", "import_enrollments", WRITE, tables.applied),
}


def load(loader: Any) -> None:
    """Add the commands to azure-cli's table."""
    copying = command_type("fleets.copying")
    modules = {module for module, *_ in _COMMANDS.values()}
    types = {module: command_type(f"fleets.{module}", _spell if module == _ROLLING else str) for module in modules}
    for noun, kind in (("iot dps enrollment", INDIVIDUAL), ("iot dps enrollment-group", GROUP)):
        with loader.command_group(noun) as g:
            for verb, (module, handler, right, rows) in _COMMANDS.items():
                g.command(
                    verb,
                    handler,
                    command_type=types[module],
                    table_transformer=rows,
                    client_factory=partial(cf_collection, kind, right),
                )
            factory = partial(cf_pair, kind)
            rows = tables.applied
            g.command("copy", "copy_enrollments", command_type=copying, table_transformer=rows, client_factory=factory)


def _spell(path: str) -> str:
    """The option of `roll` that names a member."""
    from azext_iot_dps.fleets.roll_options import spell

    return spell(path)
