"""Access tokens as managed identities and service principals get them."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from secrets import token_bytes
from typing import Any

from .state import Table

TENANT = "00000000-0000-0000-0000-0000000000ff"
OBJECT = "00000000-0000-0000-0000-0000000000ee"
LIFETIME = 86400


class Tokens:
    """The tokens handed out so far; others are not accepted."""

    def __init__(self, subscription: str, kept: Table) -> None:
        """`kept` has the resource and the expiry by token; expired ones are dropped."""
        self._identity = f"/subscriptions/{subscription}/resourcegroups/myrg/providers/Microsoft.Web/sites/x"
        self._minted = kept
        for token, (_, expires) in list(kept.items()):
            if expires <= time.time():
                del kept[token]

    def mint(self, resource: str, lifetime: int = LIFETIME, client: str | None = None) -> dict[str, str]:
        """The token endpoint's answer for a resource: to the managed identity, or to a client by its id."""
        issued = int(time.time())
        expires = issued + lifetime
        claims = {
            "aud": resource,
            "iss": f"https://sts.windows.net/{TENANT}/",
            "iat": issued,
            "nbf": issued,
            "exp": expires,
            "oid": OBJECT,
            "sub": OBJECT,
            "tid": TENANT,
            **({"xms_mirid": self._identity} if client is None else {"appid": client, "idtyp": "app"}),
        }
        token = ".".join([_encode({"typ": "JWT", "alg": "RS256"}), _encode(claims), _base64(token_bytes(32))])
        self._minted[token] = [resource, expires]
        return {
            "access_token": token,
            "expires_in": str(lifetime),
            "expires_on": str(expires),
            "resource": resource,
            "token_type": "Bearer",
        }

    def audience(self, header: str | None) -> str | None:
        """The audience of a Bearer header; None when the emulator did not issue it, or it expired."""
        scheme, _, token = (header or "").partition(" ")
        resource, expires = self._minted.get(token.strip(), ("", 0))
        return resource if scheme.lower() == "bearer" and expires > time.time() else None


def _encode(part: dict[str, Any]) -> str:
    return _base64(json.dumps(part).encode())


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
