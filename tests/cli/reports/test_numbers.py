"""report: the numbers, as JSON and as a table, and what is requested for them."""

from __future__ import annotations

import pytest

from tests.cli.audits.stored import TPM
from tests.cli.reports.conftest import HUB, OTHER, state

NAMES = {
    "fixed": {"status", "attestation", "allocationPolicy", "iotHubs", "certificateExpiry", "severity", "check"},
    "registrations": {"registrationStatus", "assignedHub", "assignedMonth", "failedMonth"},
}
NO_KEYS = "Symmetric keys were not read. Use --with-keys."
QUERIES = [("POST", f"/{kind}/query", None, {"query": "SELECT *"}) for kind in ("enrollments", "enrollmentGroups")]


def counted(rows):
    """The rows without those that are zero."""
    short = [(row["value"], row["enrollments"], row["enrollmentGroups"]) for row in rows]
    return [row for row in short if row[1:] != (0, 0)]


def twelve(time, ahead):
    """This month and the eleven after it, or before it, from the time that a report names."""
    place = int(time[:4]) * 12 + int(time[5:7]) - 1
    places = range(place, place + 12) if ahead else range(place - 11, place + 1)
    return [f"{each // 12}-{each % 12 + 1:02}" for each in places]


def test_the_numbers(az, fleet):
    result = az("iot dps report -n mydps")
    assert (result.exit_code, result.err) == (0, "")
    found = result.json
    assert (found["host"], found["enrollments"], found["enrollmentGroups"]) == (fleet.host, 4, 2)
    assert [found[name] for name in NAMES["registrations"]] == [None] * 4
    assert {name: counted(found[name]) for name in NAMES["fixed"]} == {
        "status": [("enabled", 3, 2), ("disabled", 1, 0)],
        "attestation": [("symmetricKey", 2, 1), ("x509", 1, 0), ("tpm", 1, 0), ("x509, by CA names", 0, 1)],
        "allocationPolicy": [("static", 1, 2), ("not set", 2, 0), ("custom", 1, 0)],
        "iotHubs": [(HUB, 3, 2), ("any linked hub", 1, 0), (OTHER, 1, 0)],
        "certificateExpiry": [("expired", 1, 0), ("later", 1, 0)],
        "severity": [("error", 2, 0)],
        "check": [("certificate-expired", 1, 0), ("hub-not-linked", 1, 0)],
    }
    months = [row["value"] for row in found["certificateExpiry"]]
    assert months == ["expired", *twelve(found["time"], ahead=True), "later"]
    assert {each["check"]: each["reason"] for each in found["skipped"]} == dict.fromkeys(
        ("weak-key", "equal-keys", "primary-is-secondary"), NO_KEYS
    )
    assert len(found["notChecked"]) == 3 and found["seconds"] > 0
    assert fleet.sent() == QUERIES


def test_the_numbers_of_registrations(iot, fleet):
    found = iot("report --with-registrations").json
    assert {name: counted(found[name]) for name in NAMES["registrations"]} == {
        "registrationStatus": [("assigned", 1, 2), ("failed", 1, 1), ("disabled", 1, 0), ("unassigned", 1, 0)],
        "assignedHub": [(HUB, 1, 2)],
        "assignedMonth": [("earlier", 1, 2)],
        "failedMonth": [("earlier", 1, 0), ("unknown", 0, 1)],
    }
    assert [row["value"] for row in found["assignedMonth"]] == ["earlier", *twelve(found["time"], ahead=False)]
    reads = [("GET", f"/enrollments/{id}", None, None) for id in ("old", "fixed", "asked", "chip")]
    groups = [("POST", f"/registrations/{id}/query", None, None) for id in ("line", "named")]
    assert sorted(fleet.sent(), key=str) == sorted([*QUERIES, *reads, *groups], key=str)


def test_a_registration_that_the_list_shows_is_not_read_again(iot, dps):
    listed = {"registrationState": state("dev", "assigned", assignedHub=HUB)}
    dps.enrollments.put({"registrationId": "dev", "attestation": TPM, **listed})
    found = iot("report --with-registrations").json
    assert counted(found["registrationStatus"]) == [("assigned", 1, 0)]
    assert dps.sent() == QUERIES


def test_keys_are_read_on_request(iot, fleet):
    found = iot("report --with-keys --with-registrations").json
    assert counted(found["check"]) == [
        ("certificate-expired", 1, 0),
        # with those of the first
        ("equal-keys", 2, 0),
    ]
    assert [each["check"] for each in found["skipped"]] == ["hub-not-linked"]
    mechanisms = [path for _, path, *_ in fleet.sent("POST") if path.endswith("/attestationmechanism")]
    assert sorted(mechanisms) == [
        "/enrollmentGroups/line/attestationmechanism",
        "/enrollments/asked/attestationmechanism",
        "/enrollments/fixed/attestationmechanism",
    ]


def test_an_enrollment_that_is_deleted_meanwhile_is_left_out(iot, fleet):
    for path in ("/enrollments/fixed", "/registrations/line/query"):
        fleet.fail(status=404, body={"errorCode": 404201, "message": "Not found."}, path=path)
    found = iot("report --with-registrations").json
    assert (found["enrollments"], found["enrollmentGroups"]) == (3, 2)
    assert counted(found["registrationStatus"]) == [
        ("failed", 1, 1),
        ("disabled", 1, 0),
        ("unassigned", 1, 0),
    ]


def test_what_is_selected(iot, fleet):
    found = iot("report --where \"provisioningStatus == 'disabled'\"").json
    assert (found["enrollments"], found["enrollmentGroups"]) == (1, 0)
    assert counted(found["certificateExpiry"]) == [("expired", 1, 0), ("later", 1, 0)]


@pytest.mark.parametrize("options", ["", "--with-registrations"])
def test_the_table_has_the_same_numbers(iot, fleet, options):
    lines = iot(f"report {options} -o table").out.splitlines()
    assert lines[0].split() == ["Section", "Value", "Enrollments", "Groups"]
    assert lines[2].split() == ["Total", "4", "2"]
    rows = [tuple(line.rsplit(maxsplit=2)[-2:]) for line in lines[3:]]
    found = iot(f"report {options}").json
    shown = [row for name in found if isinstance(found[name], list) for row in found[name] if "value" in row]
    assert sorted(rows) == sorted((str(row["enrollments"]), str(row["enrollmentGroups"])) for row in shown)
    assert "Status                           disabled                1              0" in lines


def test_the_right_for_registrations_is_sought(az, fleet):
    rights = (("reader", "EnrollmentRead"), ("both", "EnrollmentRead, RegistrationStatusRead"))
    fleet.policies = [{**fleet.policies[0], "keyName": name, "rights": right} for name, right in rights]
    assert az("iot dps report -n mydps --with-registrations").exit_code == 0
    assert "skn=both" in fleet.service_requests[-1].headers["Authorization"]
