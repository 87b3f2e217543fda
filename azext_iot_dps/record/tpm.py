"""Endorsement keys of TPMs: their form, and the registration ID that belongs to one.

The form is TPM2B_PUBLIC of the TPM 2.0 Library, part 2: every sample of the service has it. Whether all versions of the
service refuse other forms is not documented.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

from azext_iot_dps.base64 import decoded
from azext_iot_dps.record.paths import Json, as_object
from azext_iot_dps.record.violation import Note

PATH = "attestation.tpm.endorsementKey"
_RSA, _ECC = 0x0001, 0x0023
_HASHES = (0x0004, 0x000B, 0x000C, 0x000D)
# Attributes that every endorsement key has: restricted, decrypt.
_DECRYPTS = 0x00030000
# Bytes before the policy: type, hash algorithm, attributes.
_HEAD = 8
_DER_SEQUENCE = 0x30


def registration_id(endorsement_key: str) -> str:
    """The registration ID that Microsoft's device libraries derive from a key, 52 letters and digits.

    `endorsement_key` is base64; ValueError if it is not.
    """
    digest = hashlib.sha256(decoded(endorsement_key)).digest()
    return base64.b32encode(digest).decode().rstrip("=").lower()


def notes(attestation: Json) -> Iterator[Note]:
    """What the user should know of the endorsement key of an attestation whose values were checked."""
    key = as_object(attestation.get("tpm")).get("endorsementKey")
    what = flaw(key) if key else None
    if what:
        yield Note((PATH,), f"{{0}} {what}.")


def flaw(endorsement_key: str) -> str | None:
    """Why a key, in base64, seems to be none that a TPM has; follows the name of its member. None if it seems right."""
    what = _other_form(decoded(endorsement_key))
    return what and f"is not that of a TPM 2.0 (TPM2B_PUBLIC in base64): {what}. A device may not register with it"


def _other_form(data: bytes) -> str | None:
    if data[:1] == bytes([_DER_SEQUENCE]):
        return "it is a public key or a certificate in DER"
    size, area = int.from_bytes(data[:2], "big"), data[2:]
    if size != len(area):
        bare = int.from_bytes(data[:2], "big") in (_RSA, _ECC) and int.from_bytes(data[2:4], "big") in _HASHES
        return "the two bytes of its size are missing" if bare else f"it has {len(data)} bytes of another form"
    if len(area) < _HEAD or int.from_bytes(area[:2], "big") not in (_RSA, _ECC):
        return "it is neither an RSA nor an elliptic curve key"
    if int.from_bytes(area[4:_HEAD], "big") & _DECRYPTS != _DECRYPTS:
        return "it is a key for another purpose"
    return None
