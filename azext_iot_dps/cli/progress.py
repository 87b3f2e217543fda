"""Progress on a terminal, shown by azure-cli's own spinner. What is logged meanwhile gets lines of its own."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from knack.log import get_logger

# Seconds by which the speed is measured.
WINDOW = 30.0
# Columns of a terminal that does not tell, and what the spinner writes around the message.
WIDTH, AROUND = 80, len(" -  .. ")
_ERASE = "\r\x1b[K"


class Speed:
    """Records per second of the last WINDOW seconds."""

    def __init__(self, start: float):
        self._samples = deque([(start, 0)])

    def at(self, now: float, done: int) -> float:
        """The speed when so many are done by now; 0 while it is not known."""
        self._samples.append((now, done))
        while self._samples[1][0] <= now - WINDOW:
            self._samples.popleft()
        since, before = self._samples[0]
        return (done - before) / (now - since) if now > since else 0.0


class Progress:
    """Shows nothing without a terminal, with --only-show-errors, and with azure-cli's core.disable_progress_bar."""

    def __init__(self, cli_ctx: Any, message: str, total: int | None = None):
        """`message` says what is done; `total` is the number of records, where it is known."""
        hidden = cli_ctx.only_show_errors or cli_ctx.config.getboolean("core", "disable_progress_bar", False)
        shown = sys.stderr.isatty() and not hidden
        # not azure-cli's bar, which is wider than 80 columns and cannot be erased
        self._hook = cli_ctx.get_progress_controller(det=False) if shown else None
        self._message, self._total = message, total
        self._speed = Speed(time.monotonic())
        self._lock, self._is_drawn, self._is_begun = Lock(), False, False
        self._handlers = _erasing(self) if shown else []

    def __call__(self, done: int, failed: int = 0) -> None:
        """Show how many of the total, or of an unknown number, are done, and how many of these failed."""
        if self._total is None:
            self.say(f"{done:,}")
        else:
            self.say(state(done, self._total, failed, self._speed.at(time.monotonic(), done)))

    def say(self, state: str = "") -> None:
        """Show the message, with a state behind it."""
        if self._hook:
            with self._lock:
                self._hook.add(message=f"{self._message} {state}".rstrip()[: _width() - AROUND])
                self._is_drawn = self._is_begun = True

    def write(self, stream: Any, text: str) -> Any:
        """Write what is logged, where the progress was."""
        with self._lock:
            erase, self._is_drawn = _ERASE if self._is_drawn else "", False
            return stream.write(erase + text)

    def end(self) -> None:
        """Remove the progress from the terminal."""
        for handler, stream in self._handlers:
            handler.setStream(stream)
        # the spinner would write its end without a beginning, too
        if self._hook and self._is_begun:
            self._hook.end()


class _Stream:
    """The terminal of a log handler while progress is shown."""

    def __init__(self, stream: Any, progress: Progress):
        self._stream, self._progress = stream, progress

    def write(self, text: str) -> Any:
        return self._progress.write(self._stream, text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def shown(cli_ctx: Any, message: str, total: int | None = None) -> Iterator[Progress]:
    """A progress that is removed from the terminal in any case at the end."""
    progress = Progress(cli_ctx, message, total)
    try:
        yield progress
    finally:
        progress.end()


def state(done: int, total: int, failed: int, speed: float) -> str:
    """How far a run is, in words; `speed` is in records per second, 0 if it is not known."""
    parts = [f"{done:,} of {total:,}"]
    if speed:
        parts.append(f"{speed:,.0f}/s" if speed >= 10 else f"{speed:.1f}/s")
    if failed:
        parts.append(f"{failed:,} failed")
    if speed and done < total:
        parts.append(f"{_duration((total - done) / speed)} left")
    return ", ".join(parts)


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _width() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or WIDTH
    except (OSError, ValueError):
        return WIDTH


def _erasing(progress: Progress) -> list[tuple[Any, Any]]:
    """Let log handlers that write to a terminal do so by the progress; returns them with their own streams."""
    handlers = {*logging.getLogger().handlers, *get_logger().handlers}
    found = [(each, each.stream) for each in handlers if isinstance(each, logging.StreamHandler)]
    found = [(handler, stream) for handler, stream in found if getattr(stream, "isatty", bool)()]
    for handler, stream in found:
        handler.setStream(_Stream(stream, progress))
    return found
