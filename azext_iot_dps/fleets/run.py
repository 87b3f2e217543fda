"""The run of a plan: batches of records, several calls at a time, until all are sent or the run is stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from threading import Event, Lock

from knack.log import get_logger

from azext_iot_dps.cli import workers
from azext_iot_dps.cli.interrupts import Interrupts
from azext_iot_dps.fleets.batch import BatchWorker
from azext_iot_dps.fleets.items import Failure
from azext_iot_dps.fleets.tasks import Done, Operation, Task
from azext_iot_dps.service.enrollments import BULK, Enrollments
from azext_iot_dps.service.failure import ServiceError

logger = get_logger(__name__)

# Seconds between two reports of progress.
TICK = 0.2
_UNKNOWN = "The command was interrupted before the response: the request may have succeeded."

Batch = tuple[Operation, list[Task]]
# Told the outcome of a batch, while the worker that processed it still has its counts.
Tell = Callable[[Batch, BatchWorker, list[Failure]], None]


@dataclass
class Run:
    """How far a run has come: `taken` records were handed out, each of which is in one of the others.

    `returned` are the ids of those that were not sent after all. `fatal_error` is what stopped the run, when that was
    no interruption; `error` is any other exception of a worker.
    """

    taken: int = 0
    done: Counter[Done] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    unknown: list[Failure] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    interrupted: bool = False
    fatal_error: ServiceError | None = None
    error: BaseException | None = None

    @property
    def finished(self) -> int:
        """How many records have an outcome."""
        return sum(self.done.values()) + len(self.failures)


def batches(operation: Operation, tasks: Iterable[Task]) -> Iterator[Batch]:
    """Tasks as batches of as many records as a call takes."""
    waiting = iter(tasks)
    while batch := list(islice(waiting, BULK)):
        yield operation, batch


class _Batches:
    """Hands out the batches of a run, and collects their results, until it is closed."""

    def __init__(self, waiting: Iterator[Batch], tell: Tell):
        self.state = Run()
        self.ended = Event()
        self.error: BaseException | None = None
        self._waiting, self._tell = waiting, tell
        self._lock = Lock()
        self._in_flight: dict[int, list[Task]] = {}
        self._working = 0
        self._closed = False

    def work(self, worker: BatchWorker, stopped: Callable[[], bool], stop: Callable[[], None]) -> None:
        """What one thread does until there is nothing more to do."""
        with self._lock:
            self._working += 1
        try:
            while not stopped() and (batch := self._take(id(worker))):
                self._put(worker, batch, worker.process(*batch))
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
            for task in (task for batch in self._in_flight.values() for task in batch):
                self.state.unknown.append(task.failure(None, _UNKNOWN))
        return self.state

    def _take(self, worker: int) -> Batch | None:
        with self._lock:
            batch = None if self._closed else next(self._waiting, None)
            if batch:
                self.state.taken += len(batch[1])
                self._in_flight[worker] = batch[1]
        return batch

    def _put(self, worker: BatchWorker, batch: Batch, failures: list[Failure]) -> None:
        with self._lock:
            self._in_flight.pop(id(worker))
            if not self._closed:
                self.state.failures += failures
                self.state.returned += [task.id for task in worker.not_sent]
                self.state.done += worker.done
                self._tell(batch, worker, failures)
            worker.not_sent.clear()
            worker.done.clear()


def run(
    waiting: Iterator[Batch],
    records: Enrollments,
    make: Callable[[Enrollments], BatchWorker],
    concurrency: int,
    interrupts: Interrupts,
    report: Callable[[int, int], None],
    tell: Tell,
) -> Run:
    """Carry out all batches, `concurrency` calls at a time, by workers that `make` makes of a collection.

    After an interruption, or an error that every further call would get too, calls in flight finish and no others
    start; a second interruption does not wait for them. `tell` is called for one batch after the other. Raises
    ServiceError when the service cannot be located.
    """
    stop, state = records.pace, _Batches(waiting, tell)
    each = [make(records.clone()) for _ in range(concurrency)]
    interrupts.collect()
    workers.start((partial(state.work, worker, lambda: stop.stopped, stop.stop) for worker in each), "import")
    while not state.ended.wait(TICK) and interrupts.count < 2:
        report(state.state.finished, len(state.state.failures))
        if interrupts.count and not state.state.interrupted:
            state.state.interrupted = True
            stop.stop()
            logger.warning("Interrupted: waiting for pending requests. Interrupt again to stop waiting.")
    result = state.close()
    if state.error and not result.taken:
        raise state.error
    result.error = state.error
    report(result.finished, len(result.failures))
    result.interrupted |= interrupts.count > 0
    result.fatal_error = next((worker.fatal_error for worker in each if worker.fatal_error), None)
    return result
