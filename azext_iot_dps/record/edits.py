"""The rules for members that are changed by their paths: which may be, and what the record must be afterwards."""

from __future__ import annotations

from azext_iot_dps.exact_json import same
from azext_iot_dps.record import allocation, attestation, certificate_policy
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.patch import check_values, plain_certificate
from azext_iot_dps.record.paths import Json, as_object, get
from azext_iot_dps.record.schema import FIELDS, READ_ONLY, Tree, tree
from azext_iot_dps.record.violation import Note, Violation, Violations


def check_path(kind: Kind, names: list[str]) -> None:
    """Refuse a member that cannot be changed, regardless of what is stored; `names` lead to it. Raises Violations.

    Names that the schema does not have are those of newer members, except in another letter case.
    """
    top = names[0]
    foreign = {field.path for field in FIELDS if field.only not in (None, kind)}
    if top in READ_ONLY:
        raise _refused(top, "{0} is set by the service and cannot be changed.")
    if top in foreign:
        raise _refused(top, f"An {kind.title} has no {{0}}.")
    if top == kind.id_member:
        raise _refused(top, "{0} cannot be changed.")
    nodes: Tree = {**tree(), **dict.fromkeys(READ_ONLY)}
    below = _below(kind, top) if top not in nodes else []
    if len(below) == 1:
        raise _refused(top, f"{{0}} is not a member. Did you mean {below[0]}?")
    for place, name in enumerate(names):
        if name not in nodes:
            known = next((known for known in nodes if known.lower() == name.lower()), None)
            if known:
                path = ".".join((*names[:place], known))
                raise _refused(".".join(names[: place + 1]), f"{{0}} is not a member. Did you mean {path}?")
        node = nodes.get(name)
        if not isinstance(node, dict):
            return
        nodes = node


def _below(kind: Kind, name: str) -> list[str]:
    """The paths of members of that name that are within others."""
    paths = [field.path.split(".") for field in FIELDS if field.only in (None, kind)]
    found = (path[:place] for path in paths for place in range(2, len(path) + 1) if path[place - 1] == name)
    return list(dict.fromkeys(map(".".join, found)))


def outcome(kind: Kind, edited: Json, before: Json, stored: Json, notes: list[Note]) -> Json:
    """The edited record as it is sent, when it is one that update may make of the stored one. Raises Violations.

    `before` is the record that was edited. Only what differs from it is checked, since newer services may store what
    this version would refuse.
    """
    changed = _changed(edited, before, tree())
    check_values(changed)
    if "attestation" in changed:
        edited = _with_plain_certificates(kind, edited, before, notes)
        attestation.check_edited(kind, as_object(edited.get("attestation")), stored)
    return certificate_policy.settled(changed, allocation.settled(changed, edited, before, notes))


def _changed(after: Json, before: Json, nodes: Tree) -> Json:
    """The members that differ, null where they are gone; nested as in the record."""
    changed: Json = {}
    for name in [*after, *(before.keys() - after.keys())]:
        one, other, node = after.get(name), before.get(name), nodes.get(name)
        if name in after and name in before and same(one, other):
            continue
        if isinstance(node, dict) and isinstance(one, dict) and isinstance(other, dict):
            changed[name] = _changed(one, other, node)
        else:
            changed[name] = one
    return changed


def _with_plain_certificates(kind: Kind, edited: Json, before: Json, notes: list[Note]) -> Json:
    """The edited record with each new certificate as it is sent, and without the info of the one that it replaces."""
    new = {}
    for path in kind.slots:
        text = get(edited, f"{path}.certificate")
        if text and text != get(before, f"{path}.certificate"):
            new[path.rpartition(".")[2]] = {"certificate": plain_certificate(kind, path, text, notes)}
    if not new:
        return edited
    x509 = edited["attestation"]["x509"]
    x509 = {**x509, kind.certificates: {**x509[kind.certificates], **new}}
    return {**edited, "attestation": {**edited["attestation"], "x509": x509}}


def _refused(member: str, reason: str) -> Violations:
    return Violations(Violation((member,), reason))
