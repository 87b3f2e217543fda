"""Every example works against the emulator, and what the documents tell to type is understood."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
import yaml
from knack.help_files import helps

import azext_iot_dps  # noqa: F401
from dps_emulator.lab import certificates

ROOT = Path(__file__).parents[2]
OLD = "b2xkLWtleS1vbGQta2V5LW9sZC1rZXk="
KEY = "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk="
FILLED = {
    "{dps_name}": "mydps",
    "{other_dps_name}": "other",
    "{resource_group}": "myrg",
    "{resource_group_name}": "myrg",
    "{enrollment_id}": "dev",
    "{symmetric_key_enrollment_id}": "dev",
    "{device_id}": "device-1",
    "{primary_key}": KEY,
    "{secondary_key}": KEY,
    "{new_primary_key}": KEY,
    "{endorsement_key}": "AAgAAQALAAMAsg==",
    "{reprovision_type}": "never",
    "{iot_hub_host_name}": "hub1.azure-devices.net",
    "{iot_hub_host_name1}": "hub1.azure-devices.net",
    "{iot_hub_host_name2}": "hub2.azure-devices.net",
    "{iot_hub_host_name3}": "hub3.azure-devices.net",
    "{group_id}": "dev",
    "{registration_id}": "dev",
    "{registration_id2}": "dev2",
    "{certificate_name}": "ca",
    "{certificate_name2}": "ca2",
    "{policy_name}": "provisioningserviceowner",
    "{webhook_url}": "https://f.example/api",
    "{api_version}": "2021-10-01",
}
EXAMPLES = [
    example["text"]
    for name, text in helps.items()
    for example in yaml.safe_load(text).get("examples", [])
    # the doctor requests what is not there
    if name.startswith("iot dps ") and name != "iot dps doctor"
]
TARGET = "-g {resource_group_name} --dps-name {dps_name} --enrollment-id {enrollment_id}"
# The examples of the public reference, as scripts have copied them.
REFERENCE = [
    f"az iot dps enrollment create {TARGET} {more}"
    for more in (
        "--attestation-type x509 --certificate-path /certificates/Certificate.pem --provisioning-status disabled "
        "--initial-twin-properties \"{'location':{'region':'US'}}\" --initial-twin-tags \"{'version':'1'}\" "
        "--device-info \"{'color':'red'}\" --device-id {device_id}",
        "--attestation-type tpm --endorsement-key 14963E8F3BA5B3984110B3C1CA8E8B89",
        "--attestation-type symmetrickey --primary-key {primary_key} --secondary-key {secondary_key}",
        "--attestation-type tpm --reprovision-policy {reprovision_type} "
        "--endorsement-key 14963E8F3BA5B3984110B3C1CA8E8B89",
        "--attestation-type tpm --allocation-policy static --endorsement-key 14963E8F3BA5B3984110B3C1CA8E8B89 "
        "--iot-hubs {iot_hub_host_name}",
        "--attestation-type tpm --allocation-policy hashed --endorsement-key 14963E8F3BA5B3984110B3C1CA8E8B89 "
        "--iot-hubs {iot_hub_host_name1} {iot_hub_host_name2}",
        "--attestation-type symmetrickey --allocation-policy custom --webhook-url {webhook_url} "
        "--api-version {api_version}",
    )
] + [
    f"az iot dps enrollment update {TARGET} {more}"
    for more in (
        "--certificate-path /certificates/NewCertificate.pem --etag AAAAAAAAAAA=",
        "--endorsement-key 14963E8F3BA5B3984110B3C1CA8E8B89 --etag AAAAAAAAAAA=",
        "--primary-key {new_primary_key} --etag AAAAAAAAAAA=",
        "--reprovision-policy {reprovision_type} --etag AAAAAAAAAAA=",
        "--allocation-policy geolatency --etag AAAAAAAAAAA= "
        "--iot-hubs {iot_hub_host_name1} {iot_hub_host_name2} {iot_hub_host_name3}",
        "--initial-twin-properties \"{'location':{'region':'USA'}}\" --initial-twin-tags \"{'version1':'2'}\" "
        "--device-info \"{'color':'red'}\"",
    )
]
REFERENCE += [
    "az iot dps enrollment show --dps-name {dps_name} -g {resource_group} --enrollment-id {enrollment_id}",
    "az iot dps enrollment show --dps-name {dps_name} -g {resource_group} "
    "--enrollment-id {symmetric_key_enrollment_id} --show-keys",
]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of its own with the samples, where commands may leave files."""
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("text", EXAMPLES + REFERENCE)
def test_every_example_works(az, dps, other, tmp_path, text):
    for sample in (ROOT / "samples").iterdir():
        shutil.copy(sample, tmp_path)
        shutil.copy(sample, tmp_path / f"old-{sample.name}")
    if " pki " in text and ("--add" in text or " create " not in text):
        assert az("iot dps pki create --out pki --rid dev --days 60").exit_code == 0
        (tmp_path / "devices.txt").write_text("dev2")
    dps.arm.services.append(dps.arm.service("other", "myrg", host=other.host))
    (tmp_path / "other.txt").write_text(other.connection_string)
    dps.arm.link(*(value for name, value in FILLED.items() if "iot_hub_host_name" in name))
    (tmp_path / "keys.csv").write_text(
        f"{'enrollmentGroupId' if '-group' in text else 'registrationId'},secondaryKey\ndev,{KEY}\n"
    )
    path = tmp_path / "file.pem"
    path.write_text(certificates.pem())
    arguments = [str(path) if word.startswith("/certificates/") else word for word in shlex.split(filled(text))]
    if "delete" in arguments and "import" in arguments:
        imported = ["--file", f"samples/{arguments[arguments.index('--file') + 1]}", "--login", dps.connection_string]
        assert az("iot dps", arguments[3], "import", *imported).exit_code == 0
    elif "create" not in arguments:
        shelf = dps.groups if "enrollment-group" in arguments else dps.enrollments
        shelf.put({**stored(text), "etag": "AAAAAAAAAAA="})
    dates = {"lastUpdatedDateTimeUtc": "2999-01-01T00:00:00Z", "enrollmentGroupId": "dev"}
    dps.registrations.put({"registrationId": "dev", "status": "assigned", "etag": "AAAAAAAAAAA=", **dates})
    named = dps.host if "login" in arguments and "-g" not in arguments else "mydps"
    result = az("", *[named if word == "mydps" else word for word in arguments[1:]])
    expected = (
        "an enrollment group needs a CA certificate",
        "cannot have both",
        "Use --show-keys to include them",
        "contains symmetric keys",
        "are for tests only",
        # the key of the public reference
        "is not that of a TPM",
        "The service generates keys",
        "Registrations are not copied",
        "contains a symmetric key",
        "a placeholder in place of the symmetric key",
        "is not for IoT Edge",
        # what is stored names no hub
        "--map-hub: no enrollment",
    )
    warned = [line for line in result.err.splitlines() if not any(words in line for words in expected)]
    assert (result.exit_code, warned) == (10 if "--exit-code" in arguments else 0, [])
    assert all(request.status in (200, 204) for request in dps.requests)


def filled(text):
    return re.sub(r"\{\w+\}", lambda match: FILLED[match[0]], text)


def stored(text):
    """A record of the attestation that the example is about."""
    if " roll " in text:
        attestation = rotated(text)
    elif "certificate" in text or "root-ca" in text:
        slots = {slot: {"info": {"subjectName": "CN=x"}} for slot in ("primary", "secondary")}
        branch = "signingCertificates" if "enrollment-group" in text else "clientCertificates"
        attestation = {"type": "x509", "x509": {branch: slots}}
    elif "endorsement" in text:
        attestation = {"type": "tpm", "tpm": {"endorsementKey": "b2xk"}}
    else:
        attestation = {"type": "symmetricKey", "symmetricKey": {"primaryKey": OLD, "secondaryKey": OLD}}
    id_member = "enrollmentGroupId" if "enrollment-group" in text else "registrationId"
    return {id_member: "dev", "attestation": attestation, "initialTwin": {"tags": {"old": 1}}}


def rotated(text):
    """The attestation before the first stage, or with the new one as the primary one."""
    is_later = "--promote" in text or "--finish" in text
    if "ca-name" in text:
        return {"type": "x509", "x509": {"caReferences": {"primary": "ca-2026"}}}
    if "certificate" in text:
        branch = "signingCertificates" if "enrollment-group" in text else "clientCertificates"
        primary = {"certificate": certificates.pem()} if is_later else {"info": {"subjectName": "CN=x"}}
        return {"type": "x509", "x509": {branch: {"primary": primary}}}
    return {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY if is_later else OLD, "secondaryKey": OLD}}


def documented():
    """The lines of the documents that call this extension, with what a reader fills in."""
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = path.read_text(encoding="utf-8").replace("\\\n", " ")
        yield from (
            line.strip().removeprefix("$ ")
            for line in text.splitlines()
            if re.match(r"\s*(\$ )?az iot (dps (enrol|connection|doctor|pki)|device)", line)
        )


@pytest.mark.parametrize("line", [*documented()])
def test_what_the_documents_tell_to_type_is_understood(az, dps, line):
    """The emulator may not know the names in it, but the parser accepts the line."""
    command = re.split(r" (?:2?>|\|\|?) ?|;;", line)[0]
    command = re.sub(r"\"\$\w+\"|<[\w-]+>", "dev", command)  # a value
    command = re.sub(r"\$\w+", "", command)  # options
    words = [dps.connection_string if word.startswith("@") else word for word in shlex.split(command, comments=True)]
    assert az("", *words[1:]).exit_code in (0, 1, 3)
