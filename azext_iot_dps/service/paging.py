"""Lists that come in pages: when one is given up because it does not end."""

from __future__ import annotations

from azext_iot_dps.service.failure import Reason, ServiceError

# Pages in a row without a record, after which a list is given up.
EMPTY_PAGES = 100


class Paging:
    """Counts the pages of one list."""

    def __init__(self, host: str, name: str, most: int | None = None):
        """`name` is who returns the list, in messages; `most` is the number of pages that it may have."""
        self._host, self._name, self._most = host, name, most
        self._pages = self._empty = 0

    def another(self, records: int) -> None:
        """A page with this number of records was read, and there is another one. Raises ServiceError(LOOP)."""
        self._pages += 1
        self._empty = 0 if records else self._empty + 1
        if self._empty == EMPTY_PAGES:
            raise self.loop(f"{self._name} returned {EMPTY_PAGES} empty pages in a row.")
        if self._pages == self._most:
            raise self.loop(f"{self._name} returned a list of more than {self._most:,} pages.")

    def loop(self, message: str) -> ServiceError:
        """The error for a list that does not end."""
        return ServiceError(Reason.LOOP, message, self._host)
