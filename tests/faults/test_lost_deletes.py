"""Deletes whose response was lost: what is left is deleted only if that cannot be another client's newer record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pytest

KEYS = {"primaryKey": "A" * 24, "secondaryKey": "B" * 24}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
LOST = "{} closed the connection before its response was complete."
UNKNOWN = "The request may have succeeded. Check the {} before retrying.\n"
OLD, NEW = "b2xk", "bmV3"


def moment(seconds):
    """The time that many seconds from now, as the service writes it."""
    return f"{datetime.now(timezone.utc) + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}.1234567Z"


@dataclass
class Delete:
    """A command that deletes `dev`: its line, which records it is about, and its first request."""

    line: str
    shelf: str
    noun: str
    method: str = "DELETE"
    member: str = "registrationId"
    attestation: str = "attestation"

    def put(self, dps, created, etag=OLD):
        records = getattr(dps, self.shelf)
        records.put({self.member: "dev", self.attestation: SYMMETRIC, "etag": etag, "createdDateTimeUtc": created})

    def lose(self, dps, **fault):
        dps.fail(drop="before", method=self.method, **fault)

    def left(self, dps):
        """The ETag of what is left."""
        record = getattr(dps, self.shelf).get("dev")
        return record and record["etag"]


DELETES = {
    "enrollment": Delete("enrollment delete --eid dev", "enrollments", "enrollment"),
    "group": Delete("enrollment-group delete --gid dev", "groups", "enrollment group", member="enrollmentGroupId"),
    "registration": Delete(
        "enrollment registration delete --eid dev", "registrations", "registration", attestation="payload"
    ),
    "import": Delete("enrollment import --mode delete --yes --file FILE", "enrollments", "enrollment", "POST"),
    "group import": Delete(
        "enrollment-group import --mode delete --yes --file FILE",
        "groups",
        "enrollment group",
        "POST",
        "enrollmentGroupId",
    ),
}


@pytest.fixture(params=DELETES.values(), ids=DELETES)
def delete(request):
    return request.param


@pytest.fixture
def run(iot, tmp_path, delete):
    """Runs the command line; with an ETag that it names."""

    def run(etag=None):
        file = tmp_path / "fleet.jsonl"
        file.write_text(json.dumps({delete.member: "dev", **({"etag": etag} if etag else {})}))
        option = [] if etag is None or delete.method == "POST" else ["--etag", etag]
        return iot(delete.line.replace("FILE", str(file)), *option)

    return run


def requests(dps):
    """Each request and its condition; the first of an import has none."""
    return [(method, etag) for method, _, etag, _ in dps.sent()]


def refused(dps, delete, result):
    """Whether the command failed, said what is unknown, without a traceback."""
    said = result.err if delete.method == "DELETE" else result.out + result.err
    return (result.exit_code, LOST.format(dps.host) in said, "Traceback" in said) == (1, True, False)


def test_gone_is_success(dps, delete, run):
    delete.put(dps, moment(-100))
    dps.fail(drop="after", method=delete.method)
    result = run()
    assert (result.exit_code, delete.left(dps)) == (0, None)
    assert [method for method, _ in requests(dps)] == [delete.method, "GET"]


@pytest.mark.parametrize("etag", [None, OLD])
def test_what_was_created_after_the_request_is_left(dps, delete, run, etag):
    delete.put(dps, moment(-100))
    delete.lose(dps, where=lambda request: delete.put(dps, moment(20), NEW) or request.is_service)
    result = run(etag)
    assert (result.exit_code, delete.left(dps)) == (0, NEW)
    assert [method for method, _ in requests(dps)] == [delete.method, "GET"]


@pytest.mark.parametrize("etag", [None, OLD])
def test_what_is_older_is_deleted_with_its_etag(dps, delete, run, etag):
    delete.put(dps, moment(-10))
    delete.lose(dps)
    result = run(etag)
    assert (result.exit_code, delete.left(dps)) == (0, None)
    assert requests(dps)[1:] == [("GET", None), ("DELETE", OLD)]


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_what_was_created_at_about_that_time_is_left(dps, delete, run, seconds):
    delete.put(dps, moment(-100))
    delete.lose(dps, where=lambda request: delete.put(dps, moment(seconds), NEW) or request.is_service)
    result = run()
    assert refused(dps, delete, result)
    assert UNKNOWN.format(delete.noun + ("s" if delete.method == "POST" else "")) in result.err
    assert delete.left(dps) == NEW


@pytest.mark.parametrize(
    "created", ["soon", "9999-99-99T99:99:99Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.1+00:00"]
)
def test_what_has_no_readable_date_is_left(dps, delete, run, created):
    delete.put(dps, created)
    delete.lose(dps)
    assert refused(dps, delete, run())
    assert delete.left(dps) == OLD


@pytest.mark.parametrize("date", ["", "now", "Wed, 99 Nov 9999 99:99:99 GMT"])
def test_a_response_without_a_date_proves_nothing(dps, delete, run, date):
    delete.put(dps, moment(-100))
    delete.lose(dps)
    dps.fail(method="GET", headers={"Date": date})
    assert refused(dps, delete, run())
    assert delete.left(dps) == OLD


@pytest.mark.parametrize("seconds", [-7200, 7200])
def test_the_services_clock_counts(dps, delete, run, seconds):
    """Created ten seconds before the request, by a clock that is off by two hours."""
    delete.put(dps, moment(seconds - 10))
    delete.lose(dps)
    then = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    dps.fail(method="GET", headers={"Date": f"{then:%a, %d %b %Y %H:%M:%S} GMT"})
    assert (run().exit_code, delete.left(dps)) == (0, None)


def test_a_given_etag_is_enough(dps, delete, run):
    delete.put(dps, moment(0))
    delete.lose(dps)
    assert (run(OLD).exit_code, delete.left(dps)) == (0, None)
    assert requests(dps)[1:] == [("GET", None), ("DELETE", OLD)]


def test_with_a_given_etag_another_one_is_left(dps, delete, run):
    delete.put(dps, moment(-100))
    delete.lose(dps, where=lambda request: delete.put(dps, moment(-100), NEW) or request.is_service)
    assert refused(dps, delete, run(OLD))
    assert delete.left(dps) == NEW
    assert [method for method, _ in requests(dps)] == [delete.method, "GET"]


def test_what_others_create_before_the_second_delete_is_left(dps, delete, run):
    delete.put(dps, moment(-100))
    delete.lose(dps)

    def second_delete(request):
        if request.method == "DELETE":
            delete.put(dps, moment(0), NEW)
        return False

    # of an import the first request is a POST; of the others this is asked at the second delete, after the first fault
    dps.fail(where=second_delete)
    result = run()
    assert result.exit_code == 1
    assert delete.left(dps) == NEW
    assert requests(dps)[2] == ("DELETE", OLD)


def test_a_record_without_an_etag_is_left(dps, delete, run):
    delete.put(dps, moment(-100))
    delete.lose(dps)
    dps.fail(method="GET", body={"createdDateTimeUtc": moment(-100)})
    assert refused(dps, delete, run())
    assert delete.left(dps) == OLD


def test_attempts_end(dps, delete, run, waits):
    delete.put(dps, moment(-100))
    delete.lose(dps)
    dps.fail(99, drop="before", method="DELETE")
    assert refused(dps, delete, run())
    assert delete.left(dps) == OLD
    assert len([method for method, _ in requests(dps) if method != "GET"]) == 5
