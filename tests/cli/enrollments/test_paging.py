"""list: page after page, and --top."""

from __future__ import annotations

import pytest

SYMMETRIC = {"type": "symmetricKey"}
QUERY = ("POST", "/enrollments/query", None, {"query": "SELECT *"})


@pytest.fixture
def records(dps):
    """Seeds a number of records; returns their ids."""

    def seed(count):
        ids = {f"dev{number}" for number in range(count)}
        for id in ids:
            dps.enrollments.put({"registrationId": id, "attestation": SYMMETRIC})
        return ids

    return seed


def sizes(dps):
    return [request.headers.get("x-ms-max-item-count") for request in dps.requests]


@pytest.mark.parametrize(
    ("count", "calls"), [(0, 1), (1, 1), (100, 1), (101, 2), (250, 3)], ids=["none", "one", "full", "one-more", "three"]
)
@pytest.mark.parametrize("top", ["", "--top -1", "--top=-1"])
def test_everything(iot, dps, records, count, calls, top):
    ids = records(count)
    result = iot(f"enrollment list {top}")
    assert result.exit_code == 0
    assert len(result.json) == count
    assert {record["registrationId"] for record in result.json} == ids
    assert dps.sent() == [QUERY] * calls
    assert sizes(dps) == [None] * calls
    assert "--top" not in result.err


def test_empty_page_is_not_the_end(iot, dps, records):
    records(3)
    dps.switches.empty_pages = True
    assert len(iot("enrollment list").json) == 3
    assert dps.sent() == [QUERY] * 2


def test_continuation_goes_back_unchanged(iot, dps):
    dps.fail(body=[{"registrationId": "a"}], headers={"x-ms-continuation": '+RID:~x#RT:1 "%"/=='})
    dps.fail(body=[], headers={"x-ms-continuation": "dHdv"})
    dps.fail(body=[{"registrationId": "b"}])
    assert iot("enrollment list").json == [{"registrationId": "a"}, {"registrationId": "b"}]
    assert [request.headers.get("x-ms-continuation") for request in dps.requests] == [
        None,
        '+RID:~x#RT:1 "%"/==',
        "dHdv",
    ]
    assert dps.sent() == [QUERY] * 3


@pytest.mark.parametrize(
    ("top", "asked"),
    [
        (1, ["1"]),
        (99, ["99"]),
        (100, ["100"]),
        (101, ["100", "1"]),
        (150, ["100", "50"]),
        (249, ["100", "100", "49"]),
    ],
)
def test_top_cuts(iot, dps, records, top, asked):
    records(250)
    result = iot(f"enrollment list --top {top}")
    assert result.exit_code == 0
    assert len({record["registrationId"] for record in result.json}) == len(result.json) == top
    assert sizes(dps) == asked
    assert result.err == ""


@pytest.mark.parametrize(("top", "asked"), [(120, ["100", "20"]), (130, ["100", "30"]), (999999999, ["100", "100"])])
def test_top_that_cuts_nothing(iot, dps, records, top, asked):
    records(120)
    result = iot(f"enrollment list --top {top}")
    assert (result.exit_code, len(result.json)) == (0, 120)
    assert sizes(dps) == asked
    assert "--top" not in result.err


def test_top_counts_on_through_an_empty_page(iot, dps, records):
    records(5)
    dps.switches.empty_pages = True
    result = iot("enrollment list --top 3")
    assert len(result.json) == 3
    assert sizes(dps) == ["3", "3"]


def test_top_of_a_service_that_gives_more_than_asked(iot, dps):
    dps.fail(body=[{"registrationId": "a"}, {"registrationId": "b"}, {"registrationId": "c"}])
    assert iot("enrollment list --top 2").json == [{"registrationId": "a"}, {"registrationId": "b"}]


@pytest.mark.parametrize("top", ["0", "00", "-2", "-100", "+1", "1.5", "ten", "''", "1000000000", "\u0661"])
def test_top_is_refused(iot, dps, top):
    result = iot(f"enrollment list --top={top}")
    assert (result.exit_code, result.out) == (1, "")
    assert "ERROR: --top must be a number of at least 1, or -1 for all.\n" in result.err
    assert dps.requests == []


def test_same_continuation_again_and_again(iot, dps):
    dps.fail(times=9, body=[{"registrationId": "a"}], headers={"x-ms-continuation": "same"})
    result = iot("enrollment list")
    assert (result.exit_code, result.out) == (1, "")
    assert result.err.endswith(" returned the same continuation token twice.\n")
    assert len(dps.requests) == 2


def test_refusal_of_a_later_page(iot, dps, records):
    records(101)
    dps.fail(where=lambda request: "x-ms-continuation" in request.headers, status=400, body={"message": "Bad Request"})
    result = iot("enrollment list")
    assert (result.exit_code, result.out) == (1, "")
    assert "ERROR: Bad Request (error 400)\n" in result.err
