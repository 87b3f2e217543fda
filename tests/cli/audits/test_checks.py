"""audit: what each check finds, and what it does not."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta, timezone

import pytest

GOOD = [base64.b64encode(bytes([number * 37 % 251 ^ seed for number in range(64)])).decode() for seed in range(8)]
KEYS = {"primaryKey": GOOD[0], "secondaryKey": GOOD[1]}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "AToAAQALAAMAsgAgg3GXZ0SE"}}
WEBHOOK = {"webhookUrl": "https://f.example/api?code=c2VjcmV0LWNvZGU", "apiVersion": "2021-10-01"}
HUB = "hub1.azure-devices.net"


def day(days):
    """A time of the service, so many days from now and an hour."""
    moment = datetime.now(timezone.utc) + timedelta(days=days, hours=1)
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + ".1234567Z"


def x509(*ends, branch="clientCertificates"):
    slots = zip(("primary", "secondary"), ends)
    return {"type": "x509", "x509": {branch: {slot: {"info": {"notAfterUtc": end}} for slot, end in slots}}}


def keys(primary, secondary=GOOD[1]):
    return {"type": "symmetricKey", "symmetricKey": {"primaryKey": primary, "secondaryKey": secondary}}


@pytest.fixture
def audit(az, dps):
    """The findings of records that are stored one after the other, signed in with a name so that hubs are known."""

    def audit(*records, noun="enrollment", options=""):
        shelf, id_member = {
            "enrollment": (dps.enrollments, "registrationId"),
            "enrollment-group": (dps.groups, "enrollmentGroupId"),
        }[noun]
        for number, record in enumerate(records, 1):
            shelf.put({id_member: f"dev{number}", "attestation": TPM, **record})
        dps.arm.link(HUB)
        result = az(f"iot dps {noun} audit -n mydps {options}")
        assert (result.exit_code, result.err) == (0, "")
        assert all(key not in result.out for key in (*GOOD, "c2VjcmV0"))
        # the service lists in an order of its own
        return sorted(result.json["findings"], key=lambda finding: finding["id"])

    return audit


def found(id, check, severity, member, message):
    return {"check": check, "severity": severity, "id": id, "member": member, "message": message}


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


def test_equal_endorsement_keys(audit):
    findings = audit(
        {}, {"attestation": SYMMETRIC}, {}, {"attestation": {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}}
    )
    assert findings == [
        found(
            "dev3",
            "equal-endorsement-keys",
            "warning",
            "attestation.tpm.endorsementKey",
            "The endorsement key is also that of 'dev1'.",
        )
    ]


PRIMARY, SECONDARY = "attestation.symmetricKey.primaryKey", "attestation.symmetricKey.secondaryKey"


def test_keys_are_equal(audit):
    records = [
        {"attestation": SYMMETRIC},
        {"attestation": keys(GOOD[2], GOOD[2])},
        {"attestation": keys(GOOD[3], GOOD[0])},
    ]
    equal = "The primary and the secondary key are equal."
    assert audit(*records) == []
    assert audit(options="--with-keys") == [
        found("dev2", "primary-is-secondary", "warning", SECONDARY, equal),
        found("dev3", "equal-keys", "warning", SECONDARY, "The secondary key is also a key of 'dev1'."),
    ]


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (b"\x00" * 16, "is one byte, repeated"),
        (bytes(range(32)), "counts up or down"),
        (bytes(range(240, 256)) + bytes(range(16)), "counts up or down"),
        (b"abcabdabeabcabdabf", "has only 6 different bytes"),
        (b"battery-staple" * 2, "repeats itself"),
        (b"primary-key-primary-key", "repeats itself"),
        # openssl rand -hex 32
        (b"b4f0d2c9a1e873650f9c4be2d7a81356c3e5f7091b2d4a68", ""),
        (bytes.fromhex("8f3a1c77d0e95b2246c8ab10fe739d54"), ""),
    ],
)
def test_keys_are_weak(audit, key, reason):
    text = base64.b64encode(key).decode()
    findings = audit({"attestation": keys(text)}, options="--with-keys")
    message = f"The primary key is not random: it {reason}."
    assert findings == ([found("dev1", "weak-key", "error", PRIMARY, message)] if reason else [])


def test_a_missing_secondary_key(audit, dps):
    dps.fail(path="attestationmechanism", body={"type": "symmetricKey", "symmetricKey": {"primaryKey": GOOD[0]}})
    findings = audit({"attestation": SYMMETRIC}, options="--with-keys")
    assert findings == [found("dev1", "no-secondary", "note", SECONDARY, "There is no secondary key.")]
