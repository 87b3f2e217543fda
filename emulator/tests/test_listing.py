"""The emulator against contract.md: queries, pages, bulk operations."""

from __future__ import annotations

import pytest

from emulator_client import group, symmetric


def codes(response):
    return response.status_code, response.json()["errorCode"]


def pages(api, path, size=None, body=None):
    """The pages of a listing, as lists of records."""
    token, found = None, []
    while True:
        headers = {"x-ms-max-item-count": size, "x-ms-continuation": token}
        answer = api("POST", path, body, headers=headers)
        assert answer.status_code == 200
        found.append(answer.json())
        token = answer.headers.get("x-ms-continuation")
        if token is None:
            return found


def seed(service, count):
    for number in range(count):
        service.enrollments.put(symmetric(f"dev{number:03}"))


@pytest.mark.parametrize("size, expected", [(None, [100, 50]), ("50", [50, 50, 50]), ("1000", [100, 50])])
def test_a_page_is_a_hundred_or_what_was_asked_for(api, service, size, expected):
    seed(service, 150)
    found = pages(api, "/enrollments/query", size, {"query": "nonsense"})
    assert [len(page) for page in found] == expected
    ids = [record["registrationId"] for page in found for record in page]
    assert sorted(ids) == [f"dev{number:03}" for number in range(150)] != ids


def test_no_item_type_is_lost_and_the_order_is_stable(api, service):
    seed(service, 5)
    service.groups.put(group())
    first = api("POST", "/enrollments/query", {"query": ""})
    assert first.headers["x-ms-item-type"] == "Enrollment"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.json() == api("POST", "/enrollments/query", {"query": "SELECT *"}).json()
    groups = api("POST", "/enrollmentGroups/query", {"query": "*"})
    assert groups.headers["x-ms-item-type"] == "EnrollmentGroup"
    assert groups.json()[0]["attestation"] == {"type": "symmetricKey"}
    states = api("POST", "/registrations/grp/query")
    assert (states.json(), states.headers["x-ms-item-type"]) == ([], "DeviceRegistration")


def test_a_record_deleted_between_pages_neither_repeats_nor_hides_another(api, service):
    seed(service, 20)
    first = api("POST", "/enrollments/query", {"query": "*"}, headers={"x-ms-max-item-count": "10"})
    last = first.json()[-1]["registrationId"]
    assert api("DELETE", f"/enrollments/{last}").status_code == 204
    token = {"x-ms-continuation": first.headers["x-ms-continuation"]}
    second = api("POST", "/enrollments/query", {"query": "*"}, headers=token)
    assert len({record["registrationId"] for record in first.json() + second.json()}) == 20


@pytest.mark.parametrize("token", ["x", "", "W10=", "W3sidG9rZW4iOiIrUklEOn54I1JUOjEjVFJDOjYjUENQOiJ9XQ=="])
def test_a_bad_continuation_is_400000(api, token):
    answer = api("POST", "/enrollments/query", {"query": "*"}, headers={"x-ms-continuation": token})
    assert codes(answer) == (400, 400000)


def test_a_continuation_belongs_to_its_listing(api, service):
    seed(service, 2)
    more = api("POST", "/enrollments/query", {"query": "*"}, headers={"x-ms-max-item-count": "1"})
    token = {"x-ms-continuation": more.headers["x-ms-continuation"]}
    assert codes(api("POST", "/enrollmentGroups/query", {"query": "*"}, headers=token)) == (400, 400000)


def test_a_query_and_a_positive_page_size_are_required(api):
    assert codes(api("POST", "/enrollments/query")) == (400, 400004)
    assert codes(api("POST", "/enrollments/query", {"query": None})) == (400, 400004)
    answer = api("POST", "/enrollments/query", {"query": "*"}, headers={"x-ms-max-item-count": "0"})
    assert codes(answer) == (400, 400004)


def test_by_a_switch_an_empty_page_comes_first(api, service):
    seed(service, 3)
    service.switches.empty_pages = True
    assert [len(page) for page in pages(api, "/enrollments/query", body={"query": "*"})] == [0, 3]


def test_registrations_of_a_group_are_paged_and_only_its_own(api, service):
    service.groups.put(group("grp"))
    service.groups.put(group("other"))
    for number in range(5):
        service.register(f"d{number}", group_id="grp")
    service.register("stranger", group_id="other")
    found = pages(api, "/registrations/GRP/query", "2")
    assert [len(page) for page in found] == [2, 2, 1]
    assert {state["registrationId"] for page in found for state in page} == {"d0", "d1", "d2", "d3", "d4"}
    assert "enrollmentGroupId" not in found[0][0]
    assert codes(api("POST", "/registrations/absent/query")) == (404, 404204)


def test_bulk_create_update_delete(api, service):
    two = [symmetric("a"), symmetric("b")]
    done = {"errors": [], "isSuccessful": True}
    assert api("POST", "/enrollments", {"enrollments": two, "mode": "create"}).json() == done
    update = api("POST", "/enrollments", {"enrollments": two, "mode": "update"})
    assert update.status_code == 200
    assert update.json() == {
        "errors": [
            {"registrationId": "a", "errorCode": 409201, "errorStatus": "Enrollment already exists."},
            {"registrationId": "b", "errorCode": 409201, "errorStatus": "Enrollment already exists."},
        ],
        "isSuccessful": False,
    }
    tagged = [{**symmetric(id), "etag": service.enrollments[id]["etag"], "deviceId": "new"} for id in "ab"]
    assert api("POST", "/enrollments", {"enrollments": tagged, "mode": "updateIfMatchETag"}).json() == done
    assert service.enrollments["a"]["deviceId"] == "new"
    assert api("POST", "/enrollments", {"enrollments": two, "mode": "delete"}).json() == done
    assert len(service.enrollments) == 0


def test_a_refused_bulk_item_does_not_stop_the_others(api, service):
    service.groups.put(group("taken"))
    sent = {"enrollmentGroups": [group("taken"), group("new"), group("a b")], "mode": "create"}
    answer = api("POST", "/enrollmentGroups", sent).json()
    assert answer["isSuccessful"] is False
    assert [(error["enrollmentGroupId"], error["errorCode"]) for error in answer["errors"]] == [
        ("taken", 409202),
        ("a b", 400004),
    ]
    assert "new" in service.groups
    gone = [{"enrollmentGroupId": "new", "etag": "stale"}, {"enrollmentGroupId": "absent"}]
    answer = api("POST", "/enrollmentGroups", {"enrollmentGroups": gone, "mode": "delete"}).json()
    assert [error["errorCode"] for error in answer["errors"]] == [412000, 404204]


@pytest.mark.parametrize(
    "body",
    [
        {"enrollments": [symmetric(f"d{n}") for n in range(11)], "mode": "create"},
        {"enrollments": [], "mode": "create"},
        {"enrollments": [symmetric()], "mode": "upsert"},
        {"enrollments": [{"attestation": {}}], "mode": "create"},
        {"enrollmentGroups": [group()], "mode": "create"},
    ],
)
def test_bulk_operations_refused_as_a_whole(api, service, body):
    assert codes(api("POST", "/enrollments", body)) == (400, 400004)
    assert len(service.enrollments) == 0


def test_a_long_listing_costs_by_the_page(api, service):
    for number in range(3000):
        service.enrollments.put({"registrationId": f"d{number}", "attestation": {"type": "tpm"}})
    assert [len(page) for page in pages(api, "/enrollments/query", body={"query": "*"})] == [100] * 30
