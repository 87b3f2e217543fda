"""CA certificates of services: uploaded, and verified by a certificate that their key has signed."""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from secrets import token_hex
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from ..certificates import common_names, info, pem
from ..refusal import Refusal
from ..state import Table
from .names import PROVIDER, Json, bad, check_match, etag, member, missing

_CODE_DAYS = 7


class Certificates:
    """Certificates by the id of their service and their name; names ignore case."""

    def __init__(self, kept: Table) -> None:
        self._kept = kept

    def all(self, service: Json) -> list[Json]:
        return [_shown(stored) for id, stored in self._kept.items() if id.startswith(_key(service, ""))]

    def show(self, service: Json, name: str, if_match: str | None = None) -> Json:
        stored = self._find(service, name)
        check_match(stored, if_match)
        return _shown(stored)

    def put(self, service: Json, name: str, body: Any, if_match: str | None) -> Json:
        """Upload one; If-Match is required to replace one. `isVerified` true vouches for it without a code."""
        before = self._kept.get(_key(service, name))
        if before is None or if_match is not None:
            check_match(before, if_match)
        else:
            raise Refusal(412, "PreconditionFailed", f"The certificate '{name}' exists: to replace it, send If-Match.")
        sent = body.get("properties", body) if isinstance(body, dict) else body
        text = member(sent, "certificate", str, "")
        now = _now()
        stored = {
            "id": f"{service['id']}/certificates/{name}",
            "name": before["name"] if before else name,
            "type": f"{PROVIDER}/certificates",
            "etag": etag(),
            "certificate": text,
            "pem": _pem(text),
            "isVerified": member(sent, "isVerified", bool, False),
            "created": before["created"] if before else now,
            "updated": now,
        }
        self._kept[_key(service, name)] = stored
        return _shown(stored)

    def delete(self, service: Json, name: str, if_match: str | None) -> bool:
        """Whether there was one."""
        before = self._kept.get(_key(service, name))
        if before is not None:
            check_match(before, _required(if_match))
            del self._kept[_key(service, name)]
        return before is not None

    def new_code(self, service: Json, name: str, if_match: str | None) -> Json:
        """A new verification code, which replaces an earlier one."""
        before = self._find(service, name)
        check_match(before, _required(if_match))
        code = token_hex(24).upper()
        stored = {**before, "etag": etag(), "code": code, "updated": _now()}
        self._kept[_key(service, name)] = stored
        shown = _shown(stored)
        shown["properties"]["verificationCode"] = code
        shown["properties"]["expiry"] = _rfc1123(datetime.now(timezone.utc) + timedelta(days=_CODE_DAYS))
        return shown

    def verify(self, service: Json, name: str, body: Any, if_match: str | None) -> Json:
        """Verified by a certificate that the CA's key has signed and whose common name is the code; 400 otherwise."""
        before = self._find(service, name)
        check_match(before, _required(if_match))
        if "code" not in before:
            raise bad("There is no verification code for this certificate: generate one first.")
        leaf = _pem(member(body, "certificate", str, ""))
        if common_names(leaf) != [before["code"]]:
            raise bad("The common name of the verification certificate is not the verification code.")
        if not _is_signed_by(leaf, before["pem"]):
            raise bad("The verification certificate is not signed by the key of the CA certificate.")
        stored = {**before, "etag": etag(), "isVerified": True, "updated": _now()}
        del stored["code"]
        self._kept[_key(service, name)] = stored
        return _shown(stored)

    def uploaded(self, service: Json) -> dict[str, tuple[str, bool]]:
        """Each certificate by name: PEM, and whether it is verified."""
        prefix = _key(service, "")
        found = [stored for id, stored in self._kept.items() if id.startswith(prefix)]
        return {stored["name"]: (stored["pem"], stored["isVerified"]) for stored in found}

    def forget(self, service: Json) -> None:
        """What goes with a service that is deleted."""
        for id in [id for id in self._kept if id.startswith(_key(service, ""))]:
            del self._kept[id]

    def clear(self) -> None:
        self._kept.clear()

    def _find(self, service: Json, name: str) -> Json:
        stored: Json | None = self._kept.get(_key(service, name))
        if stored is None:
            raise missing(f"{PROVIDER}/{service['name']}/certificates", name, service["resourcegroup"])
        return stored


def _key(service: Json, name: str) -> str:
    return f"{service['id']}/{name}".lower()


def _required(if_match: str | None) -> str:
    if if_match is None:
        raise bad("If-Match is required: send the etag of the certificate.", "IfMatchRequired")
    return if_match


def _shown(stored: Json) -> Json:
    facts = info(stored["pem"])
    ends = datetime.strptime(facts["notAfterUtc"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    properties = {
        "subject": facts["subjectName"],
        "expiry": _rfc1123(ends),
        "thumbprint": facts["sha1Thumbprint"],
        **{name: stored[name] for name in ("isVerified", "certificate", "created", "updated")},
    }
    return {"properties": properties, **{name: stored[name] for name in ("id", "name", "type", "etag")}}


def _pem(text: str) -> str:
    """A certificate as PEM; it comes as that, or as base64 of it or of DER."""
    if "-----BEGIN" not in text:
        try:
            content = b64decode("".join(text.split()), validate=True)
        except ValueError:
            content = b""
        text = content.decode("ascii", "replace") if b"-----BEGIN" in content else text
    try:
        return pem(text)
    except Refusal:
        raise bad(
            "The certificate must be one X.509 certificate, in base64 as DER or PEM.", "InvalidCertificate"
        ) from None


def _is_signed_by(leaf: str, authority: str) -> bool:
    signed, issuer = (x509.load_pem_x509_certificate(text.encode()) for text in (leaf, authority))
    signature, content = signed.signature, signed.tbs_certificate_bytes
    try:
        key, algorithm = issuer.public_key(), signed.signature_hash_algorithm
        if isinstance(key, rsa.RSAPublicKey) and algorithm is not None:
            key.verify(signature, content, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm is not None:
            key.verify(signature, content, ec.ECDSA(algorithm))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, content)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        # of a key that cryptography does not know as well
        return False
    return signed.issuer == issuer.subject


def _now() -> str:
    return _rfc1123(datetime.now(timezone.utc))


def _rfc1123(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
