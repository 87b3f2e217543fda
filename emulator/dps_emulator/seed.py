"""Records to begin with, from files in the formats of an export."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .refusal import Refusal
from .seed_csv import SeedError, rows
from .server import Emulator

__all__ = ["Seed", "SeedError", "read", "sow"]

_LINES = (".jsonl", ".ndjson", "")
_YAML = (".yaml", ".yml")


@dataclass(frozen=True)
class Seed:
    """A record, and where it was read, for errors."""

    record: Any
    where: str


def read(files: Iterable[str]) -> list[Seed]:
    """All records of the files; enrollments and groups may be mixed. Raises SeedError."""
    return [seed for file in files for seed in _of_file(Path(file).expanduser())]


def sow(dps: Emulator, seeds: Iterable[Seed]) -> None:
    """Store records, with the etags and dates that they have; what a kept state has already stays as it is.

    Raises SeedError for a record that the service would refuse, and for an id that is there twice.
    """
    collections = {each.kind.id_member: each for each in dps.collections}
    before = {member: set(map(str.lower, each.shelf)) for member, each in collections.items()}
    sown: dict[tuple[str, str], str] = {}
    for seed in seeds:
        members = [member for member in collections if isinstance(seed.record, dict) and member in seed.record]
        if len(members) != 1:
            raise SeedError(f"{seed.where}: a record must be an object with either {' or '.join(collections)}.")
        id = str(seed.record[members[0]])
        earlier = sown.setdefault((members[0], id.lower()), seed.where)
        if earlier is not seed.where:
            raise SeedError(f"{seed.where}: {id} is already there, from {earlier}. Remove one of them.")
        try:
            if id.lower() not in before[members[0]]:
                collections[members[0]].seed(seed.record)
        except Refusal as refusal:
            raise SeedError(f"{seed.where}: {id}: {refusal.message}") from None


def _of_file(file: Path) -> Iterator[Seed]:
    suffix = file.suffix.lower()
    if suffix not in (*_LINES, *_YAML, ".json", ".csv"):
        raise SeedError(f"{file}: {suffix} is not a format of records. Use .jsonl, .json, .yaml or .csv.")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise SeedError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    if suffix in _LINES:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield Seed(_parsed(line, f"{file}, line {number}"), f"{file}, line {number}")
    elif suffix == ".csv":
        for number, record in rows(text, file):
            yield Seed(record, f"{file}, line {number}")
    else:
        records = _yaml(text, file) if suffix in _YAML else _parsed(text, str(file))
        if not isinstance(records, list):
            raise SeedError(f"{file}: a file of records must be a list of them.")
        for number, record in enumerate(records, 1):
            yield Seed(record, f"{file}, record {number}")


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}" if "\n" in text.strip() else f"column {error.colno}"
        raise SeedError(f"{where}: this is not valid JSON at {place}: {error.msg}.") from None
    except (ValueError, RecursionError) as error:
        raise SeedError(f"{where}: this JSON cannot be read: {error}.") from None


def _yaml(text: str, file: Path) -> Any:
    try:
        # it takes long to load, and few need it
        import yaml
    except ImportError:
        raise SeedError(f"{file}: YAML needs the package PyYAML. Install it, or use .jsonl.") from None
    try:
        # as JSON: dates of YAML are no values of a record
        return json.loads(json.dumps(yaml.safe_load(text)))
    except (yaml.YAMLError, TypeError, ValueError) as error:
        raise SeedError(f"{file}: this is not valid YAML: {' '.join(str(error).split())}.") from None
