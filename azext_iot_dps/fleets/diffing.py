"""diff: what files would change, compared with the service or with other files. `client` is as in `handlers`."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iot_dps.cli.client import Collection
from azext_iot_dps.cli.interrupts import Interrupts
from azext_iot_dps.cli.progress import shown
from azext_iot_dps.cli.where import Where
from azext_iot_dps.fleets.formats import STANDARD_STREAM, ImportMode
from azext_iot_dps.fleets.importing import loaded
from azext_iot_dps.fleets.loading import Rules
from azext_iot_dps.fleets.planning import Planner, Prune
from azext_iot_dps.fleets.preview import previewed
from azext_iot_dps.fleets.sources import sources
from azext_iot_dps.fleets.stored import FileRecords, ServiceRecords, Stored
from azext_iot_dps.record.paths import Json
from azext_iot_dps.service.versions import Need

# Nothing is deleted.
_NO_LIMIT = Prune(most=sys.maxsize)


def diff_enrollments(
    cmd: Any,
    client: Collection,
    file: list[str],
    with_file: list[str] | None = None,
    format: str | None = None,
    delimiter: str | None = None,
    exit_code: bool = False,
    where: Where | None = None,
) -> Json:
    """What apply with --prune would change of the service, or of the records of other files; sends nothing."""
    if STANDARD_STREAM in file and STANDARD_STREAM in (with_file or []):
        raise InvalidArgumentValueError("--file and --with cannot both be standard input.")
    after = sources(file, format, delimiter)
    before = sources(with_file, format, delimiter, "--with") if with_file else []
    rules = Rules(ImportMode.UPSERT, ignore_etag=True, where=where)
    with Interrupts(), ExitStack() as stack:
        records = stack.enter_context(loaded(after, client.kind, rules))
        report = stack.enter_context(shown(cmd.cli_ctx, f"Compared {client.kind.plural}:"))
        client.records.versions.require(Need.WHOLE)
        stored: Stored = ServiceRecords(client.records, report)
        if before:
            # all of them, as of a service: the condition is on what only they have
            stored = FileRecords(stack.enter_context(loaded(before, client.kind, rules._replace(where=None))))
        return previewed(cmd.cli_ctx, Planner(records, stored, _NO_LIMIT).plan(), exit_code)
