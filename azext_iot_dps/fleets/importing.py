"""One import: its run, its result, and the file of the records that failed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any

from azure.cli.core.azclierror import AzureResponseError, FileOperationError
from knack.events import EVENT_CLI_SUCCESSFUL_EXECUTE

from azext_iot_dps.cli.client import Collection
from azext_iot_dps.cli.failures import advice
from azext_iot_dps.cli.interrupts import Interrupts
from azext_iot_dps.cli.progress import shown
from azext_iot_dps.fleets import reading, writing
from azext_iot_dps.fleets.formats import FileFormat, ImportMode
from azext_iot_dps.fleets.loading import Loaded
from azext_iot_dps.fleets.run import Run, run
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.schema import columns

# Bytes of records that an import keeps in memory; more of them go to a file without a name.
IN_MEMORY = 32_000_000


@contextmanager
def loaded(path: str, kind: Kind, mode: ImportMode, format: FileFormat) -> Iterator[Loaded]:
    """The records of a file, all of them checked. Raises errors of azure-cli for faults."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        with reading.opened(path) as text:
            records = Loaded(reading.entries(text, format, kind), kind, mode, format, spool)
        yield records


@dataclass
class Import:
    """Records to import into a collection; `start` is when the command began, by the monotonic clock."""

    client: Collection
    records: Loaded
    mode: ImportMode
    format: FileFormat
    failed_file: str | None
    start: float
    interrupts: Interrupts

    def result(self, cli_ctx: Any, concurrency: int) -> Json:
        """Carry it out. When anything failed, the command ends in an error after its result is printed."""
        kind, total = self.client.kind, self.records.total
        doing = f"{self.mode.value.capitalize()} {kind.plural}:"
        state, unwritten = None, []
        try:
            with self._failed_file() as failed, shown(cli_ctx, doing, total) as report:
                state = run(self.records, self.client.records, kind, self.mode, concurrency, self.interrupts, report)
                if failed:
                    self._write(failed, state)
        except FileOperationError as error:
            if state is None:
                raise
            # the result is shown although the file could not be written
            unwritten = [str(error)]
        unknown, not_sent = len(state.unknown), total - state.taken + len(state.returned)
        if state.failures or not_sent or state.interrupted or unwritten:
            hints = advice(state.fatal_error) if state.fatal_error else []
            self._fail_after_output(cli_ctx, self._message(state), [*hints, *unwritten])
        return {
            "total": total,
            "succeeded": total - not_sent - len(state.failures) - unknown,
            "failed": len(state.failures),
            "notSent": not_sent,
            **({"unknown": unknown} if unknown else {}),
            "seconds": round(time.monotonic() - self.start, 3),
            "failures": [failure._asdict() for failure in (*state.failures, *state.unknown)],
        }

    def _failed_file(self) -> AbstractContextManager[writing.Writer | None]:
        if not self.failed_file:
            return nullcontext()
        names = self.records.columns or columns(self.client.kind)
        return writing.replaced("--failed-file", self.failed_file, self.format, names, private=True, even_empty=False)

    def _write(self, failed: writing.Writer, state: Run) -> None:
        ids = {*state.returned, *(failure.id for failure in (*state.failures, *state.unknown))}
        for place, item in enumerate(self.records):
            if place >= state.taken or item.id in ids:
                failed.write(item.source)

    def _message(self, state: Run) -> str:
        failed, left = len(state.failures), self.records.total - state.taken + len(state.returned)
        message = f"{failed:,} of {self.records.total:,} {self.client.kind.plural} failed"
        if left:
            message += f", and {left:,} were not sent" + (" because of the interruption" if state.interrupted else "")
        if state.unknown:
            message += f", and the outcome of {len(state.unknown):,} is unknown"
        first = state.failures[0] if state.failures else None
        return message + (f". The first failure, on line {first.line}: {first.message}" if first else ".")

    def _fail_after_output(self, cli_ctx: Any, message: str, recommendations: list[str]) -> None:
        """End in an error once azure-cli has printed the result, which a handler that raises would not have."""

        def fail(_: Any, **__: Any) -> None:
            cli_ctx.unregister_event(EVENT_CLI_SUCCESSFUL_EXECUTE, fail)
            self.interrupts.restore()
            raise AzureResponseError(message, recommendation=recommendations)

        cli_ctx.register_event(EVENT_CLI_SUCCESSFUL_EXECUTE, fail)
