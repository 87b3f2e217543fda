"""`python -m tools.reference`: docs/commands.md, as the parser of az has the commands."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

import yaml
from azure.cli.core import get_default_cli
from azure.cli.core.file_util import create_invoker_and_load_cmds_and_args
from knack.help_files import helps

HEAD = """\
# Commands

<!-- Made by `make docs`. Change the help in azext_iot_dps/_help*.py and _params.py instead. -->

Every command also takes what all of `az` do: `--output`, `--query`, `--only-show-errors`, `--subscription`, `--debug`
and `--help`.
"""
WIDTH = 120


def document(table: dict[str, Any]) -> str:
    """The whole of it, for the commands by their names."""
    # old names have no examples
    names = [name for name in sorted(table) if "examples:" in helps[name]]
    contents = "".join(f"- [az {name}](#az-{name.replace(' ', '-')})\n" for name in names)
    return "\n".join([HEAD, contents, *(_command(name, table[name]) for name in names)])


def everything() -> dict[str, Any]:
    """The commands of this extension, with their options, out of the table of all commands of this azure-cli."""
    cli = get_default_cli()
    create_invoker_and_load_cmds_and_args(cli)
    table = cli.invocation.commands_loader.command_table
    return {name: command for name, command in table.items() if command.loader.__module__ == "azext_iot_dps"}


def _command(name: str, command: Any) -> str:
    told = yaml.safe_load(helps[name])
    parts = [f"## az {name}\n", *(_wrapped(told[key]) for key in ("short-summary", "long-summary") if key in told)]
    groups: dict[str, list[Any]] = {}
    for argument in command.arguments.values():
        settings = argument.type.settings
        group = settings.get("arg_group") or "Options"
        hidden = settings["help"] == argparse.SUPPRESS or settings.get("deprecate_info")
        if not hidden and not group.startswith("Global"):
            groups.setdefault(group, []).append(settings)
    for group in sorted(groups):
        parts.append(f"{group}:\n")
        parts.append("".join(_option(settings) for settings in sorted(groups[group], key=_order)))
    for example in told.get("examples", []):
        parts.append(_wrapped(example["name"]))
        parts.append("```\n" + " ".join(example["text"].split()) + "\n```\n")
    return "\n".join(parts)


def _order(settings: dict[str, Any]) -> tuple[bool, str]:
    return not settings.get("required"), _names(settings)[0]


def _names(settings: dict[str, Any]) -> list[str]:
    """Without the deprecated ones, which are objects."""
    return sorted((name for name in settings["options_list"] if isinstance(name, str)), key=lambda name: -len(name))


def _option(settings: dict[str, Any]) -> str:
    names = ", ".join(f"`{name}`" for name in _names(settings))
    choices = [f"`{choice}`" for choice in settings.get("choices") or []]
    default = settings.get("default")
    notes = [
        " Required." if settings.get("required") else "",
        f" One of {', '.join(choices)}." if choices else "",
        f" Default: `{default}`." if default not in (None, False, "") else "",
    ]
    text = " ".join(settings["help"].split())
    return _wrapped(f"- {names}: {text}{'' if text.endswith('.') else '.'}{''.join(notes)}", indent="  ")


def _wrapped(text: str, indent: str = "") -> str:
    lines: Iterator[str] = (
        textwrap.fill(part, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
        for part in text.strip().split("\n\n")
    )
    return "\n\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document(everything()))
