"""The records of files while a command works on them, by place and by id: in a database on disk without a name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from azure.cli.core.azclierror import FileOperationError

from azext_iot_dps import exact_json

# KiB of the database that stay in memory.
_CACHE = 32_000
_TABLE = """
CREATE TABLE records (
    place INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kept TEXT NOT NULL, action TEXT, stored TEXT
)
"""


class DiskFull(FileOperationError):  # type: ignore[misc]
    """The records of files do not fit into the folder for temporary files."""


class Spool:
    """Rows of JSON by place, from 0 on, and by id regardless of letter case; each may get an action and what is stored.

    All methods raise DiskFull. They may be called by several threads.
    """

    def __init__(self) -> None:
        with _space():
            # no other process can open it, and it disappears with this one
            self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            for line in (f"PRAGMA cache_size = -{_CACHE}", "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF"):
                self._database.execute(line)
            self._database.execute(_TABLE)
            self._database.execute("BEGIN")
        self._lock = Lock()
        self.count = 0

    def close(self) -> None:
        """Remove everything."""
        # not while another thread reads
        with self._lock:
            self._database.close()

    def add(self, id: str, kept: Any) -> int | None:
        """Keep a JSON value; returns the place of an earlier one of this id, and keeps nothing then."""
        text = exact_json.dumps(kept)
        with self._lock, _space():
            try:
                self._database.execute(
                    "INSERT INTO records (place, name, kept) VALUES (?, ?, ?)", (self.count, _name(id), text)
                )
            except sqlite3.IntegrityError:
                found = self._database.execute("SELECT place FROM records WHERE name = ?", (_name(id),)).fetchone()
                return int(found[0])
            self.count += 1
        return None

    def kept(self, place: int) -> Any:
        """The value at a place."""
        with self._lock, _space():
            (text,) = self._database.execute("SELECT kept FROM records WHERE place = ?", (place,)).fetchone()
        return exact_json.loads(text)

    def find(self, id: str) -> tuple[int, Any, str | None] | None:
        """The place, the value and the action of an id."""
        query = "SELECT place, kept, action FROM records WHERE name = ?"
        with self._lock, _space():
            found = self._database.execute(query, (_name(id),)).fetchone()
        return (found[0], exact_json.loads(found[1]), found[2]) if found else None

    def decide(self, place: int, action: str | None, stored: Any = None) -> None:
        """Note what is to be done with the record at a place, and what is stored."""
        text = None if stored is None else exact_json.dumps(stored)
        with self._lock, _space():
            self._database.execute("UPDATE records SET action = ?, stored = ? WHERE place = ?", (action, text, place))

    def counts(self) -> dict[str | None, int]:
        """How many records have each action; None stands for those without one."""
        with self._lock, _space():
            return dict(self._database.execute("SELECT action, count(*) FROM records GROUP BY action").fetchall())

    def all(self) -> Iterator[tuple[Any, str | None]]:
        """The value and the action of all records, by place."""
        return ((kept, action) for _, kept, _, action in self._rows("1", ()))

    def rows(self, action: str | None) -> Iterator[tuple[int, Any, Any]]:
        """Place, value and what is stored, of records with an action, by place; None stands for those without one.

        Actions may change meanwhile.
        """
        return ((place, kept, stored) for place, kept, stored, _ in self._rows("action IS ?", (action,)))

    def by_id(self, size: int = 100) -> Iterator[Any]:
        """The values of all records, by id regardless of letter case."""
        query, name = "SELECT name, kept FROM records WHERE name > ? ORDER BY name LIMIT ?", ""
        while True:
            with self._lock, _space():
                found = self._database.execute(query, (name, size)).fetchall()
            for _, kept in found:
                yield exact_json.loads(kept)
            if len(found) < size:
                return
            name = found[-1][0]

    def _rows(
        self, condition: str, values: tuple[str | None, ...], size: int = 100
    ) -> Iterator[tuple[int, Any, Any, Any]]:
        place = -1
        query = (
            f"SELECT place, kept, stored, action FROM records WHERE {condition} AND place > ? ORDER BY place LIMIT ?"
        )
        while True:
            with self._lock, _space():
                found = self._database.execute(query, (*values, place, size)).fetchall()
            for place, kept, stored, action in found:
                yield place, exact_json.loads(kept), exact_json.loads(stored) if stored else None, action
            if len(found) < size:
                return


def _name(id: str) -> str:
    # the service could return anything: a surrogate has no place in a database
    return id.lower().encode(errors="backslashreplace").decode()


@contextmanager
def _space() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise DiskFull(
            f"The records of --file cannot be kept in the folder for temporary files: {error}.",
            recommendation="Set TMPDIR to a folder on a disk with more space.",
        ) from error
