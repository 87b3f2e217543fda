"""Threads that share the work of one command. The process does not wait for one that hangs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Thread

from azure.cli.core.azclierror import UnclassifiedUserFault


def start(works: Iterable[Callable[[], None]], name: str) -> list[Thread]:
    """A thread for each function; fewer when the system refuses more.

    Raises UnclassifiedUserFault when it refuses the first one.
    """
    threads: list[Thread] = []
    for work in works:
        thread = Thread(target=work, name=name, daemon=True)
        try:
            thread.start()
        except RuntimeError:
            break
        threads.append(thread)
    if not threads:
        raise UnclassifiedUserFault(
            "The system does not allow another thread. Nothing was sent.",
            recommendation="Check the limits of processes and memory, such as `ulimit -u`.",
        )
    return threads
