"""A patch: the members of a record that the user names, in options, in a CSV row or in a JSON object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from azext_iot_dps.record import allocation, attestation, certificate_policy, tpm
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Kind
from azext_iot_dps.record.merging import holds, merged, opened
from azext_iot_dps.record.paths import Json, as_object, get, is_named, put
from azext_iot_dps.record.schema import READ_ONLY, Tree, defaults, tree
from azext_iot_dps.record.values import OBJECT
from azext_iot_dps.record.violation import Fault, Invalid, Note, Violation, Violations


def identity(kind: Kind, members: Json) -> str:
    """The id that the members name, when it and the ETag are right. Raises Violations."""
    id = _required_id(kind, members)
    check_values({kind.id_member: id, "etag": members.get("etag")})
    return str(id)


def check_values(members: Json) -> None:
    """Refuse values that known members cannot have, each by itself. Raises Violations."""
    violations = _wrong(members, tree())
    if violations:
        raise Violations(*violations)


def plain_certificate(kind: Kind, path: str, text: str, notes: list[Note]) -> str:
    """The text of the certificate at a path as it is sent: the first one, never a private key. Raises Violations."""
    from azext_iot_dps.record import certificate

    try:
        plain = certificate.of_text(text, kind.signing)
    except Invalid as error:
        raise Violations(error.of(f"{path}.certificate")) from None
    notes.extend(Note((f"{path}.certificate",), f"{{0}} {note}") for note in plain.notes)
    return plain.text


class Patch:
    """The members that are named, by which a record is created or updated; null removes a member.

    A `complete` patch is a whole record, as export writes it: a new record gets no defaults. `without_default` are
    paths of members that get none. `parts` are paths of objects of the user's own, tags for example, of which it names
    single members; others it names as a whole. `notes` collects what the user should know; given some, `certificate`
    has read the certificates already, and found these. Raises Violations for what is wrong regardless of what is
    stored, unless the members are those of a patch that `is_checked`.
    """

    def __init__(
        self,
        kind: Kind,
        members: Json,
        complete: bool = False,
        without_default: Iterable[str] = (),
        notes: list[Note] | None = None,
        parts: Iterable[str] = (),
        is_checked: bool = False,
    ):
        self.kind, self.complete = kind, complete
        self.notes = notes or []
        self.without_default, self.parts, self.members = without_default, parts, members
        self.id: str = _required_id(kind, members)
        if is_checked:
            return
        check_values(members)
        named = as_object(members.get("attestation"))
        attestation.check_named(kind, named)
        allocation.check_named(members)
        self.notes.extend(tpm.notes(named))
        if notes is None:
            self.members = self._with_plain_certificates(members, named)

    @property
    def etag(self) -> str | None:
        """The ETag that the stored record must have, if one is named."""
        return self.members.get("etag")

    @property
    def names_members(self) -> bool:
        """Whether it names anything but the record and its ETag."""
        return bool(self.members.keys() - {self.kind.id_member, "etag"})

    def new(self) -> Json:
        """The record that create makes. Raises Violations."""
        record = {name: value for name, value in self.members.items() if name not in READ_ONLY and name != "etag"}
        if self.complete:
            attestation.check_new(self.kind, as_object(record.get("attestation")))
            allocation.check(record)
            certificate_policy.check(record)
            return record
        named = as_object(record.pop("attestation", None))
        made = self.with_defaults(merged(record, {}, self._tree()))
        made["attestation"] = attestation.new(self.kind, named)
        return certificate_policy.settled(made, allocation.settled(made, made, {}, self.notes))

    def with_defaults(self, record: Json) -> Json:
        """A new record, changed in place, with the defaults of create for what this patch does not name."""
        for path, default in defaults(self.kind).items():
            named = path.partition(".")[0] in self.members and is_named(self.members, path)
            if not named and path not in self.without_default:
                put(record, path, dict(default) if isinstance(default, dict) else default)
        return record

    def over(self, stored: Json) -> Json:
        """The record that update makes of a stored one, which must have its symmetric keys. Raises Violations."""
        kept = {name: value for name, value in stored.items() if name not in READ_ONLY}
        rest = self._to_merge()
        proposed = as_object(rest.pop("attestation", None))
        desired = allocation.settled(rest, merged(rest, kept, self._tree()), kept, self.notes)
        desired = certificate_policy.settled(rest, desired)
        if proposed:
            desired["attestation"] = attestation.over(self.kind, proposed, stored, self.notes)
        return desired

    def is_met_by(self, stored: Json) -> bool:
        """Whether a stored record, which must have its symmetric keys, has all that is named as it is named.

        What `over` makes of it then matches it. False does not say the opposite.
        """
        return holds(self._to_merge(), stored, self._tree())

    def _to_merge(self) -> Json:
        """The named members that an update may change; the stored spelling of the id stays."""
        kept = (*READ_ONLY, "etag", self.kind.id_member)
        return {name: value for name, value in self.members.items() if name not in kept}

    def _tree(self) -> Tree:
        return opened(tree(), self.parts)

    def _with_plain_certificates(self, members: Json, named: Json) -> Json:
        """The members with each certificate as it is sent: the first of its text, never a private key."""
        changed = {}
        for path in self.kind.slots if named.get("x509") else ():
            entry = get(members, path)
            if entry and entry.get("certificate"):
                changed[path] = {
                    **entry,
                    "certificate": plain_certificate(self.kind, path, entry["certificate"], self.notes),
                }
        if not changed:
            return members
        slots = {path.rpartition(".")[2]: entry for path, entry in changed.items()}
        x509 = {**named["x509"], self.kind.certificates: {**named["x509"][self.kind.certificates], **slots}}
        return {**members, "attestation": {**named, "x509": x509}}


def _required_id(kind: Kind, members: Json) -> Any:
    id = members.get(kind.id_member)
    if not id:
        other = GROUP if kind is INDIVIDUAL else INDIVIDUAL
        reason = (
            f", and the record has {other.id_member}: it is an {other.title}" if members.get(other.id_member) else ""
        )
        raise Violations(Violation((kind.id_member,), f"{{0}} is required{reason}.", fault=Fault.MISSING))
    return id


def _wrong(members: Json, nodes: Tree, above: str = "") -> list[Violation]:
    """What is wrong with known members, each by itself; others may be there, with anything in them."""
    found: list[Violation] = []
    for name, value in members.items():
        node = nodes.get(name)
        if value is None or node is None:
            continue
        if isinstance(node, dict):
            if isinstance(value, dict):
                found += _wrong(value, node, f"{above}{name}.")
                continue
            node = OBJECT
        try:
            node.verify(value)
        except Invalid as error:
            found.append(error.of(above + name))
    return found
