"""The rules of attestation: which members belong together, what a new record needs, what an update may change."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iot_dps.record.comparison import thumbprint
from azext_iot_dps.record.kinds import Attestation, Kind
from azext_iot_dps.record.merging import merged
from azext_iot_dps.record.paths import Json, as_object, get
from azext_iot_dps.record.schema import Tree, tree
from azext_iot_dps.record.violation import Fault, Note, Violation, Violations

_TYPES = SYMMETRIC_KEY, TPM, X509 = tuple(each.value for each in Attestation)
CA_NAMES = "caReferences"
# A record has one of these; an update may replace one with another.
_BRANCHES = ("clientCertificates", "signingCertificates", CA_NAMES)


def stored_type(record: Json) -> str:
    """The attestation type of a record, "none" when it has none."""
    return str(as_object(record.get("attestation")).get("type") or "none")


def without_certificate(kind: Kind, attestation: Json) -> list[str]:
    """The paths of certificates of which an attestation has only the info that the service shows."""
    branch = as_object(as_object(attestation.get(X509)).get(kind.certificates))
    if not branch:
        return []
    entries = zip(kind.slots, (branch.get("primary"), branch.get("secondary")))
    return [path for path, entry in entries if entry and not entry.get("certificate")]


def check_named(kind: Kind, named: Json) -> None:
    """Refuse members that exclude each other, regardless of what is stored. Raises Violations."""
    parts = [type for type in _TYPES if named.get(type)]
    type = named.get("type")
    if type and type not in kind.attestations:
        choices = ", ".join(kind.attestations)
        raise Violations(Violation(("attestation.type",), f"{{0}} must be one of {choices}.", value=str(type)))
    foreign = [part for part in parts if part != (type or parts[0])]
    if foreign and type:
        reason = f"{{0}} belongs to {foreign[0]} attestation, but {{1}} is {type}."
        raise Violations(_conflict((_first(named, foreign[0]), "attestation.type"), reason))
    if foreign:
        reason = f"{{0}} belongs to {parts[0]} attestation, {{1}} to {foreign[0]}. Use one of them."
        raise Violations(_conflict((_first(named, parts[0]), _first(named, foreign[0])), reason))
    branches = _filled(named)
    if len(branches) > 1 or not {*branches} <= {kind.certificates, CA_NAMES}:
        wrong = next((branch for branch in branches if branch not in (kind.certificates, CA_NAMES)), None)
        paths = tuple(_first(named, X509, branch) for branch in ([wrong] if wrong else branches))
        reason = f"An {kind.title} has no {{0}}." if wrong else "{0} and {1} cannot be combined. Use one of them."
        raise Violations(_conflict(paths, reason))


def check_new(kind: Kind, attestation: Json) -> None:
    """Refuse an attestation that `check_named` accepts, but that cannot be created as it is. Raises Violations."""
    type = attestation.get("type")
    if not type:
        choices = ", ".join(kind.attestations)
        raise Violations(_missing(("attestation.type",), f"{{0}} is required: one of {choices}."))
    _check_parts(kind, attestation, "x509 attestation requires a certificate")
    hidden = without_certificate(kind, attestation) if type == X509 else []
    if hidden:
        raise Violations(_hidden(hidden[0]))


def new(kind: Kind, named: Json) -> Json:
    """The attestation of a new record. Raises Violations."""
    made = merged(_shown(named), {}, _tree())
    type = named.get("type") or kind.default_attestation(bool(made.get(X509)))
    if type:
        made["type"] = type
    check_new(kind, made)
    return made


def over(kind: Kind, named: Json, record: Json, notes: list[Note]) -> Json:
    """The attestation of a stored record with what is named; keys and certificates that are not named stay.

    Raises Violations for another attestation type, and when no certificate would be left.
    """
    stored = stored_type(record)
    parts = [type for type in _TYPES if named.get(type)]
    wanted = named.get("type") or (parts[0] if parts else stored)
    if "type" in named and named["type"] is None:
        raise _fixed(stored)
    if wanted != stored:
        path = _first(named, wanted) if wanted in parts else "attestation.type"
        reason = f"{{0}} needs {wanted} attestation, but the {kind.title} has {stored}, which cannot be changed."
        raise Violations(Violation((path,), reason, fault=Fault.MISFIT))
    kept = as_object(record.get("attestation"))
    named = _without_shown(kind, named, kept)
    branches = _filled(named)
    before = as_object(kept.get(X509))
    gone = [name for name in _BRANCHES if name in before and branches and name not in branches]
    if gone:
        kept = {**kept, X509: {name: part for name, part in before.items() if name not in gone}}
        replaced = [name for name in gone if any(as_object(before[name]).values())]
        reason = f"{branches[0]} replaces {', '.join(replaced)}: an {kind.title} cannot have both."
        notes.extend([Note((), reason)] if replaced else [])
    result = merged(_shown(named), kept, _tree())
    if named:
        _check_parts(kind, result, "No certificate would be left. Specify one")
    return result


def _fixed(stored: str) -> Violations:
    reason = f"{{0}} is {stored}, which cannot be changed."
    return Violations(Violation(("attestation.type",), reason, fault=Fault.MISFIT))


def check_edited(kind: Kind, edited: Json, record: Json) -> None:
    """Refuse an edited attestation without the type of the stored record or what that requires. Raises Violations."""
    stored = stored_type(record)
    if stored_type({"attestation": edited}) != stored:
        raise _fixed(stored)
    if stored not in kind.attestations:
        # newer than this version
        return
    check_named(kind, edited)
    _check_parts(kind, edited, "No certificate would be left. Specify one")
    keys = as_object(edited.get(SYMMETRIC_KEY))
    gone = [name for name in ("primaryKey", "secondaryKey") if not keys.get(name)] if stored == SYMMETRIC_KEY else []
    if gone:
        path = f"attestation.{SYMMETRIC_KEY}.{gone[0]}"
        raise Violations(_missing((path,), "{0} cannot be removed: the service would generate a new key."))


def _without_shown(kind: Kind, named: Json, stored: Json) -> Json:
    """Without the info of the stored certificates, which stay. Raises Violations for that of others.

    What is stored may be a certificate itself: that of a file.
    """
    paths = without_certificate(kind, named)
    for path in paths:
        asked, there = (thumbprint(as_object(get({"attestation": part}, path))) for part in (named, stored))
        if asked != there:
            raise Violations(_hidden(path))
    if not paths:
        return named
    hidden = {path.rpartition(".")[2] for path in paths}
    slots = {slot: entry for slot, entry in named[X509][kind.certificates].items() if slot not in hidden}
    return {**named, X509: {**named[X509], kind.certificates: slots}}


def _hidden(path: str) -> Violation:
    return _missing((f"{path}.certificate",), "{0} is missing: the service never shows certificates. Add it.")


def _tree() -> Tree:
    nodes: Tree = tree()["attestation"]
    return nodes


def _shown(named: Json) -> Json:
    """Without keys that are null: the service did not show them, and without them it would generate new ones."""
    given = as_object(named.get(SYMMETRIC_KEY))
    if given and None not in given.values():
        return named
    keys = {name: key for name, key in given.items() if key is not None}
    rest = {name: part for name, part in named.items() if name != SYMMETRIC_KEY}
    return {**rest, SYMMETRIC_KEY: keys} if keys else rest


def _filled(attestation: Json) -> list[str]:
    x509 = as_object(attestation.get(X509))
    return [name for name in _BRANCHES if any(as_object(x509.get(name)).values())] if x509 else []


def _check_parts(kind: Kind, attestation: Json, no_certificate: str) -> None:
    """Refuse an attestation without what its type requires, and say of certificates what is given."""
    type = attestation.get("type")
    if type == TPM and not as_object(attestation.get(TPM)).get("endorsementKey"):
        raise Violations(_missing((f"attestation.{TPM}.endorsementKey",), f"{TPM} attestation requires {{0}}."))
    if type == X509 and not _filled(attestation):
        names = (f"attestation.{X509}.{CA_NAMES}.primary",) if kind.signing else ()
        listed = "{0}, {1} or {2}" if kind.signing else "{0} or {1}"
        raise Violations(_missing((*kind.slots, *names), f"{no_certificate}: {listed}."))


def _first(named: Json, *names: str) -> str:
    """The path of the first member of a part; of one that is to be removed, with a minus sign before it."""
    return next(_leaves("attestation." + ".".join(names), _descended(named, names), _descended(_tree(), names)))


def _descended(value: Json, names: tuple[str, ...]) -> object:
    for name in names:
        value = value[name]
    return value


def _leaves(path: str, value: object, node: object) -> Iterator[str]:
    if isinstance(value, dict) and isinstance(node, dict) and value:
        for name, part in value.items():
            yield from _leaves(f"{path}.{name}", part, node.get(name))
    else:
        yield path if value is not None else f"-{path}"


def _missing(members: tuple[str, ...], reason: str) -> Violation:
    return Violation(members, reason, fault=Fault.MISSING)


def _conflict(members: tuple[str, ...], reason: str) -> Violation:
    return Violation(members, reason, fault=Fault.CONFLICT)
