"""Records → a file that is there when all of them are, and not before."""

from __future__ import annotations

import csv
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TextIO

from azure.cli.core.azclierror import FileOperationError

from azext_iot_dps import exact_json
from azext_iot_dps.cli.files import reason
from azext_iot_dps.fleets.formats import FileFormat


class Writer:
    """Writes one record after the other."""

    def __init__(self, file: Any, format: FileFormat, columns: Sequence[str] = ()):
        """`columns` are those of CSV, whose records are rows."""
        self._file = file
        self._format = format
        self._between = "[\n"
        if format is FileFormat.CSV:
            self._csv = csv.DictWriter(file, columns, lineterminator="\n")
            # Python before 3.13 quotes no cell for a \r in it
            self._quoting = csv.DictWriter(file, columns, lineterminator="\n", quoting=csv.QUOTE_ALL)
            self._csv.writeheader()

    def write(self, record: dict[str, Any]) -> None:
        if self._format is FileFormat.CSV:
            quoted = any("\r" in str(cell) for cell in record.values())
            (self._quoting if quoted else self._csv).writerow(record)
            return
        text = exact_json.dumps(record, ascii=False)
        if self._format is FileFormat.LINES:
            self._file.write(text + "\n")
        else:
            self._file.write(self._between + text)
            self._between = ",\n"

    def close(self) -> None:
        if self._format is FileFormat.ARRAY:
            self._file.write("[]\n" if self._between == "[\n" else "\n]\n")


@contextmanager
def replaced(option: str, path: str, format: FileFormat, columns: Sequence[str] = ()) -> Iterator[Writer]:
    """A writer of a temporary file, which replaces `path` at the end; after a failure `path` is unchanged.

    Only its owner may read a new file, since records hold keys. Raises FileOperationError when it cannot be written,
    here, so that nothing was sent yet, or later.
    """
    target, mode = _target(option, path)
    try:
        if mode is not None and not stat.S_ISREG(mode):
            raise FileOperationError(f"{option}: {path} is not a regular file.")
        with NamedTemporaryFile(
            "w",
            encoding="utf-8",
            # an unpaired surrogate, which only JSON can contain, gets the escape that it has there
            errors="backslashreplace",
            newline="",
            dir=target.parent,
            # no more of a long name than leaves room for the rest
            prefix=f".{target.name[:40]}.",
            delete=False,
        ) as file:
            try:
                writer = Writer(file, format, columns)
                yield writer
                writer.close()
                file.flush()
                os.fsync(file.fileno())
                file.close()
                if mode is not None:
                    os.chmod(file.name, stat.S_IMODE(mode))
                os.replace(file.name, target)
            except BaseException:
                # Windows removes no file that is open
                with suppress(OSError):
                    file.close()
                with suppress(OSError):
                    os.remove(file.name)
                raise
    except OSError as error:
        raise FileOperationError(f"{option}: cannot write {path}: {reason(error)}.") from error


@contextmanager
def standard_output(format: FileFormat, columns: Sequence[str] = ()) -> Iterator[Writer]:
    """A writer to standard output, in UTF-8. Raises FileOperationError when it cannot be written."""
    if sys.stdout is None:
        raise FileOperationError("--file: standard output is closed.")
    try:
        with _own_stream(sys.stdout) as file:
            writer = Writer(file, format, columns)
            yield writer
            writer.close()
    except OSError as error:
        raise FileOperationError(f"--file: cannot write standard output: {reason(error)}.") from error


def _own_stream(stream: TextIO) -> AbstractContextManager[Any]:
    """A stream to the same place: Python would complain at its end of what a broken pipe leaves in `stream`."""
    try:
        number = os.dup(stream.fileno())
    except (OSError, ValueError):
        # of a program that calls azure-cli: it is in memory
        return nullcontext(stream)
    stream.flush()
    return open(number, "w", encoding="utf-8", errors="backslashreplace", newline="")


def _target(option: str, path: str) -> tuple[Path, int | None]:
    """What is to be replaced, and its mode if it is there: not a link, but what it points to."""
    try:
        target = Path(os.path.realpath(Path(path).expanduser()))
        return target, _mode(target)
    except (OSError, RuntimeError, ValueError) as error:
        raise FileOperationError(f"{option}: cannot write {path}: {reason(error)}.") from error


def _mode(target: Path) -> int | None:
    """The mode of an existing file, None without one."""
    try:
        return target.stat().st_mode
    except FileNotFoundError:
        return None
