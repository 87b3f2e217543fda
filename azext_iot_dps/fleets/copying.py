"""copy: the enrollments of one service become those of another. `client` has both."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError
from knack.log import get_logger

from azext_iot_dps.cli.client import Collection, Pair
from azext_iot_dps.cli.interrupts import Interrupts
from azext_iot_dps.cli.progress import shown
from azext_iot_dps.cli.where import Where
from azext_iot_dps.fleets.events import event_file
from azext_iot_dps.fleets.exporting import Selection, selected
from azext_iot_dps.fleets.formats import FileFormat, ImportMode
from azext_iot_dps.fleets.importing import Import, loaded, planned
from azext_iot_dps.fleets.items import Action
from azext_iot_dps.fleets.loading import Loaded, Rules
from azext_iot_dps.fleets.planning import Plan
from azext_iot_dps.fleets.preview import previewed
from azext_iot_dps.fleets.sources import Source
from azext_iot_dps.record import attestation
from azext_iot_dps.record.paths import Json, get
from azext_iot_dps.service.versions import Need

logger = get_logger(__name__)

_WORKERS = 4
# A record that cannot be copied is a failure, and the others are copied.
_RULES = Rules(ImportMode.UPSERT, ignore_etag=True, skips=True, leaves_certificates=True)


def copy_enrollments(
    cmd: Any,
    client: Pair,
    map_hub: list[tuple[str, str]] | None = None,
    where: Where | None = None,
    show_keys: bool | None = False,
    what_if: bool = False,
    exit_code: bool = False,
) -> Json:
    """Create and change in the other service what this one has; the result is apply's, with what was not copied."""
    start, hubs = time.monotonic(), Hubs(map_hub or [])
    selection = Selection(bool(show_keys), where=where)
    with Interrupts() as interrupts, _read(cmd.cli_ctx, client.source, selection, hubs) as records:
        client.hubs.extend(hubs.named)
        if client.source.records.host.lower() == client.to.records.host.lower():
            raise InvalidArgumentValueError("--to is the service to copy from. Nothing was sent.")
        plan = planned(client.to, records, cmd.cli_ctx)
        left = _not_copied(plan)
        hubs.warn()
        _warn(plan, left["certificates"], client.to.records.host)
        if what_if:
            return {**previewed(cmd.cli_ctx, plan, exit_code), "notCopied": left}
        job = Import(client.to, records, None, start, interrupts, plan)
        with event_file(None, interrupts) as log:
            return {**job.result(cmd.cli_ctx, _WORKERS, log.batch), "notCopied": left}


class Hubs:
    """The IoT hubs that stand in for others."""

    def __init__(self, pairs: list[tuple[str, str]]):
        """`pairs` are old and new host names."""
        self._new = {old.lower(): new for old, new in pairs}
        self._unused = {old.lower(): old for old, _ in pairs}
        # those that the copies name, in their order
        self.named: dict[str, None] = {}

    def mapped(self, record: Json) -> Json:
        """A record that names the new hubs."""
        changed, listed = {**record}, record.get("iotHubs")
        if isinstance(listed, list):
            mapped = [self._mapped(hub) for hub in listed]
            # two hubs may become one
            changed["iotHubs"] = [hub for place, hub in enumerate(mapped) if hub not in mapped[:place]]
        if record.get("iotHubHostName"):
            changed["iotHubHostName"] = self._mapped(record["iotHubHostName"])
        return changed

    def warn(self) -> None:
        """Say which of the old ones no record has."""
        for old in self._unused.values():
            logger.warning("--map-hub: no enrollment that is copied names the IoT hub %s.", old)

    def _mapped(self, hub: Any) -> Any:
        key = str(hub).lower()
        self._unused.pop(key, None)
        new = self._new.get(key, hub)
        self.named[str(new)] = None
        return new


@contextmanager
def _read(cli_ctx: Any, source: Collection, selection: Selection, hubs: Hubs) -> Iterator[Loaded]:
    """The records of a service, as those of a file. Raises ServiceError."""
    # they are written to the other service
    source.records.versions.require(Need.WHOLE)
    with ExitStack() as stack:
        with shown(cli_ctx, f"Read {source.kind.plural}:") as report:
            listed = map(hubs.mapped, selected(source.records, selection, report))
            given = Source("", FileFormat.LINES, listed=listed)
            records = stack.enter_context(loaded([given], source.kind, _RULES))
        yield records


def _not_copied(plan: Plan) -> dict[str, int]:
    """How many records are left since they have certificates, and how many get other symmetric keys."""
    created = (item for item, _ in plan.records(Action.CREATE) if not item.names_keys)
    keyed = (item for item in created if get(item.members, "attestation.type") == attestation.SYMMETRIC_KEY)
    return {"certificates": plan.count(Action.LEFT), "keys": sum(1 for _ in keyed)}


def _warn(plan: Plan, certificates: int, host: str) -> None:
    if certificates:
        logger.warning(
            "%d of %d %s are not copied: they have certificates, which the service never shows, and which %s does not "
            "have. Create them there from the certificate files.",
            certificates,
            plan.loaded.total,
            plan.loaded.kind.plural,
            host,
        )
    if plan.count(Action.CREATE):
        logger.warning("Registrations are not copied. Devices must register at %s, with its ID scope.", host)
