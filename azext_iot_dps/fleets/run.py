"""The run of an import: batches of records, several calls at a time, until all are sent or the run is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from threading import Event, Lock

from knack.log import get_logger

from azext_iot_dps.cli.interrupts import Interrupts
from azext_iot_dps.fleets import workers
from azext_iot_dps.fleets.batch import BatchWorker, Failure
from azext_iot_dps.fleets.formats import ImportMode
from azext_iot_dps.fleets.loading import Item
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.service.enrollments import BULK, Enrollments
from azext_iot_dps.service.failure import ServiceError

logger = get_logger(__name__)

# Seconds between two reports of progress.
TICK = 0.2
_UNKNOWN = "The command was interrupted before the response: the request may have succeeded."


@dataclass
class Run:
    """How far a run has come: the first `taken` records are done, except for failures, `unknown` and `returned` ones.

    What is `returned` was taken and not sent.
    `fatal_error` is what stopped it, when that was no interruption.
    """

    taken: int = 0
    done: int = 0
    failures: list[Failure] = field(default_factory=list)
    unknown: list[Failure] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    interrupted: bool = False
    fatal_error: ServiceError | None = None


class _Batches:
    """Hands out the batches of a run, and collects their results, until it is closed."""

    def __init__(self, items: Iterable[Item]):
        self.state = Run()
        self.ended = Event()
        self.error: BaseException | None = None
        self._waiting = iter(items)
        self._lock = Lock()
        self._in_flight: dict[int, list[Item]] = {}
        self._working = 0
        self._closed = False

    def work(self, worker: BatchWorker, stopped: Callable[[], bool], stop: Callable[[], None]) -> None:
        """What one thread does until there is nothing more to do."""
        with self._lock:
            self._working += 1
        try:
            while not stopped():
                batch = self._take(id(worker))
                if not batch:
                    return
                self._put(worker, worker.process(batch))
        # the thread that waits for all of them raises it
        except BaseException as error:
            self.error = error
            stop()
        finally:
            with self._lock:
                self._working -= 1
                if not self._working:
                    self.ended.set()

    def close(self) -> Run:
        """The state as it is now: what is in flight is unknown, and remains so."""
        with self._lock:
            self._closed = True
            for item in (item for batch in self._in_flight.values() for item in batch):
                self.state.unknown.append(Failure(item.line, item.id, None, _UNKNOWN))
        return self.state

    def _take(self, worker: int) -> list[Item]:
        with self._lock:
            batch = [] if self._closed else list(islice(self._waiting, BULK))
            self.state.taken += len(batch)
            self._in_flight[worker] = batch
        return batch

    def _put(self, worker: BatchWorker, failures: list[Failure]) -> None:
        with self._lock:
            batch = self._in_flight.pop(id(worker))
            if not self._closed:
                self.state.failures += failures
                self.state.returned += [item.id for item in worker.not_sent]
                self.state.done += len(batch)
            worker.not_sent.clear()


def run(
    items: Iterable[Item],
    records: Enrollments,
    kind: Kind,
    mode: ImportMode,
    concurrency: int,
    interrupts: Interrupts,
    report: Callable[[int], None],
) -> Run:
    """Do with all items what the mode says, ten per call and `concurrency` calls at a time.

    After an interruption, or an error that every further call would get too, calls in flight finish and no others
    start; a second interruption does not wait for them. Raises ServiceError when the service cannot be located.
    """
    pace, batches = records.pace, _Batches(items)
    each = [BatchWorker(records.clone(), kind, mode) for _ in range(concurrency)]
    interrupts.collect()
    workers.start((partial(batches.work, worker, lambda: pace.stopped, pace.stop) for worker in each), "import")
    while not batches.ended.wait(TICK) and interrupts.count < 2:
        report(batches.state.done)
        if interrupts.count and not batches.state.interrupted:
            batches.state.interrupted = True
            pace.stop()
            logger.warning("Interrupted: waiting for pending requests. Interrupt again to stop waiting.")
    state = batches.close()
    if batches.error:
        raise batches.error
    report(state.done)
    state.failures.sort(key=lambda failure: failure.line)
    state.unknown.sort(key=lambda failure: failure.line)
    state.interrupted |= interrupts.count > 0
    state.fatal_error = next((worker.fatal_error for worker in each if worker.fatal_error), None)
    return state
