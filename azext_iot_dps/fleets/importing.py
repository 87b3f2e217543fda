"""One import: its plan, its run, its result, and the file of the records that failed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from azure.cli.core.azclierror import FileOperationError

from azext_iot_dps.cli.client import Collection
from azext_iot_dps.cli.ending import fail_after_output
from azext_iot_dps.cli.failures import advice
from azext_iot_dps.cli.interrupts import Interrupts
from azext_iot_dps.cli.progress import shown
from azext_iot_dps.fleets import writing
from azext_iot_dps.fleets.batch import BatchWorker
from azext_iot_dps.fleets.fault_file import fault_file
from azext_iot_dps.fleets.formats import ImportMode
from azext_iot_dps.fleets.items import Action
from azext_iot_dps.fleets.loading import Loaded, Rules
from azext_iot_dps.fleets.planning import Plan, Planner, Prune
from azext_iot_dps.fleets.run import Batch, Run, Tell, batches, run
from azext_iot_dps.fleets.sources import Source
from azext_iot_dps.fleets.spool import Spool
from azext_iot_dps.fleets.stored import ServiceRecords
from azext_iot_dps.fleets.tasks import Done, Operation, Task
from azext_iot_dps.fleets.tasks import counts as outcomes
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.schema import columns
from azext_iot_dps.service.failure import EXISTS_CODES
from azext_iot_dps.service.versions import Need

# What is sent of records for which this was decided, in this order; nothing is decided where nothing is planned.
_SENT: dict[str | None, Operation] = {Action.CREATE.value: Operation.CREATE, Action.UPDATE.value: Operation.UPDATE}
_UNPLANNED = {ImportMode.CREATE: Operation.CREATE, ImportMode.DELETE: Operation.DELETE}


@contextmanager
def loaded(sources: list[Source], kind: Kind, rules: Rules) -> Iterator[Loaded]:
    """The records of files, all of them checked. Raises errors of azure-cli for faults."""
    spool = Spool()
    try:
        with fault_file(rules.fault_file) as tell:
            records = Loaded(sources, kind, rules, spool, tell)
        yield records
    finally:
        spool.close()


def planned(
    client: Collection, records: Loaded, cli_ctx: Any, prune: Prune | None = None, ignore_missing: bool = False
) -> Plan:
    """The plan, compared with the service. Raises ServiceError, and errors of azure-cli for faults."""
    client.records.versions.require(max(records.need, Need.WHOLE))
    # that of faults which were skipped is complete
    path = None if records.skips else records.rules.fault_file
    with shown(cli_ctx, f"Compared {client.kind.plural}:") as report, fault_file(path) as tell:
        return Planner(records, ServiceRecords(client.records, report), prune, ignore_missing, tell).plan()


@dataclass
class Import:
    """Records to import into a collection; `start` is when the command began, by the monotonic clock.

    Without a `plan` the records are sent as they are, to be created or deleted.
    """

    client: Collection
    records: Loaded
    failed_file: str | None
    start: float
    interrupts: Interrupts
    plan: Plan | None = None
    ignore_missing: bool = False

    def result(self, cli_ctx: Any, concurrency: int, tell: Tell) -> Json:
        """Carry it out, and `tell` of each batch.

        When anything failed, the command ends in an error after its result is printed.
        """
        kind, mode = self.client.kind, self.records.mode
        self.client.records.settle_version(self.records.need)
        make = partial(BatchWorker, kind=kind, mode=mode, ignore_missing=self.ignore_missing)
        state, unwritten, plan = None, [], self.plan
        operations: dict[str | None, Operation] = _SENT if plan else {None: _UNPLANNED[mode]}
        counts, pruned = self.records.spool.counts(), plan.pruned if plan else []
        sent = sum(counts.get(action, 0) for action in operations) + len(pruned)
        try:
            with self._failed_file() as failed:
                waiting = chain.from_iterable(self._batches(action, of) for action, of in operations.items())
                doing = f"{mode.value.capitalize()} {kind.plural}:"
                with shown(cli_ctx, doing, sent) as report:
                    everything = chain(waiting, self._pruning(pruned))
                    state = run(everything, self.client.records, make, concurrency, self.interrupts, report, tell)
                if failed:
                    self._write(failed, state, operations, counts)
        except FileOperationError as error:
            if state is None:
                raise
            # the result is shown although the file could not be written
            unwritten = [str(error)]
        refused = plan.failures if plan else self.records.skipped
        state.done[Done.UNCHANGED] += counts.get(Action.UNCHANGED.value, 0)
        state.failures = sorted([*refused, *state.failures], key=self.records.order)
        state.unknown.sort(key=self.records.order)
        unknown, not_sent = len(state.unknown), sent - state.taken + len(state.returned)
        # those that no file has count in deleted or updated only: those not handed out, and those that came back
        came_back = {stored[kind.id_member] for stored in pruned}.intersection(state.returned)
        pruned_left = min(len(pruned), sent - state.taken) + len(came_back)
        not_sent -= pruned_left
        if state.failures or not_sent or pruned_left or state.interrupted or unwritten or state.error:
            hints = advice(state.fatal_error) if state.fatal_error else []
            hints += [f"{pruned_left:,} stored records that no file has were left as they are."] if pruned_left else []
            if mode is ImportMode.CREATE and any(each.code in EXISTS_CODES for each in state.failures):
                hints += [f"To update those that exist too: az iot dps {kind.title.replace(' ', '-')} apply"]
            hints += [f"It ended early: {state.error}"] if state.error else []
            message = self._message(state, not_sent)
            fail_after_output(cli_ctx, message, [*hints, *unwritten], self.interrupts.restore)
        return {
            "total": self.records.total,
            **outcomes(state.done),
            "failed": len(state.failures),
            "notSent": not_sent,
            **({"unknown": unknown} if unknown else {}),
            "seconds": round(time.monotonic() - self.start, 3),
            "failures": [failure.json() for failure in (*state.failures, *state.unknown)],
        }

    def _batches(self, action: str | None, operation: Operation) -> Iterator[Batch]:
        tasks = (Task(item.id, item, stored) for _, item, stored in self.records.items(action))
        return batches(operation, tasks)

    def _pruning(self, pruned: list[Json]) -> Iterator[Batch]:
        member = self.client.kind.id_member
        disables = self.plan is not None and self.plan.disables
        tasks = (Task(stored[member], None, stored, self.records.where) for stored in pruned)
        return batches(Operation.UPDATE if disables else Operation.DELETE, tasks)

    def _failed_file(self) -> AbstractContextManager[writing.Writer | None]:
        if not self.failed_file:
            return nullcontext()
        names = self.records.columns or columns(self.client.kind)
        format = self.records.sources[0].format
        return writing.replaced("--failed-file", self.failed_file, format, names, private=True, even_empty=False)

    def _write(
        self, failed: writing.Writer, state: Run, operations: dict[str | None, Operation], counts: dict[str | None, int]
    ) -> None:
        """The records that are not done: those that failed, and those that were not handed out any more."""
        ids = {*state.returned, *(failure.id for failure in (*state.failures, *state.unknown))}
        left, taken = {}, state.taken
        for action in operations:
            count = counts.get(action, 0)
            left[action] = min(count, taken)
            taken -= left[action]
        for item, action in self.records.decided():
            if action in left:
                left[action] -= 1
            if item.source and (item.id in ids or action == Action.FAILED.value or left.get(action, 0) < 0):
                failed.write(item.source)

    def _message(self, state: Run, not_sent: int) -> str:
        message = f"{len(state.failures):,} of {self.records.total:,} {self.client.kind.plural} failed"
        if not_sent:
            why = " because of the interruption" if state.interrupted else ""
            message += f", and {not_sent:,} were not sent{why}"
        if state.unknown:
            message += f", and the outcome of {len(state.unknown):,} is unknown"
        first = state.failures[0] if state.failures else None
        place = f"on line {first.line}" if first and first.line else f"of '{first.id}'" if first else ""
        if first and first.file and self.records.shown(first.file):
            place += f" of {first.file}"
        return message + (f". The first failure, {place}: {first.message}" if first else ".")
