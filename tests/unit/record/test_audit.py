"""Checks of audits: none fails for any stored record, and each has a name of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given

from azext_iot_dps.record.audit.check import Facts, Severity
from azext_iot_dps.record.audit.table import CHECKS, Audit, checks, checks_help
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from tests.records import records

DAYS = timedelta(days=30)


def audit(kind=INDIVIDUAL):
    return Audit(Facts(kind, DAYS, DAYS, True, lambda: frozenset({"h1"})))


@given(records)
def test_any_record_can_be_audited(record):
    audited = audit()
    audited.count(record)
    for finding in [*audited.of(record), *audited.at_end()]:
        assert finding.check in CHECKS
        assert finding.id == "dev"


ODD = ["x", 1, None, True, [], [{}], {}, {"a": None}]


@pytest.mark.parametrize("odd", ODD, ids=str)
@pytest.mark.parametrize(
    "record",
    [
        lambda odd: {"registrationId": odd},
        lambda odd: {"registrationId": "a", "attestation": odd},
        lambda odd: {"attestation": {"type": odd, "x509": odd, "tpm": odd, "symmetricKey": odd}},
        lambda odd: {"attestation": {"type": "x509", "x509": {"clientCertificates": odd, "caReferences": odd}}},
        lambda odd: {"attestation": {"x509": {"clientCertificates": {"primary": odd, "secondary": {"info": odd}}}}},
        lambda odd: {"attestation": {"x509": {"clientCertificates": {"primary": {"info": {"notAfterUtc": odd}}}}}},
        lambda odd: {"attestation": {"tpm": {"endorsementKey": odd}}},
        lambda odd: {"attestation": {"symmetricKey": {"primaryKey": odd, "secondaryKey": odd}}},
        lambda odd: {"allocationPolicy": odd, "iotHubs": odd, "customAllocationDefinition": odd},
        lambda odd: {"allocationPolicy": "custom", "customAllocationDefinition": {"webhookUrl": odd}},
        lambda odd: {"iotHubs": [odd], "iotHubHostName": odd, "allocationPolicy": "hashed"},
        lambda odd: {"namespaceName": odd, "certificatePolicyName": "x"},
        lambda odd: {"initialTwin": odd},
        lambda odd: {"initialTwin": {"tags": odd, "properties": odd}},
        lambda odd: {"initialTwin": {"tags": {"additional_properties": odd}}},
        lambda odd: {"provisioningStatus": odd, "lastUpdatedDateTimeUtc": odd},
        lambda odd: {"provisioningStatus": "disabled", "lastUpdatedDateTimeUtc": odd},
    ],
)
@pytest.mark.parametrize("kind", [INDIVIDUAL, GROUP])
def test_no_check_trips_over_members_of_other_types(kind, record, odd):
    audited = audit(kind)
    for finding in audited.of(record(odd)):
        assert finding.message and finding.json()["severity"] in ("error", "warning", "note")


def test_each_check_has_a_name_of_its_own_and_a_line_of_help():
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert len(checks_help(INDIVIDUAL).splitlines()) == len(checks(INDIVIDUAL)) == len(CHECKS)
    assert "equal-endorsement-keys" not in checks_help(GROUP)


@pytest.mark.parametrize(
    ("asked", "found", "includes"),
    [("error", "warning", False), ("warning", "error", True), ("warning", "warning", True), ("note", "error", True)],
)
def test_a_severity_includes_worse_ones(asked, found, includes):
    assert Severity(asked).includes(Severity(found)) is includes
