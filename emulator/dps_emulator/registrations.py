"""Registrations: rules by which devices get them, and what the service API shows of them."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex
from typing import Any
from uuid import uuid4

from . import stamps
from .certificates import info
from .chains import SigningCertificates
from .enrollments import Enrollments, check_match
from .paging import page
from .proofs import Proof
from .refusal import UNAUTHORIZED, Refusal
from .shape import check_id
from .shelf import Record, Shelf
from .state import Table, Tables
from .switches import Switches
from .webhook import WebhookError, asked

DEFAULT_HUB = "linked-hub.azure-devices.net"
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
    "payload",
)


class Registrations:
    """Registration states of individual enrollments and of groups, in one id space.

    A stored state carries the id of its group, which the service API does not show. `payloads` keeps what a
    device sent along, by registration id in lower case.
    """

    def __init__(
        self,
        enrollments: Enrollments,
        groups: Enrollments,
        switches: Switches,
        signing: SigningCertificates,
        tables: Tables,
        linked: Callable[[], list[str]],
        authorities: Callable[[], dict[str, tuple[str, bool]]],
    ) -> None:
        """`linked` returns the host names of the hubs that are linked to the service, and `authorities` the uploaded CA
        certificates by name: PEM, and whether it is verified.
        """
        self._signing, self._linked, self._authorities = signing, linked, authorities
        self.shelf = Shelf("registrationId", tables("registrations"))
        self.payloads: Table = tables("payloads")
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
        self, group_id: str, size: int, token: str | None, empty_first: bool
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

        An individual enrollment goes before every group.
        """
        enrollment = self._enrollments.shelf.get(id)
        if enrollment is not None and group_id is None:
            if not proof.of_device(id, enrollment):
                raise Refusal(*UNAUTHORIZED)
            return enrollment, None
        groups = [self._groups.read(group_id)] if group_id else self._groups.shelf.values()
        for group in groups:
            if proof.of_member(id, self._certified(group)):
                return group, group[_GROUP]
        raise Refusal(*UNAUTHORIZED)

    def _certified(self, group: Record) -> Record:
        """A group with its certificates in full; those that it names are the uploaded ones that are verified."""
        x509 = group["attestation"].get("x509") or {}
        named = {name.lower() for name in (x509.get("caReferences") or {}).values() if name}
        if named:
            found = [pem for name, (pem, verified) in self._authorities().items() if verified and name.lower() in named]
            slots = [{"info": info(pem), "certificate": pem} for pem in found]
        else:
            slots = [self._signing.in_full(slot) for slot in (x509.get("signingCertificates") or {}).values()]
        signing = {str(number): slot for number, slot in enumerate(slots)}
        return {**group, "attestation": {**group["attestation"], "x509": {"signingCertificates": signing}}}

    def register(self, id: str, proof: Proof, group_id: str | None = None, payload: Any = None) -> Record:
        """A device registers; the full state, as stored."""
        check_id(id)
        with self.shelf.lock:
            enrollment, group = self.admit(id, proof, group_id)
            before = self.shelf.get(id)
            state = self._assigned(id, enrollment, before, payload)
            moment = stamps.now()
            state["createdDateTimeUtc"] = before["createdDateTimeUtc"] if before else moment
            state["lastUpdatedDateTimeUtc"] = moment
            state["etag"] = stamps.etag()
            if group is not None:
                state[_GROUP] = group
            if payload is not None:
                self.payloads[id.lower()] = payload
            return self.shelf.store(_ordered(state))

    def _assigned(self, id: str, enrollment: Record, before: Record | None, payload: Any) -> Record:
        state: Record = {"registrationId": id, "deviceId": enrollment.get("deviceId") or id}
        if enrollment.get("provisioningStatus") == "disabled":
            return {**state, "status": "disabled"}
        if enrollment.get("allocationPolicy") == "custom":
            try:
                answer = asked(enrollment, _context(id, enrollment, before, payload), *self._function(enrollment))
            except WebhookError as error:
                return {**state, "status": "failed", "errorCode": error.code, "errorMessage": str(error)}
            enrollment = {**enrollment, "iotHubs": [answer["iotHubHostName"]]}
            state |= {"payload": answer["payload"]} if answer.get("payload") is not None else {}
        hub, substatus = _hub(enrollment, before or {})
        if hub.lower() not in map(str.lower, self._linked()):
            message = f"The hub {hub} is not linked to this service."
            return {**state, "status": "failed", "errorCode": 404203, "errorMessage": message}
        return {**state, "assignedHub": hub, "status": "assigned", "substatus": substatus}

    def _function(self, enrollment: Record) -> tuple[list[str], str | None]:
        """The hubs that a function may choose from, and the CA certificates to trust for the request to it."""
        return enrollment.get("iotHubs") or [DEFAULT_HUB], self._switches.webhook_authority


def _context(id: str, enrollment: Record, before: Record | None, payload: Any) -> Record:
    """What a function gets about the device."""
    known = before or {}
    told = {"currentIotHubHostName": known.get("assignedHub"), "currentDeviceId": known.get("deviceId")}
    proof = enrollment["attestation"]["type"]
    context: Record = {"registrationId": id, **(told if known.get("assignedHub") else {}), proof: {}}
    return context if payload is None else {**context, "payload": payload}


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


def _ordered(state: Record) -> Record:
    return {**{name: state[name] for name in _ORDER if name in state}, **state}
