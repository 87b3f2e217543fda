"""What a patch makes of nothing, and of a stored record."""

import pytest

from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from azext_iot_dps.record.patch import Patch, identity
from azext_iot_dps.record.schema import READ_ONLY, column_fields, columns_help, fields
from azext_iot_dps.record.violation import Fault, Note, Text, Violation, Violations
from dps_emulator.lab import certificates

MIGRATE = {"updateHubAssignment": True, "migrateDeviceData": True}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}
KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
PEM = certificates.pem()
INFO = {"info": {"sha256Thumbprint": certificates.thumbprint()}}


def x509(**slots):
    return {"type": "x509", "x509": {"clientCertificates": slots}}


def test_a_new_record_has_the_defaults_of_create():
    assert Patch(INDIVIDUAL, {"registrationId": "dev", "etag": "e", "attestation": TPM}).new() == {
        "registrationId": "dev",
        "attestation": TPM,
        "capabilities": {"iotEdge": False},
        "reprovisionPolicy": MIGRATE,
    }


def test_a_default_can_be_named_taken_away_or_replaced():
    group = {"enrollmentGroupId": "g"}
    assert Patch(GROUP, {**group, "capabilities": {"iotEdge": True}, "reprovisionPolicy": {"x": 1}}).new() == {
        **group, "attestation": {"type": "symmetricKey"}, "capabilities": {"iotEdge": True},
        "reprovisionPolicy": {"x": 1},
    }  # fmt: skip
    assert Patch(GROUP, {**group, "capabilities": None, "reprovisionPolicy": None}).new().keys() == {
        "enrollmentGroupId", "attestation", "capabilities",
    }  # fmt: skip
    paths = ["capabilities.iotEdge", "reprovisionPolicy"]
    assert Patch(GROUP, group, without_default=paths).new() == {**group, "attestation": {"type": "symmetricKey"}}


def test_defaults_are_never_shared():
    first, second = (Patch(GROUP, {"enrollmentGroupId": "g"}).new() for _ in range(2))
    first["reprovisionPolicy"]["migrateDeviceData"] = False
    assert second["reprovisionPolicy"] == MIGRATE


def test_a_complete_record_is_created_as_it_is():
    record = {"registrationId": "dev", "attestation": TPM, "deviceId": None, "unheardOf": {"a": None}}
    own = {**record, "etag": "e", "registrationState": {"a": 1}, "createdDateTimeUtc": "x"}
    assert Patch(INDIVIDUAL, own, complete=True).new() == record


def test_a_complete_record_states_what_it_names_and_the_rest_stays():
    stored = {"registrationId": "dev", "deviceId": "d", "etag": "s", "registrationState": {}, "attestation":
              {"type": "symmetricKey", "symmetricKey": KEYS}}  # fmt: skip
    own = {"registrationId": "DEV", "etag": "e", "attestation": {"type": "symmetricKey"},
           "provisioningStatus": "disabled"}  # fmt: skip
    assert Patch(INDIVIDUAL, own, complete=True).over(stored) == {
        "registrationId": "dev", "deviceId": "d", "etag": "s", "provisioningStatus": "disabled",
        "attestation": stored["attestation"],
    }  # fmt: skip


def test_an_update_keeps_the_spelling_of_the_id_and_the_etag_of_what_is_stored():
    stored = {"registrationId": "dev", "etag": "s", "attestation": TPM, "lastUpdatedDateTimeUtc": "x", "x": None}
    patch = Patch(INDIVIDUAL, {"registrationId": "DEV", "etag": "e", "deviceId": "n", "createdDateTimeUtc": "y"})
    assert (patch.id, patch.etag) == ("DEV", "e")
    assert patch.over(stored) == {
        "registrationId": "dev", "etag": "s", "attestation": TPM, "x": None, "deviceId": "n",
    }  # fmt: skip


def test_a_complete_record_is_checked_as_a_whole_when_it_is_created():
    for members, reason in (
        ({}, "attestation.type is required: one of symmetricKey, tpm, x509."),
        ({"attestation": TPM, "iotHubs": ["a.net"]}, "iotHubs requires allocationPolicy."),
    ):
        with pytest.raises(Violations) as error:
            Patch(INDIVIDUAL, {"registrationId": "dev", **members}, complete=True).new()
        assert str(error.value) == reason


def test_certificates_are_made_plain_and_noted():
    text = f"text\n{PEM}\n{certificates.private_key().decode()}"
    members = {"registrationId": "dev", "attestation": x509(primary={"certificate": text, "x": 1}, secondary=INFO)}
    patch = Patch(INDIVIDUAL, members)
    slots = patch.members["attestation"]["x509"]["clientCertificates"]
    assert slots == {"primary": {"certificate": PEM.rstrip(), "x": 1}, "secondary": INFO}
    assert [note.told(str) for note in patch.notes] == [
        "attestation.x509.clientCertificates.primary.certificate contains a private key, which is not sent."
    ]
    assert members["attestation"]["x509"]["clientCertificates"]["primary"]["certificate"] == text
    note = Note((), "as it was read")
    assert Patch(INDIVIDUAL, members, notes=[note]).notes == [note]


def test_what_is_no_certificate_is_refused():
    members = {"registrationId": "dev", "attestation": x509(secondary={"certificate": "garbage"})}
    with pytest.raises(Violations) as error:
        Patch(INDIVIDUAL, members)
    assert str(error.value) == (
        "attestation.x509.clientCertificates.secondary.certificate is not a certificate: it is a damaged certificate."
    )
    assert error.value.violations[0].advice == (
        "Use an X.509 certificate in PEM (-----BEGIN CERTIFICATE-----) or DER.",
    )


@pytest.mark.parametrize(
    ("members", "fault", "reason"),
    [
        ({}, Fault.MISSING, "registrationId is required."),
        ({"registrationId": ""}, Fault.MISSING, "registrationId is required."),
        ({"registrationId": 5}, Fault.INVALID, "registrationId must be a string, not a number."),
        ({"registrationId": "dev", "etag": ""}, Fault.INVALID,
         "etag must be an ETag as `show` prints it, or * for any."),
    ],
)  # fmt: skip
def test_an_identity_must_be_right(members, fault, reason):
    with pytest.raises(Violations) as error:
        identity(INDIVIDUAL, members)
    assert (error.value.violations[0].fault, str(error.value)) == (fault, reason)
    assert identity(GROUP, {"enrollmentGroupId": "g", "etag": None, "deviceId": 5}) == "g"


def test_all_wrong_members_are_told_by_their_paths_in_the_order_of_the_record():
    members = {"registrationId": "dev", "deviceId": 5, "initialTwin": {"x": 5, "tags": []}, "capabilities": True}
    members.update(dict.fromkeys(("iotHubs", "etag", "provisioningStatus", "attestation", "allocationPolicy")))
    with pytest.raises(Violations) as error:
        Patch(INDIVIDUAL, members)
    assert [violation.told(str) for violation in error.value.violations] == [
        "deviceId must be a string, not a number.",
        "initialTwin.tags must be an object, not a list.",
        "capabilities must be an object, not a boolean.",
    ]


def test_single_members_of_tags_make_up_the_tags_of_a_new_record():
    members = {"enrollmentGroupId": "g", "initialTwin": {"tags": {"a.b": 1, "gone": None}}}
    made = Patch(GROUP, members, parts=["initialTwin.tags", "initialTwin.properties.desired"]).new()
    assert made["initialTwin"] == {"tags": {"a.b": 1}}
    nothing = {"enrollmentGroupId": "g", "initialTwin": {"tags": {"gone": None}}}
    assert "initialTwin" not in Patch(GROUP, nothing, parts=["initialTwin.tags"]).new()


def test_an_allocation_that_stays_as_it_is_stored_is_not_checked():
    stored = {"registrationId": "dev", "attestation": {"type": "tpm"}, "allocationPolicy": "static"}
    patch = Patch(INDIVIDUAL, {"registrationId": "dev", "allocationPolicy": "static", "deviceId": "d"})
    assert patch.over(stored) == {**stored, "deviceId": "d"}


def test_members_are_named_as_the_asker_spells_them():
    violation = Violation(("a.b", "c"), "{0} and {1} and {0}", ("Use {1}: {2}",))
    assert Text(("a.b",), "{0} is {x}").told(str.upper) == "A.B is {x}"
    assert violation.told(lambda path: f"--{path}") == "--a.b and --c and --a.b"
    assert Violation(("a", "b"), "", ("Use {1}.",)).advised(str.upper) == ["Use B."]


def test_the_schema():
    assert {"registrationState", "createdDateTimeUtc", "lastUpdatedDateTimeUtc"} == READ_ONLY
    assert "deviceId" not in [field.path for field in fields(GROUP)]
    assert [field.column for field in column_fields(GROUP) if field.is_file] == [
        "certificatePath", "secondaryCertificatePath",
    ]  # fmt: skip
    lines = columns_help(INDIVIDUAL).splitlines()
    assert (lines[0], len(lines)) == ("registrationId: ID of the enrollment; required.", 22)


@pytest.mark.parametrize(("thumbprint", "fits"), [("AB", True), ("ab", True), ("CD", False)])
def test_the_info_of_a_certificate_is_that_of_the_stored_one_or_refused(thumbprint, fits):
    stored = {"registrationId": "dev", "attestation": x509(primary={"info": {"sha256Thumbprint": "AB", "x": 1}})}
    patch = Patch(
        INDIVIDUAL, {"registrationId": "dev", "attestation": x509(primary={"info": {"sha256Thumbprint": thumbprint}})}
    )
    if fits:
        # the stored one, with members that the patch does not have
        assert patch.over(stored)["attestation"] == x509(primary={"info": {"sha256Thumbprint": "AB", "x": 1}})
        return
    with pytest.raises(Violations) as error:
        patch.over(stored)
    assert str(error.value) == (
        "attestation.x509.clientCertificates.primary.certificate is missing: the service never shows certificates. "
        "Add it."
    )
