"""The rules of attestation and allocation, with the members that they concern and what they say."""

import pytest

from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from azext_iot_dps.record.patch import Patch
from azext_iot_dps.record.violation import Fault, Violations
from dps_emulator.lab import certificates

KEY = "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk="
TPM = {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}
KEYS = {"type": "symmetricKey", "symmetricKey": {"primaryKey": "p", "secondaryKey": "s"}}
INFO = {"primary": {"info": {"a": 1}}, "secondary": {"info": {"b": 1}}}
FUNCTION = {"webhookUrl": "https://f.example", "apiVersion": "2021-10-01"}
CLIENT, SIGNING = "attestation.x509.clientCertificates", "attestation.x509.signingCertificates"
NAMES = "attestation.x509.caReferences"


def x509(**branches):
    return {"type": "x509", "x509": branches}


def refused(make):
    with pytest.raises(Violations) as error:
        make()
    (violation,) = error.value.violations
    assert str(error.value) == violation.told(str)
    return violation.fault, violation.told(str)


def individual(**members):
    return Patch(INDIVIDUAL, {"registrationId": "dev", **members})


def group(**members):
    return Patch(GROUP, {"enrollmentGroupId": "grp", **members})


@pytest.mark.parametrize(
    ("make", "attestation", "fault", "reason"),
    [
        (group, TPM, Fault.INVALID, "attestation.type must be one of symmetricKey, x509."),
        (individual, {**TPM, "type": "x509"}, Fault.CONFLICT,
         "attestation.tpm.endorsementKey belongs to tpm attestation, but attestation.type is x509."),
        (individual, {"tpm": {"endorsementKey": "QUFB"}, "symmetricKey": {"primaryKey": KEY}}, Fault.CONFLICT,
         "attestation.symmetricKey.primaryKey belongs to symmetricKey attestation, attestation.tpm.endorsementKey to "
         "tpm. Use one of them."),
        (individual, {"tpm": {"endorsementKey": "QUFB"}, "x509": {"clientCertificates": {"primary": None}}},
         Fault.CONFLICT, "attestation.tpm.endorsementKey belongs to tpm attestation, "
         f"-{CLIENT}.primary to x509. Use one of them."),
        (group, x509(signingCertificates=INFO, caReferences={"secondary": "ca"}), Fault.CONFLICT,
         f"{SIGNING}.primary and {NAMES}.secondary cannot be combined. Use one of them."),
        (individual, x509(signingCertificates=INFO), Fault.CONFLICT, f"An enrollment has no {SIGNING}.primary."),
        (group, x509(clientCertificates=INFO), Fault.CONFLICT, f"An enrollment group has no {CLIENT}.primary."),
    ],
)  # fmt: skip
def test_an_attestation_that_contradicts_itself_is_refused_at_once(make, attestation, fault, reason):
    assert refused(lambda: make(attestation=attestation)) == (fault, reason)


@pytest.mark.parametrize(
    ("make", "attestation", "reason"),
    [
        (individual, {}, "attestation.type is required: one of symmetricKey, tpm, x509."),
        (individual, {"tpm": {"endorsementKey": "QUFB"}},
         "attestation.type is required: one of symmetricKey, tpm, x509."),
        (individual, {"type": "tpm"}, "tpm attestation requires attestation.tpm.endorsementKey."),
        (individual, {"type": "x509"}, f"x509 attestation requires a certificate: {CLIENT}.primary or "
         f"{CLIENT}.secondary."),
        (group, x509(caReferences={"primary": None}), f"x509 attestation requires a certificate: {SIGNING}.primary, "
         f"{SIGNING}.secondary or {NAMES}.primary."),
        (individual, x509(clientCertificates={"secondary": {"info": {}}}), f"{CLIENT}.secondary.certificate is "
         "missing: the service never shows certificates. Add it."),
    ],
)  # fmt: skip
def test_an_attestation_that_cannot_be_created(make, attestation, reason):
    patch = make(attestation=attestation)
    assert refused(patch.new) == (Fault.MISSING, reason)


@pytest.mark.parametrize(
    ("named", "made"),
    [
        ({}, {"type": "symmetricKey"}),
        ({"symmetricKey": {"primaryKey": KEY, "secondaryKey": None}},
         {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY}}),
        ({"symmetricKey": {"primaryKey": None}, "x": 1}, {"type": "symmetricKey", "x": 1}),
        ({"x509": {"caReferences": {"primary": "ca", "secondary": None}}}, x509(caReferences={"primary": "ca"})),
    ],
)  # fmt: skip
def test_the_attestation_of_a_new_group(named, made):
    assert group(attestation=named).new()["attestation"] == made


@pytest.mark.parametrize(
    ("stored", "named", "reason"),
    [
        (KEYS, {"tpm": {"endorsementKey": "QUFB"}}, "attestation.tpm.endorsementKey needs tpm attestation, but the "
         "enrollment has symmetricKey, which cannot be changed."),
        (KEYS, {"type": "x509"}, "attestation.type needs x509 attestation, but the enrollment has symmetricKey, which "
         "cannot be changed."),
        (None, {"type": "tpm"}, "attestation.type needs tpm attestation, but the enrollment has none, which cannot be "
         "changed."),
    ],
)  # fmt: skip
def test_another_attestation_than_the_stored_one(stored, named, reason):
    patch = individual(attestation=named)
    assert refused(lambda: patch.over({"attestation": stored})) == (Fault.MISFIT, reason)


def test_the_last_certificate_cannot_be_removed():
    named = {"x509": {"clientCertificates": {"primary": None, "secondary": None}}}
    patch = individual(attestation=named)
    assert refused(lambda: patch.over({"attestation": x509(clientCertificates=INFO)})) == (
        Fault.MISSING,
        f"No certificate would be left. Specify one: {CLIENT}.primary or {CLIENT}.secondary.",
    )


@pytest.mark.parametrize(
    ("stored", "named", "after", "note"),
    [
        (KEYS, {"symmetricKey": {"secondaryKey": KEY, "primaryKey": None}},
         {"type": "symmetricKey", "symmetricKey": {"primaryKey": "p", "secondaryKey": KEY}}, None),
        (KEYS, {"type": "symmetricKey", "tpm": None, "x509": None}, KEYS, None),
        (TPM, {"type": "tpm"}, TPM, None),
        (x509(signingCertificates=INFO, x=1), {"x509": {"signingCertificates": {"primary": None}}},
         x509(signingCertificates={"secondary": INFO["secondary"]}, x=1), None),
        (x509(signingCertificates=INFO, x=1), {"x509": {"caReferences": {"primary": "ca"}}},
         x509(caReferences={"primary": "ca"}, x=1),
         "caReferences replaces signingCertificates: an enrollment group cannot have both."),
        (x509(signingCertificates={}, caReferences={"primary": "old"}), {"x509": {"caReferences": {"primary": "ca"}}},
         x509(caReferences={"primary": "ca"}), None),
    ],
)  # fmt: skip
def test_a_stored_attestation_with_what_is_named(stored, named, after, note):
    patch = Patch(GROUP if "signing" in str(stored) else INDIVIDUAL,
                  {"enrollmentGroupId": "a", "registrationId": "a", "attestation": named})  # fmt: skip
    assert patch.over({"attestation": stored})["attestation"] == after
    assert [each.told(str) for each in patch.notes] == ([note] if note else [])


@pytest.mark.parametrize(
    ("members", "fault", "reason"),
    [
        ({"allocationPolicy": "static", "iotHubs": None}, Fault.CONFLICT,
         "allocationPolicy static requires exactly one host name in iotHubs, not 0."),
        ({"allocationPolicy": "Static", "iotHubs": ["a.net", "b.net"]}, Fault.CONFLICT,
         "allocationPolicy static requires exactly one host name in iotHubs, not 2."),
    ],
)  # fmt: skip
def test_a_policy_that_contradicts_the_hubs_is_refused_at_once(members, fault, reason):
    assert refused(lambda: individual(**members)) == (fault, reason)


@pytest.mark.parametrize(
    ("stored", "members", "fault", "reason"),
    [
        ({}, {"iotHubs": ["a.net"]}, Fault.MISSING, "iotHubs requires allocationPolicy."),
        ({"iotHubs": ["a.net", "b.net"]}, {"allocationPolicy": "static"}, Fault.CONFLICT,
         "allocationPolicy static requires exactly one host name in iotHubs, not 2."),
        ({"iotHubs": "odd"}, {"allocationPolicy": "static"}, Fault.CONFLICT,
         "allocationPolicy static requires exactly one host name in iotHubs, not 0."),
        ({}, {"allocationPolicy": "custom"}, Fault.MISSING, "allocationPolicy custom requires "
         "customAllocationDefinition.webhookUrl and customAllocationDefinition.apiVersion."),
        ({"customAllocationDefinition": FUNCTION, "allocationPolicy": "CUSTOM"},
         {"customAllocationDefinition": {"apiVersion": None}}, Fault.MISSING,
         "allocationPolicy custom requires customAllocationDefinition.apiVersion."),
    ],
)  # fmt: skip
def test_an_allocation_that_does_not_hold_afterwards(stored, members, fault, reason):
    patch = individual(**members)
    assert refused(lambda: patch.over({"attestation": KEYS, **stored})) == (fault, reason)


NOT_SENT = (
    "customAllocationDefinition.webhookUrl and customAllocationDefinition.apiVersion are not sent: they require "
    "allocationPolicy custom."
)


def test_what_a_policy_has_no_use_for_is_not_created_either():
    patch = group(allocationPolicy="hashed", customAllocationDefinition=FUNCTION)
    assert patch.new()["allocationPolicy"] == "hashed"
    assert "customAllocationDefinition" not in patch.new()
    assert [each.told(str) for each in patch.notes] == [NOT_SENT, NOT_SENT]


def test_a_group_replaces_names_by_certificates():
    own = x509(signingCertificates={"primary": {"certificate": certificates.text(certificates.authority()).strip()}})
    patch = Patch(GROUP, {"enrollmentGroupId": "g", "etag": "e", "attestation": own}, complete=True)
    assert patch.over({"attestation": x509(caReferences={"primary": "ca"})})["attestation"] == own
    assert [each.told(str) for each in patch.notes] == [
        "signingCertificates replaces caReferences: an enrollment group cannot have both."
    ]


@pytest.mark.parametrize(
    ("stored", "members", "after", "note"),
    [
        ({"iotHubs": ["a.net"]}, {}, {"iotHubs": ["a.net"]}, None),
        ({"allocationPolicy": "custom", "customAllocationDefinition": FUNCTION}, {"allocationPolicy": "hashed"},
         {"allocationPolicy": "hashed"}, None),
        ({"allocationPolicy": "hashed", "customAllocationDefinition": {"x": 1}},
         {"customAllocationDefinition": FUNCTION},
         {"allocationPolicy": "hashed", "customAllocationDefinition": {"x": 1}}, NOT_SENT),
        ({"allocationPolicy": "hashed"}, {"customAllocationDefinition": FUNCTION}, {"allocationPolicy": "hashed"},
         NOT_SENT),
        ({"iotHubHostName": "old", "allocationPolicy": "hashed"}, {"iotHubs": ["a.net"]},
         {"allocationPolicy": "hashed", "iotHubs": ["a.net"]}, None),
        ({"iotHubHostName": "old"}, {"allocationPolicy": "hashed"},
         {"iotHubHostName": "old", "allocationPolicy": "hashed"}, None),
        ({}, {"allocationPolicy": "hashed", "iotHubs": ["a.net"], "iotHubHostName": "own"},
         {"allocationPolicy": "hashed", "iotHubs": ["a.net"], "iotHubHostName": "own"}, None),
    ],
)  # fmt: skip
def test_what_a_policy_has_no_use_for_goes(stored, members, after, note):
    patch = individual(**members)
    record = patch.over({"attestation": KEYS, **stored})
    assert {name: value for name, value in record.items() if name != "attestation"} == after
    assert [each.told(str) for each in patch.notes] == ([note] if note else [])
