"""Texts of the help as users see it: summaries, examples and options, from the command table of azure-cli."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from tools.words.text import Kind, Text


def texts() -> Iterator[Text]:
    """The help of every command and group of this extension.

    It loads the whole command table; azure-cli must find this extension by AZURE_EXTENSION_DEV_SOURCES.
    """
    import yaml
    from knack.help_files import helps

    from tools.reference import everything

    table: dict[str, Any] = everything()
    groups = {" ".join(name.split()[:count]) for name in table for count in range(1, len(name.split()))}
    for name in sorted(helps.keys() & {*table, *filter(lambda group: _is_ours(group, table, helps), groups)}):
        entry = yaml.safe_load(helps[name])
        for key in ("short-summary", "long-summary"):
            yield from _help(f"az {name} ({key})", entry.get(key))
        for example in entry.get("examples", []):
            yield from _help(f"az {name} (example)", example["name"])
    seen = set()
    for name in sorted(table):
        for argument in table[name].arguments.values():
            settings = argument.type.settings
            text = settings.get("help")
            option = str((settings.get("options_list") or [argument.name])[0])
            if text != argparse.SUPPRESS and (option, text) not in seen:
                seen.add((option, text))
                yield from _help(f"az {name} {option}", text)


def _is_ours(group: str, table: dict[str, Any], helps: dict[str, str]) -> bool:
    """Whether no other module has a command in this group."""
    commands = [name for name, entry in helps.items() if name.startswith(f"{group} ") and "type: command" in entry]
    return all(name in table for name in commands)


def _help(where: str, text: str | None) -> Iterator[Text]:
    if text:
        yield Text(where, 1, Kind.HELP, text, sentences=True)
