"""The unit of checking: a text that people read, and where it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Kind(str, Enum):
    """What a text is, as far as rules differ."""

    HELP = "help"
    MESSAGE = "message"
    DOCSTRING = "docstring"
    COMMENT = "comment"
    PROSE = "prose"


@dataclass(frozen=True)
class Text:
    """A text from `path`, which begins at `line`; `source` holds the lines of the file from there to its end."""

    path: str
    line: int
    kind: Kind
    content: str
    source: tuple[str, ...] = ()
    # whether the content consists of whole sentences, so that their length can be checked
    sentences: bool = False

    def line_of(self, found: str) -> int:
        """The line on which `found`, a part of the content, begins."""
        words = found.split()
        if not words:
            return self.line
        for count in range(len(words), 0, -1):
            pattern = re.compile(r"\s+".join(map(re.escape, words[:count])))
            for offset, line in enumerate(self.source):
                if pattern.search(line):
                    return self.line + offset
        return self.line


@dataclass(frozen=True, order=True)
class Finding:
    """A text that breaks a rule."""

    path: str
    line: int
    rule: str
    found: str
    write: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.found} -> {self.write}"


def without_code(content: str) -> str:
    """The content with code, URLs and HTML comments replaced by dots of the same length."""
    return re.sub(r"``[^`]*``|`[^`\n]*(?:\n[^`\n]*)?`|https?://\S+|<!--.*?-->", _dots, content, flags=re.DOTALL)


def _dots(match: re.Match[str]) -> str:
    return re.sub(r"\S", "·", match[0])
