"""repair-twin: what updates by azure-iot wrapped in additional_properties is moved back, and nothing else is sent."""

import pytest

from tests.results import failures

KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
TAGS, DESIRED = {"site": "north", "count": 3}, {"mode": {"fan": 1.50}, "list": [None, {"a": 1}]}
COUNTS = ("total", "created", "updated", "unchanged", "deleted", "failed", "notSent")


def wrapped(part):
    return {"additional_properties": part}


def record(id, tags, desired=None, **members):
    properties = {} if desired is None else {"properties": {"desired": desired}}
    return {
        "registrationId": id,
        "attestation": SYMMETRIC,
        "initialTwin": {"tags": tags, **properties},
        "newer": 1,
        **members,
    }


# members that older versions of the service API do not show
POLICY = {"namespaceName": "factory-ns", "certificateAuthorityName": "factory-ca", "certificatePolicyName": "days"}


@pytest.fixture
def fleet(dps):
    """One twin that is as it was, one that is wrapped, and one that two updates and an addition wrapped."""
    dps.enrollments.put(record("whole", TAGS, DESIRED))
    dps.enrollments.put(record("once", wrapped(TAGS), wrapped(DESIRED), deviceId="d1", **POLICY))
    dps.enrollments.put(record("twice", {"floor": 2, **wrapped({"version": 1, **wrapped(TAGS)})}, DESIRED))
    return dps


def counted(result):
    return [result.json[name] for name in COUNTS]


def test_wrapped_parts_are_moved_back_and_all_else_stays(iot, fleet):
    before = {each["registrationId"]: each for each in fleet.enrollments.values()}
    result = iot("enrollment repair-twin")
    assert (result.exit_code, result.err, counted(result)) == (0, "", [3, 0, 2, 1, 0, 0, 0])
    (call,) = [body for *_, body in fleet.sent("POST") if body and "mode" in body]
    assert call["mode"] == "updateIfMatchETag"
    assert {each["registrationId"]: each["etag"] for each in call["enrollments"]} == {
        id: before[id]["etag"] for id in ("once", "twice")
    }
    twins = {"once": {"tags": TAGS, "properties": {"desired": DESIRED}}}
    twins["twice"] = {
        "tags": {"site": "north", "count": 3, "version": 1, "floor": 2},
        "properties": {"desired": DESIRED},
    }
    for id, twin in twins.items():
        stored = fleet.enrollments[id]
        changed = ("etag", "lastUpdatedDateTimeUtc", "initialTwin")
        assert stored["initialTwin"] == twin
        assert all(stored[name] == before[id][name] for name in before[id] if name not in changed)
    again = iot("enrollment repair-twin")
    assert (again.exit_code, counted(again)) == (0, [3, 0, 0, 3, 0, 0, 0])


def test_what_if_shows_it_and_sends_nothing(iot, fleet):
    line = "enrollment repair-twin --what-if"
    plan = iot(f"{line} --exit-code --where \"registrationId == 'once'\"")
    place = {"id": "once", "file": None, "line": None}
    tags, desired = ["initialTwin", "tags"], ["initialTwin", "properties", "desired"]
    changes = [
        {"path": [*tags, "additional_properties"], "before": TAGS, "after": None},
        {"path": [*tags, "site"], "before": None, "after": "north"},
        {"path": [*tags, "count"], "before": None, "after": 3},
        {"path": [*desired, "additional_properties"], "before": DESIRED, "after": None},
        {"path": [*desired, "mode"], "before": None, "after": {"fan": 1.5}},
        {"path": [*desired, "list"], "before": None, "after": [None, {"a": 1}]},
    ]
    assert (plan.exit_code, plan.json) == (
        10,
        {"create": [], "update": [{**place, "changes": changes}], "delete": [], "unchanged": 0},
    )
    assert [row.split()[:2] for row in iot(f"{line} -o table").out.splitlines()[2:]] == [
        ["update", "once"],
        ["update", "twice"],
        ["unchanged", "1"],
    ]
    assert not any(body and "mode" in body for *_, body in fleet.sent("POST"))
    refused = iot("enrollment repair-twin --exit-code")
    assert (refused.exit_code, refused.err) == (1, "ERROR: --exit-code requires --what-if.\n")


def test_a_name_with_two_values_is_a_failure_and_others_are_repaired(iot, fleet):
    stored = fleet.enrollments.put(record("two", {"site": "south", **wrapped(TAGS)}))
    result = iot("enrollment repair-twin")
    assert (result.exit_code, counted(result)) == (1, [4, 0, 2, 1, 0, 1, 0])
    message = "initialTwin.tags has two values of 'site'. Set the right one with `update`."
    assert failures(result.json) == [{"line": None, "id": "two", "code": None, "message": message}]
    assert fleet.enrollments["two"] == stored


def test_one_that_was_modified_since_it_was_listed_is_left_as_it_is(iot, fleet):
    def modify(request):
        # between the list and the write
        if request.path.endswith("/attestationmechanism") and "once" in request.path:
            fleet.enrollments.put(record("once", {"site": "west"}))
        return False

    fleet.fail(where=modify, status=503)
    result = iot("enrollment repair-twin")
    assert (result.exit_code, counted(result)) == (1, [3, 0, 1, 1, 0, 1, 0])
    assert fleet.enrollments["once"]["initialTwin"] == {"tags": {"site": "west"}}


def test_groups(iot, dps):
    twin = {"tags": TAGS, "properties": {"desired": wrapped({"a": {}})}}
    dps.groups.put({"enrollmentGroupId": "g", "attestation": SYMMETRIC, "initialTwin": twin})
    result = iot("enrollment-group repair-twin")
    assert (result.exit_code, counted(result)) == (0, [1, 0, 1, 0, 0, 0, 0])
    assert dps.groups["g"]["initialTwin"] == {"tags": TAGS, "properties": {"desired": {"a": {}}}}
