"""Imports and exports against emulators that throttle in different ways, all at the same time: they mostly wait."""

from __future__ import annotations

import json
import shlex
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from tools.bench import clock, emulated, floor, records, request_log
from tools.lab.real_az import RealAz

LIMIT = 1000
"""Calls or records per minute."""
LATENCY = 75
"""Milliseconds of each response unless another latency is set."""
PER_CALL = 10
"""Records of a bulk call."""
APART = 0.3
"""Seconds between two starts."""
PATIENCE = 3
"""A run is ended after this many times the minutes that it should take, and two more."""
STOPPING = (signal.SIGINT, signal.SIGTERM)
WAYS = (
    ("window", "retry-after"),
    ("window", "none"),
    ("window", "date"),
    ("bucket", "retry-after"),
    ("bucket", "none"),
)


class Run(NamedTuple):
    """How the emulator throttles, and the concurrency of an import; an export has none."""

    kind: str
    style: str
    counted: str
    concurrency: int | None = None

    @property
    def name(self) -> str:
        return f"{self.kind} {self.style} {self.counted} " + (
            f"-c {self.concurrency}" if self.concurrency else "export"
        )


# An import costs a tenth of its records in calls, so that calls are those of an export with keys: one per record.
RUNS = [
    *(Run(*way, "records", concurrency) for way in WAYS for concurrency in (1, 4, 32)),
    *(Run(*way, "calls") for way in WAYS),
]


class Outcome(NamedTuple):
    """`failed` is None without a result, for which `reason` has the error; `rate` is relative to the limit."""

    name: str
    failed: int | None
    refused: float
    rate: float | None
    seconds: float
    reason: str


@dataclass
class Started:
    """A run in progress; `seconds` is set when it has ended."""

    run: Run
    folder: Path
    log: Path
    process: subprocess.Popen[str]
    start: float
    seconds: float | None = None

    def outcome(self, total: int) -> Outcome:
        """Read the files that it left; `total` is the number of records."""
        with self.log.open(errors="replace") as lines:
            calls = request_log.calls(lines, PER_CALL if self.run.counted == "records" else 1)
        rate = request_log.later_rate(calls)
        return Outcome(
            self.run.name,
            failures((self.folder / "result.json").read_text(), total),
            request_log.refused_share(calls),
            None if rate is None else rate * 60 / LIMIT,
            time.monotonic() - self.start if self.seconds is None else self.seconds,
            (self.folder / "errors.txt").read_text().strip() if self.seconds is not None else "It did not end in time.",
        )


def failures(printed: str, total: int) -> int | None:
    """Records that a result does not have as done, those that were not sent included; None if it is not a result.

    A failed import prints its result too, and ends with 1.
    """
    try:
        result: dict[str, Any] = json.loads(printed)
    except ValueError:
        return None
    return int(result["failed"] + result["notSent"]) if "failed" in result else total - int(result["count"])


def records_for(minutes: float) -> int:
    """As many as are allowed, in whole bulk calls."""
    return max(1, round(minutes * LIMIT / PER_CALL)) * PER_CALL


def least_seconds(minutes: float) -> float:
    """What the limit leaves for them: a window and a bucket accept the first minute's at once."""
    return max(0, records_for(minutes) - LIMIT) * 60 / LIMIT


def measure(folder: Path, minutes: float, only: str, latency: float | None) -> list[Outcome]:
    """Carry out the runs with `only` in their names, each with records for these minutes; latency in milliseconds.

    All processes have ended when it returns or raises, SIGTERM and Ctrl-C included.
    """
    for number in STOPPING:
        signal.signal(number, _stop)
    total = records_for(minutes)
    records.write(folder / "devices.jsonl", total)
    emulated.stock(folder / "stocked.db", total)
    # No authority: each run has to trust that of an emulator of its own.
    az = floor.ours(folder / "az", "")
    # The first command makes the index of commands, which others then find.
    clock.succeed(az.run("iot dps enrollment import -h"))
    options = ["--throttle", f"{LIMIT}/min", "--latency", f"{LATENCY if latency is None else latency:.0f}"]
    with ExitStack() as stack:
        started = []
        for run in (run for run in RUNS if only in run.name):
            started.append(_start(stack, folder, run, az, options))
            time.sleep(APART)
        _wait(started, 60 * (PATIENCE * minutes + 2))
        return [each.outcome(total) for each in started]


def _stop(number: int, _: object) -> None:
    """End by an exception, which ends the processes; another signal must not interrupt that."""
    for each in STOPPING:
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)


def _start(stack: ExitStack, parent: Path, run: Run, az: RealAz, options: list[str]) -> Started:
    """An emulator, and an az that uses it; both end with the stack, az first."""
    folder = parent / run.name.replace(" ", "-")
    folder.mkdir()
    ways = ["--throttle-kind", run.kind, "--throttle-style", run.style, "--throttle-count", run.counted]
    if run.concurrency:
        line = (
            f"import --mode create --concurrency {run.concurrency} --file {shlex.quote(str(parent / 'devices.jsonl'))}"
        )
    else:
        ways += ["--state", str(shutil.copy(parent / "stocked.db", folder / "state.db"))]
        line = f"export --show-keys --file {shlex.quote(str(folder / 'exported.jsonl'))}"
    dps = stack.enter_context(emulated.Emulated(folder / "requests.txt", *options, *ways))
    login = ("--login", dps.connection_string)
    with (folder / "result.json").open("w") as result, (folder / "errors.txt").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "azure.cli", *shlex.split(f"iot dps enrollment {line}"), *login],
            # Not in the checkout, whose modules `python -m` would find before those of the wheel.
            cwd=az.folder,
            env={**az.environ, "REQUESTS_CA_BUNDLE": dps.ca_file},
            stdin=subprocess.DEVNULL,
            stdout=result,
            stderr=errors,
            text=True,
        )
    stack.callback(emulated.end, process)
    return Started(run, folder, dps.log, process, time.monotonic())


def _wait(started: list[Started], seconds: float) -> None:
    """Until all have ended, but no longer than this."""
    latest = time.monotonic() + seconds
    while any(each.seconds is None for each in started) and time.monotonic() < latest:
        time.sleep(0.2)
        for each in started:
            if each.seconds is None and each.process.poll() is not None:
                each.seconds = time.monotonic() - each.start
