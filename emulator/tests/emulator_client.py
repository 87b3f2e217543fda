"""A plain client, and what it sends: nothing of the product."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote_plus, urlencode

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dps_emulator import Emulator
from dps_emulator.signatures import sign

KEY1 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
KEY2 = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
FAR = 4102444800


class Client:
    """Calls the emulator as its service's owner unless told otherwise."""

    def __init__(self, service: Emulator) -> None:
        self.service = service
        self.session = requests.Session()
        # The environment may name another authority, and a proxy.
        self.session.trust_env = False
        self.session.verify = service.ca_file

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        etag: str | None = None,
        version: str | None = "2021-10-01",
        headers: dict[str, str | None] | None = None,
    ) -> requests.Response:
        sent = {"Authorization": self.owner(), "If-Match": etag, **(headers or {})}
        query = {"api-version": version} if version else {}
        return self.session.request(method, self.service.url + path, params=query, json=body, headers=sent, timeout=10)

    def owner(self) -> str:
        return sas(self.service.host, "provisioningserviceowner", KEY1)

    def token(self, resource: str) -> dict[str, str | None]:
        return {"Authorization": "Bearer " + self.service.tokens.mint(resource)["access_token"]}


def sas(resource: str, policy: str, key: str, expiry: int = FAR) -> str:
    signature = sign(key, f"{quote_plus(resource)}\n{expiry}")
    return "SharedAccessSignature " + urlencode({"sr": resource, "sig": signature, "se": expiry, "skn": policy})


def symmetric(id: str = "dev", **members: Any) -> dict[str, Any]:
    """An individual enrollment with two known keys."""
    keys = {"primaryKey": KEY1, "secondaryKey": KEY2}
    return {"registrationId": id, "attestation": {"type": "symmetricKey", "symmetricKey": keys}, **members}


def group(id: str = "grp", **members: Any) -> dict[str, Any]:
    keys = {"primaryKey": KEY1, "secondaryKey": KEY2}
    return {"enrollmentGroupId": id, "attestation": {"type": "symmetricKey", "symmetricKey": keys}, **members}


def certificate(name: str = "dev") -> x509.Certificate:
    """Self-signed, serial number 0ABC, valid during 2024."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime(2024, 1, 1, tzinfo=timezone.utc)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 0xABC, start, start + timedelta(days=366))
    return builder.sign(key, hashes.SHA256())


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
