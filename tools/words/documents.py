"""Texts of Markdown and reStructuredText files: paragraphs, list items and rows of tables, without code blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.words.text import Kind, Text

_FENCE = re.compile(r"^\s*```")
_ITEM = re.compile(r"^\s*([-*]|\d+\.) |^\|")


def texts(path: str, content: str) -> Iterator[Text]:
    """A text for each paragraph, item or row."""
    lines = content.splitlines()
    block: list[str] = []
    start, fenced = 1, False
    for number, line in enumerate([*lines, ""], 1):
        fence = bool(_FENCE.match(line))
        ends = fence or fenced or not line.strip() or bool(_ITEM.match(line))
        if block and ends:
            yield Text(path, start, Kind.PROSE, "\n".join(block), tuple(block))
            block = []
        if fence:
            fenced = not fenced
        elif not fenced and line.strip():
            if not block:
                start = number
            block.append(line)
