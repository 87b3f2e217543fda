"""A file that is complete or not there: it replaces another at the end, and has no name before."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from tempfile import NamedTemporaryFile
from typing import IO, Any

from azure.cli.core.azclierror import FileOperationError

from azext_iot_dps.cli.files import reason

_OWNER_ONLY = 0o600
# An unpaired surrogate, which only JSON can contain, gets the escape that it has there.
_TEXT: dict[str, Any] = {"encoding": "utf-8", "errors": "backslashreplace", "newline": ""}


class Replacement:
    """`file` is open for text. It replaces its target unless it is `discarded`, and then has that `mode`."""

    def __init__(self, file: IO[str], mode: int):
        self.file = file
        self.mode = mode
        self.discarded = False

    def make_private(self) -> None:
        """Let its owner alone read it."""
        self.mode = _OWNER_ONLY


@contextmanager
def replacement(option: str, path: str, private: bool) -> Iterator[Replacement]:
    """What replaces the file at `path` at the end; after a failure that file is unchanged.

    A new file, and each one that is `private`, may be read by its owner alone; another keeps its mode. Raises
    FileOperationError when it cannot be written, here, so that nothing was sent yet, or later; and when a private one
    would replace a file of another user, or go where a link of another user points.
    """
    target, before = _target(option, path)
    if before is not None and not stat.S_ISREG(before.st_mode):
        raise FileOperationError(f"{option}: {path} is not a regular file.")
    if private:
        _check_owner(option, path, before)
    mode = _OWNER_ONLY if private or before is None else stat.S_IMODE(before.st_mode)
    try:
        with _nameless(target, mode) if _can_be_nameless(target.parent) else _named(target, mode) as replacing:
            yield replacing
    except OSError as error:
        raise FileOperationError(f"{option}: cannot write {path}: {reason(error)}.") from error


def _target(option: str, path: str) -> tuple[Path, os.stat_result | None]:
    """What is to be replaced, and its state if it is there: not a link, but what it points to."""
    try:
        target = Path(os.path.realpath(Path(path).expanduser()))
        return target, _state(target)
    except (OSError, RuntimeError, ValueError) as error:
        raise FileOperationError(f"{option}: cannot write {path}: {reason(error)}.") from error


def _state(target: Path) -> os.stat_result | None:
    """The state of an existing file, None without one."""
    try:
        return target.stat()
    except FileNotFoundError:
        return None


def _check_owner(option: str, path: str, before: os.stat_result | None) -> None:
    if not hasattr(os, "geteuid"):
        return
    if before is not None and before.st_uid != os.geteuid():
        raise FileOperationError(f"{option}: {path} belongs to another user, who could read the keys.")
    link = Path(path).expanduser()
    if link.is_symlink() and link.lstat().st_uid not in (os.geteuid(), 0):
        raise FileOperationError(f"{option}: {path} is a link of another user, who could read the keys.")


def _can_be_nameless(folder: Path) -> bool:
    """Whether Linux can make a file there that gets its name later."""
    if not hasattr(os, "O_TMPFILE"):
        return False
    try:
        number = os.open(folder, os.O_TMPFILE | os.O_WRONLY, _OWNER_ONLY)
    except OSError:
        return False
    try:
        return Path(f"/proc/self/fd/{number}").exists() or Path(f"/proc/self/fd/{number}").is_symlink()
    finally:
        os.close(number)


@contextmanager
def _nameless(target: Path, mode: int) -> Iterator[Replacement]:
    number = os.open(target.parent, os.O_TMPFILE | os.O_WRONLY, _OWNER_ONLY)
    with open(number, "w", **_TEXT) as file:
        replacing = Replacement(file, mode)
        yield replacing
        _finish(file)
        if not replacing.discarded:
            os.fchmod(number, replacing.mode)
            _link(number, target)


def _link(number: int, target: Path) -> None:
    """Give a complete file its name. Where that is taken it gets another one, under which it replaces the target."""
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        source = f"/proc/self/fd/{number}"
        try:
            os.link(source, target.name, dst_dir_fd=folder, follow_symlinks=True)
        except FileExistsError:
            another = _prefix(target) + token_hex(8)
            os.link(source, another, dst_dir_fd=folder, follow_symlinks=True)
            _replace(target.parent / another, target)
    finally:
        os.close(folder)


@contextmanager
def _named(target: Path, mode: int) -> Iterator[Replacement]:
    with NamedTemporaryFile("w", dir=target.parent, prefix=_prefix(target), delete=False, **_TEXT) as file:
        replacing = Replacement(file, mode)
        try:
            yield replacing
            _finish(file)
            file.close()
            os.chmod(file.name, replacing.mode)
        except BaseException:
            # Windows removes no file that is open
            with suppress(OSError):
                file.close()
            with suppress(OSError):
                os.remove(file.name)
            raise
    if replacing.discarded:
        os.remove(file.name)
    else:
        _replace(Path(file.name), target)


def _replace(source: Path, target: Path) -> None:
    try:
        os.replace(source, target)
    except BaseException:
        with suppress(OSError):
            os.remove(source)
        raise


def _finish(file: IO[str]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _prefix(target: Path) -> str:
    # no more of a long name than leaves room for the rest
    return f".{target.name[:40]}."
