"""What is wrong with a record: which members, why, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple


class Fault(Enum):
    """The ways in which a record can be wrong."""

    INVALID = "invalid value"
    MISSING = "missing member"
    CONFLICT = "members that exclude each other"
    MISFIT = "does not fit the stored record"


class Text(NamedTuple):
    """A sentence about members, which it names by number: {0} is the first of `members`, given by their paths.

    `advice` are lines that say what to do; they name members in the same way. `value` is what the member holds, where
    it may be shown.
    """

    members: tuple[str, ...]
    reason: str
    advice: tuple[str, ...] = ()
    fault: Fault = Fault.INVALID
    value: str = ""

    def told(self, spell: Callable[[str], str]) -> str:
        """The sentence with each member as `spell` writes its path: an option, a column, or the path itself."""
        names = [spell(member) for member in self.members]
        # braces of others are those of a file's name
        return re.sub(r"\{([0-9])\}", lambda match: "".join(names[int(match[1]) :][:1]) or match[0], self.reason)

    def advised(self, spell: Callable[[str], str]) -> list[str]:
        """The lines of advice, with members as `spell` writes them."""
        return [Text(self.members, line).told(spell) for line in self.advice]


class Note(Text):
    """Something that is no fault, but that the user should know: shown as a warning."""


class Violation(Text):
    """A rule that a record breaks; `fault` is the way in which."""


class Violations(Exception):
    """At least one violation of one record."""

    def __init__(self, *violations: Violation):
        super().__init__(*violations)
        self.violations = violations

    def __str__(self) -> str:
        return " ".join(violation.told(str) for violation in self.violations)


class Invalid(ValueError):
    """A value that a member cannot hold; `reason` follows the name of the member, as in "must be a string."."""

    def __init__(self, reason: str, *advice: str, below: str = "", value: str = ""):
        """`below` is the path from the member to the part of its value that is wrong.

        `value` is for members that are not secret. What looks like a key that is in the wrong place is left out.
        """
        super().__init__(reason)
        self.reason, self.advice, self.below = reason, advice, below
        self.value = "" if _may_be_secret(value) else value

    def of(self, member: str) -> Violation:
        """The violation that this is when the member at this path holds the value."""
        path = f"{member}.{self.below}" if self.below else member
        return Violation((path,), f"{{0}} {self.reason}", self.advice, value=self.value)


def _may_be_secret(value: str) -> bool:
    """Whether it contains what may be base64, a private key, or a query of a URL."""
    words = re.findall("[A-Za-z0-9+/]{20,}", value)
    mixed = any(word != word.upper() and word != word.lower() for word in words)
    return mixed or bool(re.search("-----BEGIN|[?&;][A-Za-z]+=", value))
