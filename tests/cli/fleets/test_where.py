"""--where of import, apply and diff: the records of a file that are taken."""

import json

import pytest

TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}
NORTH, SOUTH = ({"initialTwin": {"tags": {"site": site, "floor": 1}}} for site in ("north", "south"))
WHERE = "--where \"initialTwin.tags.site == 'north'\""


def record(id, members=None, **more):
    return {"registrationId": id, "attestation": TPM, **(members or {}), **more}


@pytest.fixture
def file(tmp_path):
    """Two records in the north, one of them without a stored one, and one in the south."""
    records = [record("dev0", NORTH, deviceId="new"), record("dev1", SOUTH, deviceId="new"), record("dev9", NORTH)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(each) + "\n" for each in records))
    return tmp_path / "a.jsonl"


@pytest.fixture
def seeded(dps):
    """Four records, two in the north."""
    for id, members in (("dev0", NORTH), ("dev1", SOUTH), ("dev2", NORTH), ("dev3", SOUTH)):
        dps.enrollments.put(record(id, members, deviceId="old"))
    return dps


def devices(dps):
    return {stored["registrationId"]: stored.get("deviceId") for stored in dps.enrollments.values()}


@pytest.mark.parametrize("verb", ["apply", "import --mode upsert"])
def test_only_records_for_which_it_holds_are_taken(iot, seeded, file, verb):
    result = iot(f"enrollment {verb} --file {file} {WHERE}")
    assert (result.exit_code, result.json["total"], result.json["updated"], result.json["created"]) == (0, 2, 1, 1)
    assert devices(seeded) == {"dev0": "new", "dev1": "old", "dev2": "old", "dev3": "old", "dev9": None}


def test_prune_leaves_stored_records_for_which_it_does_not_hold(iot, seeded, file):
    result = iot(f"enrollment apply --file {file} {WHERE} --prune --yes")
    assert (result.exit_code, result.json["deleted"]) == (0, 1)
    assert sorted(devices(seeded)) == ["dev0", "dev1", "dev3", "dev9"]


def test_prune_leaves_records_of_the_file_that_are_not_taken(iot, seeded, tmp_path):
    """dev0 has moved to the south: the file has it, though it is stored in the north."""
    lines = [record("dev0", SOUTH), record("dev0", SOUTH), record("DEV2", NORTH)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
    result = iot(f"enrollment apply --file {tmp_path}/a.jsonl {WHERE} --prune --yes --failed-file {tmp_path}/f.jsonl")
    assert (result.exit_code, result.json["total"], result.json["unchanged"], result.json["deleted"]) == (0, 1, 1, 0)
    assert sorted(devices(seeded)) == ["dev0", "dev1", "dev2", "dev3"]
    assert iot(f"enrollment diff --file {tmp_path}/a.jsonl {WHERE}").json["delete"] == []


@pytest.mark.parametrize(
    ("before", "after", "updated"), [(SOUTH, NORTH, ["dev0"]), (NORTH, SOUTH, []), (NORTH, NORTH, [])]
)
def test_diff_of_files_compares_records_that_are_in_both(az, tmp_path, before, after, updated):
    for name, members in (("a", after), ("b", before)):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(record("dev0", members)))
    shown = az(f"iot dps enrollment diff --file {tmp_path}/a.jsonl --with {tmp_path}/b.jsonl {WHERE}").json
    assert (shown["create"], [each["id"] for each in shown["update"]], shown["delete"]) == ([], updated, [])


def test_diff_compares_what_it_holds_for(iot, az, seeded, file, tmp_path):
    result = iot(f"enrollment diff --file {file} {WHERE}")
    assert [[each["id"] for each in result.json[part]] for part in ("create", "update", "delete")] == [
        ["dev9"], ["dev0"], ["dev2"],
    ]  # fmt: skip
    (tmp_path / "b.jsonl").write_text(json.dumps(record("dev5", SOUTH)) + "\n" + json.dumps(record("dev6", NORTH)))
    result = az(f"iot dps enrollment diff --file {file} --with {tmp_path}/b.jsonl {WHERE}")
    assert [[each["id"] for each in result.json[part]] for part in ("create", "delete")] == [["dev0", "dev9"], ["dev6"]]


def test_cells_of_rows_are_members(iot, dps, tmp_path):
    rows = "".join(f"dev{number},tpm,AAgAAQALAAMAsg==,{number}\n" for number in range(3))
    (tmp_path / "a.csv").write_text("registrationId,attestation,endorsementKey,tags.floor\n" + rows)
    line = f"enrollment import --file {tmp_path}/a.csv --where 'initialTwin.tags.floor >= `1`' --mode"
    assert iot(f"{line} create").json["created"] == 2
    assert iot(f"{line} delete --yes").json["deleted"] == 2
    assert len(dps.enrollments) == 0


def test_records_that_are_not_taken_are_not_checked_against_the_service(iot, seeded, file):
    result = iot(f"enrollment import --file {file} --mode update --where \"registrationId == 'dev1'\"")
    assert (result.exit_code, result.json["total"], result.json["updated"]) == (0, 1, 1)


def test_a_record_to_which_it_cannot_be_applied_is_named(iot, dps, file):
    result = iot(f"enrollment apply --file {file} --where \"contains(deviceId, 'n')\"")
    told = "ERROR: --where cannot be applied to line 3: contains() takes array or string, not null."
    assert (result.exit_code, result.err.splitlines()[0], dps.requests) == (1, told, [])
