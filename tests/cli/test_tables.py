"""`-o table`: what fits 120 columns; `-o tsv` and `--query` as everywhere."""

import pytest

KEYS = {"primaryKey": "cHBwcHBwcHBwcHBwcHBwcA==", "secondaryKey": "c3Nzc3Nzc3Nzc3Nzc3Nzcw=="}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
DATES = {"createdDateTimeUtc": "2026-01-01T00:00:00.1234567Z", "lastUpdatedDateTimeUtc": "2026-02-03T04:05:06.1234567Z"}
HUBS = [f"hub{number}.azure-devices.net" for number in range(1, 5)]


@pytest.fixture
def fleet(dps):
    tpm = {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}
    dps.enrollments.put({"registrationId": "thermostat-1", "attestation": SYMMETRIC, **DATES})
    dps.enrollments.put(
        {
            "registrationId": "gateway-0123456789",
            "attestation": tpm,
            "deviceId": "device-12345",
            "provisioningStatus": "disabled",
            "allocationPolicy": "geoLatency",
            "iotHubs": HUBS,
            "initialTwin": {"tags": {"site": "north"}},
            **DATES,
        }
    )


def test_a_list_of_enrollments(iot, fleet):
    table = iot("enrollment list -o table").out
    assert sorted(table.splitlines(), reverse=True) == [
        "thermostat-1        symmetricKey                                                             "
        "2026-02-03T04:05:06Z",
        "gateway-0123456789  tpm            disabled  geoLatency          hub1 hub2 +2  device-12345  "
        "2026-02-03T04:05:06Z",
        "EnrollmentId        Attestation    Status    AllocationPolicy    Hubs          DeviceId      LastUpdated",
        "------------------  -------------  --------  ------------------  ------------  ------------  "
        "--------------------",
    ]
    assert max(map(len, table.splitlines())) <= 120


LONG = {
    "deviceId": "thermostat-in-the-north-hall-0001",
    "provisioningStatus": "disabled",
    "allocationPolicy": "geoLatency",
    "iotHubs": [f"contoso-fleet-{side}.azure-devices.net" for side in ("north", "south")],
}


def test_what_is_long_gives_way_but_the_id(iot, dps):
    dps.enrollments.put({"registrationId": "thermostat-1", "attestation": SYMMETRIC, **LONG, **DATES})
    names, _, values = iot("enrollment list -o table").out.splitlines()
    assert names.split() == [
        "EnrollmentId",
        "Attestation",
        "Status",
        "AllocationPolicy",
        "Hubs",
        "DeviceId",
        "LastUpdated",
    ]
    assert values == (
        "thermostat-1    symmetricKey   disabled  geoLatency          contoso-fleet-no…  thermostat-in-the…  "
        "2026-02-03T04:05:06Z"
    )
    assert len(values) == 120
    id = "a-thermostat-in-the-north-hall-behind-the-door-0001"
    dps.enrollments.put({"registrationId": id, "attestation": SYMMETRIC, **LONG, **DATES})
    assert id in iot("enrollment list -o table").out


def test_a_registration_of_long_names_fits(iot, dps):
    state = {"status": "assigned", "substatus": "reprovisionedToInitialAssignment"}
    names = {"assignedHub": "contoso-fleet-north.azure-devices.net", "deviceId": LONG["deviceId"]}
    dps.registrations.put({"registrationId": "thermostat-in-the-north", **state, **names, **DATES})
    lines = iot("enrollment registration show --eid thermostat-in-the-north -o table").out.splitlines()
    assert lines[2].split()[0] == "thermostat-in-the-north"
    assert max(map(len, lines)) <= 120


def test_one_enrollment_with_the_hub_of_its_device(iot, dps):
    dps.enrollments.put({"registrationId": "dev", "attestation": SYMMETRIC, "iotHubs": HUBS[:1], **DATES})
    dps.registrations.put({"registrationId": "dev", "status": "assigned", "assignedHub": HUBS[0]})
    names, _, values = iot("enrollment show --eid dev -o table").out.splitlines()
    assert names.split() == ["EnrollmentId", "Attestation", "Hubs", "AssignedHub", "LastUpdated"]
    assert values.split() == ["dev", "symmetricKey", "hub1", "hub1", "2026-02-03T04:05:06Z"]


def test_groups(iot, dps):
    dps.groups.put({"enrollmentGroupId": "a", "attestation": SYMMETRIC, "provisioningStatus": "enabled", **DATES})
    for line in ("list", "show --gid a"):
        names, _, values = iot(f"enrollment-group {line} -o table").out.splitlines()
        assert names.split() == ["GroupId", "Attestation", "Status", "LastUpdated"]
        assert values.split() == ["a", "symmetricKey", "enabled", "2026-02-03T04:05:06Z"]


def test_a_stored_record_of_an_odd_shape_is_a_row_too(iot, dps):
    dps.enrollments.put({"registrationId": "odd", "attestation": SYMMETRIC, "iotHubs": "hub1", "allocationPolicy": 7})
    names, _, values = iot("enrollment list -o table --query [].{Id:registrationId}").out.splitlines()
    assert (names.split(), values.split()) == (["Id"], ["odd"])
    assert iot("enrollment list -o table").out.splitlines()[2].split()[:2] == ["odd", "symmetricKey"]


def test_an_empty_list_is_an_empty_table(iot):
    for line in ("enrollment list", "enrollment-group list"):
        result = iot(f"{line} -o table")
        assert (result.exit_code, result.out.strip()) == (0, "")


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("[].registrationId", "gateway-0123456789 thermostat-1"),
        ("[?provisioningStatus=='disabled'].registrationId", "gateway-0123456789"),
        ("[?iotHubs && contains(iotHubs, 'hub2.azure-devices.net')].registrationId", "gateway-0123456789"),
        ("[?initialTwin.tags.site=='north'].registrationId", "gateway-0123456789"),
        ("length(@)", "2"),
    ],
)
def test_the_questions_that_help_answers(iot, fleet, query, answer):
    assert " ".join(sorted(iot(f'enrollment list --query "{query}" -o tsv').out.split())) == answer


def test_named_columns_of_tsv_stay_where_they_are(iot, fleet):
    result = iot("enrollment list -o tsv --query [].[registrationId,provisioningStatus,deviceId]")
    assert sorted(result.out.splitlines()) == [
        "gateway-0123456789\tdisabled\tdevice-12345",
        "thermostat-1\tNone\tNone",
    ]
