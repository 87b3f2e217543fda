"""update --set, --add and --remove: what they refuse, before and after the record is read, and what is not repeated."""

import shlex

import pytest

from dps_emulator.lab import certificates

KEY1 = "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk="
KEY2 = "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="
SECRET = "c2VjcmV0LTEtc2VjcmV0LTItc2VjcmV0"
KEYS = {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY1, "secondaryKey": KEY2}}
STORED = {
    "registrationId": "dev",
    "deviceId": "device-1",
    "attestation": KEYS,
    "etag": "b2xk",
    "initialTwin": {"tags": {"a": 1}},
    "allocationPolicy": "static",
    "iotHubs": ["h1.azure-devices.net"],
    "createdDateTimeUtc": "2026-01-01T00:00:00.1Z",
}
SET_USAGE = "invalid syntax: `--set property1.property2=<value>`"
ADD_USAGE = "invalid syntax: `--add property.listProperty <key=value, string or JSON string>`"
REMOVE_USAGE = "invalid syntax: `--remove property.list <indexToRemove>` OR `--remove propertyToRemove`"
NOTHING = (
    "Couldn't find 'nothing' in ''. Available options: ['allocationPolicy', 'attestation', 'deviceId', 'etag', "
    "'initialTwin', 'iotHubs', 'registrationId']"
)
UNUSABLE = "has a value that cannot be used:"
BY_SERVICE = "is set by the service and cannot be changed."


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--set registrationId=other", "registrationId cannot be changed."),
        ("--remove registrationId", "registrationId cannot be changed."),
        ("--set enrollmentGroupId=g", "An enrollment has no enrollmentGroupId."),
        ("--set registrationState.status=assigned", f"registrationState {BY_SERVICE}"),
        ("--remove createdDateTimeUtc", f"createdDateTimeUtc {BY_SERVICE}"),
        ("--set lastUpdatedDateTimeUtc=x", f"lastUpdatedDateTimeUtc {BY_SERVICE}"),
        ("--set etag=abc", "The ETag cannot be set: it is new after each update."),
        ("--set DeviceID=x", "DeviceID is not a member. Did you mean deviceId?"),
        ("--set initialTwin.Tags.a=x", "initialTwin.Tags is not a member. Did you mean initialTwin.tags?"),
        ("--set tags.site=north", "tags is not a member. Did you mean initialTwin.tags?"),
        ("--set properties.desired.a=1", "properties is not a member. Did you mean initialTwin.properties?"),
        ("--remove webhookUrl", "webhookUrl is not a member. Did you mean customAllocationDefinition.webhookUrl?"),
        ("--set CreatedDateTimeUtc=x", "CreatedDateTimeUtc is not a member. Did you mean createdDateTimeUtc?"),
        ("--set deviceId", SET_USAGE),
        ("--set =1", SET_USAGE),
        ("--set .=1", SET_USAGE),
        ("--set iotHubs[0=1", SET_USAGE),
        ("--add iotHubs", ADD_USAGE),
        ("--add ''", ADD_USAGE),
        ("--remove ''", REMOVE_USAGE),
        ("--set deviceId=1 newer=1e400", f"--set {UNUSABLE} it contains a number that is too large."),
        ("--set newer=NaN", f"--set {UNUSABLE} NaN is not a JSON number."),
        ("--set newer='(1, 2)'", f"--set {UNUSABLE} it contains a tuple, which JSON cannot hold."),
        ("--set newer='{\"a\":1,\"a\":2}'", f"--set {UNUSABLE} it contains the member 'a' twice."),
        ("--add newer '[[NaN]]'", f"--add {UNUSABLE} NaN is not a JSON number."),
    ],
)  # fmt: skip
def test_what_is_always_wrong_is_refused_before_it_connects(az, dps, options, message):
    result = az(f"iot dps enrollment update --eid dev -n mydps {options}")
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err.splitlines()[0] == f"ERROR: {message}"


def test_a_group_has_its_own_id_and_members(az, dps):
    for options, message in (
        ("--set enrollmentGroupId=g", "enrollmentGroupId cannot be changed."),
        ("--set deviceId=d", "An enrollment group has no deviceId."),
    ):
        result = az(f"iot dps enrollment-group update --gid g -n mydps {options}")
        assert (result.exit_code, result.err, dps.requests) == (1, f"ERROR: {message}\n", [])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--set deviceId.x=1", "Couldn't find 'x' in 'deviceId'. 'deviceId' does not support further indexing."),
        ("--set iotHubs[3]=h", "index 3 doesn't exist on [3]"),
        ("--set iotHubs[x]=h", SET_USAGE),
        ("--set initialTwin.tags[0]=1", "'initialTwin.tags' is not a list."),
        ("--set nothing[0]=1", NOTHING),
        ("--add nothing x", NOTHING),
        ("--add deviceId x", ADD_USAGE),
        ("--remove nothing", NOTHING),
        ("--remove initialTwin.tags.b", "Couldn't find 'b' in 'initialTwin.tags'. Available options: ['a']"),
        ("--remove iotHubs 1", "index 1 doesn't exist on iotHubs"),
        ("--remove iotHubs one", REMOVE_USAGE),
        ("--remove initialTwin.tags 0", REMOVE_USAGE),
        ("--remove deviceId 0", "deviceId doesn't exist"),
        ("--set provisioningStatus=off", "provisioningStatus must be one of disabled, enabled."),
        ("--set deviceId=42", "deviceId must be a string, not a number."),
        ("--set capabilities.iotEdge=1", "capabilities.iotEdge must be a boolean, not a number."),
        ("--set capabilities=true", "capabilities must be an object, not a boolean."),
        ("--set initialTwin.tags=5", "initialTwin.tags must be an object, not a number."),
        ("--set iotHubs=h1", "iotHubs must be a list, not a string."),
        ("--add iotHubs 'a.net b.net'", "iotHubs must be host names, separated by spaces only."),
        ("--add iotHubs h2.net", "allocationPolicy static requires exactly one host name in iotHubs, not 2."),
        ("--set allocationPolicy=custom",
         "allocationPolicy custom requires customAllocationDefinition.webhookUrl and "
         "customAllocationDefinition.apiVersion."),
        ("--set attestation.type=tpm", "attestation.type is symmetricKey, which cannot be changed."),
        ("--remove attestation", "attestation.type is symmetricKey, which cannot be changed."),
        ("--set attestation=null", "attestation.type is symmetricKey, which cannot be changed."),
        ("--set attestation.tpm.endorsementKey=QUFB",
         "attestation.tpm.endorsementKey belongs to tpm attestation, but attestation.type is symmetricKey."),
        ("--remove attestation.symmetricKey.primaryKey",
         "attestation.symmetricKey.primaryKey cannot be removed: the service would generate a new key."),
        ("--set attestation.symmetricKey.secondaryKey=c2hvcnQ=",
         "attestation.symmetricKey.secondaryKey must be base64 of 16 to 64 bytes."),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_record_is_refused_before_the_put(iot, dps, options, message):
    dps.enrollments.put(STORED)
    result = iot(f"enrollment update --eid dev {options}")
    assert (result.exit_code, dps.sent("PUT")) == (1, [])
    assert result.err.splitlines()[0] == f"ERROR: {message}"


def test_how_to_keep_a_string_is_said(iot, dps):
    dps.enrollments.put(STORED)
    result = iot("enrollment update --eid dev --set deviceId=42")
    assert "Values are read as JSON where possible. To keep them as strings, add --force-string.\n" in result.err
    assert iot("enrollment update --eid dev --set deviceId=42 --force-string").json["deviceId"] == "42"


@pytest.mark.parametrize(
    "options",
    [
        f"--set {SECRET}",
        f"--set {SECRET}.x[0]=1",
        f"--add {SECRET}",
        f"--add {SECRET} x",
        f"--remove {SECRET}",
        f"--set iotHubs[key={SECRET}].x=1",
        f"--remove attestation[primaryKey={SECRET}]",
        f"--set attestation.symmetricKey.primaryKey.{SECRET}=1",
        f"--set attestation.symmetricKey.primaryKey={SECRET}*",
        f"--set attestation.symmetricKey='{SECRET}'",
        f'--set newer=\'{{"a": "{SECRET}", "a": 1}}\'',
    ],
)
@pytest.mark.parametrize("verbosity", ["", "--debug"])
def test_keys_are_not_repeated(iot, dps, options, verbosity):
    dps.enrollments.put(STORED)
    result = iot(f"enrollment update --eid dev {options} {verbosity}")
    said = [line for line in result.err.splitlines() if "cli.knack.cli: Command arguments:" not in line]
    assert (result.exit_code, [line for line in said if SECRET in line or KEY1 in line], dps.sent("PUT")) == (1, [], [])


SLOTS = {"primary": {"info": {"subjectName": "CN=old"}}, "secondary": {"info": {"subjectName": "CN=old"}}}
X509 = {"registrationId": "dev", "attestation": {"type": "x509", "x509": {"clientCertificates": SLOTS}}, "etag": "b2xk"}
PATH = "attestation.x509.clientCertificates"


def test_a_certificate_replaces_the_info_of_the_old_one_and_a_private_key_stays_here(iot, dps, tmp_path):
    (tmp_path / "new.pem").write_text(f"{certificates.private_key().decode()}\n{certificates.pem()}")
    dps.enrollments.put(X509)
    result = iot("enrollment update --eid dev --set", f"{PATH}.primary.certificate=@{tmp_path / 'new.pem'}")
    assert result.exit_code == 0
    assert "contains a private key, which is not sent." in result.err
    slots = dps.sent("PUT")[0][3]["attestation"]["x509"]["clientCertificates"]
    assert slots == {"primary": {"certificate": certificates.pem().strip()}, "secondary": SLOTS["secondary"]}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (f"--set {PATH}.primary.certificate=QUFB",
         f"{PATH}.primary.certificate is not a certificate"),
        (f"--remove {PATH}", "No certificate would be left. Specify one: "),
        (f"--set {PATH}.primary=null {PATH}.secondary=null", "No certificate would be left. Specify one: "),
        (f"--set {PATH}.primary.certificate=5", f"{PATH}.primary.certificate must be a string, not a number."),
        ("--set attestation.x509.caReferences.primary=ca", " cannot be combined. Use one of them."),
    ],
)  # fmt: skip
def test_certificates_are_checked(iot, dps, options, message):
    dps.enrollments.put(X509)
    result = iot("enrollment update --eid dev", *shlex.split(options))
    assert (result.exit_code, dps.sent("PUT")) == (1, [])
    assert message in result.err


def test_what_a_newer_service_stores_is_not_checked(iot, dps):
    newer = {"type": "quantum", "quantum": {"spin": 1}}
    dps.fail(method="GET", body={**STORED, "attestation": newer, "provisioningStatus": "paused"})
    dps.fail(method="PUT", body=STORED)
    assert iot("enrollment update --eid dev --set attestation.quantum.spin=2").exit_code == 0
    assert dps.sent("PUT")[0][3]["attestation"] == {"type": "quantum", "quantum": {"spin": 2}}
    assert dps.sent("PUT")[0][3]["provisioningStatus"] == "paused"
