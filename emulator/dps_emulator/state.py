"""What outlives the process: tables of JSON by id, in one SQLite file."""

from __future__ import annotations

import json
import os
import sqlite3
from collections import UserDict
from collections.abc import Callable, MutableMapping
from threading import RLock
from typing import Any

Table = MutableMapping[str, Any]
Tables = Callable[[str], Table]

_MARK = 0x44505331
_VERSION = 1


def unkept(name: str) -> Table:
    """A table that ends with the process."""
    return {}


class StateError(Exception):
    """A file that cannot keep the state; the message is for the user."""


class State:
    """A file that one process at a time uses; it is there, and complete, after every single change."""

    def __init__(self, path: str) -> None:
        """Raises StateError for a file of something else, one in use, or one that cannot be written."""
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._file = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
            self._open(path)
        except (OSError, sqlite3.Error) as error:
            raise StateError(f"{path} cannot keep the state: {error}") from None
        self._lock = RLock()

    def __call__(self, name: str) -> Table:
        return _Kept(self, name)

    def close(self) -> None:
        with self._lock:
            self._file.close()

    def rows(self, table: str) -> dict[str, Any]:
        found = self._execute("SELECT id, content FROM entry WHERE kind = ?", table)
        return {id: json.loads(content) for id, content in found}

    def keep(self, table: str, id: str, content: Any) -> None:
        self._execute("REPLACE INTO entry VALUES (?, ?, ?)", table, id, json.dumps(content))

    def drop(self, table: str, id: str) -> None:
        self._execute("DELETE FROM entry WHERE kind = ? AND id = ?", table, id)

    def _open(self, path: str) -> None:
        self._file.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._file.execute("BEGIN EXCLUSIVE")
        (mark,), (tables,) = (
            self._file.execute(query).fetchone()
            for query in ("PRAGMA application_id", "SELECT count(*) FROM sqlite_master")
        )
        if tables and mark != _MARK:
            raise sqlite3.DatabaseError("it is a database of something else")
        ((version,),) = self._file.execute("PRAGMA user_version").fetchall()
        # files had none before the first
        if version not in (0, _VERSION):
            raise StateError(
                f"{path} has version {version} of the state, and this emulator keeps version {_VERSION}. Use the "
                "emulator that wrote it, or specify another file."
            )
        # It holds keys: only the owner may read it, and the journal, which SQLite makes with the same permissions.
        os.chmod(path, 0o600)
        self._file.execute(f"PRAGMA application_id = {_MARK}")
        self._file.execute(f"PRAGMA user_version = {_VERSION}")
        self._file.execute("CREATE TABLE IF NOT EXISTS entry (kind, id, content, PRIMARY KEY (kind, id))")
        self._file.execute("COMMIT")
        # The process may be killed without loss; the machine may not.
        self._file.execute("PRAGMA synchronous = OFF")

    def _execute(self, statement: str, *values: str) -> list[Any]:
        with self._lock:
            return self._file.execute(statement, values).fetchall()


class _Kept(UserDict[str, Any]):
    """A table in memory whose every change goes to the file at once."""

    def __init__(self, state: State, name: str) -> None:
        super().__init__()
        self._state, self._name = state, name
        self.data = state.rows(name)

    def __setitem__(self, id: str, content: Any) -> None:
        self._state.keep(self._name, id, content)
        super().__setitem__(id, content)

    def __delitem__(self, id: str) -> None:
        self._state.drop(self._name, id)
        super().__delitem__(id)
