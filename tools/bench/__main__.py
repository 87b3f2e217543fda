"""`make bench`: print what our commands take and what the same costs at least, as ratios within one run.

Nothing is asserted: machines differ, and so do moments. With `--latency 20` the service waits 20 milliseconds before
each answer, as a real one does; without it, it answers as fast as it can. `--throttled` measures
something else: how imports and exports do against a service that throttles.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.bench import measurements, throttled
from tools.bench.measurements import CHANGED, IMPORTED, LISTED, SINGLES, Measurements, Result
from tools.bench.service import Service

EXPORTED = (20_000, 100_000)
# the database of records has filled its cache by the first of them
PLANNED = (50_000, 200_000)


def main() -> None:
    """Measure what the options select."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench")
    default = f"none, or {throttled.LATENCY} with --throttled"
    parser.add_argument("--latency", type=float, metavar="MS", help=f"before each answer (default: {default})")
    parser.add_argument("--throttled", action="store_true", help="instead, what throttled commands achieve")
    parser.add_argument("--minutes", type=float, default=5, metavar="M", help="of each throttled run (default: 5)")
    parser.add_argument("--only", default="", metavar="TEXT", help="throttled runs with this in their names")
    options = parser.parse_args()
    if options.throttled:
        print_throttled(options)
    else:
        print_timings(options.latency or 0)


def print_throttled(options: argparse.Namespace) -> None:
    """All at the same time, and so at the end."""
    names = [run.name for run in throttled.RUNS if options.only in run.name]
    if not names:
        raise SystemExit(f"No throttled run has {options.only!r} in its name.")
    print(f"{len(names)} runs at the same time, about {options.minutes:g} minutes.", flush=True)
    with TemporaryDirectory(prefix="azure-iot-dps-bench-") as folder:
        outcomes = throttled.measure(Path(folder), options.minutes, options.only, options.latency)
    print_line(f"{throttled.LIMIT:,} per minute", "failed", "refused", "from minute 2", "seconds")
    print_line("target", 0, "<= 2 %", ">= 95 %", f"> {throttled.least_seconds(options.minutes):.0f}")
    for outcome in outcomes:
        failed = "no result" if outcome.failed is None else outcome.failed
        rate = "-" if outcome.rate is None else f"{outcome.rate:.1%}"
        print_line(outcome.name, failed, f"{outcome.refused:.1%}", rate, f"{outcome.seconds:.0f}")
    for outcome in outcomes:
        if outcome.failed is None:
            print(f"\n{outcome.name}: {outcome.reason}")


def print_timings(latency: float) -> None:
    """One thing after the other, each when it is known."""
    started = time.monotonic()
    with TemporaryDirectory(prefix="azure-iot-dps-bench-") as folder, Service(Path(folder), latency / 1000) as service:
        measured = Measurements(Path(folder), service)
        print_service(latency, service.speed(), *measured.serving())
        print_ratios(f"one record, median of {measurements.SHOWS}", measured.showing())
        print_ratios(f"{LISTED:,} records listed, median of {measurements.LISTS}", measured.listing())
        imported = measured.importing()
        print_ratios(f"{IMPORTED:,} records imported, median of {measurements.IMPORTS}", imported)
        print_applying(measured)
        print_single(imported[0].value / IMPORTED, measured.creating())
        print_export(measured)
        print_ratios(f"loading the commands, median of {measurements.LOADS}", measured.loading(), "ms")
        print_sizes(measured.sizes())
    print(f"\nMeasured in {time.monotonic() - started:.0f} seconds.")


def print_line(name: object, *cells: object) -> None:
    print(f"{name:46}" + "".join(f"{cell:>14}" for cell in cells), flush=True)


def print_service(latency: float, speed: float, seconds: float, busy: float) -> None:
    """Whether it is a bottleneck."""
    print(f"The lean service waits {latency:g} ms before each answer. To one connection it answers {speed:,.0f} bulk")
    print(
        f"calls a second; a bare import of {IMPORTED:,} records keeps it busy for {busy:.2f} of {seconds:.2f} seconds."
    )


def print_ratios(title: str, results: list[Result], unit: str = "seconds") -> None:
    """The extension, and then each rival with the ratio to it."""
    ours, *rivals = results
    print()
    print_line(title, unit, "ours / it", "target")
    print_line(ours.name, f"{ours.value:.3f}")
    for rival in rivals:
        target = f"<= {rival.target:.2f}" if rival.target else ""
        print_line(rival.name, f"{rival.value:.3f}", f"{ours.value / rival.value:.2f}", target)


def print_single(imported: float, created: float) -> None:
    print()
    print_line("per record", "ms", "import is", "target")
    print_line("import", f"{imported * 1000:.3f}")
    times = f"{created / imported:,.0f} x faster"
    print_line(f"create, a process each, mean of {SINGLES}", f"{created * 1000:.3f}", times, ">= 100 x")


def print_export(measured: Measurements) -> None:
    print()
    print_line("export into a file", "seconds", "peak MiB", "target")
    peaks = print_peaks(EXPORTED, measured.exporting)
    print_line("difference", "", f"{peaks[-1] - peaks[0]:.1f}", "<= 10")


def print_applying(measured: Measurements) -> None:
    seconds, busy = measured.applying()
    print_ratios(f"{LISTED:,} records applied, median of {measurements.APPLIES}", seconds)
    print_ratios("the same", busy, "processor s")
    calls, changed = measured.calling(), LISTED // CHANGED
    print()
    print_line(f"calls of an apply that changes {changed:,}", "calls", "target")
    print_line("pages of the list", calls["query"], f"<= {LISTED // 100}")
    print_line("keys of changed records", calls["attestationmechanism"], f"<= {changed}")
    print_line("writes", calls["bulk"], f"<= {3 * changed // 10}")
    print()
    print_line("plan of unchanged records", "seconds", "peak MiB", "target")
    peaks = print_peaks(PLANNED, measured.planning)
    each = (peaks[-1] - peaks[0]) / (PLANNED[-1] - PLANNED[0])
    print_line("extrapolated to 1,000,000", "", f"{peaks[0] + each * (1_000_000 - PLANNED[0]):.1f}", "<= 250")


def print_peaks(counts: Iterable[int], measure: Callable[[int], tuple[float, float]]) -> list[float]:
    peaks = []
    for count in counts:
        seconds, peak = measure(count)
        peaks.append(peak)
        print_line(f"{count:,} records", f"{seconds:.3f}", f"{peak:.1f}")
    return peaks


def print_sizes(sizes: dict[str, int]) -> None:
    print()
    print_line("size", "KB")
    for name, count in sizes.items():
        print_line(name, f"{count / 1000:,.0f}")


if __name__ == "__main__":
    main()
