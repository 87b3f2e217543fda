"""Long-running operations: each has succeeded at the first poll."""

from __future__ import annotations

from uuid import uuid4

from ..refusal import Refusal
from ..state import Table


class Operations:
    """The operations begun so far, which can be polled after a restart too."""

    def __init__(self, kept: Table) -> None:
        self._kept = kept

    def begin(self) -> str:
        """The id of a new one."""
        id = str(uuid4())
        self._kept[id] = True
        return id

    def check(self, id: str) -> None:
        """404 for an operation that was never begun."""
        if id not in self._kept:
            raise Refusal(404, "OperationNotFound", f"The operation '{id}' could not be found.")

    def clear(self) -> None:
        self._kept.clear()
