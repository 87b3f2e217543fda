"""Events of a run: a line of JSON after each batch and one at the end, for a program that follows the file."""

from __future__ import annotations

import json
import os
import select
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path

from azure.cli.core.azclierror import FileOperationError
from knack.log import get_logger
from knack.util import CLIError

from azext_iot_dps.arm.failure import ArmError
from azext_iot_dps.cli.files import reason
from azext_iot_dps.cli.interrupts import Interrupts
from azext_iot_dps.fleets.batch import BatchWorker
from azext_iot_dps.fleets.items import Failure
from azext_iot_dps.fleets.run import Batch
from azext_iot_dps.fleets.tasks import counts
from azext_iot_dps.record.paths import Json
from azext_iot_dps.service.failure import ServiceError

logger = get_logger(__name__)

# Of the lines: it changes when a program that reads them would have to.
VERSION = 1
# Seconds after which a wait for the reader of a pipe can be given up.
TICK = 0.2
_OWNER_ONLY = 0o600
# Errors whose messages are for users: they have no secrets.
_TOLD = (CLIError, ServiceError, ArmError)


class Events:
    """Writes each line when it comes. A line that cannot be written is the last one, and fails nothing else."""

    def __init__(self, path: str | None, interrupts: Interrupts):
        """Without a `path` nothing is written. Raises FileOperationError when it cannot be opened."""
        self._path, self._interrupts = path, interrupts
        self._ended, self._size = False, 0
        self._number = _opened(path) if path else None

    def batch(self, batch: Batch, worker: BatchWorker, failures: list[Failure]) -> None:
        """Write the outcome of a batch that a worker processed."""
        operation, tasks = batch
        outcome = {**counts(worker.done), "failed": len(failures), "notSent": len(worker.not_sent)}
        told = [failure.json() for failure in failures]
        ids = [task.id for task in tasks]
        self._write("batch", {"operation": operation.name.lower(), "ids": ids, **outcome, "failures": told})

    def end(self, result: Json) -> Json:
        """Write the numbers of a result as the last line; returns the result."""
        numbers = {name: value for name, value in result.items() if name != "failures"}
        self._end({**numbers, "interrupted": self._interrupts.count > 0})
        return result

    def fail(self, error: BaseException) -> None:
        """Write the last line of a command that ends without a result."""
        interrupted = isinstance(error, KeyboardInterrupt)
        told = str(error) if isinstance(error, _TOLD) else type(error).__name__
        self._end({"interrupted": interrupted, **({} if interrupted else {"error": told})})

    def close(self) -> None:
        """Close the file; nothing more is written."""
        if self._number is not None:
            os.close(self._number)
        self._number = None

    def _end(self, members: Json) -> None:
        if not self._ended:
            self._ended = True
            self._write("end", members)

    def _write(self, event: str, members: Json) -> None:
        if self._number is None:
            return
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        text = json.dumps({"version": VERSION, "event": event, "time": now, **members})
        try:
            self._send(self._number, f"{text}\n".encode())
        except OSError as error:
            # no half of a line
            with suppress(OSError):
                os.ftruncate(self._number, self._size)
            self.close()
            logger.warning("--events: cannot write %s: %s. It has no further events.", self._path, reason(error))

    def _send(self, number: int, line: bytes) -> None:
        left = line
        while left:
            try:
                left = left[os.write(number, left) :]
            except BlockingIOError:
                # of a pipe that is full
                if self._interrupts.count > 1:
                    raise OSError("the other program does not read it") from None
                select.select([], [number], [], TICK)
        self._size += len(line)


@contextmanager
def event_file(path: str | None, interrupts: Interrupts) -> Iterator[Events]:
    """Events that get a last line in any case. Raises FileOperationError when the file cannot be opened."""
    events = Events(path, interrupts)
    try:
        yield events
    except BaseException as error:
        events.fail(error)
        raise
    finally:
        events.close()


def _opened(path: str) -> int:
    """A regular file is emptied, and may be read by its owner alone; a named pipe waits for its reader."""
    number = None
    try:
        flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0)
        number = os.open(Path(path).expanduser(), flags, _OWNER_ONLY)
        _prepare(number, os.fstat(number).st_mode)
    except (OSError, RuntimeError, ValueError) as error:
        if number is not None:
            os.close(number)
        raise FileOperationError(f"--events: cannot write {path}: {reason(error)}.") from error
    return number


def _prepare(number: int, mode: int) -> None:
    if stat.S_ISREG(mode):
        if hasattr(os, "fchmod"):
            os.fchmod(number, _OWNER_ONLY)
        os.ftruncate(number, 0)
    elif stat.S_ISFIFO(mode) and hasattr(os, "set_blocking"):
        # so that a reader that stops cannot keep the command from ending
        os.set_blocking(number, False)
