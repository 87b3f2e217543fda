"""Everything the emulator knows, in one place; knows no HTTP."""

from __future__ import annotations

from typing import Any

from .access import Access
from .arm import SUBSCRIPTIONS, Arm
from .chains import SigningCertificates
from .chips import Chips
from .enrollments import Enrollments
from .issuer import Issuer
from .operations import Operation
from .proofs import KeyProof
from .refusal import Refusal
from .registrations import Registrations, shown
from .shape import GROUP, INDIVIDUAL
from .state import Tables
from .switches import Switches
from .throttle import Throttle
from .tokens import Tokens

ID_SCOPE = "0ne00000A0A"


class Backend:
    """The state behind the routes. Tokens and authorities outlive a reset, as a login outlives a test."""

    def __init__(self, host: str, tables: Tables) -> None:
        """`tables` is where records and registrations are kept."""
        self.host = host
        self.switches = Switches()
        self.throttle = Throttle(self.switches)
        self.tokens = Tokens(SUBSCRIPTIONS[0]["id"], tables("tokens"))
        self.access = Access(self.tokens, tables("policies"))
        self.arm = Arm(host, ID_SCOPE, self.access, tables)
        # the name of the table is from a time when it had more
        self._signing = SigningCertificates(tables("anchors"))
        self.enrollments = Enrollments(INDIVIDUAL, self.switches, self._signing, tables)
        self.groups = Enrollments(GROUP, self.switches, self._signing, tables)
        self.registrations = Registrations(
            self.enrollments,
            self.groups,
            self.switches,
            self._signing,
            tables,
            self.arm.linked_hubs,
            lambda: self.arm.certificates,
        )
        self.chips = Chips(tables("chips"))
        self.issuer = Issuer(tables("issuer"))
        self.operations: dict[str, Operation] = {}

    def reset(self) -> None:
        for part in (self.switches, self.access, self.arm):
            part.reset()
        for collection in (self.enrollments, self.groups, self.registrations):
            collection.shelf.clear()
        self._signing.clear()
        self.registrations.payloads.clear()
        self.operations.clear()
        self.chips.clear()
        self.throttle.clear()

    def collection(self, path: str) -> Enrollments:
        return self.enrollments if path == INDIVIDUAL.path else self.groups

    def register(
        self, id: str, key: str | None = None, group_id: str | None = None, payload: Any = None
    ) -> dict[str, Any]:
        """A device registering without the network; with a key it is checked, without one it is trusted."""
        trusted = id in self.enrollments.shelf or group_id is not None
        if key is None and not trusted:
            raise Refusal(*INDIVIDUAL.missing)
        proof = KeyProof(lambda keys: key is None or key in keys)
        return shown(self.registrations.register(id, proof, group_id, payload))
