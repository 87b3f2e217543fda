"""purge: by status and age, up to a limit, with the ETags that were read."""

import os
import signal
from datetime import datetime, timedelta, timezone
from threading import Event

import pytest

from tests.cli.registrations.test_listing import SYMMETRIC

PURGE = "enrollment registration purge"
ETAGS = {"old": "b2xk", "new": "bmV3", "fine": "ZmluZQ=="}
COUNTS = ("total", "deleted", "unchanged", "failed", "notSent")


def ago(**time):
    return (datetime.now(timezone.utc) - timedelta(**time)).strftime("%Y-%m-%dT%H:%M:%S.1234567Z")


def state(id, status, updated, **members):
    return {"registrationId": id, "status": status, "createdDateTimeUtc": ago(days=300), "etag": ETAGS.get(id, "eA=="),
            "lastUpdatedDateTimeUtc": updated, **members}  # fmt: skip


@pytest.fixture
def fleet(dps):
    """Enrollments whose devices failed long ago and lately, are assigned, and never registered; the same in a group."""
    dps.groups.put({"enrollmentGroupId": "g", "attestation": SYMMETRIC})
    for id, status, age in (("old", "failed", 91), ("new", "failed", 89), ("fine", "assigned", 200)):
        dps.enrollments.put({"registrationId": id, "attestation": SYMMETRIC})
        dps.registrations.put(state(id, status, ago(days=age)))
        dps.registrations.put(state(f"g-{id}", status, ago(days=age), enrollmentGroupId="g"))
    dps.enrollments.put({"registrationId": "never", "attestation": SYMMETRIC})
    return dps


@pytest.fixture
def many(dps):
    """A group with 200 registrations that failed."""
    dps.groups.put({"enrollmentGroupId": "g", "attestation": SYMMETRIC})
    for number in range(200):
        dps.registrations.put(state(f"d{number:03}", "failed", ago(days=1), enrollmentGroupId="g"))
    return dps


def counted(result):
    return [result.json[name] for name in COUNTS]


def deletes(dps):
    return sorted(sent[1:3] for sent in dps.sent("DELETE"))


def test_failed_and_old_ones_are_deleted_with_their_etags(iot, fleet):
    result = iot(f"{PURGE} --status failed --older-than 90d --yes")
    assert (result.exit_code, result.err, counted(result)) == (0, "", [1, 1, 0, 0, 0])
    assert deletes(fleet) == [("/registrations/old", "b2xk")]
    assert sorted(fleet.registrations) == ["fine", "g-fine", "g-new", "g-old", "new"]
    assert "old" in fleet.enrollments


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ("--status failed", ["new", "old"]),
        ("--older-than 2160h", ["fine", "old"]),
        ("--older-than 129600m --status assigned disabled", ["fine"]),
        ("--status failed --where \"registrationId == 'new'\"", ["new"]),
        ("--status unassigned", []),
    ],
)
def test_selections(iot, fleet, options, ids):
    result = iot(f"{PURGE} {options} --max-deletes 9 --yes")
    assert (result.exit_code, [path.rpartition("/")[2] for path, _ in deletes(fleet)]) == (0, ids)


def test_a_group(iot, fleet):
    result = iot("enrollment-group registration purge --group-id g --status failed --older-than 90d --yes")
    assert (result.exit_code, counted(result)) == (0, [1, 1, 0, 0, 0])
    assert deletes(fleet) == [("/registrations/g-old", "eA==")]


def test_what_if_shows_them_and_deletes_nothing(iot, fleet):
    line = f"{PURGE} --status failed --older-than 90d --what-if"
    updated = fleet.registrations["old"]["lastUpdatedDateTimeUtc"]
    assert iot(line).json == {
        "delete": [{"registrationId": "old", "status": "failed", "lastUpdatedDateTimeUtc": updated}],
        "unchanged": 2,
    }
    assert [row.split() for row in iot(f"{line} -o table").out.splitlines()[2:]] == [
        ["delete", "old", "failed", f"{updated[:19]}Z"],
        ["unchanged", "2"],
    ]
    assert deletes(fleet) == []


def test_more_than_the_limit_are_refused(iot, fleet):
    result = iot(f"{PURGE} --status failed --yes")
    assert (result.exit_code, result.out, deletes(fleet)) == (1, "", [])
    assert result.err == (
        "ERROR: 2 of 3 registrations would be deleted, more than 1. Nothing was sent.\n"
        "Check --status and --older-than. To allow it, specify --max-deletes 2.\n"
    )


def test_it_asks_first(iot, fleet):
    result = iot(f"{PURGE} --status failed --older-than 90d")
    assert (result.exit_code, deletes(fleet)) == (1, [])
    assert "Unable to prompt for confirmation as no tty available. Use --yes." in result.err
    # nothing to ask
    assert iot(f"{PURGE} --status disabled").json["total"] == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("", "Specify the registrations to delete with --status, --older-than or both."),
        ("--older-than 90", "--older-than must be a number of days, hours or minutes: 90d, 12h or 30m."),
        ("--older-than 0d", "--older-than must be a number of days, hours or minutes: 90d, 12h or 30m."),
    ],
)
def test_what_selects_nothing_is_refused(iot, fleet, options, message):
    result = iot(f"{PURGE} {options} --yes")
    assert (result.exit_code, result.err, fleet.requests) == (1, f"ERROR: {message}\n", [])


def test_one_that_registered_again_is_unchanged(iot, fleet):
    def register(request):
        if request.method == "DELETE":
            fleet.registrations.put(state("old", "assigned", ago(days=0), etag="YWdhaW4="))
        return False

    fleet.fail(where=register, status=500)
    result = iot(f"{PURGE} --status failed --older-than 90d --yes")
    assert (result.exit_code, counted(result), "old" in fleet.registrations) == (0, [1, 0, 1, 0, 0], True)


def test_a_failure_is_shown_and_the_others_are_deleted(iot, fleet):
    fleet.fail(where=lambda request: request.path == "/registrations/new", status=400, body={"errorCode": 400001,
               "message": "No."})  # fmt: skip
    line = f"{PURGE} --status failed --max-deletes 2 --yes"
    result = iot(line)
    assert (result.exit_code, counted(result)) == (1, [2, 1, 0, 1, 0])
    assert result.json["failures"] == [{"id": "new", "code": 400001, "message": "No. (error 400001)"}]
    assert result.err == "ERROR: 1 of 2 registrations failed. The first failure, of 'new': No. (error 400001)\n"
    fleet.fail(
        where=lambda request: request.method == "DELETE", status=400, body={"errorCode": 400001, "message": "No."}
    )
    rows = [row.split() for row in iot(f"{line} -o table").out.splitlines()[2:]]
    assert [row for row in rows if row[0] != "seconds"] == [
        ["total", "1"],
        ["deleted", "0"],
        ["unchanged", "0"],
        ["failed", "1"],
        ["notSent", "0"],
        ["failed", "new", "400001", "No.", "(error", "400001)"],
    ]


def test_what_every_request_would_get_stops_it(iot, many):
    many.fail(999, where=lambda request: request.method == "DELETE", status=403, body={"errorCode": 403002})
    result = iot("enrollment-group registration purge --group-id g --status failed --max-deletes 200 --yes")
    failed, not_sent = result.json["failed"], result.json["notSent"]
    assert (result.exit_code, result.json["deleted"], failed + not_sent) == (1, 0, 200)
    # as many as were under way
    assert 1 <= failed <= 4 and len(result.json["failures"]) == failed
    assert "The request was signed with policy" in result.err


def test_ctrl_c_waits_for_what_was_sent(iot, many):

    seen = []

    def interrupt(request):
        if request.method == "DELETE":
            seen.append(request.path)
            if len(seen) == 20:
                os.kill(os.getpid(), signal.SIGTERM)
        return False

    many.fail(where=interrupt, status=500)
    result = iot("enrollment-group registration purge --group-id g --status failed --max-deletes 200 --yes")
    assert result.exit_code == 1
    assert "WARNING: Interrupted: waiting for pending requests." in result.err
    deleted, not_sent = result.json["deleted"], result.json["notSent"]
    assert (result.json["failed"], deleted + not_sent, not_sent > 0) == (0, 200, True)
    assert len(many.registrations) == 200 - deleted


def test_a_second_signal_does_not_wait(iot, many):
    released, signals = Event(), [signal.SIGTERM, signal.SIGHUP]

    def hold(request):
        if request.method == "DELETE":
            while signals:
                os.kill(os.getpid(), signals.pop())
            released.wait(10)
        return False

    many.fail(where=hold, status=500)
    result = iot("enrollment-group registration purge --group-id g --status failed --max-deletes 200 --yes")
    released.set()
    unknown = result.json["unknown"]
    assert (result.exit_code, counted(result)) == (1, [200, 0, 0, 0, 200 - unknown])
    assert 1 <= unknown <= 4
    message = "The command was interrupted before the response: the request may have succeeded."
    assert {failure["message"] for failure in result.json["failures"]} == {message}
    said = f"ERROR: 0 of 200 registrations failed, and {200 - unknown} were not sent, and the outcome of {unknown} is"
    assert said in result.err
