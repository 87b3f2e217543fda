"""The folder of a PKI for tests: which files it has, and that none is overwritten."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from azure.cli.core.azclierror import FileOperationError, InvalidArgumentValueError

from azext_iot_dps.cli import files

ROOT, INTERMEDIATE = "root", "intermediate"
CERTIFICATE, KEY = ".pem", ".key"
_SECRET, _PUBLIC = 0o600, 0o644


class Folder:
    """A folder that is created with the first file."""

    def __init__(self, option: str, path: str):
        """`option` names it in messages."""
        self._option, self._path = option, path

    def file(self, stem: str, extension: str) -> str:
        """The path of a file as it is shown."""
        # no part of a file name on Windows; enrollment IDs may have it
        return str(self._folder() / (stem.replace(":", "_") + extension))

    def check_free(self, stems: Iterable[str]) -> None:
        """Refuse names that two certificates would share, and files that exist. Raises an azclierror."""
        taken: dict[str, str] = {}
        existing = []
        for stem in stems:
            path = self.file(stem, CERTIFICATE)
            # many file systems ignore letter case, as the service does in IDs
            other = taken.setdefault(path.lower(), stem)
            if other is not stem:
                raise InvalidArgumentValueError(f"'{stem}' and '{other}' would have the same file {path}.")
            existing += [each for each in (path, self.file(stem, KEY)) if os.path.lexists(each)]
        if existing:
            more = f" and {len(existing) - 1} other files" if len(existing) > 1 else ""
            raise FileOperationError(
                f"{self._option}: {existing[0]}{more} exist already. Nothing was written.",
                recommendation="Use another folder, or --add to create certificates of further devices in this one.",
            )

    def write(self, contents: Iterable[tuple[str, bytes]]) -> None:
        """Write files by their paths; keys are readable by their owner only.

        Raises FileOperationError; then none of them is left.
        """
        written: list[str] = []
        try:
            self._folder().mkdir(parents=True, exist_ok=True)
            for path, content in contents:
                mode = _SECRET if path.endswith(KEY) else _PUBLIC
                with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                    written.append(path)
                    file.write(content)
        except OSError as error:
            for path in written:
                Path(path).unlink(missing_ok=True)
            raise FileOperationError(f"{self._option}: cannot write to {self._path}: {files.reason(error)}.") from error

    def _folder(self) -> Path:
        try:
            return Path(self._path).expanduser()
        except RuntimeError as error:
            raise FileOperationError(f"{self._option}: {files.reason(error)}.") from error
