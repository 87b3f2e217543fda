"""export --canonical: the same fleet is the same file."""

from __future__ import annotations

import json

import pytest

from dps_emulator.lab import certificates

KEYS = {"secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk=", "primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk="}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}
TAGS = {"site": "north", "$b": [{"z": 1, "a": None}, 1.0], "Site": "x"}
RECORDS = [
    {"registrationId": "dev10", "deviceId": "old", "attestation": TPM, "initialTwin": {"tags": TAGS}},
    {
        "registrationId": "dev1",
        "attestation": SYMMETRIC,
        "provisioningStatus": "enabled",
        "iotHubs": ["h2.net", "h1.net"],
    },
    {"registrationId": "DEV2", "attestation": TPM, "unheardOf": {"b": 1, "a": 2}},
    {"registrationId": "dev-3", "attestation": TPM},
]
# In the order of ids in any letter case.
LINES = [
    '{"attestation":{"tpm":{"endorsementKey":"AAgAAQALAAMAsg=="},"type":"tpm"},"registrationId":"dev-3"}',
    '{"attestation":{"type":"symmetricKey"},"iotHubs":["h2.net","h1.net"],"provisioningStatus":"enabled",'
    '"registrationId":"dev1"}',
    '{"attestation":{"tpm":{"endorsementKey":"AAgAAQALAAMAsg=="},"type":"tpm"},"deviceId":"old","initialTwin":{"tags":'
    '{"$b":[{"a":null,"z":1},1.0],"Site":"x","site":"north"}},"registrationId":"dev10"}',
    '{"attestation":{"tpm":{"endorsementKey":"AAgAAQALAAMAsg=="},"type":"tpm"},"registrationId":"DEV2","unheardOf":{"a":2,"b":1}}',
]
WITH_KEYS = (
    '{"attestation":{"symmetricKey":{"primaryKey":"cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=",'
    '"secondaryKey":"c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="},"type":"symmetricKey"},"iotHubs":["h2.net","h1.net"],'
    '"provisioningStatus":"enabled","registrationId":"dev1"}'
)
CSV = """\
registrationId,attestation,primaryKey,secondaryKey,endorsementKey,certificatePath,secondaryCertificatePath,deviceId,\
provisioningStatus,allocationPolicy,iotHubs,reprovisionPolicy,edgeEnabled,tags,desired,deviceInformation,webhookUrl,\
apiVersion,namespaceName,certificateAuthorityName,certificatePolicyName
dev-3,tpm,,,AAgAAQALAAMAsg==,,,,,,,none,none,,,,,,,,
dev1,symmetricKey,,,,,,,enabled,,h2.net h1.net,none,none,,,,,,,,
dev10,tpm,,,AAgAAQALAAMAsg==,,,old,,,,none,none,"{""$b"":[{""a"":null,""z"":1},1.0],""Site"":""x"",""site"":""north""}",,,,,,,
DEV2,tpm,,,AAgAAQALAAMAsg==,,,,,,,none,none,,,,,,,,
"""
YAML = """\
- attestation:
    tpm:
      endorsementKey: AAgAAQALAAMAsg==
    type: tpm
  registrationId: dev-3
- attestation:
    type: symmetricKey
  iotHubs:
  - h2.net
  - h1.net
  provisioningStatus: enabled
  registrationId: dev1
- attestation:
    tpm:
      endorsementKey: AAgAAQALAAMAsg==
    type: tpm
  deviceId: old
  initialTwin:
    tags:
      $b:
      - a: null
        z: 1
      - 1.0
      Site: x
      site: north
  registrationId: dev10
- attestation:
    tpm:
      endorsementKey: AAgAAQALAAMAsg==
    type: tpm
  registrationId: DEV2
  unheardOf:
    a: 2
    b: 1
"""
FILES = {
    "jsonl": "".join(f"{line}\n" for line in LINES),
    "json": "[\n" + ",\n".join(LINES) + "\n]\n",
    "csv": CSV,
    "yaml": YAML,
}


@pytest.fixture
def four(dps):
    for record in RECORDS:
        dps.enrollments.put({**record, "registrationState": {"status": "assigned"}})
    return dps


@pytest.fixture
def export(iot, tmp_path):
    """The bytes of a canonical export."""

    def export(options="", name="fleet.jsonl", noun="enrollment"):
        result = iot(f"{noun} export --canonical --file {tmp_path}/{name} --only-show-errors {options}")
        assert (result.exit_code, result.err) == (0, "")
        return (tmp_path / name).read_bytes()

    return export


def turned(value):
    """With the members of all objects in the opposite order."""
    if isinstance(value, dict):
        return {name: turned(value[name]) for name in reversed(list(value))}
    return [turned(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("format", FILES)
def test_formats(four, export, format):
    assert export(name=f"fleet.{format}").decode() == FILES[format]


@pytest.mark.parametrize("format", FILES)
@pytest.mark.parametrize("keys", ["", "--show-keys"])
def test_members_and_records_in_another_order_are_the_same_file(four, export, format, keys):
    first, before = export(keys, f"fleet.{format}"), four.enrollments.values()
    four.enrollments.clear()
    for record in reversed(before):
        four.enrollments.put({**turned(record), "etag": "b3RoZXI=", "createdDateTimeUtc": "2026-01-01T00:00:00Z"})
    assert export(keys, f"fleet.{format}") == first


def test_an_update_and_its_opposite_leave_the_file_as_it_was(iot, four, export):
    # the service fills in a status
    four.enrollments.put({**RECORDS[0], "provisioningStatus": "enabled"})
    first = export()
    assert iot("enrollment update --eid dev10 --device-id new").exit_code == 0
    assert export().replace(b'"deviceId":"new"', b'"deviceId":"old"') == first != export()
    assert iot("enrollment update --eid dev10 --device-id old").exit_code == 0
    assert export() == first


def test_keys_are_there_if_asked_for(four, export):
    assert export("--show-keys").decode().splitlines() == [LINES[0], WITH_KEYS, *LINES[2:]]


@pytest.mark.parametrize("format", FILES)
@pytest.mark.parametrize("keys", ["", "--show-keys"])
def test_its_apply_changes_nothing(iot, four, tmp_path, export, format, keys):
    x509 = {"clientCertificates": {"primary": {"certificate": certificates.pem()}}}
    four.enrollments.put({"registrationId": "cert", "attestation": {"type": "x509", "x509": x509}})
    export(keys, f"fleet.{format}")
    before = four.enrollments.values()
    result = iot(f"enrollment apply --file {tmp_path}/fleet.{format}")
    assert (result.exit_code, result.err, result.json["total"], result.json["unchanged"]) == (0, "", 5, 5)
    assert four.enrollments.values() == before


def test_groups(iot, dps, tmp_path, export):
    for id in ("b", "C", "a"):
        dps.groups.put({"enrollmentGroupId": id, "attestation": SYMMETRIC})
    ids = [json.loads(line)["enrollmentGroupId"] for line in export(noun="enrollment-group").splitlines()]
    header = export(name="groups.csv", noun="enrollment-group").decode().splitlines()[0]
    assert (ids, header.rpartition(",")[2]) == (["a", "b", "C"], "certificatePolicyName")
    assert iot(f"enrollment-group apply --file {tmp_path}/groups.csv").json["unchanged"] == 3


def test_more_than_a_page_of_ids(dps, export):
    for number in range(250):
        dps.enrollments.put({"registrationId": f"dev{number:03}", "attestation": TPM})
    ids = [json.loads(line)["registrationId"] for line in export().splitlines()]
    assert ids == [f"dev{number:03}" for number in range(250)]


def test_numbers_keep_their_spelling(dps, export):
    text = '[{"registrationId":"a","initialTwin":{"tags":{"y":1E2,"x":1.10}}}]'
    dps.fail(path="/enrollments/query", raw=text)
    assert export() == b'{"initialTwin":{"tags":{"x":1.10,"y":1E2}},"registrationId":"a"}\n'


def test_ids_that_are_none(dps, export):
    """The service could return anything."""
    ids = ["b", None, "", "\ud800", 5]
    dps.fail(path="/enrollments/query", raw=json.dumps([{"registrationId": id} for id in ids]))
    assert [json.loads(line)["registrationId"] for line in export().splitlines()] == [None, "", 5, "\ud800", "b"]


def test_standard_output(iot, four):
    assert iot("enrollment export --canonical --file - --only-show-errors").out == FILES["jsonl"]
