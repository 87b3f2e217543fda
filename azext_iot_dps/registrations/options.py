"""The options of the commands of registrations."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli import options as shared
from azext_iot_dps.cli.target import target_options
from azext_iot_dps.registrations.commands import DEPRECATED, ENROLLMENT, GROUP


def load(loader: Any) -> None:
    """Add the options to the commands in the table of a loader."""
    for group in (ENROLLMENT, GROUP, DEPRECATED):
        # an individual enrollment and its registration have the same id
        id_type = shared.enrollment_id_type if group == ENROLLMENT else shared.registration_id_type
        for verb in ("list", "show", "delete"):
            with loader.argument_context(f"{group} {verb}") as c:
                target_options(c)
                c.argument("etag", shared.etag_type)
                c.argument("top", shared.top_type)
                c.argument("group_id", shared.group_id_type)
                c.argument("registration_id", id_type)
