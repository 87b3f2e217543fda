"""Who may do what: policies for shared access signatures, roles for tokens."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from . import signatures
from .refusal import UNAUTHORIZED, Refusal
from .tokens import Tokens

AUDIENCE = "https://azure-devices-provisioning.net"
READ, WRITE = "EnrollmentRead", "EnrollmentWrite"
STATUS_READ, STATUS_WRITE = "RegistrationStatusRead", "RegistrationStatusWrite"
_IMPLIED = {WRITE: {WRITE, READ, STATUS_READ, STATUS_WRITE}, STATUS_WRITE: {STATUS_WRITE, STATUS_READ}}
_ROLES: dict[str | None, set[str]] = {"contributor": _IMPLIED[WRITE], "reader": {READ, STATUS_READ}, None: set()}


class Access:
    """Policies and roles; both can be set."""

    policies: list[dict[str, Any]]
    roles: str | None
    audience: str

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.reset()

    def reset(self) -> None:
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
        policy = next((policy for policy in self.policies if policy["keyName"] == signature.policy), None)
        if policy is None or signature.expired or not _covers(signature.resource, hosts, path):
            raise Refusal(*UNAUTHORIZED)
        if not signature.made_with((policy["primaryKey"], policy["secondaryKey"])):
            raise Refusal(*UNAUTHORIZED)
        rights = {right.strip() for right in policy["rights"].split(",")}
        return rights.union(*(_IMPLIED.get(right, set()) for right in rights))


def _covers(resource: str, hosts: set[str], path: str) -> bool:
    """Whether a token's sr, a host and perhaps the first segments of a path, covers the request."""
    prefix = resource.lower().rstrip("/") + "/"
    return any(f"{host}{path}/".lower().startswith(prefix) for host in hosts)
