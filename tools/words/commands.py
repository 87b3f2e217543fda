"""Texts of the help as users see it: summaries, examples and options."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from tools.words.text import Kind, Text


def texts() -> Iterator[Text]:
    """The help of every command and group of this extension, and of their options."""
    import yaml
    from knack.help_files import helps

    from tools.loader import loaded, settings

    loader = loaded()
    for name in sorted(
        name for name in helps if any(f"{command} ".startswith(f"{name} ") for command in loader.command_table)
    ):
        entry = yaml.safe_load(helps[name])
        for key in ("short-summary", "long-summary"):
            yield from _help(f"az {name} ({key})", entry.get(key))
        for example in entry.get("examples", []):
            yield from _help(f"az {name} (example)", example["name"])
    seen = set()
    for scope, parameter, given in settings(loader):
        option = str((given.get("options_list") or [parameter])[0])
        text = given.get("help")
        if text != argparse.SUPPRESS and (option, text) not in seen:
            seen.add((option, text))
            yield from _help(f"az {scope} {option}", text)


def _help(where: str, text: str | None) -> Iterator[Text]:
    if text:
        yield Text(where, 1, Kind.HELP, text, sentences=True)
