"""Records in tens, several calls at a time, until all are sent or somebody says stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock

from knack.log import get_logger
from knack.util import CLIError

from azext_iot_dps.enums import ImportMode
from azext_iot_dps.fleet.call import Caller, Failure
from azext_iot_dps.fleet.checked import Item
from azext_iot_dps.fleet.kinds import Kind
from azext_iot_dps.service.client import BULK, Enrollments
from azext_iot_dps.service.retry import Pace

logger = get_logger(__name__)

# Seconds between two words about the progress.
TICK = 0.2


@dataclass
class Sent:
    """How far an import came: the first `taken` records are done, but for the failures."""

    taken: int = 0
    done: int = 0
    failures: list[Failure] = field(default_factory=list)
    interrupted: bool = False
    # what made it stop, when that was no interruption
    met: CLIError | None = None


def send(
    items: Iterable[Item],
    records: Enrollments,
    kind: Kind,
    mode: ImportMode,
    concurrency: int,
    report: Callable[[int], None],
) -> Sent:
    """Do with all items what the mode says, ten a call and `concurrency` calls at a time.

    Ctrl-C, and an answer that every further call would meet too, let the calls in flight finish and start no others.
    Raises an error of azure-cli when the service cannot be found out.
    """
    pace, lock, sent, waiting = Pace(), Lock(), Sent(), iter(items)
    callers = [Caller(records.twin(), kind, mode, pace) for _ in range(concurrency)]

    def work(caller: Caller) -> None:
        try:
            while pace.wait():
                with lock:
                    batch = list(islice(waiting, BULK))
                    sent.taken += len(batch)
                if not batch:
                    return
                failures = caller.carry_out(batch)
                with lock:
                    sent.failures += failures
                    sent.done += len(batch)
        except BaseException:
            pace.stop()
            raise

    with ThreadPoolExecutor(concurrency) as pool:
        working = [pool.submit(work, caller) for caller in callers]
        try:
            while wait(working, timeout=TICK).not_done:
                report(sent.done)
        except KeyboardInterrupt:
            sent.interrupted = True
            pace.stop()
            logger.warning("Interrupted: waiting for the calls that are under way.")
    for each in working:
        each.result()
    report(sent.done)
    sent.failures.sort()
    sent.met = next((caller.met for caller in callers if caller.met), None)
    return sent
