"""The run of an import: batches of records, several calls at a time, until all are sent or the run is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock

from knack.log import get_logger

from azext_iot_dps.fleets.batch import BatchWorker, Failure
from azext_iot_dps.fleets.formats import ImportMode
from azext_iot_dps.fleets.loading import Item
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.service.enrollments import BULK, Enrollments
from azext_iot_dps.service.failure import ServiceError

logger = get_logger(__name__)

# Seconds between two reports of progress.
TICK = 0.2


@dataclass
class Run:
    """How far a run has come: the first `taken` records are done, except for the failures.

    `fatal_error` is what stopped it, when that was no interruption.
    """

    taken: int = 0
    done: int = 0
    failures: list[Failure] = field(default_factory=list)
    interrupted: bool = False
    fatal_error: ServiceError | None = None


def run(
    items: Iterable[Item],
    records: Enrollments,
    kind: Kind,
    mode: ImportMode,
    concurrency: int,
    report: Callable[[int], None],
) -> Run:
    """Do with all items what the mode says, ten per call and `concurrency` calls at a time.

    After Ctrl-C, or an error that every further call would get too, calls in flight finish and no others start.
    Raises ServiceError when the service cannot be located.
    """
    pace, lock, state, waiting = records.pace, Lock(), Run(), iter(items)
    workers = [BatchWorker(records.clone(), kind, mode) for _ in range(concurrency)]

    def work(worker: BatchWorker) -> None:
        try:
            while not pace.stopped:
                with lock:
                    batch = list(islice(waiting, BULK))
                    state.taken += len(batch)
                if not batch:
                    return
                failures = worker.process(batch)
                with lock:
                    state.failures += failures
                    state.done += len(batch)
        except BaseException:
            pace.stop()
            raise

    with ThreadPoolExecutor(concurrency) as pool:
        working = [pool.submit(work, worker) for worker in workers]
        try:
            while wait(working, timeout=TICK).not_done:
                report(state.done)
        except KeyboardInterrupt:
            state.interrupted = True
            pace.stop()
            logger.warning("Interrupted: waiting for pending requests.")
    for each in working:
        each.result()
    report(state.done)
    state.failures.sort()
    state.fatal_error = next((worker.fatal_error for worker in workers if worker.fatal_error), None)
    return state
