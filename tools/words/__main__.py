"""Checks the wording of what people read; exits with 1 when it finds something."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.words import commands, documents, rules, source
from tools.words.text import Finding, Text

ROOT = Path(__file__).parents[2]
# The word that stands for the help of all commands.
HELP = "az"
EVERYTHING = (
    HELP,
    "azext_iot_dps",
    "emulator",
    "tools",
    "tests",
    "README.md",
    "HISTORY.rst",
    "CONTRIBUTING.md",
    "docs",
)
# They repeat the help.
GENERATED = ("docs/commands.md", "docs/commands/")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.words", description=__doc__)
    parser.add_argument(
        "paths",
        nargs="*",
        default=EVERYTHING,
        help=f"Files and folders, relative to the repository; '{HELP}' checks the help of all commands. "
        "Default: everything.",
    )
    paths = parser.parse_args().paths
    texts = list(read(paths))
    broken = {*rules.wording(texts), *rules.spelling(texts)}
    found = [finding for finding in sorted(broken) if not _is_allowed(finding)]
    for finding in _without_repeats(found):
        print(finding)
    return 1 if found else 0


def read(paths: list[str] | tuple[str, ...]) -> Iterator[Text]:
    """The texts of files and folders, and of the help."""
    for path in paths:
        if path == HELP:
            yield from _help()
            continue
        place = ROOT / path
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        for file in files:
            name = file.relative_to(ROOT).as_posix()
            if file.suffix in (".md", ".rst") and not name.startswith(GENERATED):
                yield from documents.texts(name, file.read_text(encoding="utf-8"))
            elif file.suffix == ".py":
                is_test = "tests" in Path(name).parts
                yield from source.texts(name, file.read_text(encoding="utf-8"), is_test)


def _help() -> Iterator[Text]:
    """Loads the commands of this checkout, with an empty configuration folder."""
    with tempfile.TemporaryDirectory() as folder:
        # azure-cli reads it when it is imported
        os.environ["AZURE_CONFIG_DIR"] = folder
        yield from list(commands.texts())


def _is_allowed(finding: Finding) -> bool:
    """Whether the line or the one above it has the comment `words: allow RULE`."""
    if finding.path.startswith(f"{HELP} "):
        return False
    lines = (ROOT / finding.path).read_text(encoding="utf-8").splitlines()
    return any(f"words: allow {finding.rule}" in line for line in lines[max(0, finding.line - 2) : finding.line])


def _without_repeats(found: list[Finding]) -> Iterator[Finding]:
    """Help that is found in its source file is not shown a second time."""
    in_source = {(finding.rule, finding.found) for finding in found if not finding.path.startswith(f"{HELP} ")}
    for finding in found:
        if not finding.path.startswith(f"{HELP} ") or (finding.rule, finding.found) not in in_source:
            yield finding


if __name__ == "__main__":
    sys.exit(main())
