"""--watch: reads registrations again and again until enough of them are assigned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iot_dps.cli.ending import fail_after_output
from azext_iot_dps.cli.interrupts import Interrupts
from azext_iot_dps.cli.progress import shown
from azext_iot_dps.cli.where import Where
from azext_iot_dps.registrations import states
from azext_iot_dps.registrations.states import ASSIGNED, FAILED, Json
from azext_iot_dps.service import pace
from azext_iot_dps.service.client import DpsClient

# Seconds between two rounds.
INTERVAL = 10


class Watched(Protocol):
    """Registrations that are read in rounds. `found` has the latest state of each by ID in lower case."""

    found: dict[str, Json]

    def read(self) -> Iterator[None]:
        """One round, with a step for each registration. Raises ServiceError."""

    def wanted(self, until: int | None) -> int:
        """How many must be assigned."""


class OfEnrollments:
    """Those of the individual enrollments that exist at the beginning: what is assigned is not read again."""

    def __init__(self, client: DpsClient, where: Where | None, until: int | None):
        """Raises InvalidArgumentValueError if there are not as many as `until`, and ServiceError."""
        self._client = client
        self._ids = {id.lower(): id for id in states.ids(client, where)}
        self.found: dict[str, Json] = {}
        if until and until > len(self._ids):
            raise InvalidArgumentValueError(
                f"--until is {until:,}, but only {len(self._ids):,} enrollments are selected."
            )

    def read(self) -> Iterator[None]:
        """Read those that are not assigned."""
        for id, state in states.of(self._client, [id for key, id in self._ids.items() if not self._is_assigned(key)]):
            if state is None:
                del self._ids[id.lower()]
                self.found.pop(id.lower(), None)
            else:
                self.found[id.lower()] = state
            yield

    def wanted(self, until: int | None) -> int:
        """All of them, as far as they were not deleted."""
        return min(until or len(self._ids), len(self._ids))

    def _is_assigned(self, key: str) -> bool:
        return states.status(self.found.get(key, {})) == ASSIGNED


class OfGroup:
    """Those of a group, which are listed in each round: a device is among them once it registered."""

    def __init__(self, client: DpsClient, group_id: str):
        """Nothing is requested yet."""
        self._client, self._group_id = client, group_id
        self.found: dict[str, Json] = {}

    def read(self) -> Iterator[None]:
        """List them."""
        listed: dict[str, Json] = {}
        for state in self._client.registrations.query(self._group_id):
            listed[str(state.get("registrationId")).lower()] = state
            yield
        self.found = listed

    def wanted(self, until: int | None) -> int:
        """All that registered, and at least one."""
        return until or max(1, len(self.found))


def watch(cli_ctx: Any, watched: Watched, until: int | None, interval: int | None) -> list[Json]:
    """The registrations once all, or `until` of them, are assigned; a round starts `interval` seconds after another.

    After an interruption it returns what is known, and the command ends in an error after its output. Raises
    ServiceError.
    """
    with Interrupts() as interrupts, shown(cli_ctx, "Registrations:") as report:
        try:
            while True:
                for number, _ in enumerate(watched.read()):
                    if number % 50 == 0:
                        report.say(_progress(watched, until))
                report.say(_progress(watched, until))
                if _count(watched, ASSIGNED) >= watched.wanted(until):
                    break
                pace.sleep(interval or INTERVAL)
        except KeyboardInterrupt:
            message = f"The command was interrupted: {_progress(watched, until)}."
            fail_after_output(cli_ctx, message, ["The result has what was read until then."], interrupts.restore)
    return list(watched.found.values())


def _count(watched: Watched, status: str) -> int:
    return sum(states.status(state) == status for state in watched.found.values())


def _progress(watched: Watched, until: int | None) -> str:
    failed = _count(watched, FAILED)
    told = f"{_count(watched, ASSIGNED):,} of {watched.wanted(until):,} assigned"
    return f"{told}, {failed:,} failed" if failed else told
