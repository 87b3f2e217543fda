"""What create would refuse, import refuses: with its line, all of it, and before anything is sent."""

import json

import pytest

from dps_emulator.lab import certificates

KEY = "c2VjcmV0LWtleS1zZWNyZXQta2V5LTE="
TPM = {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}
OK = {"registrationId": "ok", "attestation": TPM}
WEBHOOK = "https://f.example/?code=hush"


@pytest.fixture
def faults(iot, dps, tmp_path, monkeypatch):
    """What an import of this file says of its lines; it sends nothing and says no secret."""
    monkeypatch.chdir(tmp_path)

    def faults(name, content, line="", noun="enrollment"):
        content = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(content)
        result = iot(f"{noun} import --file {name} {line}")
        assert (result.exit_code, result.out, dps.requests) == (1, "", [])
        for secret in (KEY, KEY[:-1], "hush", "Traceback", "PRIVATE"):
            assert secret not in result.err
        first, *others = result.err.splitlines()
        found = "1 fault" if len(others) == 1 else f"{len(others)} faults"
        assert first == f"ERROR: --file has {found}, so nothing was sent."
        return others

    return faults


def x509(**slots):
    return {"type": "x509", "x509": {"clientCertificates": slots}}


def keys(**named):
    return {"type": "symmetricKey", "symmetricKey": named}


ID = "registrationId takes 1 to 128 letters, digits, '-', '.', '_' and ':', other than '.' and '..' alone."
TYPE = "attestation.type must be one of symmetricKey, tpm, x509."
HUBS = "The static allocation policy takes exactly one IoT hub, and there would be {}: give one host name with iotHubs."
HIDDEN = (
    "The primary certificate is not in the file, since the service never shows one: put it in as "
    "attestation.x509.clientCertificates.primary.certificate."
)
X509 = "x509 attestation needs a certificate: primary, secondary or both."
FOREIGN = "attestation.tpm belongs to another attestation than {}."
ONE = "The x509 attestation of an enrollment has clientCertificates or caReferences, and only one of them."
NAMES = "iotHubs takes host names, separated by spaces and nothing else."
PEM = {"primary": {"certificate": certificates.pem()}}
VERSION = "apiVersion takes a date, which -preview may follow, from 2018-09-01-preview on: for example 2021-10-01."
DEEP = json.loads('{"a":' * 101 + "1" + "}" * 101)
NESTED = "it is nested deeper than 100 levels."
HALF = "it holds half a character, which cannot be written as UTF-8."

# what is changed in a record that is right → the fault
RULES = [
    ({"registrationId": None}, "registrationId is missing."),
    ({"registrationId": ""}, "registrationId is missing."),
    ({"registrationId": "ä"}, ID),
    ({"registrationId": ".."}, ID),
    ({"registrationId": "a/b"}, ID),
    ({"registrationId": "x" * 129}, ID),
    ({"attestation": None}, "attestation is missing: one of symmetricKey, tpm, x509."),
    ({"attestation": {}}, "attestation is missing: one of symmetricKey, tpm, x509."),
    ({"attestation": {"tpm": TPM["tpm"]}}, "attestation is missing: one of symmetricKey, tpm, x509."),
    ({"attestation": {**TPM, "type": "none"}}, TYPE),
    ({"attestation": {**TPM, "type": "TPM"}}, TYPE),
    ({"attestation": {**TPM, "type": "x509"}}, FOREIGN.format("x509")),
    ({"attestation": {**TPM, **keys(primaryKey=KEY)}}, FOREIGN.format("symmetricKey")),
    ({"attestation": {"type": "tpm"}}, "tpm attestation needs endorsementKey."),
    ({"attestation": {"type": "tpm", "tpm": {"endorsementKey": None}}}, "tpm attestation needs endorsementKey."),
    ({"attestation": {"type": "tpm", "tpm": {"endorsementKey": ""}}}, "endorsementKey must not be empty."),
    ({"attestation": {"type": "tpm", "tpm": {"endorsementKey": KEY[:-1]}}}, "endorsementKey must be base64."),
    ({"attestation": keys(primaryKey=KEY[:-1])}, "primaryKey must be base64."),
    ({"attestation": keys(secondaryKey="QUFB")}, "secondaryKey must be the base64 text of 16 to 64 bytes."),
    ({"attestation": {"type": "x509"}}, X509),
    ({"attestation": x509()}, X509),
    ({"attestation": x509(primary=None, secondary={})}, X509),
    ({"attestation": x509(primary={"info": {"subjectName": "CN=x"}})}, HIDDEN),
    ({"attestation": x509(primary={"certificate": ""})}, HIDDEN),
    ({"attestation": x509(primary={"certificate": "garbage"})},
     "primary certificate: what is given is not a certificate: it is a damaged certificate."),
    ({"attestation": x509(secondary={"certificate": certificates.private_key().decode()})},
     "secondary certificate: what is given is not a certificate: it is a private key."),
    ({"attestation": {"type": "x509", "x509": {"caReferences": {"primary": "ca"}, "clientCertificates": PEM}}}, ONE),
    ({"attestation": {"type": "x509", "x509": {"signingCertificates": PEM}}}, ONE),
    ({"allocationPolicy": "static"}, HUBS.format(0)),
    ({"allocationPolicy": "Static", "iotHubs": ["a", "b"]}, HUBS.format(2)),
    ({"iotHubs": ["a"]}, "iotHubs needs a policy: give allocationPolicy."),
    ({"iotHubs": ["a b"], "allocationPolicy": "static"}, NAMES),
    ({"allocationPolicy": "nearest"}, "allocationPolicy must be one of custom, geoLatency, hashed, static."),
    ({"allocationPolicy": "custom"}, "The custom allocation policy needs webhookUrl and apiVersion."),
    ({"allocationPolicy": "custom", "customAllocationDefinition": {"webhookUrl": WEBHOOK}},
     "The custom allocation policy needs apiVersion."),
    ({"customAllocationDefinition": {"webhookUrl": WEBHOOK.replace("https", "http")}},
     "webhookUrl takes the https:// URL of a function."),
    ({"customAllocationDefinition": {"apiVersion": "2018-08-31"}}, VERSION),
    ({"provisioningStatus": "on"}, "provisioningStatus must be one of disabled, enabled."),
    ({"provisioningStatus": "Enabled"}, "provisioningStatus must be one of disabled, enabled."),
    ({"etag": ""}, "etag must be an etag as 'show' prints it, or * for whatever there is."),
    ({"etag": "a b"}, "etag must be an etag as 'show' prints it, or * for whatever there is."),
    ({"etag": 5}, "etag must be a text, and is a number."),
    ({"deviceId": 5}, "deviceId must be a text, and is a number."),
    ({"attestation": "tpm"}, "attestation must be an object, and is a text."),
    ({"attestation": {"type": 1}}, "attestation.type must be a text, and is a number."),
    ({"attestation": keys(primaryKey=[KEY])}, "attestation.symmetricKey.primaryKey must be a text, and is a list."),
    ({"attestation": x509(primary="")},
     "attestation.x509.clientCertificates.primary must be an object, and is a text."),
    ({"capabilities": True}, "capabilities must be an object, and is true or false."),
    ({"capabilities": {"iotEdge": "true"}}, "capabilities.iotEdge must be true or false, and is a text."),
    ({"reprovisionPolicy": {"migrateDeviceData": 1}},
     "reprovisionPolicy.migrateDeviceData must be true or false, and is a number."),
    ({"reprovisionPolicy": "never"}, "reprovisionPolicy must be an object, and is a text."),
    ({"iotHubs": "a", "allocationPolicy": "static"}, "iotHubs must be a list, and is a text."),
    ({"iotHubs": [1], "allocationPolicy": "static"}, "iotHubs must be a list of texts."),
    ({"iotHubs": [None], "allocationPolicy": "static"}, "iotHubs must be a list of texts."),
    ({"initialTwin": []}, "initialTwin must be an object, and is a list."),
    ({"initialTwin": {"tags": "{}"}}, "initialTwin.tags must be an object, and is a text."),
    ({"initialTwin": {"properties": {"desired": 1.5}}},
     "initialTwin.properties.desired must be an object, and is a number."),
    ({"optionalDeviceInformation": [1]}, "optionalDeviceInformation must be an object, and is a list."),
    ({"initialTwin": {"tags": DEEP}}, NESTED),
    ({"unheardOf": DEEP}, NESTED),
    ({"optionalDeviceInformation": {"a": ["\ud800"]}}, HALF),
    ({"deviceId": "\udc00"}, HALF),
]  # fmt: skip
# members that nobody knows, where a known one of another part has a rule
UNKNOWN = [
    {"attestation": {**TPM, "unheardOf": 1}},
    {"attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY, "apiVersion": 5}}},
    {"attestation": {"type": "tpm", "tpm": {"endorsementKey": "QUFB", "primaryKey": []}}},
    {"attestation": x509(primary={"certificate": certificates.pem()}, tertiary="text")},
    {"attestation": x509(primary={"certificate": certificates.pem()}, tertiary=[1])},
    {"customAllocationDefinition": {"webhookUrl": WEBHOOK, "secondaryKey": 1}},
    {"initialTwin": {"properties": {"reported": 1}}, "registrationState": 5, "createdDateTimeUtc": []},
]


@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_every_rule_of_create(faults, mode):
    known = (HIDDEN,) if mode == "upsert" else ()
    wrong = [
        ({**OK, "registrationId": f"dev{n}", **change}, words)
        for n, (change, words) in enumerate(RULES)
        if words not in known
    ]
    found = faults("a.jsonl", "\n".join(json.dumps(record) for record, _ in [(OK, ""), *wrong]), f"--mode {mode}")
    assert found == [f"line {line}: {words}" for line, (_, words) in enumerate(wrong, 2)]
    array = faults("a.json", json.dumps([OK, *(record for record, _ in wrong)], indent=0))
    assert [words.partition(": ")[2] for words in array] == [words.partition(": ")[2] for words in found]


@pytest.mark.parametrize("change", UNKNOWN)
def test_what_nobody_knows_is_the_services_to_judge(iot, dps, tmp_path, change):
    (tmp_path / "a.json").write_text(json.dumps([{**OK, **change}]))
    result = iot(f"enrollment import --validate-only --file {tmp_path}/a.json")
    assert (result.exit_code, result.json["total"], dps.requests) == (0, 1, [])


def test_an_update_names_no_more_than_it_changes(faults):
    """What may be left out may not be wrong."""
    partial = ("attestation is missing", "needs", "belongs", "The primary", "The static", "The x509")
    wrong = [(change, words) for change, words in RULES if not any(each in words for each in partial)]
    lines = [json.dumps({"registrationId": f"dev{n}", **change}) for n, (change, _) in enumerate(wrong)]
    found = faults("a.jsonl", "\n".join(lines), "--mode update")
    assert found == [f"line {line}: {words}" for line, (_, words) in enumerate(wrong, 1)]
    whole = {"registrationId": "dev", "etag": "b2xk"}
    assert faults("a.jsonl", json.dumps(whole), "--mode update") == [
        "line 1: attestation is missing: one of symmetricKey, tpm, x509."
    ]


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
        ({"registrationId": "dev1", "attestation": keys()}, "enrollmentGroupId is missing."),
        ({"enrollmentGroupId": "g1", "attestation": TPM}, "attestation.type must be one of symmetricKey, x509."),
        ({"enrollmentGroupId": "g2"}, "attestation is missing: one of symmetricKey, x509."),
        ({"enrollmentGroupId": "g3", "attestation": x509(primary=pem)},
         "The x509 attestation of an enrollment group has signingCertificates or caReferences, and only one of them."),
        ({"enrollmentGroupId": "g4", "attestation": {"type": "x509", "x509": {"caReferences": {"primary": 1}}}},
         "attestation.x509.caReferences.primary must be a text, and is a number."),
        ({"enrollmentGroupId": "g5",
          "attestation": {"type": "x509", "x509": {"signingCertificates": {"secondary": {"info": {"a": 1}}}}}},
         HIDDEN.replace("primary", "secondary").replace("clientCertificates", "signingCertificates")),
    ]  # fmt: skip
    found = faults("a.jsonl", "\n".join(json.dumps(record) for record, _ in wrong), noun="enrollment-group")
    assert found == [f"line {line}: {words}" for line, (_, words) in enumerate(wrong, 1)]


def test_ids_in_any_letter_case_are_the_same(faults):
    ids = ["dev--east", "dev2", "DEV--East", "Dev2", "dev3", "dev--east"]
    twice = [
        "registrationId 'DEV--East' is that of line {} too.",
        "registrationId 'Dev2' is that of line {} too.",
        "registrationId 'dev--east' is that of line {} too.",
    ]
    lines = [json.dumps({**OK, "registrationId": id}) for id in ids]
    for mode in ("create", "update", "upsert", "delete --yes"):
        assert faults("a.jsonl", "\n".join(lines), f"--mode {mode}") == [
            f"line {line}: {words.format(first)}" for line, first, words in zip((3, 4, 6), (1, 2, 1), twice)
        ]
    assert faults("a.json", f"[{','.join(lines)}]") == [f"line 1: {words.format(1)}" for words in twice]
    # a record that is wrong has an id all the same
    assert faults("a.jsonl", '{"registrationId": "ok"}\n' + json.dumps(OK)) == [
        "line 1: attestation is missing: one of symmetricKey, tpm, x509.",
        "line 2: registrationId 'ok' is that of line 1 too.",
    ]


def test_no_private_key_leaves_the_file(iot, dps, tmp_path):
    key, pem = certificates.private_key().decode(), certificates.pem()
    (tmp_path / "a.pem").write_text(key + pem)
    bare = "".join(certificates.pem("other").splitlines()[1:-1])
    record = {**OK, "attestation": x509(primary={"certificate": pem + key}, secondary={"certificate": f" {bare}\n"})}
    (tmp_path / "a.jsonl").write_text(json.dumps(record))
    (tmp_path / "a.csv").write_text(f"registrationId,attestation,certificatePath\ndev1,x509,{tmp_path}/a.pem\n")
    for name, path in (
        ("a.jsonl", "primary certificate: what is given"),
        ("a.csv", f"certificatePath: {tmp_path}/a.pem"),
    ):
        result = iot(f"enrollment import --file {tmp_path}/{name} --debug")
        assert (result.exit_code, result.json["succeeded"]) == (0, 1)
        assert f"{path} holds a private key as well; it was left out and is not sent." in result.err
        assert key.splitlines()[1] not in result.err + json.dumps(dps.sent())
    shown = dps.enrollments["ok"]["attestation"]["x509"]["clientCertificates"]
    assert shown["primary"]["info"]["sha256Thumbprint"] == certificates.thumbprint()
    assert shown["secondary"]["info"]["sha256Thumbprint"] == certificates.thumbprint("other")
    assert dps.sent()[0][3]["enrollments"][0]["attestation"]["x509"]["clientCertificates"] == {
        "primary": {"certificate": pem.rstrip()},
        "secondary": {"certificate": bare},
    }
