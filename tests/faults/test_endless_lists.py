"""Lists that do not end, of the service and of Azure Resource Manager."""

from __future__ import annotations

import pytest

from azext_iot_dps.arm import manager

RECORD = {"registrationId": "dev"}
LISTS = {
    "enrollments": ("enrollment list", "/enrollments/query"),
    "groups": ("enrollment-group list", "/enrollmentGroups/query"),
    "registrations": ("enrollment-group registration list --gid grp", "/registrations/grp/query"),
}


@pytest.mark.parametrize(("line", "path"), LISTS.values(), ids=LISTS)
def test_a_hundred_empty_pages_end_a_list(iot, dps, line, path):
    for number in range(100):
        dps.fail(path=path, body=[], headers={"x-ms-continuation": str(number)})
    result = iot(line)
    assert (result.exit_code, result.out) == (1, "")
    assert result.err == f"ERROR: {dps.host} returned 100 empty pages in a row.\n"
    assert len(dps.requests) == 100


@pytest.mark.parametrize(("line", "path"), LISTS.values(), ids=LISTS)
def test_99_empty_pages_do_not_end_a_list(iot, dps, line, path):
    for number in range(99):
        dps.fail(path=path, body=[], headers={"x-ms-continuation": f"a{number}"})
    dps.fail(path=path, body=[RECORD], headers={"x-ms-continuation": "b"})
    for number in range(99):
        dps.fail(path=path, body=[], headers={"x-ms-continuation": f"c{number}"})
    dps.fail(path=path, body=[RECORD])
    result = iot(line)
    assert (result.exit_code, result.err, result.json) == (0, "", [RECORD, RECORD])
    assert len(dps.requests) == 200


def test_the_hundredth_empty_page_may_be_the_last(iot, dps):
    for number in range(99):
        dps.fail(body=[], headers={"x-ms-continuation": str(number)})
    dps.fail(body=[])
    assert iot("enrollment list").json == []


@pytest.fixture
def linked(dps):
    """Lets Azure Resource Manager list services, or policies, in a number of pages with this value each."""

    def linked(path, pages, value):
        for number in range(pages):
            link = f"{dps.url}/subscriptions/page{number}/?api-version=2021-10-15&page={number}"
            where = f"/subscriptions/page{number - 1}/" if number else path
            dps.fail(path=where, body={"value": value, "nextLink": link})

    return linked


ASKED = {
    "services": ("enrollment list -n mydps", "/provisioningServices"),
    "policies": ("enrollment list -n mydps -g myrg", "/listkeys"),
    "connection strings": ("connection-string show", "/provisioningServices"),
}


@pytest.mark.parametrize(("line", "path"), ASKED.values(), ids=ASKED)
def test_a_hundred_empty_pages_end_a_list_of_azure_resource_manager(az, dps, linked, line, path):
    linked(path, 101, [])
    result = az(f"iot dps {line}")
    assert (result.exit_code, result.out) == (1, "")
    assert result.err == "ERROR: Azure Resource Manager returned 100 empty pages in a row.\n"
    assert dps.service_requests == []


@pytest.mark.parametrize(("line", "path"), ASKED.values(), ids=ASKED)
def test_pages_without_end_end_a_list_of_azure_resource_manager(az, dps, linked, monkeypatch, line, path):
    monkeypatch.setattr(manager, "MAX_PAGES", 20)
    linked(path, 21, [{"name": "other"}])
    result = az(f"iot dps {line}")
    assert (result.exit_code, result.out) == (1, "")
    assert result.err == "ERROR: Azure Resource Manager returned a list of more than 20 pages.\n"
    assert dps.service_requests == []


def test_99_empty_pages_do_not_end_a_list_of_azure_resource_manager(az, dps, linked):
    linked("/provisioningServices", 99, [])
    dps.fail(path="/subscriptions/page98/", body={"value": [dps.arm.services[2]]})
    result = az("iot dps enrollment list -n mydps")
    assert (result.exit_code, result.json, result.err) == (0, [], "")
