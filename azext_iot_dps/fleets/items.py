"""Records of files, as the commands on fleets pass them around."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, NamedTuple

from knack.log import get_logger

from azext_iot_dps.record import attestation, columns
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.patch import Patch
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.violation import Text

logger = get_logger(__name__)

Spell = Callable[[str], str]


class Action(str, Enum):
    """What is to be done with a record of a file."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    # not decided yet: the stored symmetric keys have to be read
    KEYS = "keys"
    # --where does not take it, or it needs certificates that cannot be copied
    LEFT = "left"


class Item(NamedTuple):
    """A record of a file.

    `source` is what the file has, `members` are those that it names, `created` is the record that create makes, and
    `uncreatable` is why there is none. `warnings` are for when it is created.
    """

    kind: Kind
    file: str
    is_row: bool
    # of several files
    is_one: bool
    line: int
    source: Json
    members: Json
    created: Json | None = None
    uncreatable: tuple[str, ...] = ()
    without_default: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its id, as the file spells it."""
        return str(self.members[self.kind.id_member])

    @property
    def place(self) -> str:
        """Where it is, for a message; the ID of one that is in no file."""
        if not self.line:
            return f"'{self.id}'"
        return f"{self.file}, line {self.line}" if self.is_one else f"line {self.line}"

    @property
    def etag(self) -> str | None:
        """The ETag that the stored record must have to be changed; `*` is none."""
        etag = self.members.get("etag")
        return etag if etag and etag != "*" else None

    @property
    def names_keys(self) -> bool:
        """Whether it names a symmetric key."""
        keys = (self.members.get("attestation") or {}).get("symmetricKey")
        return bool(keys and any(keys.values()))

    @property
    def lacks_certificates(self) -> bool:
        """Whether it has only the info of a certificate."""
        return bool(attestation.without_certificate(self.kind, self.members.get("attestation") or {}))

    @property
    def patch(self) -> Patch:
        """The change to a stored record."""
        parts = columns.parts(self.kind, self.source) if self.is_row else ()
        return Patch(self.kind, self.members, without_default=self.without_default, parts=parts, is_checked=True)

    @property
    def deletion(self) -> Json:
        """What a delete sends: the id, the ETag if there is one, and the attestation without keys."""
        own = {name: self.members[name] for name in (self.kind.id_member, "etag") if self.members.get(name)}
        named = self.members.get("attestation")
        if isinstance(named, dict):
            own["attestation"] = {name: part for name, part in named.items() if name != "symmetricKey"}
        return own

    def told(self, texts: Iterable[Text]) -> list[str]:
        """Violations or notes as sentences about the record."""
        spell = spelling(self.kind, self.is_row)
        return [text.told(spell) for text in texts]


class Failure(NamedTuple):
    """A record that was not carried out, and why: the service's code and message, or the rulebook's without a code."""

    line: int | None
    id: str
    code: int | str | None
    message: str
    file: str | None = None

    def json(self) -> dict[str, Any]:
        """As results show it."""
        place = {"file": self.file or None, "line": self.line or None}
        return {"id": self.id, **place, "code": self.code, "message": self.message}


def failure(item: Item, code: int | str | None, message: str) -> Failure:
    """The failure of a record of a file."""
    return Failure(item.line, item.id, code, message, item.file)


def spelling(kind: Kind, is_row: bool) -> Spell:
    """How members are named to the user: by their column in CSV, else by their path."""
    return columns.spelling(kind) if is_row else lambda path: path.lstrip("-")


def warn(item: Item, warnings: Iterable[str]) -> None:
    """Warn the user about a record."""
    for warning in warnings:
        logger.warning("%s: %s", item.place, warning)
