"""Devices with a TPM: the challenge that only their chip can answer, and the key that they get for their hub."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from secrets import token_bytes
from typing import Any

from .proofs import KeyProof, Proof
from .refusal import UNAUTHORIZED, Refusal, invalid
from .shelf import Record
from .state import Table
from .tpm import StorageKey, activation, storage_key

# Recorded of the service API, for the same fault.
_BAD_KEY = "Endorsement key is invalid, or does not match the Enrollment."
_KEY_SIZE = 32


@dataclass(frozen=True)
class _Challenge:
    """What a chip was asked last: `key`, base64, is the one that it has to sign with."""

    endorsement_key: str
    endorsement: StorageKey
    storage: StorageKey
    key: str


class ChipProof:
    """By a signature with the key of a challenge."""

    def __init__(self, challenge: _Challenge) -> None:
        self.challenge = challenge

    def of_device(self, id: str, enrollment: Record) -> bool:
        return _is_of(enrollment, self.challenge.endorsement_key)

    def of_member(self, id: str, group: Record) -> bool:
        return False


class Chips:
    """The challenges of this process, and what the devices that answered them got."""

    def __init__(self, kept: Table) -> None:
        """`kept` has the results for devices with a TPM by registration ID in lower case."""
        self._results = kept
        self._challenges: dict[str, _Challenge] = {}

    def clear(self) -> None:
        self._results.clear()
        self._challenges.clear()

    def challenge(self, scope: str, id: str, tpm: Any, enrollment: Record | None) -> dict[str, Any]:
        """The body of the 401 for a device that shows its keys, whether or not it is enrolled; the last one counts.

        Refusal for keys that are none, and for another endorsement key than that of the enrollment.
        """
        sent = tpm if isinstance(tpm, dict) else {}
        endorsement = _read(sent.get("endorsementKey"), _BAD_KEY)
        storage = _read(sent.get("storageRootKey"), "Storage root key is invalid.")
        endorsement_key = sent["endorsementKey"]
        if enrollment is not None and not _is_of(enrollment, endorsement_key):
            raise Refusal(*UNAUTHORIZED)
        key = token_bytes(_KEY_SIZE)
        self._challenges[id.lower()] = _Challenge(endorsement_key, endorsement, storage, b64encode(key).decode())
        return {
            "message": "Authorization required, resend request using supplied key",
            "authenticationKey": _encrypted(endorsement, storage, key, f"{scope}/registrations/{id}"),
            "unencryptedAuthenticationKey": None,
            "keyName": "registration",
        }

    def proof(self, id: str, shown: Proof) -> Proof:
        """For a signature with the key of the last challenge that of a chip; what was given for any other."""
        challenge = self._challenges.get(id.lower())
        if challenge is None or not isinstance(shown, KeyProof) or not shown.made_with([challenge.key]):
            return shown
        return ChipProof(challenge)

    def registered(self, id: str, shown: Proof, state: Record) -> None:
        """Keep for a device with a TPM the key for its hub, encrypted for its chip; for any other, nothing."""
        if not isinstance(shown, ChipProof):
            self._results.pop(id.lower(), None)
            return
        result = {}
        if state["status"] == "assigned":
            endorsement, storage = shown.challenge.endorsement, shown.challenge.storage
            told = f"{state['assignedHub']}/{state['deviceId']}"
            result = {"authenticationKey": _encrypted(endorsement, storage, token_bytes(_KEY_SIZE), told)}
        self._results[id.lower()] = result

    def result(self, id: str) -> dict[str, Any] | None:
        """The member `tpm` of a registration's state; None for a device that registered by other means."""
        return self._results.get(id.lower())


def _encrypted(endorsement: StorageKey, storage: StorageKey, key: bytes, told: str) -> str:
    return b64encode(activation(endorsement, storage, key, told.encode())).decode()


def _read(text: Any, fault: str) -> StorageKey:
    try:
        return storage_key(text if isinstance(text, str) else "")
    except ValueError:
        raise invalid(fault) from None


def _is_of(enrollment: Record, endorsement_key: str) -> bool:
    return bool((enrollment["attestation"].get("tpm") or {}).get("endorsementKey") == endorsement_key)
