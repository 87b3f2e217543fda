"""audit: what the checks of certificates and settings find, and what they do not."""

from __future__ import annotations

import pytest

from tests.cli.audits.stored import GOOD, HUB, SYMMETRIC, TPM, WEBHOOK, day, found, keys, x509

SLOT = "attestation.x509.clientCertificates"


def test_what_is_in_order_has_no_finding(audit):
    assert (
        audit(
            {"attestation": x509(day(400), day(800))},
            {"attestation": SYMMETRIC, "allocationPolicy": "static", "iotHubs": ["HUB1.azure-devices.net"]},
            {"attestation": TPM, "allocationPolicy": "custom", "customAllocationDefinition": WEBHOOK},
            {"provisioningStatus": "disabled", "attestation": keys(GOOD[2], GOOD[3])},
            {"allocationPolicy": "hashed", "iotHubs": [], "attestation": keys(GOOD[4], GOOD[5])},
            {
                "initialTwin": {"tags": {"additional_properties": 1, "a": {"additional_properties": {}}}},
                "attestation": {},
            },
            options="--with-keys",
        )
        == []
    )


def test_certificates(audit):
    soon, later = day(20), day(50)
    assert audit(
        {"attestation": x509("2020-01-02T03:04:05Z", day(400))},
        {"attestation": x509(soon, later)},
        {"attestation": x509(day(400))},
        {"attestation": x509("not a time", None)},
    ) == [
        found(
            "dev1", "certificate-expired", "error", f"{SLOT}.primary", "The primary certificate expired on 2020-01-02."
        ),
        found(
            "dev2",
            "certificate-expiring",
            "warning",
            f"{SLOT}.primary",
            f"The primary certificate expires on {soon[:10]}, in 20 days.",
        ),
        found("dev3", "no-secondary", "note", f"{SLOT}.secondary", "There is no secondary certificate."),
    ]
    messages = [finding["message"] for finding in audit(options="--expires-within 51")]
    assert messages[2] == f"The secondary certificate expires on {later[:10]}, in 50 days."


def test_certificates_of_groups(audit):
    names = {"type": "x509", "x509": {"caReferences": {"primary": "ca1"}}}
    signing = "attestation.x509.signingCertificates"
    assert audit(
        {"attestation": x509("2020-01-02T03:04:05Z", branch="signingCertificates")},
        {"attestation": names},
        noun="enrollment-group",
    ) == [
        found(
            "dev1",
            "certificate-expired",
            "error",
            f"{signing}.primary",
            "The primary certificate expired on 2020-01-02.",
        ),
        found("dev1", "no-secondary", "note", f"{signing}.secondary", "There is no secondary certificate."),
        found(
            "dev2",
            "no-secondary",
            "note",
            "attestation.x509.caReferences.secondary",
            "There is no secondary name of a CA certificate.",
        ),
    ]


@pytest.mark.parametrize(
    ("record", "check", "severity", "member", "message"),
    [
        (
            {"allocationPolicy": "hashed", "iotHubs": [HUB, "gone.azure-devices.net"]},
            "hub-not-linked",
            "error",
            "iotHubs",
            "gone.azure-devices.net is not linked to the service.",
        ),
        (
            {"iotHubHostName": "old.azure-devices.net"},
            "hub-not-linked",
            "error",
            "iotHubHostName",
            "old.azure-devices.net is not linked to the service.",
        ),
        (
            {"allocationPolicy": "static"},
            "incomplete-allocation",
            "error",
            "allocationPolicy",
            "allocationPolicy static requires exactly one host name in iotHubs, not 0.",
        ),
        ({"iotHubs": [HUB]}, "incomplete-allocation", "error", "iotHubs", "iotHubs requires allocationPolicy."),
        (
            {"allocationPolicy": "Custom", "customAllocationDefinition": {"apiVersion": "2021-10-01"}},
            "incomplete-allocation",
            "error",
            "allocationPolicy",
            "allocationPolicy custom requires customAllocationDefinition.webhookUrl.",
        ),
        (
            {"namespaceName": "ns1", "certificateAuthorityName": "ca1"},
            "incomplete-cert-policy",
            "error",
            "namespaceName",
            "namespaceName requires certificatePolicyName.",
        ),
        (
            {
                "allocationPolicy": "custom",
                "customAllocationDefinition": {
                    **WEBHOOK,
                    "webhookUrl": "https://f.example/api?zone=code#code=c2VjcmV0",
                },
            },
            "webhook-without-code",
            "warning",
            "customAllocationDefinition.webhookUrl",
            "The URL of the webhook has no code, without which a function with a key refuses calls.",
        ),
        (
            {"initialTwin": {"tags": {"additional_properties": {"site": "n"}}, "properties": {"desired": {"a": 1}}}},
            "wrapped-twin",
            "warning",
            "initialTwin.tags",
            "initialTwin.tags is wrapped in additional_properties. Use `repair-twin`.",
        ),
    ],
)
def test_settings(audit, record, check, severity, member, message):
    assert audit(record) == [found("dev1", check, severity, member, message)]


def test_disabled_for_long(audit):
    old = day(-100)
    records = [
        {"provisioningStatus": status, "createdDateTimeUtc": old, "lastUpdatedDateTimeUtc": last, "attestation": {}}
        for status, last in (("disabled", old), ("enabled", old), ("disabled", day(-50)), ("disabled", "?"))
    ]
    message = f"Disabled, and last updated on {old[:10]}, 99 days ago."
    assert audit(*records) == [found("dev1", "long-disabled", "note", "provisioningStatus", message)]
    assert audit(options="--disabled-for 100") == []
    assert [finding["id"] for finding in audit(options="--disabled-for 45")] == ["dev1", "dev3"]
