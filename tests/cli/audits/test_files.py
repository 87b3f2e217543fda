"""audit --findings and --sarif: all findings, for other programs."""

from __future__ import annotations

import json

import pytest

from azext_iot_dps.version import VERSION

SLOTS = {"primary": {"info": {"notAfterUtc": "2020-01-02T03:04:05Z"}}}
X509 = {"type": "x509", "x509": {"clientCertificates": SLOTS}}
EXPIRED = {
    "check": "certificate-expired",
    "severity": "error",
    "id": "a:b",
    "member": "attestation.x509.clientCertificates.primary",
    "message": "The primary certificate expired on 2020-01-02.",
}
NO_SECONDARY = {
    "check": "no-secondary",
    "severity": "note",
    "id": "a:b",
    "member": "attestation.x509.clientCertificates.secondary",
    "message": "There is no secondary certificate.",
}


@pytest.fixture
def fleet(dps):
    dps.enrollments.put({"registrationId": "a:b", "attestation": X509})
    return dps


def test_a_line_for_each_finding(iot, fleet, tmp_path):
    result = iot(f"enrollment audit --findings {tmp_path}/a.jsonl")
    assert (result.exit_code, result.err, result.json["findings"]) == (0, "", [EXPIRED, NO_SECONDARY])
    assert [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()] == [EXPIRED, NO_SECONDARY]


def result(check, index, level, message, slot):
    member = f"attestation.x509.clientCertificates.{slot}"
    url = {"artifactLocation": {"uri": "enrollments/a%3Ab", "uriBaseId": "SERVICE"}, "region": {"startLine": 1}}
    named = [{"fullyQualifiedName": f"enrollments/a%3Ab/{member}", "name": member, "kind": "member"}]
    return {
        "ruleId": check,
        "ruleIndex": index,
        "level": level,
        "message": {"text": message},
        "locations": [{"physicalLocation": url, "logicalLocations": named}],
        "partialFingerprints": {"checkIdMember/v1": f"{check}/enrollments/a%3Ab/{member}"},
    }


def test_a_sarif_log(iot, fleet, tmp_path):
    assert iot(f"enrollment audit --sarif {tmp_path}/a.sarif").exit_code == 0
    log = json.loads((tmp_path / "a.sarif").read_text())
    assert log.keys() == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    rules = {rule["id"]: index for index, rule in enumerate(driver["rules"])}
    assert (driver["name"], driver["version"], len(rules)) == ("azure-iot-dps audit", VERSION, 14)
    assert driver["rules"][0] == {
        "id": "certificate-expired",
        "shortDescription": {"text": "A certificate expired."},
        "defaultConfiguration": {"level": "error"},
    }
    assert run["results"] == [
        result("certificate-expired", 0, "error", "The primary certificate expired on 2020-01-02.", "primary"),
        result("no-secondary", 2, "note", "There is no secondary certificate.", "secondary"),
    ]
    assert run["originalUriBaseIds"] == {"SERVICE": {"uri": f"https://{fleet.host}/"}}
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is True
    told = invocation["toolConfigurationNotifications"]
    assert told[0]["associatedRule"] == {"id": "hub-not-linked", "index": rules["hub-not-linked"]}
    assert told[-1] == {"level": "note", "message": {"text": "Revocation of certificates: the service shows none."}}


def test_a_finding_on_all_records_is_on_their_list(iot, dps, tmp_path):
    for number in range(80):
        dps.groups.put({"enrollmentGroupId": f"g{number}", "attestation": {"type": "x509"}})
    assert iot(f"enrollment-group audit --sarif {tmp_path}/a.sarif").exit_code == 0
    (result,) = json.loads((tmp_path / "a.sarif").read_text())["runs"][0]["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "enrollmentGroups"
    assert location["logicalLocations"] == [{"fullyQualifiedName": "enrollmentGroups", "kind": "resource"}]


def test_no_findings_are_empty_files(iot, dps, tmp_path):
    assert iot(f"enrollment audit --findings {tmp_path}/a.jsonl --sarif {tmp_path}/a.sarif").exit_code == 0
    assert (tmp_path / "a.jsonl").read_text() == ""
    assert json.loads((tmp_path / "a.sarif").read_text())["runs"][0]["results"] == []


def test_the_files_of_an_earlier_audit_stay_when_this_one_fails(iot, fleet, tmp_path):
    for name in ("a.jsonl", "a.sarif"):
        (tmp_path / name).write_text("before")
    fleet.fail(path="/enrollments/query", status=403)
    assert iot(f"enrollment audit --findings {tmp_path}/a.jsonl --sarif {tmp_path}/a.sarif").exit_code == 1
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before", "before"]


def test_more_findings_than_are_printed(iot, dps, tmp_path):
    findings = [{"registrationId": f"dev{number}", "attestation": X509} for number in range(5_100)]
    dps.fail(path="/enrollments/query", body=findings)
    result = iot(f"enrollment audit --findings {tmp_path}/a.jsonl")
    assert result.err == "WARNING: 200 findings are not shown. Use --findings FILE to write all of them.\n"
    assert (result.json["severities"], result.json["notShown"]) == ({"error": 5100, "warning": 0, "note": 5100}, 200)
    shown = [finding["severity"] for finding in result.json["findings"]]
    assert shown == ["error"] * 5100 + ["note"] * 4900
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 10_200


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--sarif -", "--sarif must be a file, not -, because the result is printed to standard output."),
        ("--findings -", "--findings must be a file, not -, because the result is printed to standard output."),
        ("--sarif a --findings ./a", "--sarif and --findings are the same file. Specify another --sarif."),
        ("--expires-within 0", "--expires-within must be a number from 1 to 36500."),
        ("--disabled-for x", "--disabled-for must be a number from 1 to 36500."),
        ("--sarif /nowhere/a", "--sarif: cannot write /nowhere/a: No such file or directory."),
    ],
)
def test_wrong_options_are_refused_before_anything_is_requested(iot, dps, options, message):
    result = iot(f"enrollment audit {options}")
    assert (result.exit_code, result.err.splitlines()[0], dps.requests) == (1, f"ERROR: {message}", [])
