"""purge: deletes registrations by status and age, each only if it was not modified since it was read."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from azure.cli.core.azclierror import ValidationError
from azure.cli.core.util import user_confirmation

from azext_iot_dps.cli.ending import fail_after_output
from azext_iot_dps.cli.failures import advice
from azext_iot_dps.cli.interrupts import Interrupts
from azext_iot_dps.cli.progress import Progress, shown
from azext_iot_dps.cli.where import Where
from azext_iot_dps.registrations import states
from azext_iot_dps.registrations.deletion import Deletion
from azext_iot_dps.registrations.states import Json
from azext_iot_dps.service.client import DpsClient
from azext_iot_dps.service.moments import moment

_KEPT = ("registrationId", "status", "lastUpdatedDateTimeUtc", "etag")


class Choice(NamedTuple):
    """Which registrations to delete: of these statuses, and not updated since that long ago."""

    status: list[str] | None
    older_than: timedelta | None
    most: int | None

    def of(self, found: Iterable[Json], report: Progress) -> tuple[list[Json], int]:
        """Those to delete, and how many there are in all. Raises ValidationError when they are more than `most`.

        Without it they may be 10 % of all, and at least one.
        """
        now, chosen, total = datetime.now(timezone.utc), list[Json](), 0
        for state in found:
            if states.status(state) == states.UNASSIGNED and not state.get("etag"):
                # never registered
                continue
            total += 1
            report(total)
            if self._takes(state, now):
                chosen.append({name: state[name] for name in _KEPT if name in state})
        most = max(1, total // 10) if self.most is None else self.most
        if len(chosen) > most:
            raise ValidationError(
                f"{len(chosen):,} of {total:,} registrations would be deleted, more than {most:,}. Nothing was sent.",
                recommendation=f"Check --status and --older-than. To allow it, specify --max-deletes {len(chosen)}.",
            )
        return chosen, total

    def _takes(self, state: Json, now: datetime) -> bool:
        if self.status and states.status(state) not in self.status:
            return False
        if self.older_than is None:
            return True
        updated = moment(state.get("lastUpdatedDateTimeUtc"))
        return updated is not None and now - updated > self.older_than


def purge_enrollment_registrations(
    cmd: Any,
    client: DpsClient,
    status: list[str] | None = None,
    older_than: timedelta | None = None,
    where: Where | None = None,
    what_if: bool = False,
    max_deletes: int | None = None,
    yes: bool = False,
) -> Json:
    """Delete registrations of individual enrollments."""
    found = (state for _, state in states.of(client, states.ids(client, where)) if state)
    return _purge(cmd.cli_ctx, client, found, Choice(status, older_than, max_deletes), what_if, yes)


def purge_registrations(
    cmd: Any,
    client: DpsClient,
    group_id: str,
    status: list[str] | None = None,
    older_than: timedelta | None = None,
    what_if: bool = False,
    max_deletes: int | None = None,
    yes: bool = False,
) -> Json:
    """Delete registrations of a group."""
    found = client.registrations.query(group_id)
    return _purge(cmd.cli_ctx, client, found, Choice(status, older_than, max_deletes), what_if, yes)


def _purge(cli_ctx: Any, client: DpsClient, found: Iterable[Json], choice: Choice, what_if: bool, yes: bool) -> Json:
    start = time.monotonic()
    with Interrupts() as interrupts:
        with shown(cli_ctx, "Read registrations:") as report:
            chosen, total = choice.of(found, report)
        if what_if:
            shown_states = [{name: part for name, part in state.items() if name != "etag"} for state in chosen]
            return {"delete": shown_states, "unchanged": total - len(chosen)}
        if chosen:
            one = "registration" if len(chosen) == 1 else "registrations"
            user_confirmation(f"Delete {len(chosen):,} {one} of {client.registrations.host}?", yes)
        run = Deletion(client.registrations, interrupts)
        with shown(cli_ctx, "Delete registrations:", len(chosen)) as report:
            run.carry_out(chosen, report)
        not_sent = len(chosen) - sum(run.done.values()) - len(run.failures) - len(run.unknown)
        if run.failures or run.unknown or not_sent or interrupts.count:
            message = _message(run, len(chosen), not_sent)
            fail_after_output(cli_ctx, message, advice(run.fatal_error) if run.fatal_error else [], interrupts.restore)
    return {
        "total": len(chosen),
        "deleted": run.done["deleted"],
        "unchanged": run.done["unchanged"],
        "failed": len(run.failures),
        "notSent": not_sent,
        **({"unknown": len(run.unknown)} if run.unknown else {}),
        "seconds": round(time.monotonic() - start, 3),
        "failures": [*run.failures, *run.unknown],
    }


def _message(run: Deletion, total: int, not_sent: int) -> str:
    message = f"{len(run.failures):,} of {total:,} registrations failed"
    if not_sent:
        message += f", and {not_sent:,} were not sent"
    if run.unknown:
        message += f", and the outcome of {len(run.unknown):,} is unknown"
    if not run.failures:
        return f"{message}."
    return f"{message}. The first failure, of '{run.failures[0]['id']}': {run.failures[0]['message']}"
