"""audit: the result, the exit code, the table, and what is requested."""

from __future__ import annotations

import pytest

KEYS = {"primaryKey": "n4bQgYhMfWWaLqgxVrQFaOTxsrC4IsQ7", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
EXPIRED = {"info": {"notAfterUtc": "2020-01-02T03:04:05Z"}}
X509 = {"type": "x509", "x509": {"clientCertificates": {"primary": EXPIRED}}}
WRAPPED = {"tags": {"additional_properties": {}}}
CHECKS = (
    "certificate-expired",
    "certificate-expiring",
    "no-secondary",
    "hub-not-linked",
    "incomplete-allocation",
    "incomplete-cert-policy",
    "webhook-without-code",
    "wrapped-twin",
    "long-disabled",
    "equal-endorsement-keys",
    "weak-key",
    "equal-keys",
    "primary-is-secondary",
    "near-limit",
)
NO_KEYS = "Symmetric keys were not read. Use --with-keys."
NO_HUBS = (
    "The linked IoT hubs were not looked up in Azure Resource Manager. Use the name of the service (--dps-name) "
    "instead of --login or a host name."
)
HIDDEN = [
    "Signature algorithms, key sizes and extensions of certificates: the service shows none of them.",
    "Revocation of certificates: the service shows none.",
]


@pytest.fixture
def fleet(dps):
    """An error and a note, a warning, and a record without a finding."""
    dps.enrollments.put({"registrationId": "old", "attestation": X509, "provisioningStatus": "disabled"})
    dps.enrollments.put({"registrationId": "twin", "attestation": SYMMETRIC, "initialTwin": WRAPPED})
    dps.enrollments.put({"registrationId": "good", "attestation": SYMMETRIC})
    return dps


def test_the_result(iot, fleet):
    result = iot("enrollment audit")
    assert (result.exit_code, result.err) == (0, "")
    assert result.json["seconds"] > 0
    assert result.json == {
        "seconds": result.json["seconds"],
        "audited": 3,
        "severities": {"error": 1, "warning": 1, "note": 1},
        "checks": {
            **dict.fromkeys((name for name in CHECKS if name not in ("hub-not-linked", *CHECKS[10:13])), 0),
            "certificate-expired": 1,
            "no-secondary": 1,
            "wrapped-twin": 1,
        },
        "skipped": [
            {"check": "hub-not-linked", "reason": NO_HUBS},
            *({"check": name, "reason": NO_KEYS} for name in CHECKS[10:13]),
        ],
        "notChecked": HIDDEN,
        "findings": [
            {
                "check": "certificate-expired",
                "severity": "error",
                "id": "old",
                "member": "attestation.x509.clientCertificates.primary",
                "message": "The primary certificate expired on 2020-01-02.",
            },
            {
                "check": "wrapped-twin",
                "severity": "warning",
                "id": "twin",
                "member": "initialTwin.tags",
                "message": "initialTwin.tags is wrapped in additional_properties. Use `repair-twin`.",
            },
            {
                "check": "no-secondary",
                "severity": "note",
                "id": "old",
                "member": "attestation.x509.clientCertificates.secondary",
                "message": "There is no secondary certificate.",
            },
        ],
        "notShown": 0,
    }
    assert fleet.sent() == [("POST", "/enrollments/query", None, {"query": "SELECT *"})]


def test_the_table(iot, fleet):
    assert iot("enrollment audit -o table").out.splitlines() == [
        "Severity    Check                Id    Message",
        "----------  -------------------  ----  " + "-" * 72,
        "error       certificate-expired  old   The primary certificate expired on 2020-01-02.",
        "warning     wrapped-twin         twin  "
        "initialTwin.tags is wrapped in additional_properties. Use `repair-twin`.",
        "note        no-secondary         old   There is no secondary certificate.",
    ]


def test_the_table_fits_and_shows_ids_whole(iot, dps):
    hubs = [f"a-hub-with-a-long-name-{number}.azure-devices.net" for number in range(5)]
    id = "a-gateway-with-a-long-name-in-the-north-hall"
    dps.enrollments.put({"registrationId": id, "attestation": X509, "iotHubs": hubs})
    lines = iot("enrollment audit -o table").out.splitlines()
    assert max(map(len, lines)) <= 120
    assert all(id in line for line in lines[2:]) and len(lines) == 5


@pytest.mark.parametrize(
    ("where", "fail_on", "code"),
    [
        ("", "error", 10),
        ("", "note", 10),
        ("registrationId == 'twin'", "error", 0),
        ("registrationId == 'twin'", "warning", 10),
        ("registrationId == 'good'", "note", 0),
        ("registrationId == 'old'", "warning", 10),
    ],
)
def test_the_exit_code_for_pipelines(iot, fleet, where, fail_on, code):
    result = iot(f"enrollment audit --fail-on {fail_on}", *(["--where", where] if where else []))
    assert (result.exit_code, result.err) == (code, "")
    assert result.json["audited"] == (1 if where else 3)


def test_only_a_note_does_not_fail_a_pipeline_that_looks_for_warnings(iot, dps):
    future = {"primary": {"info": {"notAfterUtc": "2999-01-01T00:00:00Z"}}}
    dps.enrollments.put(
        {"registrationId": "a", "attestation": {"type": "x509", "x509": {"clientCertificates": future}}}
    )
    assert iot("enrollment audit --fail-on warning").exit_code == 0
    assert iot("enrollment audit --fail-on note").exit_code == 10


@pytest.mark.parametrize(
    ("line", "skips"),
    [
        ("-n mydps", False),
        ("-n mydps -g myrg --auth-type login", False),
        ("-n 127.0.0.1:{port} --auth-type login", True),
        ("--login '{login}'", True),
    ],
)
def test_linked_hubs_are_known_where_the_service_is_looked_up(az, dps, line, skips):
    filled = line.format(port=dps.port, login=dps.connection_string)
    dps.enrollments.put({"registrationId": "a", "allocationPolicy": "hashed", "iotHubs": ["gone.example"]})
    result = az(f"iot dps enrollment audit --with-keys {filled}")
    assert result.json["skipped"] == ([{"check": "hub-not-linked", "reason": NO_HUBS}] if skips else [])
    assert len(result.json["findings"]) == (0 if skips else 1)
    looked_up = [request for request in dps.requests if "/provisioningServices" in request.path]
    # the service, and its policies for a key
    assert len(looked_up) == (0 if skips else 2 - ("login" in line))


def test_keys_are_read_only_for_what_is_selected(az, fleet):
    result = az("iot dps enrollment audit -n mydps --with-keys --where", "registrationId != 'good'")
    assert (result.exit_code, result.err, result.json["skipped"]) == (0, "", [])
    assert [path for _, path, _, _ in fleet.sent() if path.startswith("/enrollments/")] == [
        "/enrollments/query",
        "/enrollments/twin/attestationmechanism",
    ]
    assert all(key not in result.out for key in KEYS.values())


@pytest.mark.parametrize(("options", "used"), [("", "reader"), ("--with-keys", "writer")])
def test_the_policy_is_one_that_can_read_keys(az, dps, options, used):
    policies = (("reader", "EnrollmentRead"), ("writer", "EnrollmentWrite"))
    dps.policies = [
        {"keyName": name, "primaryKey": "QUFB", "secondaryKey": "QkJC", "rights": rights} for name, rights in policies
    ]
    assert az(f"iot dps enrollment audit -n mydps {options}").exit_code == 0
    assert all(f"skn={used}" in request.headers["Authorization"] for request in dps.service_requests)


def test_all_pages_are_read_and_each_record_counts_once(iot, dps):
    for number in range(250):
        dps.enrollments.put({"registrationId": f"dev{number}", "attestation": X509})
    result = iot("enrollment audit --query", "[audited, severities.error, length(findings)]")
    assert result.json == [250, 250, 500]


def test_groups_near_the_limit(iot, dps):
    for number in range(160):
        type = "symmetricKey" if number < 80 else "x509"
        dps.groups.put({"enrollmentGroupId": f"g{number}", "attestation": {"type": type}})
    dps.groups.remove("g159")
    # all are counted
    result = iot("enrollment-group audit --where", "enrollmentGroupId == 'g1'")
    assert (result.json["audited"], result.json["notChecked"][2:]) == (
        1,
        ["Dates and verification of CA certificates that groups name: they are not part of enrollment groups."],
    )
    assert result.json["findings"] == [
        {
            "check": "near-limit",
            "severity": "warning",
            "id": None,
            "member": None,
            "message": "There are 80 symmetricKey enrollment groups. A service can have 100.",
        }
    ]


def test_a_failure_has_no_result(iot, fleet):
    fleet.fail(path="/enrollments/query", status=403, body={"message": "Forbidden"})
    result = iot("enrollment audit --fail-on error")
    assert (result.exit_code, result.out) == (1, "")
    assert result.err.startswith("ERROR: Forbidden (error 403)\n")
