"""apply while other clients write, and what it shows: nothing of theirs is lost, and no secret is printed."""

import json
import stat

import pytest

from tests.results import failures

TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}
FUNCTION = {
    "webhookUrl": "https://user:hunter22@f.example/api?token=TOPSECRET&code=123456789",
    "apiVersion": "2021-10-01",
}


@pytest.fixture
def apply(iot, tmp_path):
    """Applies these records."""

    def apply(records, options=""):
        (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
        return iot(f"enrollment apply --file {tmp_path}/a.jsonl {options}")

    return apply


def record(number, **members):
    return {"registrationId": f"dev{number}", "attestation": TPM, **members}


@pytest.fixture
def seeded(dps):
    for number in range(20):
        dps.enrollments.put(record(number, createdDateTimeUtc="2026-01-01T00:00:00Z"))
    return dps


def rest(*numbers):
    """Records of all but these."""
    return [record(number) for number in range(20) if number not in numbers]


@pytest.fixture
def after_the_list(seeded):
    """Lets another client do something once the list was read."""

    def after_the_list(do):
        done = []

        def struck(request):
            if not request.path.endswith("/query") and not done:
                done.append(do())
            return False

        seeded.fail(where=struck)

    return after_the_list


@pytest.mark.parametrize("prune", ["delete", "disable"])
def test_a_record_that_was_created_anew_is_not_pruned(apply, seeded, after_the_list, prune):
    new = record(4, deviceId="theirs", createdDateTimeUtc="2026-06-01T00:00:00Z")
    after_the_list(lambda: (seeded.enrollments.remove("dev4"), seeded.enrollments.put(new)))
    result = apply(rest(4), f"--prune {prune} --yes")
    (failure,) = failures(result.json)
    assert (result.exit_code, failure["id"], failure["line"], failure["code"]) == (1, "dev4", None, 412)
    assert failure["message"] == "Another client deleted it and created it again. It was left as it is."
    assert seeded.enrollments["dev4"]["deviceId"] == "theirs"
    assert seeded.enrollments["dev4"].get("provisioningStatus") != "disabled"


@pytest.mark.parametrize(("prune", "done"), [("delete", "deleted"), ("disable", "updated")])
def test_a_record_that_was_changed_is_read_again_and_pruned(apply, seeded, after_the_list, prune, done):
    changed = record(4, deviceId="theirs", createdDateTimeUtc="2026-01-01T00:00:00Z")
    after_the_list(lambda: seeded.enrollments.put(changed))
    result = apply(rest(4), f"--prune {prune} --yes")
    assert (result.exit_code, result.json[done]) == (0, 1)
    if prune == "disable":
        assert seeded.enrollments["dev4"]["deviceId"] == "theirs"


@pytest.mark.parametrize("prune", ["delete", "disable"])
@pytest.mark.parametrize(
    ("tags", "where", "told"),
    [
        ({"keep": 1}, "!(initialTwin.tags.keep)", "Another client changed it, and --where does not take it any more."),
        ({"keep": "a"}, "initialTwin.tags.keep == null || initialTwin.tags.keep > `1`", "--where cannot be applied to"),
    ],
)
def test_a_record_that_is_not_taken_any_more_is_not_pruned(apply, seeded, after_the_list, prune, tags, where, told):
    changed = record(4, initialTwin={"tags": tags}, createdDateTimeUtc="2026-01-01T00:00:00Z")
    after_the_list(lambda: seeded.enrollments.put(changed))
    result = apply(rest(4), f'--prune {prune} --yes --where "{where}"')
    (failure,) = failures(result.json)
    assert (result.exit_code, failure["id"], failure["code"]) == (1, "dev4", 412)
    assert failure["message"].startswith(told)
    assert seeded.enrollments["dev4"].get("provisioningStatus") != "disabled"


@pytest.mark.parametrize("prune", ["delete", "disable"])
def test_a_record_that_is_gone_needs_no_pruning(apply, seeded, after_the_list, prune):
    after_the_list(lambda: seeded.enrollments.remove("dev4"))
    result = apply(rest(4), f"--prune {prune} --yes")
    assert (result.exit_code, result.json["total"], result.json["unchanged"], failures(result.json)) == (0, 19, 19, [])


def test_a_record_that_is_listed_twice_is_pruned_once(apply, seeded):
    page = [*seeded.enrollments.values(), seeded.enrollments["dev4"]]
    seeded.fail(path="/enrollments/query", body=page)
    result = apply(rest(4), "--prune --max-deletes 1 --yes")
    assert (result.exit_code, result.json["deleted"], result.json["unchanged"]) == (0, 1, 19)


def test_a_record_without_an_etag_is_not_pruned(apply, seeded):
    page = [{name: value for name, value in each.items() if name != "etag"} for each in seeded.enrollments.values()]
    seeded.fail(path="/enrollments/query", body=page)
    result = apply(rest(4), "--prune --yes")
    assert [failure["message"] for failure in failures(result.json)] == [
        "The service returned it without an ETag. It was not deleted."
    ]
    assert len(seeded.enrollments) == 20


@pytest.mark.parametrize("prune", ["delete", "disable"])
def test_a_list_may_have_anything(apply, dps, prune):
    """An unpaired surrogate as an ID, no ID, a number, and members of other types."""
    odd = '{"registrationId":"a\\ud800","etag":"e"},{},{"registrationId":5},{"registrationId":null}'
    bare = '{"registrationId":"dev0","etag":7,"attestation":5,"initialTwin":[],"provisioningStatus":{}}'
    dps.fail(path="/enrollments/query", raw=f"[{odd},{bare}]")
    result = apply([{"registrationId": "dev0"}], f"--prune {prune} --what-if")
    assert (result.exit_code, result.json["unchanged"]) == (0, 1)
    shown = result.json["delete" if prune == "delete" else "update"]
    assert [each["id"] for each in shown] == ["a\ud800"]


def test_the_exit_code_of_a_plan_with_failures(apply, seeded):
    result = apply([record(0, deviceId="n", etag="c3RhbGU=")], "--what-if --exit-code")
    assert (result.exit_code, len(result.json["failures"]), result.json["update"]) == (1, 1, [])
    assert result.err.startswith("ERROR: 1 of 1 enrollment would fail.\n")


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_an_export_is_unchanged_whatever_its_allocation(iot, dps, tmp_path, format):
    odd = {"allocationPolicy": "hashed", "iotHubs": ["h.example"], "customAllocationDefinition": FUNCTION,
           "iotHubHostName": "h.example"}  # fmt: skip
    before = dps.enrollments.put(record(1, **odd))
    path = tmp_path / f"fleet.{format}"
    assert iot(f"enrollment export --file {path}").exit_code == 0
    result = iot(f"enrollment apply --file {path}")
    assert (result.exit_code, result.json["unchanged"], dps.enrollments["dev1"]) == (0, 1, before)


def test_no_secret_is_in_a_plan(apply, dps):
    dps.enrollments.put(record(1, unheardOf=[{"primaryKey": "b2xkLWtleQ=="}]))
    changes = {"allocationPolicy": "custom", "customAllocationDefinition": FUNCTION, "iotHubs": ["h.example"]}
    result = apply([record(1, **changes, unheardOf=[{"primaryKey": "bmV3LWtleQ=="}])], "--what-if")
    assert result.exit_code == 0
    assert not any(
        secret in result.out + result.err
        for secret in ("TOPSECRET", "123456789", "hunter22", "b2xkLWtleQ", "bmV3LWtleQ")
    )
    assert "https://f.example/api?***" in result.out


def test_a_file_with_a_webhooks_code_is_its_owners_alone(iot, dps, tmp_path):
    dps.enrollments.put(record(1, customAllocationDefinition=FUNCTION, allocationPolicy="custom"))
    path = tmp_path / "fleet.jsonl"
    path.write_text("old")
    path.chmod(0o644)
    assert iot(f"enrollment export --file {path}").exit_code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_delete_of_a_file_may_ignore_its_etags(iot, seeded, tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"registrationId": "dev1", "etag": "c3RhbGU="}))
    line = f"enrollment import --file {tmp_path}/a.jsonl --mode delete --yes"
    assert iot(line).json["failed"] == 1
    assert (iot(f"{line} --ignore-etag").json["deleted"], len(seeded.enrollments)) == (1, 19)


def test_a_delete_that_may_have_succeeded_does_not_meet_a_newer_record(iot, seeded, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"registrationId": "dev1"}')
    new = record(1, deviceId="theirs", createdDateTimeUtc="2099-01-01T00:00:00Z")

    def created_anew(request):
        if request.path == "/enrollments":
            seeded.enrollments.put(new)
        return request.path == "/enrollments"

    errors = [{"registrationId": "dev1", "errorCode": 500000, "errorStatus": "Internal error."}]
    seeded.fail(where=created_anew, body={"errors": errors, "isSuccessful": False})
    assert iot(f"enrollment import --file {tmp_path}/a.jsonl --mode delete --yes").json["deleted"] == 1
    assert seeded.enrollments["dev1"]["deviceId"] == "theirs"


def test_null_does_not_remove_the_type_of_an_attestation(apply, seeded):
    result = apply([record(0, attestation={"type": None})])
    told = "line 1: attestation.type is tpm, which cannot be changed."
    assert (result.exit_code, result.err.splitlines()[1]) == (1, told)
    assert [request for request in seeded.requests if request.path == "/enrollments"] == []
