"""The plan: what has to be sent so that the service has what files ask for, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from azure.cli.core.azclierror import InvalidArgumentValueError, ValidationError

from azext_iot_dps.fleets.fault_file import Tell
from azext_iot_dps.fleets.faults import Faults
from azext_iot_dps.fleets.formats import ImportMode
from azext_iot_dps.fleets.items import Action, Failure, Item, failure, warn
from azext_iot_dps.fleets.loading import Loaded, warn_of_generated_keys
from azext_iot_dps.fleets.stored import Stored
from azext_iot_dps.record import attestation
from azext_iot_dps.record.comparison import matches
from azext_iot_dps.record.paths import Json, as_object
from azext_iot_dps.record.violation import Violations
from azext_iot_dps.service.failure import EXISTS_CODES

NOT_FOUND, CHANGED = 404, 412
# The modes in which a record that exists is compared, and updated if it differs.
_COMPARING = (ImportMode.UPDATE, ImportMode.UPSERT)
# Of a stored record that no file has, which may be one of very many.
_KEPT = ("registrationId", "enrollmentGroupId", "etag", "provisioningStatus", "createdDateTimeUtc")


@dataclass
class Plan:
    """The decisions are in the spool of `loaded`. `failures` are the records that cannot be done as they are."""

    loaded: Loaded
    failures: list[Failure] = field(default_factory=list)
    # stored records that no file has and that are to be deleted, or disabled
    _pruned: dict[str, Json] = field(default_factory=dict)
    disables: bool = False

    @property
    def pruned(self) -> list[Json]:
        """What is known of them: ID, ETag, status, and when they were created."""
        return list(self._pruned.values())

    def add_pruned(self, id: str, stored: Json) -> None:
        """Add a stored record, once, with what is needed of it."""
        kept = {name: stored[name] for name in _KEPT if name in stored}
        self._pruned[id.lower()] = {**kept, "attestation": {"type": attestation.stored_type(stored)}}

    def count(self, action: Action) -> int:
        """The number of records with this action."""
        return self.loaded.spool.counts().get(action.value, 0)

    def records(self, action: Action) -> Iterator[tuple[Item, Json | None]]:
        """The records with this action, in the order of the files, each with what is stored."""
        return ((item, stored) for _, item, stored in self.loaded.items(action.value))


class Prune(NamedTuple):
    """What to do with stored records that no file has: delete or disable them, up to a number of them."""

    disables: bool = False
    most: int | None = None

    def check(self, count: int, stored: int) -> None:
        """Raise ValidationError when there are more than `most`, or without it more than 10 % of what is stored."""
        most = max(1, stored // 10) if self.most is None else self.most
        if count > most:
            doing = "disabled" if self.disables else "deleted"
            raise ValidationError(
                f"{count:,} of {stored:,} stored records are in no file and would be {doing}, more than {most:,}. "
                "Nothing was sent.",
                recommendation=f"Check the files. To allow it, specify --max-deletes {count}.",
            )


class Planner:
    """Compares the records of files with what is stored; sends only requests that read."""

    def __init__(
        self,
        loaded: Loaded,
        stored: Stored,
        prune: Prune | None = None,
        ignore_missing: bool = False,
        tell: Tell | None = None,
    ):
        """`prune` is what to do with stored records that no file has; None leaves them alone.

        `tell` gets each record that contradicts the stored one.

        With `ignore_missing` a record to delete that is not there is as asked.
        """
        self._loaded, self._stored, self._prune, self._ignore_missing = loaded, stored, prune, ignore_missing
        self._plan = Plan(loaded, [*loaded.skipped], disables=bool(prune and prune.disables))
        self._faults = Faults(tell)
        self._listed = 0

    def plan(self) -> Plan:
        """The plan. Raises ServiceError, and InvalidArgumentValueError for records that contradict the stored ones."""
        for stored in self._stored.listed(self._loaded, everything=self._prune is not None):
            self._listed += 1
            id = stored.get(self._loaded.kind.id_member)
            found = self._loaded.find(id) if isinstance(id, str) else None
            if found:
                self._compare(*found, stored)
            elif self._prune and isinstance(id, str) and not self._loaded.has(id):
                self._consider(id, stored)
        self._compare_keys()
        self._decide_missing()
        if self._faults.count and not self._loaded.skips:
            raise InvalidArgumentValueError(self._faults.told())
        if self._prune:
            self._prune.check(len(self._plan.pruned), self._listed)
        return self._plan

    def _consider(self, id: str, stored: Json) -> None:
        """A stored record that no file has."""
        if self._loaded.where and not self._loaded.where.holds(stored):
            return
        if not self._plan.disables or stored.get("provisioningStatus") != "disabled":
            self._plan.add_pruned(id, stored)

    def _compare(self, place: int, item: Item, stored: Json) -> None:
        is_asked = self._loaded.mode in _COMPARING and not self._stored.shows_keys and item.names_keys
        if is_asked and attestation.stored_type(stored) == attestation.SYMMETRIC_KEY:
            self._loaded.spool.decide(place, Action.KEYS.value, stored)
        else:
            self._decide(place, item, stored)

    def _compare_keys(self) -> None:
        """Decide on the records that name symmetric keys, which have to be read one by one."""
        for (place, item, _), keyed in self._stored.keyed(self._loaded.items(Action.KEYS.value)):
            if keyed is None:
                self._loaded.spool.decide(place, None)
            else:
                self._decide(place, item, keyed)

    def _decide(self, place: int, item: Item, stored: Json) -> None:
        if self._loaded.mode not in _COMPARING:
            self._settle(place, item, stored)
            return
        patch = item.patch
        if patch.is_met_by(stored):
            self._loaded.spool.decide(place, Action.UNCHANGED.value)
            return
        try:
            desired = patch.over(stored)
        except Violations as error:
            self._fault(place, item, item.told(error.violations))
            return
        if matches(desired, stored):
            self._loaded.spool.decide(place, Action.UNCHANGED.value)
            warn(item, item.told(patch.notes))
        elif not self._is_newer(place, item, stored):
            self._loaded.spool.decide(place, Action.UPDATE.value, stored)

    def _settle(self, place: int, item: Item, stored: Json) -> None:
        """A record to create or to delete that exists."""
        if self._loaded.mode is ImportMode.CREATE:
            message = f"{item.kind.title.capitalize()} '{item.id}' already exists."
            self._fail(place, item, EXISTS_CODES[item.kind.signing], message)
        elif not self._is_newer(place, item, stored):
            self._loaded.spool.decide(place, Action.DELETE.value)

    def _is_newer(self, place: int, item: Item, stored: Json) -> bool:
        """Whether the record was modified since its ETag was read, which is a failure."""
        if not item.etag or item.etag == stored.get("etag"):
            return False
        message = "The enrollment was modified after the ETag in the file was read. Nothing was changed."
        self._fail(place, item, CHANGED, message)
        return True

    def _decide_missing(self) -> None:
        without_keys = 0
        for place, item, _ in self._loaded.items(None):
            if self._loaded.mode is ImportMode.DELETE and self._ignore_missing:
                self._loaded.spool.decide(place, Action.UNCHANGED.value)
            elif self._loaded.mode in (ImportMode.UPDATE, ImportMode.DELETE):
                self._fail(place, item, NOT_FOUND, f"{item.kind.title.capitalize()} '{item.id}' not found.")
            elif item.etag:
                message = f"The record has an ETag, but the {item.kind.title} does not exist any more."
                self._fail(place, item, NOT_FOUND, message)
            elif item.uncreatable:
                self._fault(place, item, item.uncreatable)
            else:
                self._loaded.spool.decide(place, Action.CREATE.value)
                named = as_object(as_object(item.created).get("attestation"))
                without_keys += named.get("type") == attestation.SYMMETRIC_KEY and not item.names_keys
        # for the mode create it was said when the files were read
        if without_keys and not self._faults.count and self._loaded.mode is not ImportMode.CREATE:
            warn_of_generated_keys(without_keys, self._loaded.total)

    def _fault(self, place: int, item: Item, texts: Iterable[str]) -> None:
        if self._loaded.rules.leaves_certificates and item.lacks_certificates:
            self._loaded.spool.decide(place, Action.LEFT.value)
            return
        told = list(texts)
        self._fail(place, item, None, " ".join(told))
        for text in told:
            self._faults.add(place, item.line, text, file=self._loaded.shown(item.file))

    def _fail(self, place: int, item: Item, code: int | None, message: str) -> None:
        self._loaded.spool.decide(place, Action.FAILED.value)
        self._plan.failures.append(failure(item, code, message))
