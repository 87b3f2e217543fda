"""export and import: `client` is a collection of enrollments or of enrollment groups."""

from __future__ import annotations

import time
from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError
from azure.cli.core.util import user_confirmation
from knack.log import get_logger

from azext_iot_dps.cli import raw_output
from azext_iot_dps.cli.client import Collection
from azext_iot_dps.cli.interrupts import Interrupts
from azext_iot_dps.cli.progress import shown
from azext_iot_dps.cli.where import Where
from azext_iot_dps.fleets import writing
from azext_iot_dps.fleets.events import event_file
from azext_iot_dps.fleets.exporting import Exported, Selection, columns_of, export
from azext_iot_dps.fleets.formats import STANDARD_STREAM, ImportMode, format_of
from azext_iot_dps.fleets.importing import Import, loaded, planned
from azext_iot_dps.fleets.loading import Rules
from azext_iot_dps.fleets.planning import Prune
from azext_iot_dps.fleets.preview import previewed
from azext_iot_dps.fleets.sources import check_written, sources
from azext_iot_dps.fleets.template import text as csv_template
from azext_iot_dps.record.paths import Json
from azext_iot_dps.service.versions import Need

logger = get_logger(__name__)


def export_enrollments(
    cmd: Any,
    client: Collection,
    file: str,
    format: str | None = None,
    show_keys: bool | None = False,
    canonical: bool = False,
    where: Where | None = None,
) -> Json | None:
    """Write records to a file; the result says how many there are. Standard output gets nothing but records."""
    client.records.versions.require(Need.WHOLE)
    start, file_format = time.monotonic(), format_of(file, format, is_written=True)
    names, is_stream = columns_of(client.kind, canonical), file == STANDARD_STREAM
    selection = Selection(bool(show_keys), canonical, where)
    target = (
        writing.standard_output(file_format, names)
        if is_stream
        else writing.replaced("--file", file, file_format, names, private=bool(show_keys))
    )
    with Interrupts(), target as writer, shown(cmd.cli_ctx, f"Exported {client.kind.plural}:") as report:
        exported = export(client.records, client.kind, writer, file_format, selection, report)
    _warn(exported, client.kind.plural, bool(show_keys))
    if is_stream:
        return None
    return {"count": exported.count, "file": file, "seconds": round(time.monotonic() - start, 3)}


def import_enrollments(
    cmd: Any,
    client: Collection,
    file: list[str] | None = None,
    mode: str = "create",
    format: str | None = None,
    concurrency: int = 4,
    failed_file: str | None = None,
    validate_only: bool = False,
    yes: bool = False,
    ignore_etag: bool = False,
    ignore_missing: bool = False,
    delimiter: str | None = None,
    template: bool = False,
    what_if: bool = False,
    exit_code: bool = False,
    events: str | None = None,
    where: Where | None = None,
    skip_invalid: bool = False,
    fault_file: str | None = None,
) -> Json | None:
    """Check all records of a file, then create, update or delete them; the result counts them and lists failures."""
    # there is one of them, as the validator of the options sees to
    if template or not file:
        raw_output.write("--template", csv_template(client.kind))
        return None
    start, import_mode, given = time.monotonic(), ImportMode(mode), sources(file, format, delimiter)
    check_written(given, {"--failed-file": failed_file, "--events": events, "--fault-file": fault_file})
    reading = loaded(given, client.kind, Rules(import_mode, ignore_etag, where, skip_invalid, fault_file))
    with Interrupts() as interrupts, event_file(events, interrupts) as log, reading as records:
        if validate_only:
            return {"total": records.total, "seconds": round(time.monotonic() - start, 3)}
        if what_if:
            plan = planned(client, records, cmd.cli_ctx, ignore_missing=ignore_missing)
            return previewed(cmd.cli_ctx, plan, exit_code)
        if import_mode is ImportMode.DELETE and records.total:
            user_confirmation(f"Delete {client.kind.counted(records.total)} of {client.records.host}?", yes)
        sent = None if import_mode in (ImportMode.CREATE, ImportMode.DELETE) else planned(client, records, cmd.cli_ctx)
        job = Import(client, records, failed_file, start, interrupts, sent, ignore_missing)
        return log.end(job.result(cmd.cli_ctx, concurrency, log.batch))


def apply_enrollments(
    cmd: Any,
    client: Collection,
    file: list[str],
    format: str | None = None,
    concurrency: int = 4,
    failed_file: str | None = None,
    what_if: bool = False,
    exit_code: bool = False,
    prune: str | None = None,
    max_deletes: int | None = None,
    ignore_etag: bool = False,
    yes: bool = False,
    delimiter: str | None = None,
    events: str | None = None,
    where: Where | None = None,
    skip_invalid: bool = False,
    fault_file: str | None = None,
) -> Json:
    """Create and change what a file asks for and the service does not have so yet; what is as asked is not sent."""
    start, given = time.monotonic(), sources(file, format, delimiter)
    check_written(given, {"--failed-file": failed_file, "--events": events, "--fault-file": fault_file})
    pruning = Prune(prune == "disable", max_deletes) if prune else None
    reading = loaded(given, client.kind, Rules(ImportMode.UPSERT, ignore_etag, where, skip_invalid, fault_file))
    with Interrupts() as interrupts, event_file(events, interrupts) as log, reading as records:
        if pruning and not records.total:
            raise InvalidArgumentValueError(
                "--file has no record. With --prune nothing would be left. Nothing was sent."
            )
        plan = planned(client, records, cmd.cli_ctx, pruning)
        if what_if:
            return previewed(cmd.cli_ctx, plan, exit_code)
        if plan.pruned:
            doing = "Disable" if plan.disables else "Delete"
            question = f"{doing} {client.kind.counted(len(plan.pruned))} of {client.records.host} that no file has?"
            user_confirmation(question, yes)
        job = Import(client, records, failed_file, start, interrupts, plan)
        return log.end(job.result(cmd.cli_ctx, concurrency, log.batch))


def _warn(exported: Exported, plural: str, show_keys: bool) -> None:
    """Say what the file does not hold, though an import would need it."""
    count = exported.count
    if exported.without_keys:
        logger.warning(
            "%d of %d %s have symmetric keys that are not in the file: an import that creates them generates new "
            "keys.%s", exported.without_keys, count, plural, "" if show_keys else " Use --show-keys to include them."
        )  # fmt: skip
    if exported.without_certificates:
        logger.warning(
            "%d of %d %s have certificates, which the service never shows: the file has only their info. Add the "
            "certificates before you import it to create %s.", exported.without_certificates, count, plural, plural
        )  # fmt: skip
    if exported.not_in_csv:
        logger.warning(
            "%d of %d %s have members that CSV has no column for. Use --format jsonl or json to keep all of them.",
            exported.not_in_csv, count, plural,
        )  # fmt: skip
