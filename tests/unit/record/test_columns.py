"""Rows of CSV files: the members that they set, and how records are written into them."""

import pytest

from azext_iot_dps import exact_json
from azext_iot_dps.record import columns
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from azext_iot_dps.record.schema import columns as names
from azext_iot_dps.record.violation import Violations
from dps_emulator.lab import certificates

KEY = "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk="
PEM = certificates.pem()
NEVER = {"updateHubAssignment": False, "migrateDeviceData": False}
FUNCTION = {"webhookUrl": "https://f.example", "apiVersion": "2021-10-01"}
RECORD = {
    "registrationId": "dev",
    "attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY, "secondaryKey": KEY}},
    "deviceId": "d",
    "provisioningStatus": "disabled",
    "allocationPolicy": "custom",
    "iotHubs": ["a.net", "b.net"],
    "reprovisionPolicy": NEVER,
    "capabilities": {"iotEdge": True},
    "initialTwin": {"tags": {"ä": 1}, "properties": {"desired": {"b": [None]}}},
    "optionalDeviceInformation": {"c": {}},
    "customAllocationDefinition": FUNCTION,
    "namespaceName": "n-1",
    "certificateAuthorityName": "CA1",
    "certificatePolicyName": "p-1",
    "etag": "e",
}
ROW = {
    "registrationId": "dev", "attestation": "symmetricKey", "primaryKey": KEY, "secondaryKey": KEY,
    "endorsementKey": "", "certificatePath": "", "secondaryCertificatePath": "", "deviceId": "d",
    "provisioningStatus": "disabled", "allocationPolicy": "custom", "iotHubs": "a.net b.net",
    "reprovisionPolicy": "never",
    "edgeEnabled": "true", "tags": '{"ä":1}', "desired": '{"b":[null]}', "deviceInformation": '{"c":{}}',
    "webhookUrl": "https://f.example", "apiVersion": "2021-10-01",
    "namespaceName": "n-1", "certificateAuthorityName": "CA1", "certificatePolicyName": "p-1", "etag": "e",
}  # fmt: skip


def unread(column, path):
    raise AssertionError


def test_a_row_and_its_record():
    assert columns.patch(INDIVIDUAL, ROW, unread).members == RECORD
    assert columns.row(INDIVIDUAL, RECORD) == ROW
    assert list(ROW) == names(INDIVIDUAL)
    assert columns.holds_all(INDIVIDUAL, RECORD, ROW) is True


def test_empty_cells_name_nothing_and_none_means_no_default():
    patch = columns.patch(GROUP, {"enrollmentGroupId": "g", "reprovisionPolicy": "none", "edgeEnabled": "",
                                  "tags": "{}", "iotHubs": ""}, unread)  # fmt: skip
    assert patch.members == {"enrollmentGroupId": "g"}
    assert list(patch.without_default) == ["reprovisionPolicy"]
    assert patch.new() == {
        "enrollmentGroupId": "g", "attestation": {"type": "symmetricKey"}, "capabilities": {"iotEdge": False},
    }  # fmt: skip
    # only where there is a default
    assert (
        columns.patch(INDIVIDUAL, {"registrationId": "dev", "deviceId": "none"}, unread).members["deviceId"] == "none"
    )


MEMBERS = {"registrationId": "dev", "tags.site": "north", "tags.a.b": "1E2", "tags. c": " 5", "desired.on": "true",
           "desired.off": "FALSE", "desired.gone": "null", "deviceInformation.x": '{"a":1}', "tags.empty": "",
           "desired.zip": "01"}  # fmt: skip


def test_columns_with_a_dot_name_single_members():
    patch = columns.patch(INDIVIDUAL, MEMBERS, unread)
    assert repr(patch.members) == repr({
        "registrationId": "dev",
        "initialTwin": {"tags": {"site": "north", "a.b": 100.0, " c": " 5"},
                        "properties": {"desired": {"on": True, "off": False, "gone": None, "zip": "01"}}},
        "optionalDeviceInformation": {"x": '{"a":1}'},
    })  # fmt: skip
    stored = {
        "registrationId": "dev",
        "attestation": {"type": "tpm"},
        "optionalDeviceInformation": {"x": 1, "y": 2},
        "initialTwin": {"tags": {"a": {"b": 1}, "site": "old"}, "properties": {"desired": {"gone": 1, "k": []}}},
    }
    desired = patch.over(stored)
    assert desired["optionalDeviceInformation"] == {"x": '{"a":1}', "y": 2}
    assert desired["initialTwin"] == {
        "tags": {"a": {"b": 1}, "site": "north", "a.b": 100.0, " c": " 5"},
        "properties": {"desired": {"k": [], "on": True, "off": False, "zip": "01"}},
    }
    assert exact_json.dumps(desired["initialTwin"]["tags"]["a.b"]) == "1E2"


def test_parts_are_the_objects_with_named_members():
    assert columns.parts(INDIVIDUAL, MEMBERS) == [
        "initialTwin.tags", "initialTwin.properties.desired", "optionalDeviceInformation",
    ]  # fmt: skip
    assert columns.parts(GROUP, {"enrollmentGroupId": "g", "tags": "{}", "desired.x": "", "tags.y": "1"}) == [
        "initialTwin.tags"
    ]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"tags": '{"a":1}', "tags.{7}": "1"}, "tags and tags.{7} cannot be combined in one row. Use one of them."),
        ({"tags": "{}", "tags.a": "1"}, "tags and tags.a cannot be combined in one row. Use one of them."),
        ({"desired.a.b": "1e999"}, "desired.a.b cannot be sent: it contains a number that is too large."),
        ({"desired.a": "1" * 4301}, "desired.a cannot be sent: it contains a number that is too large."),
        ({"desired.a": "9" * 4300}, "desired.a cannot be sent: it contains a number that is too large."),
    ],
)
def test_members_that_are_refused(cells, reason):
    with pytest.raises(Violations) as error:
        columns.patch(INDIVIDUAL, {"registrationId": "dev", **cells}, unread)
    assert [violation.told(columns.spelling(INDIVIDUAL)) for violation in error.value.violations] == [reason]


def test_certificate_files_are_read_by_column_and_path():
    asked = []
    content = {"one.pem": PEM.encode(), "two.pem": (PEM + PEM).encode()}

    def read(column, path):
        asked.append((column, path))
        return content[path]

    row = {"enrollmentGroupId": "g", "certificatePath": "one.pem", "secondaryCertificatePath": "two.pem"}
    patch = columns.patch(GROUP, row, read)
    assert patch.members["attestation"]["x509"]["signingCertificates"] == {
        "primary": {"certificate": PEM.rstrip()}, "secondary": {"certificate": PEM.rstrip()},
    }  # fmt: skip
    assert asked == [("certificatePath", "one.pem"), ("secondaryCertificatePath", "two.pem")]
    leaf = (
        "is a leaf certificate; an enrollment group needs a CA certificate. Specify the certificate of the CA that "
        "signed it."
    )
    assert [note.told(columns.spelling(GROUP)) for note in patch.notes] == [
        f"certificatePath: one.pem {leaf}",
        f"secondaryCertificatePath: two.pem {leaf}",
        "secondaryCertificatePath: two.pem contains 2 certificates; only the first is used.",
    ]


def test_all_wrong_cells_are_told_by_their_columns():
    row = {"registrationId": "dev", "attestation": "rsa", "primaryKey": "x", "edgeEnabled": "yes",
           "certificatePath": "-----BEGIN", "secondaryCertificatePath": "a.pem", "tags": "[]",
           "deviceInformation.a": "1e999", "desired.b": "1e999"}  # fmt: skip
    with pytest.raises(Violations) as error:
        columns.patch(INDIVIDUAL, row, lambda column, path: b"garbage")
    assert [violation.told(columns.spelling(INDIVIDUAL)) for violation in error.value.violations] == [
        "attestation must be one of symmetricKey, tpm, x509.",
        "primaryKey must be base64 of 16 to 64 bytes.",
        "certificatePath must be the path of a file, without '@', not its content.",
        "secondaryCertificatePath: a.pem is not a certificate: it is neither PEM nor DER.",
        "edgeEnabled must be true or false, or none.",
        "tags must be a JSON object: it is a list.",
        "deviceInformation.a cannot be sent: it contains a number that is too large.",
        "desired.b cannot be sent: it contains a number that is too large.",
    ]


def test_a_row_must_have_an_id():
    with pytest.raises(Violations) as error:
        columns.patch(INDIVIDUAL, {"deviceId": "d"}, unread)
    assert str(error.value) == "registrationId is required."


def test_members_are_spelled_as_columns():
    spell = columns.spelling(INDIVIDUAL)
    assert [spell(path) for path in ("deviceId", "-attestation.x509.clientCertificates.primary",
                                     "attestation.x509.clientCertificates.primary.certificate",
                                     "attestation.tpm.storageRootKey", "attestation.x509.caReferences.primary")] == [
        "deviceId", "certificatePath", "certificatePath", "attestation.tpm.storageRootKey",
        "attestation.x509.caReferences.primary",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "cells", "whole"),
    [
        ({"reprovisionPolicy": None}, {"reprovisionPolicy": "none"}, True),
        ({"capabilities": None}, {"edgeEnabled": "none"}, True),
        ({"capabilities": {"iotEdge": "odd"}}, {"edgeEnabled": "none"}, False),
        ({"reprovisionPolicy": {"updateHubAssignment": False}}, {"reprovisionPolicy": "none"}, False),
        ({"iotHubs": [1]}, {"iotHubs": ""}, False),
        ({"iotHubs": ["a b"]}, {"iotHubs": "a b"}, False),
        ({"deviceId": 5}, {"deviceId": ""}, False),
        ({"deviceId": ""}, {"deviceId": ""}, False),
        ({"unheardOf": 1}, {}, False),
        ({"unheardOf": None, "createdDateTimeUtc": "x", "registrationState": {}}, {}, True),
        ({"provisioningStatus": "odd"}, {"provisioningStatus": "odd"}, False),
    ],
)
def test_what_a_row_holds_of_a_record(change, cells, whole):
    record = {name: value for name, value in {**RECORD, **change}.items() if value is not None or name == "unheardOf"}
    row = columns.row(INDIVIDUAL, record)
    assert row == {**ROW, **cells}
    assert columns.holds_all(INDIVIDUAL, record, row) is whole


def test_a_row_loses_certificates_and_nothing_else():
    x509 = {"clientCertificates": {"primary": {"info": {"a": 1}}}}
    record = {**RECORD, "attestation": {"type": "x509", "x509": x509}}
    row = columns.row(INDIVIDUAL, record)
    assert (row["attestation"], row["certificatePath"]) == ("x509", "")
    assert columns.holds_all(INDIVIDUAL, record, row) is True
    more = {**record, "attestation": {"type": "x509", "x509": {**x509, "unheardOf": 1}}}
    assert columns.holds_all(INDIVIDUAL, more, columns.row(INDIVIDUAL, more)) is False
