"""What create would refuse, import refuses: with its line, all of it, and before anything is sent."""

import json

import pytest

from dps_emulator.lab import certificates
from tests.cli.fleets.separate import separate, show_all

KEY = "c2VjcmV0LWtleS1zZWNyZXQta2V5LTE="
TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}
OK = {"registrationId": "ok", "attestation": TPM}
WEBHOOK = "https://f.example/?code=hush"


@pytest.fixture
def faults(iot, dps, tmp_path, monkeypatch):
    """The errors of an import by line; it sends nothing and prints no secret."""
    monkeypatch.chdir(tmp_path)
    show_all(monkeypatch)

    def faults(name, content, line="", noun="enrollment"):
        content = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(content)
        result = iot(f"{noun} import --file {name} {line}")
        assert (result.exit_code, result.out, dps.requests) == (1, "", [])
        for secret in (KEY, KEY[:-1], "hush", "Traceback", "PRIVATE"):
            assert secret not in result.err
        first, *others = result.err.splitlines()
        others = separate(others)
        found = "1 fault" if len(others) == 1 else f"{len(others)} faults"
        assert first == f"ERROR: --file has {found}. Nothing was sent."
        return others

    return faults


def x509(**slots):
    return {"type": "x509", "x509": {"clientCertificates": slots}}


def keys(**named):
    return {"type": "symmetricKey", "symmetricKey": named}


ID = "registrationId must be 1 to 128 letters, digits, '-', '.', '_' or ':', and not '.' or '..' alone."
TYPE = "attestation.type must be one of symmetricKey, tpm, x509."
MISSING = "attestation.type is required: one of symmetricKey, tpm, x509."
HUBS = "allocationPolicy static requires exactly one host name in iotHubs, not {}."
CLIENT = "attestation.x509.clientCertificates"
HIDDEN = f"{CLIENT}.primary.certificate is missing: the service never shows certificates. Add it."
X509 = f"x509 attestation requires a certificate: {CLIENT}.primary or {CLIENT}.secondary."
FOREIGN = "attestation.tpm.endorsementKey belongs to tpm attestation, but attestation.type is {}."
BOTH = f"{CLIENT}.primary and attestation.x509.caReferences.primary cannot be combined. Use one of them."
NAMES = "iotHubs must be host names, separated by spaces only."
KEYS = "attestation.symmetricKey"
NO_EK = "tpm attestation requires attestation.tpm.endorsementKey."
EK = "attestation.tpm.endorsementKey must be base64 and not empty."
ETAG = "etag must be an ETag as `show` prints it, or * for any."
PEM = {"primary": {"certificate": certificates.pem()}}
A_DATE = "must be a date, optionally with -preview, from 2018-09-01-preview on, such as 2021-10-01."
VERSION = f"customAllocationDefinition.apiVersion {A_DATE}"
DEEP = json.loads('{"a":' * 101 + "1" + "}" * 101)
NESTED = "it is nested deeper than 100 levels."
HALF = "it contains an unpaired surrogate, which UTF-8 cannot encode."

# what is changed in a record that is right → the fault
RULES = [
    ({"registrationId": None}, "registrationId is required."),
    ({"registrationId": ""}, "registrationId is required."),
    ({"registrationId": "ä"}, ID),
    ({"registrationId": ".."}, ID),
    ({"registrationId": "a/b"}, ID),
    ({"registrationId": "x" * 129}, ID),
    ({"attestation": None}, MISSING),
    ({"attestation": {}}, MISSING),
    ({"attestation": {"tpm": TPM["tpm"]}}, MISSING),
    ({"attestation": {**TPM, "type": "none"}}, TYPE),
    ({"attestation": {**TPM, "type": "TPM"}}, TYPE),
    ({"attestation": {**TPM, "type": "x509"}}, FOREIGN.format("x509")),
    ({"attestation": {**TPM, **keys(primaryKey=KEY)}}, FOREIGN.format("symmetricKey")),
    ({"attestation": {"type": "tpm"}}, NO_EK),
    ({"attestation": {"type": "tpm", "tpm": {"endorsementKey": None}}}, NO_EK),
    ({"attestation": {"type": "tpm", "tpm": {"endorsementKey": ""}}}, EK),
    ({"attestation": {"type": "tpm", "tpm": {"endorsementKey": KEY[:-1]}}}, EK),
    ({"attestation": keys(primaryKey=KEY[:-1])}, f"{KEYS}.primaryKey must be base64 of 16 to 64 bytes."),
    ({"attestation": keys(secondaryKey="AAgAAQALAAMAsg==")}, f"{KEYS}.secondaryKey must be base64 of 16 to 64 bytes."),
    ({"attestation": {"type": "x509"}}, X509),
    ({"attestation": x509()}, X509),
    ({"attestation": x509(primary=None, secondary={})}, X509),
    ({"attestation": x509(primary={"info": {"subjectName": "CN=x"}})}, HIDDEN),
    ({"attestation": x509(primary={"certificate": ""})}, HIDDEN),
    ({"attestation": x509(primary={"certificate": "garbage"})},
     f"{CLIENT}.primary.certificate is not a certificate: it is a damaged certificate."),
    ({"attestation": x509(secondary={"certificate": certificates.private_key().decode()})},
     f"{CLIENT}.secondary.certificate is not a certificate: it is a private key."),
    ({"attestation": {"type": "x509", "x509": {"caReferences": {"primary": "ca"}, "clientCertificates": PEM}}}, BOTH),
    ({"attestation": {"type": "x509", "x509": {"signingCertificates": PEM}}},
     "An enrollment has no attestation.x509.signingCertificates.primary."),
    ({"allocationPolicy": "static"}, HUBS.format(0)),
    ({"allocationPolicy": "Static", "iotHubs": ["a.net", "b.net"]}, HUBS.format(2)),
    ({"iotHubs": ["a.net"]}, "iotHubs requires allocationPolicy."),
    ({"iotHubs": ["a b"], "allocationPolicy": "static"}, NAMES),
    ({"allocationPolicy": "nearest"}, "allocationPolicy must be one of custom, geoLatency, hashed, static."),
    ({"allocationPolicy": "custom"}, "allocationPolicy custom requires "
     "customAllocationDefinition.webhookUrl and customAllocationDefinition.apiVersion."),
    ({"allocationPolicy": "custom", "customAllocationDefinition": {"webhookUrl": WEBHOOK}},
     "allocationPolicy custom requires customAllocationDefinition.apiVersion."),
    ({"customAllocationDefinition": {"webhookUrl": WEBHOOK.replace("https", "http")}},
     "customAllocationDefinition.webhookUrl must be the https:// URL of a function."),
    ({"customAllocationDefinition": {"apiVersion": "2018-08-31"}}, VERSION),
    ({"provisioningStatus": "on"}, "provisioningStatus must be one of disabled, enabled."),
    ({"provisioningStatus": "Enabled"}, "provisioningStatus must be one of disabled, enabled."),
    ({"etag": ""}, ETAG),
    ({"etag": "a b"}, ETAG),
    ({"etag": 5}, "etag must be a string, not a number."),
    ({"deviceId": 5}, "deviceId must be a string, not a number."),
    ({"attestation": "tpm"}, "attestation must be an object, not a string."),
    ({"attestation": {"type": 1}}, "attestation.type must be a string, not a number."),
    ({"attestation": keys(primaryKey=[KEY])}, "attestation.symmetricKey.primaryKey must be a string, not a list."),
    ({"attestation": x509(primary="")},
     "attestation.x509.clientCertificates.primary must be an object, not a string."),
    ({"capabilities": True}, "capabilities must be an object, not a boolean."),
    ({"capabilities": {"iotEdge": "true"}}, "capabilities.iotEdge must be a boolean, not a string."),
    ({"reprovisionPolicy": {"migrateDeviceData": 1}},
     "reprovisionPolicy.migrateDeviceData must be a boolean, not a number."),
    ({"reprovisionPolicy": "never"}, "reprovisionPolicy must be an object, not a string."),
    ({"iotHubs": "a", "allocationPolicy": "static"}, "iotHubs must be a list, not a string."),
    ({"iotHubs": [1], "allocationPolicy": "static"}, "iotHubs must be a list of strings."),
    ({"iotHubs": [None], "allocationPolicy": "static"}, "iotHubs must be a list of strings."),
    ({"initialTwin": []}, "initialTwin must be an object, not a list."),
    ({"initialTwin": {"tags": "{}"}}, "initialTwin.tags must be an object, not a string."),
    ({"initialTwin": {"properties": {"desired": 1.5}}},
     "initialTwin.properties.desired must be an object, not a number."),
    ({"optionalDeviceInformation": [1]}, "optionalDeviceInformation must be an object, not a list."),
    ({"initialTwin": {"tags": DEEP}}, NESTED),
    ({"unheardOf": DEEP}, NESTED),
    ({"optionalDeviceInformation": {"a": ["\ud800"]}}, HALF),
    ({"deviceId": "\udc00"}, HALF),
]  # fmt: skip
# members that nobody knows, where a known one of another part has a rule
UNKNOWN = [
    {"attestation": {**TPM, "unheardOf": 1}},
    {"attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY, "apiVersion": 5}}},
    {"attestation": {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg==", "primaryKey": []}}},
    {"attestation": x509(primary={"certificate": certificates.pem()}, tertiary="text")},
    {"attestation": x509(primary={"certificate": certificates.pem()}, tertiary=[1])},
    {"customAllocationDefinition": {"webhookUrl": WEBHOOK, "secondaryKey": 1}},
    {"initialTwin": {"properties": {"reported": 1}}, "registrationState": 5, "createdDateTimeUtc": []},
]


def test_every_rule_of_create(faults):
    wrong = [({**OK, "registrationId": f"dev{n}", **change}, words) for n, (change, words) in enumerate(RULES)]
    found = faults("a.jsonl", "\n".join(json.dumps(record) for record, _ in [(OK, ""), *wrong]))
    assert found == [f"line {line}: {words}" for line, (_, words) in enumerate(wrong, 2)]
    array = faults("a.json", "[" + ",\n".join(json.dumps(record) for record, _ in [(OK, ""), *wrong]) + "]")
    assert [words.partition(": ")[2] for words in array] == [words.partition(": ")[2] for words in found]


@pytest.mark.parametrize("change", UNKNOWN)
def test_what_nobody_knows_is_the_services_to_judge(iot, dps, tmp_path, change):
    (tmp_path / "a.json").write_text(json.dumps([{**OK, **change}]))
    result = iot(f"enrollment import --validate-only --file {tmp_path}/a.json")
    assert (result.exit_code, result.json["total"], dps.requests) == (0, 1, [])


def test_an_update_names_no_more_than_it_changes(faults):
    """What may be left out may not be wrong."""
    partial = ("is required: one of", "requires", "is missing")
    wrong = [(change, words) for change, words in RULES if not any(each in words for each in partial)]
    lines = [json.dumps({"registrationId": f"dev{n}", **change}) for n, (change, _) in enumerate(wrong)]
    found = faults("a.jsonl", "\n".join(lines), "--mode update")
    assert found == [f"line {line}: {words}" for line, (_, words) in enumerate(wrong, 1)]


def test_a_delete_needs_no_more_than_an_id(faults, iot, tmp_path):
    wrong = [(change, words) for change, words in RULES if change.keys() & {"registrationId", "etag"}]
    lines = [
        json.dumps({"registrationId": f"dev{n}", "attestation": 5, **change}) for n, (change, _) in enumerate(wrong)
    ]
    found = faults("a.jsonl", "\n".join([json.dumps({**OK, "deviceId": 5}), *lines]), "--mode delete --yes")
    assert found == [f"line {line}: {words}" for line, (_, words) in enumerate(wrong, 2)]


def test_groups_have_rules_of_their_own(faults):
    pem = {"certificate": certificates.pem()}
    wrong = [
        ({"registrationId": "dev1", "attestation": keys()},
         "enrollmentGroupId is required, and the record has registrationId: it is an enrollment."),
        ({"enrollmentGroupId": "g1", "attestation": TPM}, "attestation.type must be one of symmetricKey, x509."),
        ({"enrollmentGroupId": "g2", "attestation": {"type": "x509"}},
         "x509 attestation requires a certificate: attestation.x509.signingCertificates.primary, "
         "attestation.x509.signingCertificates.secondary or attestation.x509.caReferences.primary."),
        ({"enrollmentGroupId": "g3", "attestation": x509(primary=pem)},
         "An enrollment group has no attestation.x509.clientCertificates.primary."),
        ({"enrollmentGroupId": "g4", "attestation": {"type": "x509", "x509": {"caReferences": {"primary": 1}}}},
         "attestation.x509.caReferences.primary must be a string, not a number."),
        ({"enrollmentGroupId": "g5",
          "attestation": {"type": "x509", "x509": {"signingCertificates": {"secondary": {"info": {"a": 1}}}}}},
         HIDDEN.replace("primary", "secondary").replace("clientCertificates", "signingCertificates")),
    ]  # fmt: skip
    found = faults("a.jsonl", "\n".join(json.dumps(record) for record, _ in wrong), noun="enrollment-group")
    assert found == [f"line {line}: {words}" for line, (_, words) in enumerate(wrong, 1)]


def test_ids_in_any_letter_case_are_the_same(faults):
    ids = ["dev--east", "dev2", "DEV--East", "Dev2", "dev3", "dev--east"]
    twice = [
        "registrationId 'DEV--East' is also on line {}.",
        "registrationId 'Dev2' is also on line {}.",
        "registrationId 'dev--east' is also on line {}.",
    ]
    lines = [json.dumps({**OK, "registrationId": id}) for id in ids]
    for mode in ("create", "update", "upsert", "delete --yes"):
        assert faults("a.jsonl", "\n".join(lines), f"--mode {mode}") == [
            f"line {line}: {words.format(first)}" for line, first, words in zip((3, 4, 6), (1, 2, 1), twice)
        ]
    assert faults("a.json", f"[{','.join(lines)}]") == [f"line 1: {words.format(1)}" for words in twice]
    # a record that is wrong has an id all the same
    assert faults("a.jsonl", '{"registrationId": "ok"}\n' + json.dumps(OK)) == [
        f"line 1: {MISSING}",
        "line 2: registrationId 'ok' is also on line 1.",
    ]
