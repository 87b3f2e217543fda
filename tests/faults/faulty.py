"""The commands of the fault matrix: what each does when all goes well, and which of its requests is struck."""

from __future__ import annotations

from dataclasses import dataclass

KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
# Created long before a command deletes it.
OLD = {"createdDateTimeUtc": "2026-01-01T00:00:00Z"}
RECORD = {
    **OLD,
    "registrationId": "dev",
    "deviceId": "old",
    "attestation": {"type": "symmetricKey", "symmetricKey": KEYS},
}
KIND = {
    429: "AzureResponseError",
    500: "AzureInternalError",
    502: "AzureInternalError",
    503: "AzureInternalError",
    504: "AzureInternalError",
}


@dataclass(frozen=True)
class Command:
    """`path` and `method` lead to the request that is struck, the `nth` of those.

    `requests` is how many there are when all goes well, `until` how many up to the one that is struck.
    """

    line: str
    method: str
    path: str
    requests: int = 1
    nth: int = 1

    @property
    def until(self) -> int:
        return self.nth if self.path == "/query" else self.requests


COMMANDS = {
    "create": Command("enrollment create --eid new --at symmetricKey", "PUT", "/enrollments/new"),
    "update": Command("enrollment update --eid dev --device-id new", "PUT", "/enrollments/dev", requests=3),
    "show": Command("enrollment show --eid dev", "GET", "/enrollments/dev"),
    "show-keys": Command("enrollment show --eid dev --show-keys", "POST", "/attestationmechanism", requests=2),
    "list-page-1": Command("enrollment list", "POST", "/query", requests=3),
    "list-page-3": Command("enrollment list", "POST", "/query", requests=3, nth=3),
    "delete": Command("enrollment delete --eid dev", "DELETE", "/enrollments/dev"),
    "registration-show": Command("enrollment registration show --eid dev", "GET", "/registrations/dev"),
    "registration-delete": Command("enrollment registration delete --eid dev", "DELETE", "/registrations/dev"),
}


def seed(dps) -> None:
    """Three pages of records, the one that commands are about among them, and its registration."""
    for number in range(204):
        dps.enrollments.put({**RECORD, "registrationId": f"device-{number}"})
    dps.enrollments.put(RECORD)
    dps.registrations.put({**OLD, "registrationId": "dev", "status": "assigned"})


def strike(dps, command: Command, times: int, fault: dict) -> None:
    """Let the command's request get this fault a number of times."""
    wanted = command.method, command.path

    def struck(request):
        alike = [one for one in dps.requests if one.method == wanted[0] and wanted[1] in one.path]
        return request in alike[command.nth - 1 :]

    dps.fail(times, where=struck, **fault)


def state(dps) -> str:
    """What a command has done to the service, in a word."""
    if "new" in dps.enrollments:
        return "created"
    if "dev" not in dps.enrollments:
        return "deleted"
    if "dev" not in dps.registrations:
        return "unregistered"
    return "updated" if dps.enrollments["dev"]["deviceId"] == "new" else "untouched"
