"""What proves a device's identity: rules for what is sent, and what is shown of what is stored."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from secrets import token_bytes
from typing import Any

from . import certificates
from .refusal import Refusal, invalid
from .shape import Kind

Json = dict[str, Any]
_TPM_OR_X509 = (400, 400000, "TPM or X509 attestation is required.")


def stored(sent: Json | None, current: Json | None, kind: Kind) -> Json:
    """The attestation to keep: generated keys and certificates' info filled in."""
    type = (sent or {}).get("type")
    if sent is None or type not in kind.attestations:
        raise invalid(f"{kind.title} attestation type must be one of {', '.join(kind.attestations)}.")
    foreign = [name for name in ("tpm", "x509", "symmetricKey") if name in sent and name != type]
    if foreign:
        raise invalid(f"Attestation of type {type} must not have {foreign[0]}.")
    before = (current or {}).get(type) or {}
    keep = {"tpm": _tpm, "symmetricKey": _symmetric_key}
    body = _x509(sent.get(type) or {}, before, kind) if type == "x509" else keep[type](sent.get(type) or {})
    return {**sent, type: body}


def shown(attestation: Json) -> Json:
    """As GET and query show it: without symmetric keys."""
    if attestation.get("type") != "symmetricKey":
        return attestation
    return {name: value for name, value in attestation.items() if name != "symmetricKey"}


def prepared(record: Json) -> Json:
    """A seeded record with its certificates replaced by their info."""
    attestation = record.get("attestation") or {}
    if not attestation.get("x509"):
        return record
    pairs = {
        name: {slot: _sealed(entry) for slot, entry in pair.items()} if isinstance(pair, dict) else pair
        for name, pair in attestation["x509"].items()
    }
    return {**record, "attestation": {**attestation, "x509": pairs}}


def _tpm(sent: Json) -> Json:
    key = sent.get("endorsementKey")
    if not key:
        raise Refusal(*_TPM_OR_X509)
    if _bytes(key) is None:
        raise invalid("The endorsement key is not a valid base64 string.")
    return sent


def _symmetric_key(sent: Json) -> Json:
    keys = {name: sent.get(name) or b64encode(token_bytes(64)).decode() for name in ("primaryKey", "secondaryKey")}
    for name, key in keys.items():
        content = _bytes(key)
        if content is None or not 16 <= len(content) <= 64:
            raise invalid(f"{name} must be base64 of 16 to 64 bytes.")
    return {**sent, **keys}


def _x509(sent: Json, before: Json, kind: Kind) -> Json:
    sets = [name for name in ("clientCertificates", "signingCertificates", "caReferences") if sent.get(name)]
    if len(sets) != 1:
        raise Refusal(*_TPM_OR_X509)
    name = sets[0]
    if name not in kind.certificates:
        raise invalid(f"{kind.title} does not take {name}.")
    if name == "caReferences":
        return sent
    slots = {slot: _certificate(entry, (before.get(name) or {}).get(slot)) for slot, entry in sent[name].items()}
    return {**sent, name: slots}


def _certificate(sent: Json, before: Json | None) -> Any:
    """The entry to keep: info of the certificate sent; an entry with only info keeps the stored one."""
    if sent.get("certificate"):
        return _sealed(sent)
    if sent.get("info") and before:
        return before
    raise Refusal(*_TPM_OR_X509)


def _sealed(entry: Any) -> Any:
    if not isinstance(entry, dict) or not entry.get("certificate"):
        return entry
    return {"info": certificates.info(entry["certificate"])}


def _bytes(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
