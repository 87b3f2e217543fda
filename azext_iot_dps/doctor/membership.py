"""Which enrollment group would accept a device."""

from __future__ import annotations

from datetime import datetime, timezone

from azext_iot_dps.base64 import decoded, is_base64
from azext_iot_dps.doctor.case import Case, Device, Finding, Status, failed, listed, ok, warning
from azext_iot_dps.record import chain
from azext_iot_dps.record.attestation import CA_NAMES, SYMMETRIC_KEY, X509
from azext_iot_dps.record.chain import Link
from azext_iot_dps.record.kinds import GROUP
from azext_iot_dps.record.paths import Json, as_object, get
from azext_iot_dps.service.enrollments import Enrollments, attestation_type
from azext_iot_dps.service.failure import ServiceError
from azext_iot_dps.service.keys import device_key

ENABLE = "To enable it: az iot dps {} --provisioning-status enabled"
_GROUP_KEY = (
    "A device needs the key that is derived from it: az iot dps enrollment-group compute-device-key --gid {} --rid {}"
)
_APPEND = (
    "Append the certificate of the group to the file of --certificate-file-path: the service does not show it, so that "
    "its signature could not be verified."
)
_OTHER_KEY = (
    "Check the registration ID, whose letter case counts for the derived key, and that the key is that of the device: "
    "az iot dps enrollment-group compute-device-key"
)
_OTHER_CHAIN = (
    "The file must contain the intermediate certificates up to the certificate of the group. To see those of groups: "
    "az iot dps enrollment-group list"
)
SPECIFY = "Specify --symmetric-key or --certificate-file-path to see whether the device would be accepted."
_ORDER = (Status.OK, Status.WARNING, Status.FAILED)
_READ_KEYS = "Sign in with a policy that has EnrollmentWrite, or with a role that includes the keys."


def enrollment_group(case: Case, device: Device) -> Finding:
    """Which group would accept a device that has no individual enrollment. Raises ServiceError."""
    none = f"There is no individual enrollment '{device.id}'"
    groups = list(case.groups.query())
    if not (device.key or case.chain):
        return warning(f"{none}. Whether a group accepts the device depends on its key or certificate.", SPECIFY)
    kind = SYMMETRIC_KEY if device.key else X509
    candidates = [group for group in groups if attestation_type(group) == kind]
    try:
        found = [(group, each) for group in candidates if (each := _look(case, device, group))]
    except ServiceError as error:
        return unread(error, f"{none}. A group accepts the device")
    # what accepts the device first, then what may
    found.sort(key=lambda each: _ORDER.index(each[1].status))
    if not found:
        return _none(case, device, f"{none}, and none of the enrollment groups", len(candidates), len(groups))
    group, finding = found[0]
    others = [f"'{_id(other)}'" for other, each in found[1:] if each.status is finding.status]
    if finding.status is Status.FAILED:
        return finding
    if others:
        return warning(
            f"{finding.message} The same is true of {listed(others)}.",
            f"Which group the service would use is not certain. {finding.advice}".rstrip(),
        )
    case.admitting, case.group = group, _id(group)
    return finding


def keys(records: Enrollments, id: str) -> list[str]:
    """The symmetric keys of a record. Raises ServiceError."""
    stored = as_object(records.attestation(id).get("symmetricKey"))
    return [str(stored[name]) for name in ("primaryKey", "secondaryKey") if is_base64(stored.get(name))]


def unread(error: ServiceError, what: str) -> Finding:
    """For a record whose keys may not be read. Raises any other error."""
    if error.status != 403:
        raise error
    return warning(f"{what} if the device has its key. Keys may not be read with this sign-in.", _READ_KEYS)


def _look(case: Case, device: Device, group: Json) -> Finding | None:
    """What a group makes of the device; None if it has nothing to do with it."""
    finding = _by_key(case, device, _id(group)) if device.key else _by_chain(case, group)
    if finding is None or finding.status is Status.FAILED or group.get("provisioningStatus") != "disabled":
        return finding
    id = _id(group)
    return failed(f"The enrollment group '{id}' is disabled.", ENABLE.format(f"enrollment-group update --gid {id}"))


def _by_key(case: Case, device: Device, id: str) -> Finding | None:
    stored, own = keys(case.groups, id), decoded(device.key or "")
    if own in map(decoded, stored):
        return failed(f"This is the key of the enrollment group '{id}'.", _GROUP_KEY.format(id, device.id))
    if own not in [decoded(device_key(key, device.id)) for key in stored]:
        return None
    return ok(f"The enrollment group '{id}' accepts the device: the key is derived from that of the group.")


def _by_chain(case: Case, group: Json) -> Finding | None:
    what = f"The enrollment group '{_id(group)}'"
    names = [str(name) for name in as_object(get(group, f"attestation.{X509}.{CA_NAMES}")).values() if name]
    if names:
        return _by_names(case, names, what)
    entries = [as_object(get(group, path)) for path in GROUP.slots]
    links = [(chain.link(case.chain, entry), entry) for entry in entries if entry]
    for link, entry in sorted(links, key=lambda each: list(Link).index(each[0])):
        if link is not Link.NONE:
            return _linked(link, as_object(entry.get("info")), what)
    return None


def _by_names(case: Case, names: list[str], what: str) -> Finding | None:
    """The same for a group with CA certificates that were uploaded to the service."""
    known = case.authorities
    if known is None:
        told = listed(f"'{name}'" for name in names)
        return warning(
            f"{what} may accept the device: it has the uploaded CA certificate {told}, which only Azure Resource "
            "Manager shows.",
            f"Check that the chain leads to it, and that it is verified: az iot dps certificate show -n {names[0]}",
        )
    for name in names:
        properties = known.get(name.lower(), {})
        try:
            leads = chain.vouches(chain.uploaded(str(properties.get("certificate"))), case.chain)
        except ValueError:
            continue
        if leads and properties.get("isVerified") is not True:
            return failed(
                f"{what} has the uploaded CA certificate '{name}' of the device, which is not verified.",
                f"To verify it: az iot dps certificate verify -n {name}",
            )
        if leads:
            return ok(f"{what} accepts the device: the chain leads to the uploaded CA certificate '{name}'.")
    return None


def _linked(link: Link, info: Json, what: str) -> Finding:
    ends = str(info.get("notAfterUtc"))[:19]
    if ends < datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S"):
        return failed(f"{what} has the CA certificate of the device, which expired on {ends[:10]}.", "Replace it.")
    if link is Link.BROKEN:
        return failed(
            f"{what} has a CA certificate of the file, which did not sign the certificate of the device, or an "
            "intermediate certificate is missing, has expired or is no CA certificate.",
            "The file must contain the whole chain: the leaf certificate first, then the intermediate certificates.",
        )
    if link is Link.NAMED:
        return warning(f"{what} probably accepts the device: the chain names its CA certificate as issuer.", _APPEND)
    return ok(f"{what} accepts the device: the chain leads to its CA certificate.")


def _none(case: Case, device: Device, nobody: str, count: int, total: int) -> Finding:
    counted = f"Groups: {total}, with this attestation: {count}."
    if device.key:
        return failed(f"{nobody} has a key from which that of the device is derived. {counted}", _OTHER_KEY)
    issuer = chain.top_issuer(case.chain)
    return failed(
        f"{nobody} has a CA certificate to which the chain leads. Its last issuer is {issuer}. {counted}", _OTHER_CHAIN
    )


def _id(group: Json) -> str:
    return str(group.get(GROUP.id_member))
