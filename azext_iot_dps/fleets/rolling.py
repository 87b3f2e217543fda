"""roll: certificates, keys and CA names replaced in stages. `client` is as in `handlers`."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any

from knack.log import get_logger

from azext_iot_dps.cli import files
from azext_iot_dps.cli.client import Collection
from azext_iot_dps.cli.interrupts import Interrupts
from azext_iot_dps.cli.progress import shown
from azext_iot_dps.cli.where import Where
from azext_iot_dps.fleets.events import event_file
from azext_iot_dps.fleets.formats import ImportMode
from azext_iot_dps.fleets.importing import Import, loaded
from azext_iot_dps.fleets.loading import Rules
from azext_iot_dps.fleets.preview import previewed
from azext_iot_dps.fleets.roll_options import spell
from azext_iot_dps.fleets.roll_planning import RollPlanner, Rotating
from azext_iot_dps.fleets.sources import sources
from azext_iot_dps.record import rotation
from azext_iot_dps.record.comparison import matches
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.patch import Patch
from azext_iot_dps.record.paths import Json, put
from azext_iot_dps.record.rotation import CA_NAME, CERTIFICATE, KEY, Stage
from azext_iot_dps.record.violation import Note
from azext_iot_dps.service.versions import Need

logger = get_logger(__name__)

_WORKERS = 4
_PROMOTED = (
    "Both are accepted. When every device has registered with the new one since this update, run the command with "
    "--finish."
)
_FINISHED = "The old one is not accepted any more: a device that has nothing else is refused when it registers."
# What devices must do, by what was added, to individual enrollments and to groups.
_ADDED = {
    CERTIFICATE: (
        "Install the new certificate on the device and let it register again",
        "Give each device a certificate that the new CA has signed, and let it register again",
    ),
    KEY: (
        "Give the device the secondary key, which `show --show-keys` prints, and let it register again",
        "Give each device its key derived from the secondary key, which `show --show-keys` prints and "
        "`compute-device-key --symmetric-key` takes, and let it register again",
    ),
    CA_NAME: ("", "Give each device a certificate that the new CA has signed, and let it register again"),
}


def roll_enrollments(
    cmd: Any,
    client: Collection,
    enrollment_id: str | None = None,
    new_certificate: str | bool | None = None,
    old_certificate: str | None = None,
    new_key: str | bool | None = None,
    promote: bool = False,
    finish: bool = False,
    force: bool = False,
    file: list[str] | None = None,
    format: str | None = None,
    delimiter: str | None = None,
    where: Where | None = None,
    what_if: bool = False,
    exit_code: bool = False,
    **kwargs: Any,
) -> Json:
    """Carry out a stage of one record, or of those of files and conditions; the result is apply's and says what next.

    An option without a value is False. One record is read and changed again when other clients change it meanwhile; of
    many, such a one is a failure.
    """
    start = time.monotonic()
    client.records.versions.require(Need.WHOLE)
    given = {CERTIFICATE: new_certificate, KEY: new_key, CA_NAME: kwargs.get("new_ca_name")}
    adds = "" if promote or finish else next(noun for noun, value in given.items() if value is not None)
    # a swap that is repeated unseen swaps back, which of a single one is seen
    guesses = force or (enrollment_id is not None and not finish)
    rotating = Rotating(client, Stage(adds, promote, finish, guesses), force)
    if enrollment_id is None:
        named = {}
    else:
        named = _named(client.kind, old_certificate, given)
        if not what_if:
            return _ended(_one(rotating, enrollment_id, named, start), rotating)
    with Interrupts() as interrupts, ExitStack() as stack:
        rules = Rules(ImportMode.UPDATE, ignore_etag=True)
        wanted = stack.enter_context(loaded(sources(file, format, delimiter), client.kind, rules)) if file else None
        records = stack.enter_context(loaded([], client.kind, rules))
        with shown(cmd.cli_ctx, f"Compared {client.kind.plural}:") as report:
            planner = RollPlanner(rotating, records, report)
            plan = planner.one(enrollment_id, named) if enrollment_id is not None else planner.many(wanted, where)
        if what_if:
            return previewed(cmd.cli_ctx, plan, exit_code)
        job = Import(client, records, None, start, interrupts, plan)
        log = stack.enter_context(event_file(None, interrupts))
        return _ended(job.result(cmd.cli_ctx, _WORKERS, log.batch), rotating)


def _named(kind: Kind, old_certificate: str | None, given: dict[str, str | bool | None]) -> Json:
    """What the options name, where the first stage stores it. Raises Violations, and FileOperationError."""
    from azext_iot_dps.record import certificate

    members: Json = {}
    notes: list[Note] = []
    paths = {"--old-certificate": old_certificate, "--new-certificate": given[CERTIFICATE]}
    for slot, (option, path) in zip(kind.slots, paths.items()):
        if isinstance(path, str):
            put(members, slot, certificate.entry(slot, path, files.content(option, path), kind.signing, notes))
    if given[KEY] is not None:
        put(members, rotation.KEYS[1], given[KEY] or rotation.new_key())
    if given[CA_NAME]:
        put(members, rotation.NAMES[1], given[CA_NAME])
    for note in notes:
        logger.warning(note.told(spell))
    return members


def _one(rotating: Rotating, id: str, named: Json, start: float) -> Json:
    """The result for one record. Raises ServiceError and Violations."""
    client = rotating.client

    def change(stored: Json) -> tuple[Json, bool]:
        parts = rotating.members(id, named, stored)
        desired = Patch(client.kind, {client.kind.id_member: id, **parts}, is_checked=True).over(stored)
        return desired, bool(parts) and not matches(desired, stored)

    _, written = client.records.update(id, change)
    counts = {"updated": int(written), "unchanged": int(not written)}
    rest = {"deleted": 0, "failed": 0, "notSent": 0, "seconds": round(time.monotonic() - start, 3), "failures": []}
    return {"total": 1, "created": 0, **counts, **rest}


def _ended(result: Json, rotating: Rotating) -> Json:
    """The result with what the registrations told, and with what devices must do now."""
    if told := rotating.devices:
        result["devices"] = {"assigned": told.assigned, "registeredSinceUpdate": told.came_back}
    if result["updated"] or result["unchanged"]:
        result["next"] = _next(rotating.stage, rotating.client.kind)
    return result


def _next(stage: Stage, kind: Kind) -> str:
    if stage.finishes:
        return _FINISHED
    if stage.promotes:
        return _PROMOTED
    doing = _ADDED[stage.adds][kind.signing]
    return f"{doing}: both are accepted. Then run the command with --promote."
