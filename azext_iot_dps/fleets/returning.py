"""Devices that registered again since their enrollment was last updated, as far as registration states tell it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from azext_iot_dps.cli.client import Collection
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json, as_object
from azext_iot_dps.record.violation import Fault, Violation, Violations

_UPDATED = "lastUpdatedDateTimeUtc"
# Devices that a message names.
_NAMED = 5
_ADVICE = (
    "Wait until they have registered with the new one. With --force the old one is removed now: a device that has "
    "nothing else is refused when it registers."
)


class Devices(NamedTuple):
    """How many devices are assigned to a hub, how many of them came back since, and up to five that did not."""

    assigned: int = 0
    came_back: int = 0
    missing: tuple[str, ...] = ()

    def check(self, kind: Kind, stored: Json) -> None:
        """Raise Violations when there are devices that have not registered since."""
        left, since = self.assigned - self.came_back, stored.get(_UPDATED)
        if not left:
            return
        named = ", ".join(self.missing) + (f" and {left - _NAMED:,} more" if left > _NAMED else "")
        who = f"{left:,} of {self.assigned:,} assigned devices have" if kind.signing else "The device has"
        reason = f"{who} not registered since the {kind.title} was last updated, at {since}: {named}."
        raise Violations(Violation((), reason, (_ADVICE,), Fault.MISFIT))


def devices(client: Collection, id: str, stored: Json) -> Devices:
    """Those of a stored record: of an individual one read by itself, which has its state. Raises ServiceError.

    Compared are the times at which the service last updated the states and the record. With which key or certificate
    a device registered the service does not tell.
    """
    states: Iterable[Json] = [as_object(stored.get("registrationState"))]
    if client.kind.signing:
        states = client.registrations.query(id)
    since, assigned, missing = _moment(stored), 0, list[str]()
    left = 0
    for state in states:
        if state.get("status") != "assigned":
            continue
        assigned += 1
        if _moment(state) <= since:
            left += 1
            missing += [str(state.get("registrationId"))] if left <= _NAMED else []
    return Devices(assigned, assigned - left, tuple(missing))


def _moment(part: Json) -> str:
    """Times of the service, in UTC with up to seven digits of fractions, as texts that compare like them."""
    return str(part.get(_UPDATED) or "").partition("+")[0].rstrip("Z")
