"""Several requests at a time on behalf of one thread, which gets the results in the order of its tasks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event
from typing import Any, Protocol, TypeVar

from azext_iot_dps.cli import workers

# Requests at a time.
AT_A_TIME = 4
# Tasks of which the results may wait for an earlier one.
WINDOW = 100
# Seconds after which a wait can be interrupted.
TICK = 0.2

T = TypeVar("T")
R = TypeVar("R")
C = TypeVar("C", bound="Cloned")


class Cloned(Protocol):
    """A collection of the service client."""

    def clone(self: C) -> C:
        """The same collection over a connection of its own."""


def fetched(
    records: C,
    tasks: Iterable[T],
    fetch: Callable[[C, T], R],
    at_a_time: int = AT_A_TIME,
    tick: Callable[[], None] = lambda: None,
) -> Iterator[tuple[T, R | Exception]]:
    """Each task with what `fetch` returns for it, or with the exception that it raises; in the order of the tasks.

    `fetch` gets a collection with a connection of its own. No threads are started before the first task. `tick` is
    called every TICK seconds of a wait, and may raise what ends it.
    """
    asked, answered = SimpleQueue[Any](), SimpleQueue[Any]()
    waiting: deque[tuple[int, T]] = deque()
    results: dict[int, Any] = {}
    threads, over = 0, Event()
    try:
        for number, task in enumerate(tasks):
            if not threads:
                clones = [records.clone() for _ in range(at_a_time)]
                threads = len(
                    workers.start((partial(_work, clone, fetch, asked, answered, over) for clone in clones), "fetch")
                )
            asked.put((number, task))
            waiting.append((number, task))
            while len(waiting) >= WINDOW or (waiting and waiting[0][0] in results):
                yield _next(waiting, results, answered, tick)
        while waiting:
            yield _next(waiting, results, answered, tick)
    finally:
        # what is still asked for is not needed any more when the reader stops early
        over.set()
        for _ in range(threads):
            asked.put(None)


def _next(
    waiting: deque[tuple[int, Any]], results: dict[int, Any], answered: SimpleQueue[Any], tick: Callable[[], None]
) -> tuple[Any, Any]:
    number, task = waiting.popleft()
    while number not in results:
        tick()
        # on Windows a wait without an end cannot be interrupted
        with suppress(Empty):
            done, result = answered.get(timeout=TICK)
            results[done] = result
    return task, results.pop(number)


def _work(
    records: Any,
    fetch: Callable[..., Any],
    asked: SimpleQueue[Any],
    answered: SimpleQueue[Any],
    over: Event,
) -> None:
    while (given := asked.get()) and not over.is_set():
        number, task = given
        try:
            answered.put((number, fetch(records, task)))
        # the thread that waits for the result raises it
        except Exception as error:
            answered.put((number, error))
