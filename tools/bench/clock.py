"""Processes: how long they take, and what they find out."""

from __future__ import annotations

import resource
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def seconds(command: list[str], environ: dict[str, str], folder: Path) -> float:
    """What a process takes, from its start to its end; what it prints is dropped."""
    start = time.perf_counter()
    done = subprocess.run(
        command,
        check=False,
        env=environ,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    taken = time.perf_counter() - start
    succeed(done)
    return taken


def busy(command: list[str], environ: dict[str, str], folder: Path) -> float:
    """Seconds of processor time that a process and those that it waits for take."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds(command, environ, folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def number(command: list[str], environ: dict[str, str], folder: Path) -> float:
    """The number that a process prints."""
    done = subprocess.run(
        command, check=False, env=environ, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    succeed(done)
    return float(done.stdout)


def succeed(done: subprocess.CompletedProcess[str]) -> None:
    """End it all when a process did not do what was to be measured."""
    if done.returncode:
        raise SystemExit(f"{' '.join(done.args)[:300]}\nended with {done.returncode}:\n{done.stderr}")


def medians(rounds: int, *calls: Callable[[], float]) -> list[float]:
    """The median of what each returns. They are taken in turn, so that a slow moment meets them all."""
    for call in calls:
        # The first time fills caches.
        call()
    taken = [[call() for call in calls] for _ in range(rounds)]
    return [statistics.median(values) for values in zip(*taken)]
