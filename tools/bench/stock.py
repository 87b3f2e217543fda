"""What the lean service stores and answers: only what is asked here, and its pages are encoded beforehand."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import Any

from tools.bench import records

PAGE = 100


class Stock:
    """What is stored: ids, and the pages of a listing."""

    def __init__(self) -> None:
        self.fill(0)
        # what each call was for; several threads append at a time
        self.calls: list[str] = []

    def fill(self, count: int) -> None:
        """That number of records and no others."""
        self.pages = [_page(start, count) for start in range(0, count, PAGE)] or [_reply(200, [])]
        self.ids = {records.identifier(number) for number in range(count)}

    def answer(self, method: str, path: str, token: str, body: bytes) -> bytes:
        """The whole reply, head and body."""
        _, collection, id, *rest = [*path.split("/"), "", ""]
        if collection == "enrollments":
            self.calls.append(rest[0] or id or "bulk")
            if method == "POST" and not id:
                return self._bulk(json.loads(body))
            if method == "POST" and id == "query":
                return self.pages[int(token or 0)]
            if method == "POST" and rest[0] == "attestationmechanism":
                return KEYS
            if method == "PUT":
                return self._put(id, json.loads(body))
            if method == "GET":
                return self._get(id)
        if collection == "stock":
            self.fill(int(id))
            return _reply(200, {})
        if collection == "calls":
            return _reply(200, Counter(self.calls))
        if collection == "busy":
            return _reply(200, {"seconds": time.process_time()})
        return _reply(501, {"errorCode": 501000, "message": f"{method} {path} is not part of the benchmark."})

    def _bulk(self, operation: Any) -> bytes:
        if operation["mode"] == "updateIfMatchETag":
            return DONE
        if operation["mode"] != "create":
            return _reply(501, {"errorCode": 501000, "message": "Deleting is not part of the benchmark."})
        wanted = [record["registrationId"] for record in operation["enrollments"]]
        known = [id for id in wanted if id in self.ids]
        self.ids.update(wanted)
        if not known:
            return DONE
        status = {"errorCode": 409201, "errorStatus": "Enrollment already exists."}
        return _reply(200, {"errors": [{"registrationId": id, **status} for id in known], "isSuccessful": False})

    def _put(self, id: str, record: Any) -> bytes:
        if id in self.ids:
            return _reply(409, {"errorCode": 409201, "message": "Enrollment already exists."})
        self.ids.add(id)
        return _reply(200, records.stored(record))

    def _get(self, id: str) -> bytes:
        if id not in self.ids:
            return _reply(404, {"errorCode": 404201, "message": "Enrollment not found."})
        return _reply(200, {**records.listed(0), "registrationId": id})


def _reply(status: int, body: Any, headers: str = "") -> bytes:
    content = json.dumps(body, separators=(",", ":")).encode()
    head = f"HTTP/1.1 {status} -\r\nContent-Type: application/json; charset=utf-8\r\n{headers}"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


def _page(start: int, count: int) -> bytes:
    """The page that begins with this one of all records."""
    end = min(start + PAGE, count)
    following = f"x-ms-continuation: {end // PAGE}\r\n" if end < count else ""
    return _reply(200, [records.listed(number) for number in range(start, end)], following)


DONE = _reply(200, {"errors": [], "isSuccessful": True})
KEYS = _reply(200, {"type": "symmetricKey", "symmetricKey": records.KEYS})
