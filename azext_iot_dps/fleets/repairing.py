"""repair-twin: initial twins that azure-iot wrapped. `client` is as in `handlers`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from azext_iot_dps.cli.client import Collection
from azext_iot_dps.cli.interrupts import Interrupts
from azext_iot_dps.cli.progress import shown
from azext_iot_dps.cli.where import Where
from azext_iot_dps.fleets.events import event_file
from azext_iot_dps.fleets.formats import FileFormat, ImportMode
from azext_iot_dps.fleets.importing import Import, loaded
from azext_iot_dps.fleets.items import Action, Failure
from azext_iot_dps.fleets.loading import Loaded, Rules
from azext_iot_dps.fleets.planning import Plan
from azext_iot_dps.fleets.preview import previewed
from azext_iot_dps.fleets.sources import Source
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.violation import Violations
from azext_iot_dps.record.wrapped_twin import unwrapped
from azext_iot_dps.service.connection import PAGE
from azext_iot_dps.service.versions import Need

_WORKERS = 4
# What is listed stands in for a file of patches; results have null for its path and its lines.
_LISTED = Source("", FileFormat.LINES)


def repair_twins(
    cmd: Any, client: Collection, what_if: bool = False, exit_code: bool = False, where: Where | None = None
) -> Json:
    """Restore wrapped initial twins, each only if it was not modified since it was listed; the result is apply's."""
    start = time.monotonic()
    with Interrupts() as interrupts, loaded([], client.kind, Rules(ImportMode.UPDATE)) as records:
        with shown(cmd.cli_ctx, f"Read {client.kind.plural}:") as report:
            plan = _planned(client, records, where, report)
        if what_if:
            return previewed(cmd.cli_ctx, plan, exit_code)
        job = Import(client, records, None, start, interrupts, plan)
        with event_file(None, interrupts) as log:
            return job.result(cmd.cli_ctx, _WORKERS, log.batch)


def _planned(client: Collection, records: Loaded, where: Where | None, report: Callable[[int], None]) -> Plan:
    """The plan, of all that the service lists and `where` takes. Raises ServiceError."""
    # they are written back
    client.records.versions.require(Need.WHOLE)
    plan, id_member = Plan(records), client.kind.id_member
    records.sources.append(_LISTED)
    for number, stored in enumerate(client.records.query(), 1):
        if number % PAGE == 0:
            report(number)
        id = stored.get(id_member)
        if not isinstance(id, str) or not (where is None or where.holds(stored)):
            continue
        action, named = Action.UNCHANGED, {id_member: id, "etag": stored.get("etag")}
        try:
            if parts := unwrapped(stored):
                # with the ETag: the parts were computed from this version
                action, named = Action.UPDATE, {**named, **parts}
        except Violations as error:
            action = Action.FAILED
            plan.failures.append(Failure(None, id, None, str(error)))
        place = records.spool.count
        # one that moves to another page while others write is listed twice
        if records.spool.add(id, (0, 0, named, None)) is None:
            records.spool.decide(place, action.value, stored if action is Action.UPDATE else None)
    return plan
