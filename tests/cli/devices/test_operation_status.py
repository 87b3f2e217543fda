"""az iot device registration operation-status: an operation as it is, and who may ask."""

from __future__ import annotations

import pytest

from tests.devices import GROUP_KEY, KEY1, MEMBER, POLICY, SCOPE, csr, group, symmetric

UNSUPPORTED = {"errorCode": 400004, "message": "Unsupported API version 2026-11-01."}
NEWEST, DEFAULT = "2026-11-01", "2021-06-01"


@pytest.fixture
def status(az, dps):
    """Runs the command for an operation; `more` says who asks."""

    def status(operation_id, more=f"--key {KEY1}", id="dev"):
        where = f"--id-scope {SCOPE} --host {dps.host}"
        line = f"iot device registration operation-status --rid {id} --operation-id {operation_id}"
        dps.requests.clear()
        return az(f"{line} {'' if '-n' in more.split() else where} {more}")

    return status


def sent(dps):
    return [(each.method, each.path, each.query["api-version"]) for each in dps.requests]


def path(operation_id):
    return f"/{SCOPE}/registrations/dev/operations/{operation_id}"


def test_the_operation_is_printed_as_the_service_answers_it_with_its_certificates(create, dps, status):
    dps.enrollments.put(symmetric(**POLICY))
    created = create(f"--key {KEY1} --csr", csr("dev").decode()).json
    result = status(created["operationId"])
    assert (result.exit_code, result.err, result.json) == (0, "", created)
    assert len(result.json["registrationState"]["issuedCertificateChain"]) == 3
    assert sent(dps) == [("GET", path(created["operationId"]), NEWEST)]


def test_a_table(create, dps, status):
    dps.enrollments.put(symmetric())
    created = create(f"--key {KEY1}").json
    names, _, values = status(created["operationId"], f"--key {KEY1} -o table").out.splitlines()
    assert names.split()[:2] == ["RegistrationId", "Status"]
    assert values.split()[:2] == ["dev", "assigned"]


@pytest.mark.parametrize("state", ["unassigned", "assigning", "failed", "disabled"])
def test_every_status_is_printed_with_exit_code_0(dps, status, state):
    answer = {"operationId": "5.a.b", "status": state, "registrationState": {"errorCode": 400209, "x": None}}
    dps.fail(body=answer, path="/operations/")
    result = status("5.a.b")
    assert (result.exit_code, result.err, result.json) == (0, "", answer)


def test_a_host_that_is_behind_is_asked_at_the_version_of_create(create, dps, status):
    dps.enrollments.put(symmetric())
    created = create(f"--key {KEY1}").json
    dps.fail(status=400, body=UNSUPPORTED, path="/operations/")
    assert status(created["operationId"]).json == created
    assert [version for *_, version in sent(dps)] == [NEWEST, DEFAULT]


def test_a_configured_version_is_the_only_one(dps, status, monkeypatch):
    monkeypatch.setenv("AZURE_IOT_DPS_API_VERSION", "2021-10-01")
    dps.fail(times=2, status=400, body={"message": "No."}, path="/operations/")
    result = status("5.a.b")
    assert (result.exit_code, result.err[:10]) == (1, "ERROR: No.")
    assert [version for *_, version in sent(dps)] == ["2021-10-01"]


def test_an_operation_that_is_not_there_is_exit_code_3(dps, status):
    dps.enrollments.put(symmetric())
    result = status("5.a.b")
    assert (result.exit_code, result.out) == (3, "")
    assert result.err.startswith("ERROR: Operation not found. (error 404202")
    assert len(dps.requests) == 1


def test_a_device_of_a_group_and_one_whose_key_is_in_the_service(create, dps, status):
    dps.groups.put(group())
    dps.enrollments.put(symmetric())
    member = create(f"--key {GROUP_KEY} --compute-key", id=MEMBER).json
    own = create(f"--key {KEY1}").json
    assert status(member["operationId"], f"--key {GROUP_KEY} --compute-key", id=MEMBER).json == member
    assert status(member["operationId"], "--group-id grp -n mydps", id=MEMBER).json == member
    assert status(own["operationId"], "-n mydps -g myrg").json == own


def test_a_device_with_a_certificate(create, dps, az, own):
    created = create(*own).json
    line = f"iot device registration operation-status --rid dev --id-scope {SCOPE} --host {dps.host}"
    assert az(line, "--operation-id", created["operationId"], *own).json == created


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("--operation-id .. --key {key}", "--operation-id must be an operation ID as `registration create` prints it"),
        ("--operation-id '' --key {key}", "--operation-id must be an operation ID"),
        ("--operation-id 'a b' --key {key}", "--operation-id must be an operation ID"),
        ("--operation-id 5.a.b", "Specify how the device authenticates: "),
        ("--operation-id 5.a.b --key {key} --cp c --kp k", "--symmetric-key cannot be used with "),
        ("--operation-id 5.a.b --passphrase x", "--passphrase requires --certificate-file-path and --key-file-path."),
        ("--operation-id 5.a.b --key ''", "--symmetric-key must be base64 of 16 to 64 bytes."),
    ],
)
def test_what_is_wrong_is_refused_before_anything_is_sent(az, dps, more, message):
    result = az(f"iot device registration operation-status --rid dev --id-scope {SCOPE} {more.format(key=KEY1)}")
    assert (result.exit_code, result.out) == (1, "")
    assert f"ERROR: {message}" in result.err
    assert dps.requests == []


def test_an_operation_id_is_percent_encoded(dps, status):
    status("5/a?b")
    assert dps.requests[0].raw_path == f"/{SCOPE}/registrations/dev/operations/5%2Fa%3Fb"
