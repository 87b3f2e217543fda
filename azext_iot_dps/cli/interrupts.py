"""Ctrl-C, SIGTERM and SIGHUP: one rule for all three."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Any

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Interrupts:
    """Within its context the first of the signals raises KeyboardInterrupt, as Ctrl-C does; later ones only count.

    After `collect` the first one only counts too.

    A signal that the process ignores, as SIGHUP under nohup, stays ignored. Only the main thread can receive signals;
    in others this does nothing.
    """

    def __init__(self) -> None:
        self.count = 0
        self._collecting = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Interrupts:
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                try:
                    self._before[number] = signal.signal(number, self._received)
                except ValueError:
                    # not the main thread
                    break
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        # an interrupted command still has its result to print
        if not self.count or error:
            self.restore()

    def collect(self) -> None:
        """From now on signals only count."""
        self._collecting = True

    def restore(self) -> None:
        """Handle signals as before."""
        for number, before in self._before.items():
            signal.signal(number, before)
        self._before.clear()

    def _received(self, number: int, frame: FrameType | None) -> None:
        self.count += 1
        if not self._collecting:
            # what ends the command is not interrupted by a second signal, which `timeout` sends at once
            self._collecting = True
            raise KeyboardInterrupt
