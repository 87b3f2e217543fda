"""--fault-file: every fault of files on a line, where an error message has room for the first kinds only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iot_dps.cli.replacing import replacement

Tell = Callable[[str], None]


@contextmanager
def fault_file(path: str | None) -> Iterator[Tell | None]:
    """What takes each fault; the file is complete when the error that faults end in is raised.

    Without a fault an existing file stays as it is. Raises FileOperationError when it cannot be written.
    """
    if not path:
        yield None
        return
    faults = None
    with replacement("--fault-file", path, private=True) as replacing:
        replacing.discarded = True

        def tell(fault: str) -> None:
            replacing.discarded = False
            replacing.file.write(f"{fault}\n")

        try:
            yield tell
        except InvalidArgumentValueError as error:
            faults = error
    if faults:
        raise faults
