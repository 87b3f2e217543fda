"""Registrations: rules by which devices get them, and what the service API shows of them."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex
from typing import Any
from uuid import uuid4

from . import stamps
from .enrollments import Enrollments, check_match
from .paging import page
from .refusal import UNAUTHORIZED, Refusal
from .shape import check_id
from .shelf import Record, Shelf
from .signatures import sign
from .switches import Switches

DEFAULT_HUB = "linked-hub.azure-devices.net"
Proof = Callable[[list[str]], bool]
_MISSING = (404, 404202, "Registration not found.")
_GROUP = "enrollmentGroupId"
_ORDER = (
    "registrationId",
    "createdDateTimeUtc",
    "assignedHub",
    "deviceId",
    "status",
    "substatus",
    "errorCode",
    "errorMessage",
    "lastUpdatedDateTimeUtc",
    "etag",
)


class Registrations:
    """Registration states of individual enrollments and of groups, in one id space.

    A stored state carries the id of its group, which the service API does not show. `payloads` keeps what a
    device sent along, by registration id in lower case.
    """

    def __init__(self, enrollments: Enrollments, groups: Enrollments, switches: Switches) -> None:
        self.shelf = Shelf("registrationId")
        self.payloads: dict[str, Any] = {}
        self._enrollments, self._groups, self._switches = enrollments, groups, switches

    def read(self, id: str) -> Record:
        state = self.shelf.get(id)
        if state is None:
            raise Refusal(*_MISSING)
        return shown(state)

    def state_of(self, enrollment_id: str) -> Record:
        """As the GET of an enrollment shows it; `unassigned` before the first registration."""
        state = self.shelf.get(enrollment_id)
        return shown(state) if state else {"registrationId": enrollment_id, "status": "unassigned"}

    def of_group(
        self, group_id: str, size: str | None, token: str | None, empty_first: bool
    ) -> tuple[list[Record], str | None]:
        """A page of the states that a group has let in."""

        def member(state: Record) -> bool:
            return str(state.get(_GROUP)).lower() == group_id.lower()

        states, more = page(self.shelf, f"registrations/{group_id.lower()}", size, token, empty_first, member)
        return [shown(state) for state in states], more

    def delete(self, id: str, if_match: str | None) -> None:
        with self.shelf.lock:
            check_match(self.read(id), if_match, self._switches)
            self.shelf.remove(id)

    def admit(self, id: str, proof: Proof, group_id: str | None = None) -> tuple[Record, str | None]:
        """The enrollment that admits a device, and its group's id; 401 when none does.

        An individual enrollment goes before every group; a group's keys count in the form derived for the device.
        """
        enrollment = self._enrollments.shelf.get(id)
        if enrollment is not None and group_id is None:
            if not proof(_keys(enrollment)):
                raise Refusal(*UNAUTHORIZED)
            return enrollment, None
        groups = [self._groups.read(group_id)] if group_id else self._groups.shelf.values()
        for group in groups:
            if proof([sign(key, id) for key in _keys(group)]):
                return group, group[_GROUP]
        raise Refusal(*UNAUTHORIZED)

    def register(self, id: str, proof: Proof, group_id: str | None = None, payload: Any = None) -> Record:
        """A device registers; the full state, as stored."""
        check_id(id)
        with self.shelf.lock:
            enrollment, group = self.admit(id, proof, group_id)
            if enrollment.get("allocationPolicy") == "custom":
                raise Refusal(501, 501000, "The emulator does not call custom allocation webhooks.")
            before = self.shelf.get(id)
            state = self._assigned(id, enrollment, before)
            moment = stamps.now()
            state["createdDateTimeUtc"] = before["createdDateTimeUtc"] if before else moment
            state["lastUpdatedDateTimeUtc"] = moment
            state["etag"] = stamps.etag()
            if group is not None:
                state[_GROUP] = group
            if payload is not None:
                self.payloads[id.lower()] = payload
            return self.shelf.store(_ordered(state))

    def _assigned(self, id: str, enrollment: Record, before: Record | None) -> Record:
        state = {"registrationId": id, "deviceId": enrollment.get("deviceId") or id}
        if enrollment.get("provisioningStatus") == "disabled":
            return {**state, "status": "disabled"}
        hub, substatus = _hub(enrollment, before or {})
        if hub in self._switches.unlinked_hubs:
            message = f"The hub {hub} is not linked to this service."
            return {**state, "status": "failed", "errorCode": 404203, "errorMessage": message}
        return {**state, "assignedHub": hub, "status": "assigned", "substatus": substatus}


def shown(state: Record) -> Record:
    """A state as the service API shows it."""
    return _ordered({name: value for name, value in state.items() if name != _GROUP})


def operation_id() -> str:
    return f"5.{token_hex(8)}.{uuid4()}"


def _hub(enrollment: Record, before: Record) -> tuple[str, str]:
    """The hub a device gets, and how it came by it."""
    hubs = enrollment.get("iotHubs") or [enrollment.get("iotHubHostName") or DEFAULT_HUB]
    policy = enrollment.get("reprovisionPolicy") or {}
    old = before.get("assignedHub")
    if old is None:
        return hubs[0], "initialAssignment"
    if old in hubs or not policy.get("updateHubAssignment", True):
        return old, before.get("substatus", "initialAssignment")
    return hubs[0], "deviceDataMigrated" if policy.get("migrateDeviceData", True) else "deviceDataReset"


def _keys(record: Record) -> list[str]:
    keys = record["attestation"].get("symmetricKey") or {}
    return [key for key in (keys.get("primaryKey"), keys.get("secondaryKey")) if key]


def _ordered(state: Record) -> Record:
    return {**{name: state[name] for name in _ORDER if name in state}, **state}
