"""Who may do what: policies for shared access signatures, roles for tokens."""

from __future__ import annotations

from base64 import b64encode
from itertools import chain
from typing import Any

from . import signatures
from .refusal import UNAUTHORIZED, Refusal
from .state import Table
from .tokens import Tokens

AUDIENCE = "https://azure-devices-provisioning.net"
READ, WRITE = "EnrollmentRead", "EnrollmentWrite"
STATUS_READ, STATUS_WRITE = "RegistrationStatusRead", "RegistrationStatusWrite"
_IMPLIED = {WRITE: {WRITE, READ, STATUS_READ, STATUS_WRITE}, STATUS_WRITE: {STATUS_WRITE, STATUS_READ}}
_ROLES: dict[str | None, set[str]] = {"contributor": _IMPLIED[WRITE], "reader": {READ, STATUS_READ}, None: set()}


Policies = list[dict[str, Any]]


class Access:
    """Policies and roles; both can be set. `policies` are those of all services that were not created by a client."""

    policies: Policies
    roles: str | None
    audience: str

    def __init__(self, tokens: Tokens, kept: Table) -> None:
        """`kept` has the policies by the id of their service, and those that services share under an empty one."""
        self.tokens = tokens
        self._kept = kept
        self._to_begin_with()
        self.policies = kept.get("", self.policies)

    def reset(self) -> None:
        self._kept.clear()
        self._to_begin_with()

    def _to_begin_with(self) -> None:
        self.policies = [
            {
                "keyName": "provisioningserviceowner",
                "primaryKey": b64encode(bytes(range(32))).decode(),
                "secondaryKey": b64encode(bytes(range(32, 64))).decode(),
                "rights": "ServiceConfig, DeviceConnect, EnrollmentWrite",
            }
        ]
        self.roles = "contributor"
        self.audience = AUDIENCE

    def of(self, service: str) -> Policies:
        """The policies of the service with this id."""
        own: Policies = self._kept.get(service.lower(), self.policies)
        return own

    def assign(self, service: str, policies: Policies, is_new: bool) -> None:
        """Policies of a service; a new one has its own from now on."""
        if is_new or service.lower() in self._kept:
            self._kept[service.lower()] = policies
        else:
            self._kept[""] = self.policies = policies

    def forget(self, service: str) -> None:
        """A service is gone, and its own policies with it."""
        self._kept.pop(service.lower(), None)

    def check(self, needed: str, header: str | None, hosts: set[str], path: str) -> None:
        """401 for an invalid credential, 403 for one without the right."""
        if needed not in self._rights(header, hosts, path):
            raise Refusal(403, 403002, f"Forbidden: {needed} is required.")

    def _rights(self, header: str | None, hosts: set[str], path: str) -> set[str]:
        signature = signatures.parse(header)
        if signature is None:
            if self.tokens.audience(header) != self.audience:
                raise Refusal(*UNAUTHORIZED)
            return _ROLES[self.roles]
        own = (policies for id, policies in self._kept.items() if id)
        named = [policy for policy in chain(self.policies, *own) if policy["keyName"] == signature.policy]
        policy = next((each for each in named if signature.made_with((each["primaryKey"], each["secondaryKey"]))), None)
        if policy is None or signature.expired or not _covers(signature.resource, hosts, path):
            raise Refusal(*UNAUTHORIZED)
        rights = {right.strip() for right in policy["rights"].split(",")}
        return rights.union(*(_IMPLIED.get(right, set()) for right in rights))


def _covers(resource: str, hosts: set[str], path: str) -> bool:
    """Whether a token's sr, a host and perhaps the first segments of a path, covers the request."""
    prefix = resource.lower().rstrip("/") + "/"
    return any(f"{host}{path}/".lower().startswith(prefix) for host in hosts)
