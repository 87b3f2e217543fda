"""create --if-exists: what happens when the ID is taken, also while others create and delete it."""

import pytest

from dps_emulator.lab import certificates

KEY1 = "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk="
KEY2 = "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="
NEW = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXc="
KEYS = {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY1, "secondaryKey": KEY2}}
STORED = {
    "registrationId": "dev",
    "attestation": KEYS,
    "capabilities": {"iotEdge": True},
    "etag": "b2xk",
    "initialTwin": {"tags": {"a": 1}, "properties": {"desired": {"b": 2}}},
    "reprovisionPolicy": {"updateHubAssignment": False, "migrateDeviceData": False},
    "newer": {"than": "this"},
}
CREATE = "enrollment create --eid dev --at symmetricKey"
EXISTS = "WARNING: The enrollment already exists. Nothing was changed.\n"
UNCHANGED = "WARNING: The enrollment already has these values. Nothing was changed.\n"


@pytest.fixture
def stored(dps):
    dps.enrollments.put(STORED)
    return dps.enrollments["dev"]


@pytest.fixture
def others(dps):
    """Lets other clients act before the first requests of a method that come to a path."""

    def others(method, *acts, path="/enrollments/"):
        left = list(acts)

        def meddle(request):
            if request.method == method and path in request.path and left:
                left.pop(0)()
            return False

        dps.fail(where=meddle)

    return others


def methods(dps):
    return [method for method, *_ in dps.sent()]


@pytest.mark.parametrize("choice", ["skip", "update", "fail", "UPDATE"])
def test_what_does_not_exist_is_created(iot, dps, choice):
    result = iot(f"{CREATE} --if-exists {choice} --tags", '{"a": 1}')
    assert (result.exit_code, result.err, result.json) == (0, "", dps.requests[0].answer)
    assert dps.sent() == [
        (
            "PUT",
            "/enrollments/dev",
            None,
            {
                "registrationId": "dev",
                "attestation": {"type": "symmetricKey"},
                "capabilities": {"iotEdge": False},
                "initialTwin": {"tags": {"a": 1}},
                "reprovisionPolicy": {"updateHubAssignment": True, "migrateDeviceData": True},
            },
        )
    ]


@pytest.mark.parametrize("options", ["", " --if-exists fail"])
def test_what_exists_is_refused_unless_asked_otherwise(iot, dps, stored, options):
    result = iot(CREATE + options)
    assert (result.exit_code, methods(dps), dps.enrollments["dev"]) == (1, ["PUT"], stored)
    assert result.err.startswith("ERROR: Enrollment already exists. (error 409201, tracking ID ")


def test_skip_prints_what_is_stored_as_create_would(iot, dps, stored):
    result = iot(f"{CREATE} --ps disabled --pk {NEW} --sk {NEW} --if-exists skip")
    assert (result.exit_code, result.err) == (0, EXISTS)
    assert {name: result.json[name] for name in STORED} == STORED
    assert (methods(dps), dps.enrollments["dev"]) == (["PUT", "GET", "POST"], stored)


def test_skip_does_not_mind_another_attestation(iot, dps, stored):
    result = iot("enrollment create --eid dev --at tpm --ek AAgAAQALAAMAsg== --if-exists skip")
    assert (result.exit_code, result.err, dps.enrollments["dev"]) == (0, EXISTS, stored)


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        ('--tags \'{"site": "north"}\'', {"initialTwin": {**STORED["initialTwin"], "tags": {"site": "north"}}}),
        (f"--pk {NEW}", {"attestation": {**KEYS, "symmetricKey": {"primaryKey": NEW, "secondaryKey": KEY2}}}),
        ("--ee false", {"capabilities": {"iotEdge": False}}),
        ("--ps disabled -d d1", {"provisioningStatus": "disabled", "deviceId": "d1"}),
        (
            "--rp reprovisionandmigratedata",
            {"reprovisionPolicy": {"updateHubAssignment": True, "migrateDeviceData": True}},
        ),
    ],
)
def test_update_changes_what_is_named_and_knows_no_defaults(iot, dps, stored, options, changed):
    result = iot(f"{CREATE} {options} --if-exists update")
    assert (result.exit_code, result.err, result.json) == (0, "", dps.requests[-1].answer)
    assert dps.sent("PUT")[1] == ("PUT", "/enrollments/dev", "b2xk", {**STORED, **changed})
    assert methods(dps) == ["PUT", "GET", "POST", "PUT"]


@pytest.mark.parametrize("options", ["", "--tags '{\"a\": 1}'"])
def test_update_with_nothing_to_change_sends_nothing(iot, dps, stored, options):
    result = iot(f"{CREATE} {options} --if-exists update")
    assert (result.exit_code, result.err) == (0, UNCHANGED)
    assert (methods(dps), dps.enrollments["dev"]) == (["PUT", "GET", "POST"], stored)
    assert result.json["attestation"] == KEYS


def test_update_refuses_another_attestation(iot, dps, stored):
    result = iot("enrollment create --eid dev --at tpm --ek AAgAAQALAAMAsg== --if-exists update")
    assert (result.exit_code, dps.enrollments["dev"]) == (1, stored)
    told = "--endorsement-key needs tpm attestation, but the enrollment has symmetricKey, which cannot be changed."
    assert result.err == f"ERROR: {told}\n"


def test_groups_have_it_too_and_no_default_attestation_reaches_what_exists(iot, dps, tmp_path):
    x509 = {"type": "x509", "x509": {"signingCertificates": {"primary": {"info": {"subjectName": "CN=x"}}}}}
    dps.groups.put({"enrollmentGroupId": "g", "attestation": x509})
    skipped = iot("enrollment-group create --gid g --if-exists skip")
    assert skipped.err == "WARNING: The enrollment group already exists. Nothing was changed.\n"
    assert iot("enrollment-group create --gid g --ps disabled --if-exists update").exit_code == 0
    assert (dps.groups["g"]["attestation"], dps.groups["g"]["provisioningStatus"]) == (x509, "disabled")


def test_what_create_warned_of_is_not_repeated_for_the_update(iot, dps, tmp_path):
    path = tmp_path / "two.pem"
    path.write_text(certificates.pem() + certificates.pem())
    x509 = {"type": "x509", "x509": {"clientCertificates": {"primary": {"info": {"subjectName": "CN=x"}}}}}
    dps.enrollments.put({"registrationId": "dev", "attestation": x509})
    result = iot("enrollment create --eid dev --at x509 --if-exists update --cp", str(path))
    assert result.exit_code == 0
    assert result.err.count("WARNING") == 1
    assert "contains 2 certificates; only the first is used." in result.err


@pytest.mark.parametrize("choice", ["skip", "update"])
def test_what_is_wrong_with_a_new_record_is_refused_before_it_connects(iot, dps, choice):
    result = iot(f"enrollment create --eid dev --at tpm --if-exists {choice}")
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err.startswith("ERROR: tpm attestation requires --endorsement-key.")


def test_other_refusals_stay_errors(iot, dps):
    dps.fail(method="PUT", status=400, body={"errorCode": 400001, "message": "No."})
    assert iot(f"{CREATE} --if-exists update").exit_code == 1
    assert methods(dps) == ["PUT"]


def test_who_comes_second_updates(iot, dps, others):
    """Another process creates the record after this one was started."""
    others("PUT", lambda: dps.enrollments.put(STORED))
    result = iot(f"{CREATE} --ps disabled --if-exists update")
    assert (result.exit_code, methods(dps)) == (0, ["PUT", "GET", "POST", "PUT"])
    assert dps.enrollments["dev"]["provisioningStatus"] == "disabled"
    assert dps.enrollments["dev"]["newer"] == {"than": "this"}


def test_an_update_by_others_meanwhile_stays(iot, dps, stored, others):
    change = {**STORED, "deviceId": "theirs", "etag": "bmV3"}
    others("PUT", lambda: None, lambda: dps.enrollments.put(change))
    result = iot(f"{CREATE} --ps disabled --if-exists update")
    assert (result.exit_code, methods(dps)) == (0, ["PUT", "GET", "POST", "PUT", "GET", "POST", "PUT"])
    found = dps.enrollments["dev"]
    assert (found["deviceId"], found["provisioningStatus"]) == ("theirs", "disabled")


def delete(dps):
    return lambda: dps.enrollments.remove("dev")


@pytest.mark.parametrize(
    ("choice", "method", "path", "expected"),
    [
        ("skip", "GET", "/enrollments/", ["PUT", "GET", "PUT"]),
        ("skip", "POST", "/attestationmechanism", ["PUT", "GET", "POST", "PUT"]),
        ("update", "GET", "/enrollments/", ["PUT", "GET", "PUT"]),
        ("update", "POST", "/attestationmechanism", ["PUT", "GET", "POST", "PUT"]),
    ],
)
def test_what_others_delete_in_between_is_created(iot, dps, stored, others, choice, method, path, expected):
    others(method, delete(dps), path=path)
    result = iot(f"{CREATE} --ps disabled --if-exists {choice}")
    assert (result.exit_code, result.err, methods(dps)) == (0, "", expected)
    assert dps.enrollments["dev"]["provisioningStatus"] == "disabled"
    assert dps.enrollments["dev"]["capabilities"] == {"iotEdge": False}


def test_what_others_delete_before_the_update_is_written_is_created(iot, dps, stored, others):
    others("PUT", lambda: None, delete(dps))
    result = iot(f"{CREATE} --ps disabled --if-exists update")
    assert (result.exit_code, methods(dps)) == (0, ["PUT", "GET", "POST", "PUT", "PUT"])
    assert dps.enrollments["dev"]["capabilities"] == {"iotEdge": False}


def test_others_that_create_and_delete_without_end_are_reported(iot, dps, stored, others):
    others("GET", *[delete(dps)] * 9)
    others("PUT", lambda: None, *[lambda: dps.enrollments.put(STORED)] * 9)
    result = iot(f"{CREATE} --if-exists skip")
    assert (result.exit_code, methods(dps)) == (1, ["PUT", "GET"] * 5)
    assert result.err == (
        "ERROR: Other clients created and deleted 'dev' during each of 5 attempts. Run the command again.\n"
    )


def test_a_lost_response_of_the_create_is_no_reason_to_update(iot, dps):
    dps.fail(method="PUT", drop="after")
    result = iot(f"{CREATE} --ps disabled --if-exists update")
    assert (result.exit_code, result.err, methods(dps)) == (0, "", ["PUT", "GET", "POST"])


def test_a_lost_create_that_finds_the_record_of_others_updates_it(iot, dps, stored):
    dps.fail(method="PUT", drop="before")
    result = iot(f"{CREATE} --ps disabled --if-exists update")
    assert (result.exit_code, dps.enrollments["dev"]["provisioningStatus"]) == (0, "disabled")
    assert dps.enrollments["dev"]["newer"] == {"than": "this"}
