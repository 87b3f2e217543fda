"""The commands on one enrollment or enrollment group: `client` is a collection of one of the two kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from azure.cli.core.azclierror import ArgumentUsageError, RequiredArgumentMissingError
from knack.log import get_logger

from azext_iot_dps.cli.client import Collection
from azext_iot_dps.enrollments.options import FAIL, UPDATE
from azext_iot_dps.record.kinds import Attestation
from azext_iot_dps.record.paths import Json
from azext_iot_dps.service.connection import PAGE
from azext_iot_dps.service.enrollments import attestation_type
from azext_iot_dps.service.redaction import printable
from azext_iot_dps.service.versions import Need

if TYPE_CHECKING:
    from azext_iot_dps.record.patch import Patch
    from azext_iot_dps.record.violation import Note

logger = get_logger(__name__)


def create_enrollment(
    client: Collection, enrollment_id: str, if_exists: str = FAIL, show_keys: bool | None = None, **kwargs: Any
) -> Json:
    """Create an enrollment; one that exists is only changed when `if_exists` is `update`."""
    # what only writing needs is imported where it is
    from azext_iot_dps.cli.api_versions import need_of
    from azext_iot_dps.enrollments.patching import patch_of
    from azext_iot_dps.record import models

    patch = patch_of(client.kind, enrollment_id, kwargs, client.records.versions.has_old_policy)
    record = models.body(client.kind, patch.new())
    _warn(patch.notes)
    client.records.settle_version(need_of(patch.members))

    def existing() -> Json:
        if if_exists == UPDATE:
            return _update(client, patch, patch.over, told=[*patch.notes])
        found = client.records.read_back(enrollment_id)
        logger.warning("The %s already exists. Nothing was changed.", client.kind.title)
        return found

    if if_exists == FAIL:
        return _shown(client.records.put(enrollment_id, record), show_keys)
    return _shown(client.records.create_or(enrollment_id, record, existing), show_keys)


def list_enrollments(cmd: Any, client: Collection, top: int | None = None) -> list[Json]:
    """List all enrollments, or `top` of them."""
    from azext_iot_dps.cli.progress import shown

    client.records.versions.require(Need.SHOWN)
    records = []
    with shown(cmd.cli_ctx, f"Listed {client.kind.plural}:") as report:
        for record in client.records.query(top):
            records.append(record)
            if not len(records) % PAGE:
                report(len(records))
    return records


def show_enrollment(client: Collection, enrollment_id: str, show_keys: bool | None = False) -> Json:
    """Show an enrollment as it is stored; `show_keys` adds symmetric keys."""
    client.records.versions.require(Need.SHOWN)
    record = client.records.get(enrollment_id)
    if show_keys:
        stored = attestation_type(record)
        if stored == Attestation.SYMMETRIC_KEY.value:
            return {**record, "attestation": client.records.attestation(enrollment_id)}
        logger.warning("--show-keys has no effect: the attestation is %s, not symmetricKey.", printable(stored))
    return record


def update_enrollment(
    client: Collection, enrollment_id: str, etag: str | None = None, show_keys: bool | None = None, **kwargs: Any
) -> Json:
    """Change the members that options name; every other member keeps its value, also when others change it."""
    from azext_iot_dps.cli.api_versions import need_of
    from azext_iot_dps.enrollments.generic_update import GenericUpdate
    from azext_iot_dps.enrollments.patching import patch_of

    versions = client.records.versions
    patch = patch_of(client.kind, enrollment_id, kwargs, versions.has_old_policy)
    generic = GenericUpdate(client.kind, kwargs)
    if not patch.names_members and not generic:
        raise RequiredArgumentMissingError("Nothing to change: specify at least one option.")
    versions.require(need_of([*patch.members, *generic.names]))

    def desired(stored: Json) -> Json:
        made = patch.over(stored)
        return generic.over(made, stored, patch.notes) if generic else made

    return _shown(_update(client, patch, desired, etag), show_keys)


def delete_enrollment(client: Collection, enrollment_id: str, etag: str | None = None) -> None:
    """Delete an enrollment."""
    client.records.delete(enrollment_id, etag or "*")


def compute_device_key(
    client: Collection, registration_id: list[str], enrollment_id: str | None = None, symmetric_key: str | None = None
) -> str | list[dict[str, str]]:
    """The key of one device of a group; for several devices an ID and a key each, in the order given."""
    from azext_iot_dps.service.keys import device_key

    group_key = symmetric_key or _stored_key(client, str(enrollment_id))
    computed = [{"registrationId": id, "key": device_key(group_key, id)} for id in dict.fromkeys(registration_id)]
    return computed if len(computed) > 1 else computed[0]["key"]


def compute_registration_id(endorsement_key: str) -> str:
    """The registration ID of a device with a TPM, from the endorsement key of that."""
    from azext_iot_dps.record import tpm

    what = tpm.flaw(endorsement_key)
    if what:
        logger.warning("--endorsement-key %s.", what)
    return tpm.registration_id(endorsement_key)


def _stored_key(client: Collection, id: str) -> str:
    stored, key = client.records.primary_key(id)
    if key is None:
        raise ArgumentUsageError(
            f"The devices of group '{id}' have no symmetric keys: its attestation is {printable(stored)}."
        )
    return key


def _update(
    client: Collection,
    patch: Patch,
    make: Callable[[Json], Json],
    etag: str | None = None,
    told: Sequence[Note] = (),
) -> Json:
    """Replace a record by what `make` makes of it; the notes of the patch that were not `told` before are shown."""
    from azext_iot_dps.record.comparison import differs

    def change(stored: Json) -> tuple[Json, bool]:
        desired = make(stored)
        return desired, differs(desired, stored)

    record, written = client.records.update(patch.id, change, etag)
    _warn(note for note in patch.notes if note not in told)
    if not written:
        logger.warning("The %s already has these values. Nothing was changed.", client.kind.title)
    return record


def _shown(record: Json, show_keys: bool | None) -> Json:
    """A response, without symmetric keys if that is asked for."""
    if show_keys is not False or attestation_type(record) != Attestation.SYMMETRIC_KEY.value:
        return record
    return {**record, "attestation": {**record["attestation"], "symmetricKey": {}}}


def _warn(notes: Iterable[Note]) -> None:
    from azext_iot_dps.enrollments.patching import spell

    for note in dict.fromkeys(notes):
        logger.warning(note.told(spell))
