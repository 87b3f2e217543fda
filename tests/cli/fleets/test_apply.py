"""apply: what a file asks for and the service does not have so yet is sent, and nothing else."""

import json

import pytest

from tests.results import failures

KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
NEW = "bmV3LWtleS1uZXcta2V5LW5ldy1rZXk="
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}


@pytest.fixture
def apply(iot, tmp_path):
    """Applies these records."""

    def apply(records, options="", noun="enrollment"):
        (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
        return iot(f"{noun} apply --file {tmp_path}/a.jsonl {options}")

    return apply


def record(number, **members):
    return {"registrationId": f"dev{number}", "attestation": TPM, "deviceId": "old", **members}


@pytest.fixture
def seeded(dps):
    """Twenty records."""
    for number in range(20):
        dps.enrollments.put({**record(number), "initialTwin": {"tags": {"site": "north", "floor": 1}}})
    return dps


def written(dps):
    """The calls that write, as mode and ids."""
    bodies = [body for *_, body in dps.sent("POST") if body and "mode" in body]
    return [(body["mode"], [each["registrationId"] for each in body["enrollments"]]) for body in bodies]


def test_only_what_differs_is_sent(apply, seeded):
    result = apply([record(0), record(1, deviceId="new"), record(2), record(99)])
    assert (result.exit_code, result.err) == (0, "")
    assert {name: result.json[name] for name in ("total", "created", "updated", "unchanged", "deleted", "failed")} == {
        "total": 4, "created": 1, "updated": 1, "unchanged": 2, "deleted": 0, "failed": 0,
    }  # fmt: skip
    assert written(seeded) == [("create", ["dev99"]), ("updateIfMatchETag", ["dev1"])]
    assert seeded.enrollments["dev1"]["initialTwin"] == {"tags": {"site": "north", "floor": 1}}


def test_the_same_file_applied_twice_changes_nothing_the_second_time(apply, seeded):
    records = [record(1, deviceId="new"), record(99), record(3, attestation={"type": "tpm"})]
    assert apply(records).exit_code == 0
    before, asked = seeded.enrollments.values(), len(seeded.requests)
    second = apply(records)
    assert (second.exit_code, second.json["unchanged"], seeded.enrollments.values()) == (0, 3, before)
    assert len(seeded.requests) == asked + 1


@pytest.mark.parametrize("format", ["jsonl", "json", "csv"])
@pytest.mark.parametrize("keys", ["", "--show-keys"])
def test_a_file_that_export_wrote_changes_nothing(iot, seeded, tmp_path, format, keys):
    for number in range(5):
        seeded.enrollments.put({"registrationId": f"key{number}", "attestation": SYMMETRIC, "unheardOf": [1.5]})
    path = tmp_path / f"fleet.{format}"
    assert iot(f"enrollment export --file {path} {keys}").exit_code == 0
    before, asked = seeded.enrollments.values(), len(seeded.requests)
    result = iot(f"enrollment apply --file {path}")
    assert (result.exit_code, result.json["unchanged"], seeded.enrollments.values()) == (0, 25, before)
    # the list, and the keys that the file has
    assert len(seeded.requests) == asked + 1 + (5 if keys else 0)


def test_the_plan_says_what_would_change_and_sends_nothing(apply, seeded, tmp_path):
    seeded.enrollments.put({"registrationId": "key", "attestation": SYMMETRIC})
    before = seeded.enrollments.values()
    result = apply(
        [
            record(0),
            record(1, deviceId="new", initialTwin={"tags": {"site": "south", "a.b": {"c": 1}}}),
            {"registrationId": "key", "attestation": {"symmetricKey": {"primaryKey": NEW}}, "iotHubs": None},
            record(99),
        ],
        "--what-if",
    )
    file = f"{tmp_path}/a.jsonl"
    assert result.json == {
        "create": [{"id": "dev99", "file": file, "line": 4}],
        "update": [
            {
                "id": "dev1",
                "file": file,
                "line": 2,
                "changes": [
                    {"path": ["deviceId"], "before": "old", "after": "new"},
                    {"path": ["initialTwin", "tags", "site"], "before": "north", "after": "south"},
                    {"path": ["initialTwin", "tags", "floor"], "before": 1, "after": None},
                    {"path": ["initialTwin", "tags", "a.b"], "before": None, "after": {"c": 1}},
                ],
            },
            {
                "id": "key",
                "file": file,
                "line": 3,
                "changes": [{"path": ["attestation", "symmetricKey", "primaryKey"], "before": "***", "after": "***"}],
            },
        ],
        "delete": [],
        "unchanged": 1,
    }
    assert (result.exit_code, seeded.enrollments.values()) == (0, before)


@pytest.mark.parametrize(("records", "code"), [([record(0)], 0), ([record(0, deviceId="x")], 10), ([record(99)], 10)])
def test_the_exit_code_says_whether_anything_would_change(apply, seeded, records, code):
    result = apply(records, "--what-if --exit-code")
    assert (result.exit_code, written(seeded)) == (code, [])
    assert len(result.json["create"]) + len(result.json["update"]) == (code == 10)


def test_the_plan_as_a_table(apply, seeded):
    table = apply([record(1, deviceId="new"), record(99)], "--what-if -o table").out.splitlines()
    assert [line.split()[:2] for line in table[2:]] == [["create", "dev99"], ["update", "dev1"], ["unchanged", "0"]]
    assert table[3].split()[-1] == "deviceId"


def rest(*numbers):
    """Records of all but these."""
    return [record(number) for number in range(20) if number not in numbers]


def test_prune_deletes_what_no_file_has(apply, seeded):
    result = apply(rest(4, 7), "--prune --yes")
    assert (result.exit_code, result.json["deleted"], result.json["unchanged"], result.json["total"]) == (0, 2, 18, 18)
    assert {"dev4", "dev7"} & set(seeded.enrollments) == set()
    assert len(seeded.enrollments) == 18


def test_prune_disables_and_keeps(apply, seeded):
    seeded.enrollments.put({**record(4), "provisioningStatus": "disabled"})
    seeded.enrollments.put({"registrationId": "key", "attestation": SYMMETRIC})
    before = {id: dict(seeded.enrollments[id]) for id in ("dev7", "key")}
    result = apply(rest(4, 7), "--prune disable --yes")
    assert (result.exit_code, result.json["updated"], result.json["deleted"]) == (0, 2, 0)
    for id, stored in before.items():
        after = dict(seeded.enrollments[id])
        assert after.pop("provisioningStatus") == "disabled"
        for name in ("etag", "lastUpdatedDateTimeUtc", "provisioningStatus"):
            stored.pop(name, None)
            after.pop(name, None)
        assert after == stored


@pytest.mark.parametrize(
    ("options", "gone", "told"),
    [
        ("--prune --yes", (1, 2, 3), "3 of 20 stored records are in no file and would be deleted, more than 2."),
        ("--prune delete --max-deletes 2 --yes", (1, 2, 3), "would be deleted, more than 2."),
        ("--prune disable --yes", (1, 2, 3), "would be disabled, more than 2."),
        ("--prune", (1,), "Use '--yes'"),
    ],
)
def test_a_prune_that_is_not_allowed_sends_nothing(apply, seeded, options, gone, told):
    before = seeded.enrollments.values()
    result = apply([*rest(*gone), record(99)], options)
    assert (result.exit_code, result.out, written(seeded)) == (1, "", [])
    assert told in result.err.replace("Use --yes", "Use '--yes'").replace("--yes.", "'--yes'") or "tty" in result.err
    assert seeded.enrollments.values() == before


def test_more_deletes_are_allowed_where_they_are_named(apply, seeded):
    result = apply(rest(1, 2, 3, 4), "--prune --max-deletes 4 --yes")
    assert (result.exit_code, result.json["deleted"], len(seeded.enrollments)) == (0, 4, 16)


@pytest.mark.parametrize("records", [[], [record(0), {"registrationId": "bare"}]])
def test_no_prune_of_an_empty_or_a_faulty_file(apply, seeded, records):
    before = seeded.enrollments.values()
    result = apply(records, "--prune --max-deletes 99 --yes")
    assert (result.exit_code, result.out, seeded.enrollments.values()) == (1, "", before)


def test_no_prune_where_the_list_does_not_reach_its_end(apply, dps):
    for number in range(150):
        dps.enrollments.put(record(number))
    dps.fail(99, where=lambda request: "x-ms-continuation" in request.headers, status=500)
    result = apply([record(0)], "--prune --max-deletes 999 --yes")
    assert (result.exit_code, len(dps.enrollments), written(dps)) == (1, 150, [])


def test_a_plan_of_a_prune(apply, seeded):
    shown = apply(rest(4), "--prune --what-if").json
    assert (shown["delete"], shown["unchanged"]) == ([{"id": "dev4"}], 19)
    shown = apply(rest(4), "--prune disable --what-if").json
    (update,) = shown["update"]
    assert (update["id"], update["file"], update["line"]) == ("dev4", None, None)
    assert update["changes"] == [{"path": ["provisioningStatus"], "before": None, "after": "disabled"}]


def test_a_record_that_changes_meanwhile_is_compared_again(apply, seeded):
    """Another client changes one, deletes one and creates one between the list and the calls that write."""
    calls = []

    def meanwhile(request):
        if request.path == "/enrollments" and not calls:
            calls.append(request)
            seeded.enrollments.put({**record(1), "deviceId": "theirs", "provisioningStatus": "disabled"})
            seeded.enrollments.remove("dev2")
            seeded.enrollments.put(record(99, deviceId="theirs"))
        return False

    seeded.fail(where=meanwhile)
    result = apply([record(1, deviceId="new"), record(2, deviceId="new"), record(99, deviceId="new")])
    assert (result.exit_code, failures(result.json)) == (0, [])
    assert {id: seeded.enrollments[id]["deviceId"] for id in ("dev1", "dev2", "dev99")} == {
        "dev1": "new", "dev2": "new", "dev99": "new",
    }  # fmt: skip
    # what the file does not name is theirs
    assert seeded.enrollments["dev1"]["provisioningStatus"] == "disabled"


def test_few_records_of_a_large_service_are_read_singly(apply, dps):
    for number in range(350):
        dps.enrollments.put(record(number))
    wanted = list(dps.enrollments)[-1]
    result = apply([{"registrationId": wanted, "deviceId": "old"}])
    assert (result.exit_code, result.json["unchanged"]) == (0, 1)
    assert [(method, path) for method, path, *_ in dps.sent()] == [
        ("POST", "/enrollments/query"), ("GET", f"/enrollments/{wanted}"),
    ]  # fmt: skip


def test_groups(apply, dps):
    dps.groups.put({"enrollmentGroupId": "a", "attestation": SYMMETRIC})
    dps.groups.put({"enrollmentGroupId": "b", "attestation": SYMMETRIC})
    records = [{"enrollmentGroupId": "A"}, {"enrollmentGroupId": "c"}]
    result = apply(records, "--prune --yes", "enrollment-group")
    assert (result.exit_code, result.json["created"], result.json["unchanged"], result.json["deleted"]) == (0, 1, 1, 1)
    assert sorted(dps.groups) == ["a", "c"]


def test_an_etag_can_be_ignored(apply, seeded):
    records = [record(1, deviceId="new", etag="c3RhbGU="), record(99, etag="c3RhbGU=")]
    assert [failure["code"] for failure in failures(apply(records).json)] == [412, 404]
    result = apply(records, "--ignore-etag")
    assert (result.exit_code, result.json["updated"], result.json["created"]) == (0, 1, 1)
