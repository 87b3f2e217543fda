"""The files that a command reads: those that were named, and those of folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from azure.cli.core.azclierror import FileOperationError, InvalidArgumentValueError
from knack.log import get_logger

from azext_iot_dps.cli.files import reason
from azext_iot_dps.fleets.formats import STANDARD_STREAM, FileFormat, check_alike, check_apart, format_of, known_format
from azext_iot_dps.record.paths import Json

logger = get_logger(__name__)


class Source(NamedTuple):
    """A file to read; `delimiter` stands between the cells of CSV, None to find it; `option` named it.

    With `listed` it stands for these records, which have no lines: those of a service.
    """

    path: str
    format: FileFormat
    delimiter: str | None = None
    option: str = "--file"
    listed: Iterable[Json] | None = None


def sources(
    paths: Iterable[str], named: str | None, delimiter: str | None = None, option: str = "--file"
) -> list[Source]:
    """The files at these paths, in their order; a folder stands for its files of known formats, by name.

    `named` is the format that the user gave: of a folder only files of that format are read. Subfolders are not.
    Raises InvalidArgumentValueError and FileOperationError.
    """
    given = list(paths)
    if given.count(STANDARD_STREAM) > 1:
        raise InvalidArgumentValueError(f"{option} - can be specified only once: there is one standard input.")
    found: list[Source] = []
    for path in given:
        is_folder = path != STANDARD_STREAM and os.path.isdir(os.path.expanduser(path))
        files = _files(option, path, named) if is_folder else [path]
        found += [Source(file, format_of(file, named, option), delimiter, option) for file in files]
    return found


def check_written(given: list[Source], written: dict[str, str | None]) -> None:
    """Refuse a file to write that is one of the files to read, or failed records whose format cannot be theirs.

    `written` are paths by their options. Raises InvalidArgumentValueError.
    """
    for option, path in written.items():
        if path == STANDARD_STREAM:
            raise InvalidArgumentValueError(f"{option} must be a file, not -: the result is printed there.")
    failed_file = written.get("--failed-file")
    if failed_file:
        if len({source.format for source in given}) > 1:
            raise InvalidArgumentValueError(
                "--failed-file is written in the format of --file: the files must have one."
            )
        check_alike(failed_file, given[0].format)
    for source in given:
        check_apart(written, source.path)


def _files(option: str, folder: str, named: str | None) -> list[str]:
    try:
        inside = sorted(path for path in Path(folder).expanduser().iterdir() if not path.name.startswith("."))
        found = [path for path in inside if _is_read(path, named)]
    except OSError as error:
        raise FileOperationError(f"{option}: cannot read {folder}: {reason(error)}.") from error
    kinds = f"{named} files" if named else "files of records"
    if not found:
        raise InvalidArgumentValueError(f"{option}: the folder {folder} has no {kinds}.")
    read = set(found)
    others = [path for path in inside if path not in read]
    if others:
        logger.warning("%s: not read, since they are no %s: %s.", folder, kinds, ", ".join(_shown(others)))
    return [str(path) for path in found]


def _is_read(path: Path, named: str | None) -> bool:
    format = known_format(path.name)
    # a pipe would wait for a writer; a link to nothing is an error later
    return format is not None and named in (None, format.value) and (path.is_file() or not path.exists())


def _shown(others: list[Path], most: int = 5) -> Iterator[str]:
    yield from (f"{path.name}/" if path.is_dir() else path.name for path in others[:most])
    if len(others) > most:
        yield f"and {len(others) - most:,} more"
