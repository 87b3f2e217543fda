"""The least that an import can cost in Python: four threads, a session each, ten records per call, one signature."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from threading import local
from typing import Any

import requests

from .signature import signed

THREADS = 4
RECORDS = 10


def main(connection_string: str, path: str) -> None:
    """Create every record of a file of JSON Lines."""
    host, headers = signed(connection_string)
    url = f"https://{host}/enrollments"
    own = local()

    def post(records: list[Any]) -> bool:
        if not hasattr(own, "session"):
            own.session = requests.Session()
            own.session.headers.update(headers)
        body = {"enrollments": records, "mode": "create"}
        answer = own.session.post(url, params={"api-version": "2021-10-01"}, json=body, timeout=60)
        return bool(answer.json()["isSuccessful"])

    with ThreadPoolExecutor(THREADS) as threads:
        if not all(threads.map(post, tens(Path(path)))):
            raise SystemExit("Something was refused.")


def tens(path: Path) -> Iterator[list[Any]]:
    """The records of the file, in batches of ten."""
    with path.open(encoding="utf-8") as lines:
        while records := [json.loads(line) for line in islice(lines, RECORDS)]:
            yield records


if __name__ == "__main__":
    main(*sys.argv[1:])
