"""export --where: the records for which a JMESPath expression holds."""

from __future__ import annotations

import json

import pytest

SYMMETRIC = {
    "type": "symmetricKey",
    "symmetricKey": {
        "primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=",
        "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk=",
    },
}


@pytest.fixture
def three(dps):
    for id, status, tags in (
        ("a", "disabled", {"site": "north", "floor": 3}),
        ("b", "enabled", {"site": "south"}),
        ("c", "disabled", {"floor": 12}),
    ):
        record = {"registrationId": id, "attestation": SYMMETRIC, "provisioningStatus": status}
        dps.enrollments.put({**record, "initialTwin": {"tags": tags}})
    return dps


@pytest.fixture
def export(iot, tmp_path):
    """Runs an export with a condition."""
    return lambda where, options="": iot(f"enrollment export --file {tmp_path}/a.jsonl {options} --where", where)


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ("provisioningStatus == 'disabled'", {"a", "c"}),
        ("initialTwin.tags.site", {"a", "b"}),
        ("initialTwin.tags.floor > `3`", {"c"}),
        ("!(initialTwin.tags.floor)", {"b"}),
        ("attestation.type == 'symmetricKey' && registrationId != 'a'", {"b", "c"}),
        # keys are read later, for what holds
        ("attestation.symmetricKey", set()),
        ("createdDateTimeUtc > '2000' && etag", {"a", "b", "c"}),
    ],
)
@pytest.mark.parametrize("options", ["", "--show-keys", "--canonical", "--canonical --show-keys"])
def test_records_for_which_it_holds(export, three, tmp_path, where, ids, options):
    result = export(where, options)
    written = [json.loads(line)["registrationId"] for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert (result.exit_code, set(written), len(written), result.json["count"]) == (0, ids, len(ids), len(ids))
    asked = {path for _, path, _, _ in three.sent()}
    keys = {f"/enrollments/{id}/attestationmechanism" for id in ids} if "--show-keys" in options else set()
    assert asked == {"/enrollments/query", *keys}


def test_numbers_with_literals_are_numbers(export, dps, tmp_path):
    stored = '{"registrationId":"a","initialTwin":{"tags":{"x":1E2}}}'
    dps.fail(path="/enrollments/query", raw=f"[{stored}]")
    assert export("abs(initialTwin.tags.x) == `100`").exit_code == 0
    assert (tmp_path / "a.jsonl").read_text() == f"{stored}\n"


def test_only_what_is_in_the_file_is_warned_of(export, three):
    assert export("registrationId == 'a'").err == (
        "WARNING: 1 of 1 enrollments have symmetric keys that are not in the file: an import that creates them "
        "generates new keys. Use --show-keys to include them.\n"
    )


def test_groups(iot, dps, tmp_path):
    for id in ("a", "b"):
        dps.groups.put({"enrollmentGroupId": id, "attestation": SYMMETRIC})
    line = f"enrollment-group export --file {tmp_path}/a.csv --where"
    assert iot(line, "enrollmentGroupId == 'b'").json["count"] == 1
    assert (tmp_path / "a.csv").read_text().splitlines()[1].startswith("b,symmetricKey,")


def test_a_wrong_expression_is_refused_before_anything_connects(export, three, tmp_path):
    result = export("provisioningStatus = 'disabled'")
    assert (result.exit_code, three.requests) == (1, [])
    assert result.err.splitlines()[:3] == [
        "ERROR: --where must be a JMESPath expression: column 20: Unknown token '='.",
        "  provisioningStatus = 'disabled'",
        "                     ^",
    ]


@pytest.mark.parametrize("options", ["", "--show-keys", "--canonical"])
def test_an_expression_that_fails_names_the_record_and_writes_no_file(export, three, tmp_path, options):
    (tmp_path / "a.jsonl").write_text("before")
    result = export("registrationId != 'c' || contains(initialTwin.tags.site, 'o')", options)
    assert (result.exit_code, result.out, (tmp_path / "a.jsonl").read_text()) == (1, "", "before")
    assert result.err.splitlines() == [
        "ERROR: --where cannot be applied to 'c': contains() takes array or string, not null.",
        "For a member that not every record has, test it first: member && contains(member, 'text')",
    ]
