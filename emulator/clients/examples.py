"""The programs of ten lines in docs/clients.md, which have to work too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"```(js|python)\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A program and the ending of its file."""

    ending: str
    text: str


def examples(page: Path) -> dict[str, Example]:
    """Of each section that has a program, by the section's title."""
    found = {}
    for title, text in _SECTION.findall(page.read_text()):
        block = _BLOCK.search(text)
        if block:
            found[title] = Example({"js": "js", "python": "py"}[block[1]], block[2])
    return found
