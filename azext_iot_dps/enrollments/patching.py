"""Options of create and update: the patch that they name, and how messages name members as options."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli import files
from azext_iot_dps.enrollments.members import MemberOption, member_options
from azext_iot_dps.record import attestation
from azext_iot_dps.record.certificate_policy import OLD_NAME, POLICY_NAME
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Kind
from azext_iot_dps.record.patch import Patch
from azext_iot_dps.record.paths import Json, as_object, get, put
from azext_iot_dps.record.schema import Field
from azext_iot_dps.record.values import HOSTS, AllocationPolicy
from azext_iot_dps.record.violation import Fault, Note, Violation, Violations

LEGACY_HUB, LEGACY_POLICY = "iot_hub_host_name", "credential_policy_name"
_LEGACY_OPTION, _LEGACY_POLICY_OPTION = "--iot-hub-host-name", "--credential-policy-name"


def spell(path: str) -> str:
    """The option that sets a member, or that removes it where a minus sign precedes the path."""
    return _SPELLED.get(path) or _SPELLED.get(path.rpartition(".")[0], path)


def patch_of(kind: Kind, id: str, options: dict[str, Any], has_old_policy: bool = False) -> Patch:
    """The patch that the options name, by their parameters; certificate files are read here.

    `has_old_policy` is whether the version of the service API is the preview with a single name for a policy.

    An empty value removes its member. Raises Violations, and FileOperationError for a file that cannot be read.
    """
    members: Json = {kind.id_member: id}
    notes: list[Note] = []
    given = [(option, options.get(option.parameter)) for option in member_options(kind)]
    for option, value in given:
        if value is not None and not option.removes:
            put(members, option.path(kind), _value(option.field(kind), value))
    for option, value in given:
        if value and option.removes:
            _remove(kind, members, option.path(kind))
    # before files are read
    attestation.check_named(kind, as_object(members.get("attestation")))
    for option, value in given:
        if value and option.field(kind).is_file and not option.removes:
            put(members, option.path(kind), _certificate(kind, option, value, notes))
    _apply_legacy_hub(members, options.get(LEGACY_HUB))
    _apply_legacy_policy(members, options.get(LEGACY_POLICY), has_old_policy)
    return Patch(kind, members, notes=notes)


def _value(field: Field, given: Any) -> Any:
    """The JSON value of what azure-cli passes; None for an empty one."""
    if field.value is HOSTS:
        given = " ".join(given).split()
    elif field.value.choices:
        given = field.value.parse(given)
    return None if given in ("", [], {}) else given


def _certificate(kind: Kind, option: MemberOption, path: str, notes: list[Note]) -> Json:
    from azext_iot_dps.record import certificate

    return certificate.entry(option.path(kind), path, files.content(option.names[0], path), kind.signing, notes)


def _remove(kind: Kind, members: Json, path: str) -> None:
    """Remove a certificate, or the CA name of a group in its place."""
    if get(members, path) is None:
        put(members, path, None)
    ca_name = f"attestation.x509.caReferences.{path.rpartition('.')[2]}"
    if kind.signing and get(members, ca_name) is None:
        put(members, ca_name, None)


def _apply_legacy_hub(members: Json, hub: str | None) -> None:
    """The deprecated option means the static policy with one hub."""
    if not hub:
        return
    if members.get("allocationPolicy") or members.get("iotHubs"):
        reason = f"{_LEGACY_OPTION} cannot be combined with {{0}} or {{1}}. Use only these two instead."
        raise Violations(Violation(("allocationPolicy", "iotHubs"), reason, fault=Fault.CONFLICT))
    members.update(allocationPolicy=AllocationPolicy.STATIC.value, iotHubs=hub.split())


def _apply_legacy_policy(members: Json, name: str | None, has_old_policy: bool) -> None:
    """The deprecated option means the name of the policy, which the preview calls otherwise."""
    if name is None:
        return
    if members.get(POLICY_NAME, name) != name:
        reason = f"{_LEGACY_POLICY_OPTION} and {{0}} have different values. Use only {{0}}."
        raise Violations(Violation((POLICY_NAME,), reason, fault=Fault.CONFLICT))
    members[OLD_NAME if has_old_policy else POLICY_NAME] = name or None


_SPELLED = {
    ("-" if option.removes else "") + option.path(kind): option.names[0]
    for kind in (INDIVIDUAL, GROUP)
    for option in member_options(kind)
} | {
    "registrationId": "--enrollment-id",
    "enrollmentGroupId": "--group-id",
    "etag": "--etag",
    OLD_NAME: _LEGACY_POLICY_OPTION,
}
