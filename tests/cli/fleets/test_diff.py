"""diff, and import --what-if: what would change, and nothing is sent."""

import json

import pytest

from dps_emulator.lab import certificates

KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
OTHER = {"primaryKey": "bmV3LWtleS1uZXcta2V5LW5ldy1rZXk=", "secondaryKey": KEYS["secondaryKey"]}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}


def record(number, **members):
    return {"registrationId": f"dev{number}", "attestation": TPM, "deviceId": "old", **members}


def keyed(keys):
    return {"registrationId": "key", "attestation": {"type": "symmetricKey", "symmetricKey": keys}}


@pytest.fixture
def file(tmp_path):
    """Writes records as JSON Lines."""

    def file(name, *records):
        (tmp_path / name).write_text("".join(json.dumps(record) + "\n" for record in records))
        return tmp_path / name

    return file


@pytest.fixture
def seeded(dps):
    """Three records."""
    for number in range(3):
        dps.enrollments.put(record(number))
    return dps


def writes(dps):
    return [request for request in dps.requests if request.method in ("PUT", "DELETE")] + [
        body for *_, body in dps.sent("POST") if "mode" in (body or {})
    ]


def expected(path):
    return {
        "create": [{"id": "dev9", "file": str(path), "line": 3}],
        "update": [
            {
                "id": "dev1",
                "file": str(path),
                "line": 2,
                "changes": [{"path": ["deviceId"], "before": "old", "after": "new"}],
            }
        ],
        "delete": [{"id": "dev2"}],
        "unchanged": 1,
    }


def test_the_service_is_before_and_the_file_after(iot, seeded, file):
    path = file("a.jsonl", record(0), record(1, deviceId="new"), record(9))
    result = iot(f"enrollment diff --file {path}")
    assert (result.exit_code, result.err, result.json, writes(seeded)) == (0, "", expected(path), [])
    assert iot(f"enrollment diff --file {path} --exit-code").exit_code == 10


@pytest.mark.parametrize("what", ["--exit-code", "--exit-code -o table"])
def test_files_are_compared_without_a_service(az, dps, file, what):
    before = file("b.jsonl", record(0), record(1), record(2))
    after = file("a.jsonl", record(0), record(1, deviceId="new"), record(9))
    result = az(f"iot dps enrollment diff --file {after} --with {before} {what}")
    assert (result.exit_code, result.err, dps.requests) == (10, "", [])
    if "table" not in what:
        assert result.json == expected(after)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (KEYS, KEYS, []),
        (KEYS, OTHER, ["primaryKey"]),
        (KEYS, {"primaryKey": KEYS["primaryKey"]}, []),
    ],
)
def test_keys_of_files_are_compared_and_hidden(az, dps, file, before, after, changes):
    before, after = file("b.jsonl", keyed(before)), file("a.jsonl", keyed(after))
    result = az(f"iot dps enrollment diff --file {after} --with {before}")
    shown = [change for each in result.json["update"] for change in each["changes"]]
    assert shown == [
        {"path": ["attestation", "symmetricKey", name], "before": "***", "after": "***"} for name in changes
    ]
    assert (result.exit_code, result.json["unchanged"], dps.requests) == (0, 1 - bool(changes), [])


def test_info_of_a_certificate_is_compared_with_the_certificate(iot, az, dps, file, tmp_path):
    x509 = {"type": "x509", "x509": {"clientCertificates": {"primary": {"certificate": certificates.pem()}}}}
    before = file("b.jsonl", record(1, attestation=x509))
    assert iot(f"enrollment import --file {before}").json["created"] == 1
    assert iot(f"enrollment export --file {tmp_path}/a.jsonl --canonical").exit_code == 0
    result = az(f"iot dps enrollment diff --file {tmp_path}/a.jsonl --with {before}")
    assert (result.exit_code, result.json["unchanged"]) == (0, 1)
    x509["x509"]["clientCertificates"]["primary"]["certificate"] = certificates.pem("other")
    result = az(
        f"iot dps enrollment diff --file {tmp_path}/a.jsonl --with {file('b.jsonl', record(1, attestation=x509))}"
    )
    assert "the service never shows certificates. Add it." in result.err


def test_tags_with_the_names_of_certificates_are_shown(az, file):
    before, after = (record(1, initialTwin={"tags": {"signingCertificates": {"a": each}}}) for each in (1, {"b": 2}))
    result = az(f"iot dps enrollment diff --file {file('a.jsonl', after)} --with {file('b.jsonl', before)}")
    path = ["initialTwin", "tags", "signingCertificates", "a"]
    assert result.json["update"][0]["changes"] == [{"path": path, "before": 1, "after": {"b": 2}}]


def test_what_a_file_does_not_name_has_the_default_of_create(az, dps, file, tmp_path):
    (tmp_path / "b.csv").write_text("registrationId,attestation,endorsementKey\ndev0,tpm,AAgAAQALAAMAsg==\n")
    after = file("a.jsonl", {**record(0), "deviceId": None, "provisioningStatus": "enabled"})
    result = az(f"iot dps enrollment diff --file {after} --with {tmp_path}/b.csv")
    assert (result.exit_code, result.json) == (0, {"create": [], "update": [], "delete": [], "unchanged": 1})


def test_an_export_compared_with_itself_has_no_difference(iot, az, seeded, tmp_path):
    seeded.enrollments.put(keyed(KEYS))
    for name, options in (("a.jsonl", ""), ("b.yaml", "--show-keys")):
        assert iot(f"enrollment export --file {tmp_path}/{name} {options}").exit_code == 0
    result = az(f"iot dps enrollment diff --file {tmp_path}/a.jsonl --with {tmp_path}/b.yaml --exit-code")
    assert (result.exit_code, result.json["unchanged"]) == (0, 4)


def test_faults_of_the_files_to_compare_with_name_their_option(az, dps, file):
    path = file("b.jsonl", record(0), {"registrationId": "a b"})
    result = az(f"iot dps enrollment diff --file {file('a.jsonl')} --with {path}")
    assert (result.exit_code, result.err.splitlines()[0]) == (1, "ERROR: --with has 1 fault. Nothing was sent.")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--with nope.jsonl", "--with: cannot read nope.jsonl: No such file or directory."),
        ("--with -", "--file and --with cannot both be standard input."),
    ],
)
def test_files_that_cannot_be_compared_are_refused(az, dps, tmp_path, monkeypatch, options, told):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jsonl").write_text("")
    result = az(f"iot dps enrollment diff --file {'-' if options.endswith('-') else 'a.jsonl'} {options}")
    assert (result.exit_code, result.err, dps.requests) == (1, f"ERROR: {told}\n", [])


def test_diff_without_a_service_or_files_to_compare_with_is_refused(az, dps, file):
    result = az(f"iot dps enrollment diff --file {file('a.jsonl')}")
    assert result.err.startswith("ERROR: Specify the Device Provisioning Service with --dps-name (-n) or --login (-l).")
    assert (result.exit_code, dps.requests) == (1, [])


def test_what_an_import_would_create(iot, seeded, file):
    path = file("a.jsonl", record(1), record(9))
    result = iot(f"enrollment import --file {path} --what-if")
    assert result.json["create"] == [{"id": "dev9", "file": str(path), "line": 2}]
    assert result.json["failures"] == [
        {"id": "dev1", "file": str(path), "line": 1, "code": 409201, "message": "Enrollment 'dev1' already exists."}
    ]
    assert "1 of 2 enrollments would fail." in result.err
    assert (result.exit_code, writes(seeded)) == (1, [])


@pytest.mark.parametrize(
    ("options", "code", "unchanged", "failed"), [("", 1, 0, ["dev9"]), ("--ignore-missing --exit-code", 10, 1, [])]
)
def test_what_an_import_would_delete(iot, seeded, file, options, code, unchanged, failed):
    path = file("a.jsonl", record(1), record(9), {"registrationId": "dev2", "etag": seeded.enrollments["dev2"]["etag"]})
    result = iot(f"enrollment import --file {path} --mode delete --what-if {options}")
    assert (result.json["delete"], result.json["unchanged"]) == ([{"id": "dev1"}, {"id": "dev2"}], unchanged)
    assert [failure["id"] for failure in result.json.get("failures", [])] == failed
    assert (result.exit_code, writes(seeded)) == (code, [])


def test_what_an_import_of_rows_would_delete(iot, seeded, tmp_path):
    (tmp_path / "a.csv").write_text("registrationId,attestation,endorsementKey\ndev1,tpm,AAgAAQALAAMAsg==\n")
    result = iot(f"enrollment import --file {tmp_path}/a.csv --mode delete --what-if")
    assert (result.exit_code, result.json["delete"], writes(seeded)) == (0, [{"id": "dev1"}], [])


def test_what_an_import_would_not_delete_since_it_is_newer(iot, seeded, file):
    path = file("a.jsonl", record(1, etag="b2xk"))
    result = iot(f"enrollment import --file {path} --mode delete --what-if")
    assert (result.exit_code, result.json["delete"], result.json["failures"][0]["code"]) == (1, [], 412)


def test_failures_of_a_plan_are_in_the_order_of_the_file(iot, seeded, file):
    """Those that are not stored are found last."""
    path = file("a.jsonl", record(9, etag="b2xk"), record(1, etag="b2xk"))
    result = iot(f"enrollment import --file {path} --mode delete --what-if")
    assert [failure["line"] for failure in result.json["failures"]] == [1, 2]
    assert result.err.splitlines()[1] == "Enrollment 'dev9' not found."


def test_what_an_import_would_update(iot, seeded, file):
    path = file("a.jsonl", record(0), record(1, deviceId="new"))
    result = iot(f"enrollment import --file {path} --mode update --what-if --exit-code")
    assert [each["id"] for each in result.json["update"]] == ["dev1"]
    assert (result.exit_code, result.json["unchanged"], writes(seeded)) == (10, 1, [])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--exit-code", "--exit-code requires --what-if."),
        ("--what-if --validate-only", "--what-if cannot be used with --validate-only, which asks no service."),
    ],
)
def test_options_that_do_not_go_together_are_refused(iot, dps, file, options, told):
    result = iot(f"enrollment import --file {file('a.jsonl')} {options}")
    assert (result.exit_code, result.err, dps.requests) == (1, f"ERROR: {told}\n", [])
