"""Rules of enrollments and enrollment groups; knows no HTTP."""

from __future__ import annotations

from typing import Any

from . import attestation, stamps
from .chains import SigningCertificates
from .refusal import Refusal, invalid
from .shape import Kind, check_id, checked, ordered
from .shelf import Record, Shelf
from .state import Tables
from .switches import Switches
from .versions import check_policy, received, seen

_POLICIES = {name.lower(): name for name in ("hashed", "geoLatency", "static", "custom")}
_MODES = ("create", "update", "updateIfMatchETag", "delete")
_KEPT = ("etag", "createdDateTimeUtc", "lastUpdatedDateTimeUtc")
_READ_ONLY = ("registrationState", *_KEPT)


class Enrollments:
    """One of the two collections."""

    def __init__(self, kind: Kind, switches: Switches, signing: SigningCertificates, tables: Tables) -> None:
        self.kind = kind
        self.shelf = Shelf(kind.id_member, tables(kind.path), self._prepared)
        self._switches, self._signing = switches, signing

    def read(self, id: str) -> Record:
        """The record in full, symmetric keys included."""
        record = self.shelf.get(id)
        if record is None:
            raise Refusal(*self.kind.missing)
        return record

    def seen(self, record: Record, version: str) -> Record:
        """A record as this api-version shows it, symmetric keys included."""
        return seen(record, version, self._switches)

    def write(self, id: str, sent: Any, if_match: str | None, version: str) -> Record:
        """Create (no If-Match) or replace; the answer carries the symmetric keys."""
        check_id(id)
        body = checked(sent, self.kind.shape, self.kind.title)
        self._check_record(id, body)
        with self.shelf.lock:
            current = self.shelf.get(id)
            if current is not None and if_match is None:
                raise Refusal(*self.kind.existing)
            if if_match is not None:
                check_match(self.read(id), if_match, self._switches)
            proof = attestation.stored(body.get("attestation"), (current or {}).get("attestation"), self.kind)
            self._signing.of_record(body)
            body = received(body, current, version, self._switches)
            check_policy(body)
            return self.seen(self.shelf.store(self._record(body, sent, proof, current)), version)

    def seed(self, sent: Any) -> Record:
        """Store a record that was exported: with its etag and dates, and with certificates of which it has the info.

        Raises a refusal for what a write would refuse.
        """
        body = checked(sent, self.kind.shape, self.kind.title)
        check_id(body.get(self.kind.id_member))
        self._check_record(body[self.kind.id_member], body)
        proof = attestation.stored(body.get("attestation"), body.get("attestation"), self.kind)
        self._signing.of_record(body)
        kept = {name: body[name] for name in _KEPT if name in body}
        return self.shelf.store({**self._record(body, sent, proof, None), **kept})

    def delete(self, id: str, if_match: str | None) -> None:
        with self.shelf.lock:
            check_match(self.read(id), if_match, self._switches)
            self.shelf.remove(id)

    def bulk(self, sent: Any, version: str) -> dict[str, Any]:
        """Up to ten operations; a refused one does not stop the others, an id that comes twice stops all."""
        body = sent if isinstance(sent, dict) else {}
        items, mode = body.get(self.kind.bulk_member), body.get("mode")
        if mode not in _MODES or not isinstance(items, list) or not 1 <= len(items) <= 10:
            raise invalid(f"A bulk operation needs a mode ({', '.join(_MODES)}) and 1 to 10 {self.kind.bulk_member}.")
        if not all(isinstance(item, dict) and isinstance(item.get(self.kind.id_member), str) for item in items):
            raise invalid(f"Every item needs {self.kind.id_member}.")
        if len({item[self.kind.id_member].lower() for item in items}) < len(items):
            raise invalid(f"Every item needs another {self.kind.id_member}.")
        errors = [error for error in (self._bulk_item(item, mode, version) for item in items) if error]
        return {"errors": errors, "isSuccessful": not errors}

    def _prepared(self, record: Record) -> Record:
        self._signing.of_record(record)
        return attestation.prepared(record)

    def _bulk_item(self, item: Record, mode: str, version: str) -> dict[str, Any] | None:
        id = item[self.kind.id_member]
        etag = None if mode == "create" else item.get("etag")
        try:
            if mode == "delete":
                self.delete(id, etag)
                return None
            if mode != "create":
                self.read(id)
            self.write(id, item, etag, version)
        except Refusal as refusal:
            return {self.kind.id_member: id, "errorCode": refusal.code, "errorStatus": refusal.message}
        return None

    def _check_record(self, id: str, body: Record) -> None:
        if str(body.get(self.kind.id_member)).lower() != id.lower():
            raise invalid(f"{self.kind.id_member} in the body must equal the id in the path.")
        if body.get("etag", "").startswith('"'):
            raise Refusal(400, 400000, "ETag is invalid")
        if body.get("provisioningStatus", "enabled") not in ("enabled", "disabled"):
            raise invalid("provisioningStatus must be enabled or disabled.")
        policy = body.get("allocationPolicy")
        if policy is None and body.get("iotHubs"):
            raise invalid("Enrollment allocationPolicy must be specified when iotHubs are specified.")
        if policy is not None and policy.lower() not in _POLICIES:
            raise invalid("allocationPolicy must be one of hashed, geoLatency, static, custom.")
        definition = body.get("customAllocationDefinition")
        if str(policy).lower() == "custom" and definition is None:
            raise invalid("A CustomAllocationDefinition is required when the allocation policy is set to 'Custom'")
        if definition is not None and not (definition.get("webhookUrl") and definition.get("apiVersion")):
            raise invalid("customAllocationDefinition must have webhookUrl and apiVersion.")

    def _record(self, body: Record, sent: Record, proof: Record, current: Record | None) -> Record:
        moment = stamps.now()
        record = {name: value for name, value in body.items() if name not in _READ_ONLY}
        record["attestation"] = proof
        record["etag"] = stamps.etag()
        # Null, sent in so many words, is the one null that the service keeps; left out means enabled.
        record["provisioningStatus"] = sent.get("provisioningStatus", "enabled")
        record["createdDateTimeUtc"] = current["createdDateTimeUtc"] if current else moment
        record["lastUpdatedDateTimeUtc"] = moment
        if "allocationPolicy" in record:
            record["allocationPolicy"] = _POLICIES[record["allocationPolicy"].lower()]
        return ordered(record, self.kind.shape)


def check_match(record: Record, if_match: str | None, switches: Switches) -> None:
    """If-Match: absent or `*`, or the record's etag, each with or without quotes."""
    if if_match is None or if_match.strip().strip('"') in ("*", record["etag"]):
        return
    if switches.precondition_as_409:
        raise Refusal(409, 409203, "Precondition failed.")
    raise Refusal(412, 412000, "Precondition failed.")
