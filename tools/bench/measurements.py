"""What is measured: command lines of two az and a bare script, taken in turn against one lean service."""

from __future__ import annotations

import shlex
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tools.bench import clock, floor, records
from tools.bench.service import ROOT, Service
from tools.lab.real_az import RealAz

SHOWS, LISTS, IMPORTS, APPLIES, LOADS, SINGLES = 21, 7, 7, 5, 11, 50
LISTED, IMPORTED = 20_000, 10_000
# One record in so many is changed.
CHANGED = 100
OURS = "iot dps enrollment"
Call = Callable[[], float]


class Rival(NamedTuple):
    """Something to compare the extension with; `target` is the highest ratio."""

    name: str
    call: Call
    target: float | None = None


class Result(NamedTuple):
    """The median of the extension or of a rival."""

    name: str
    value: float
    target: float | None = None


class Measurements:
    """The two az, the folder that they are in, and the service that they ask."""

    def __init__(self, folder: Path, service: Service) -> None:
        self._folder, self._service = folder, service
        self._az = floor.ours(folder / "ours", service.ca_file)
        self._empty = floor.empty(folder / "empty", service.ca_file)
        self._file = folder / "devices.jsonl"
        records.write(self._file, IMPORTED)

    def showing(self) -> list[Result]:
        """One record, in seconds."""
        self._service.stock(LISTED)
        one = f"--eid {records.identifier(LISTED // 2)}"
        return compared(
            SHOWS,
            Rival(f"az {OURS} show", self._timed(self._az, f"{OURS} show {one}")),
            Rival("az bench show: an empty extension", self._timed(self._empty, f"bench show {one}"), 1.05),
            Rival("az iot bench show: the same under az iot", self._timed(self._empty, f"iot bench show {one}"), 1.05),
        )

    def listing(self) -> list[Result]:
        """Every record, printed as JSON, in seconds."""
        self._service.stock(LISTED)
        return compared(
            LISTS,
            Rival(f"az {OURS} list", self._timed(self._az, f"{OURS} list")),
            Rival("az bench list: an empty extension", self._timed(self._empty, "bench list"), 1.10),
            Rival("az iot bench list: the same under az iot", self._timed(self._empty, "iot bench list"), 1.10),
        )

    def importing(self) -> list[Result]:
        """What is in a file into a service that has nothing, in seconds."""
        file = f"--file {shlex.quote(str(self._file))}"
        ours = self._timed(self._az, f"{OURS} import {file} --mode create")
        within = self._timed(self._empty, f"iot bench import {file}")
        return compared(
            IMPORTS,
            Rival(f"az {OURS} import", self._emptied(ours)),
            Rival("a bare script", self._emptied(self._bare), 1.25),
            Rival("az iot bench import: that script in az", self._emptied(within), 1.25),
        )

    def applying(self) -> tuple[list[Result], list[Result]]:
        """What is stored already, next to a listing of it: seconds, and seconds of processor time."""
        line = self._apply(LISTED)
        seconds, busy = (
            compared(
                APPLIES,
                Rival(f"az {OURS} apply, all unchanged", self._timed(self._az, line, measure)),
                Rival(f"az {OURS} list", self._timed(self._az, f"{OURS} list", measure), target),
            )
            for measure, target in ((clock.seconds, 1.2), (clock.busy, 1.1))
        )
        return seconds, busy

    def calling(self) -> Counter[str]:
        """The calls of an apply that changes one record in a hundred, by kind."""
        line, before = self._apply(LISTED, CHANGED), self._service.calls()
        self._timed(self._az, line)()
        return self._service.calls() - before

    def planning(self, count: int) -> tuple[float, float]:
        """What is stored already, without sending anything: seconds, and the MiB of memory at most."""
        return self._peak(f"{self._apply(count)} --what-if")

    def creating(self) -> float:
        """Seconds of one command that creates one record, in the mean."""
        keys = f"--pk {records.KEYS['primaryKey']} --sk {records.KEYS['secondaryKey']}"
        twin = """--tags '{"site": "north"}' --props '{"interval": 60}'"""
        line = f"{OURS} create --at symmetricKey {keys} {twin} --eid"
        self._service.stock(0)
        return statistics.mean(self._timed(self._az, f"{line} single-{number}")() for number in range(SINGLES))

    def exporting(self, count: int) -> tuple[float, float]:
        """Every record into a file: seconds, and the MiB of memory at most."""
        self._service.stock(count)
        written = self._folder / f"exported-{count}.jsonl"
        return self._peak(f"{OURS} export --file {shlex.quote(str(written))}")

    def serving(self) -> tuple[float, float]:
        """Seconds of a bare import, and of processor time that the service takes meanwhile."""
        self._service.stock(0)
        before = self._service.busy()
        return self._bare(), self._service.busy() - before

    def loading(self) -> list[Result]:
        """From an az that has loaded itself to one that has the commands of an extension, in milliseconds."""
        return compared(
            LOADS,
            Rival("azext_iot_dps", self._loaded(self._az, "azext_iot_dps")),
            Rival("an empty extension", self._loaded(self._empty, "azext_bench")),
        )

    def sizes(self) -> dict[str, int]:
        """Bytes of the wheel, and of what adding it leaves."""
        installed = floor.extension(self._az)
        return {
            "the wheel": self._az.wheel.stat().st_size,
            "the installed extension": size(installed),
            "of it our own package": size(installed / "azext_iot_dps"),
        }

    def _command(self, line: str) -> list[str]:
        words = shlex.split(line)
        return [sys.executable, "-m", "azure.cli", *words, "--login", self._service.connection_string]

    @staticmethod
    def _place(az: RealAz) -> tuple[dict[str, str], Path]:
        # Not in the checkout, whose modules `python -m` would find before those of the wheel.
        return az.environ, az.folder

    def _timed(self, az: RealAz, line: str, measure: Callable[..., float] = clock.seconds) -> Call:
        command = self._command(line)
        return lambda: measure(command, *self._place(az))

    def _peak(self, line: str) -> tuple[float, float]:
        start = time.perf_counter()
        command = [sys.executable, str(floor.HERE / "peak.py"), *self._command(line)]
        peak = clock.number(command, *self._place(self._az))
        return time.perf_counter() - start, peak

    def _apply(self, count: int, changed: int = 0) -> str:
        """The line that applies a file of as many records as are stored."""
        path = self._folder / f"applied-{count}-{changed}.jsonl"
        records.write_applied(path, count, changed)
        self._service.stock(count)
        return f"{OURS} apply --file {shlex.quote(str(path))}"

    def _bare(self) -> float:
        command = [sys.executable, "-m", "tools.bench.bare_import", self._service.connection_string, str(self._file)]
        return clock.seconds(command, self._empty.environ, ROOT)

    def _emptied(self, call: Call) -> Call:
        def afterwards() -> float:
            self._service.stock(0)
            return call()

        return afterwards

    def _loaded(self, az: RealAz, module: str) -> Call:
        command = [sys.executable, str(floor.HERE / "loading.py"), str(floor.extension(az)), module]
        return lambda: clock.number(command, *self._place(az))


def compared(rounds: int, *rivals: Rival) -> list[Result]:
    """The median of each, the extension first."""
    values = clock.medians(rounds, *(rival.call for rival in rivals))
    return [Result(rival.name, value, rival.target) for rival, value in zip(rivals, values)]


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
