"""What a check is, what it gets to know, and what it finds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any, NamedTuple

from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json


class Severity(str, Enum):
    """How bad a finding is, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    def includes(self, other: Severity) -> bool:
        """Whether the other one is at least as bad."""
        order = list(Severity)
        return order.index(other) <= order.index(self)


class Needs(Enum):
    """What a check needs apart from the list of records."""

    KEYS = "symmetric keys"
    HUBS = "linked hubs"


class Flaw(NamedTuple):
    """What is wrong with a member, by its path, in a sentence that contains no secret."""

    member: str | None
    message: str


@dataclass
class Facts:
    """What checks may use apart from a record: the options, and what was read of other records.

    `linked` returns the host names of the linked hubs in lower case, or None where they are not known.
    """

    kind: Kind
    expires_within: timedelta
    disabled_for: timedelta
    has_keys: bool
    linked: Callable[[], frozenset[str] | None]
    now: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    # how many records have each type of attestation
    listed: Counter[str] = field(default_factory=Counter)
    # of each check: the hash of a key -> the ID of the first record that has it
    first: defaultdict[str, dict[bytes, str]] = field(default_factory=lambda: defaultdict(dict))

    def lack(self, needs: Needs | None) -> bool:
        """Whether a check cannot do its work."""
        return (needs is Needs.KEYS and not self.has_keys) or (needs is Needs.HUBS and self.linked() is None)


def _nothing(*_: Any) -> Iterator[Flaw]:
    return iter(())


class Check(NamedTuple):
    """A row of the table of checks: `about` says what it finds, and follows the name in lists.

    `find` is called for each selected record, `find_at_end` once all of them are read.
    """

    name: str
    severity: Severity
    about: str
    find: Callable[[Json, Facts], Iterator[Flaw]] = _nothing
    find_at_end: Callable[[Facts], Iterator[Flaw]] = _nothing
    needs: Needs | None = None
    only: Kind | None = None


def moment(text: Any) -> datetime | None:
    """A time of the service, which is always UTC, to the second; None for anything else."""
    try:
        return datetime.fromisoformat(text[:19]).replace(tzinfo=timezone.utc) if isinstance(text, str) else None
    except ValueError:
        return None


def days(span: timedelta) -> str:
    """A span of time in whole days, for a message."""
    if span.days < 1:
        return "less than a day"
    return f"{span.days:,} day{'s' * (span.days != 1)}"
