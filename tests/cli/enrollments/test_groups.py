"""az iot dps enrollment-group: what reaches the service, and what is refused before."""

import pytest

from dps_emulator.lab import certificates

KEY1 = "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk="
KEY2 = "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="
NEW = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXc="
SYMMETRIC = {
    "enrollmentGroupId": "grp",
    "attestation": {"type": "symmetricKey"},
    "capabilities": {"iotEdge": False},
    "reprovisionPolicy": {"updateHubAssignment": True, "migrateDeviceData": True},
}
CREATE = "enrollment-group create --group-id grp "
UPDATE = "enrollment-group update --gid grp "
PEM = certificates.pem()
CERTIFICATE = {"certificate": PEM.strip()}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "ca.pem"
    path.write_text(PEM)
    return str(path)


@pytest.mark.parametrize("option", ["--group-id", "--gid", "--enrollment-id", "--eid"])
def test_create_sends_one_put_and_prints_the_answer(iot, dps, option):
    result = iot(f"enrollment-group create {option} grp")
    assert dps.sent() == [("PUT", "/enrollmentGroups/grp", None, SYMMETRIC)]
    assert (result.exit_code, result.json) == (0, dps.requests[0].answer)
    assert len(result.json["attestation"]["symmetricKey"]["primaryKey"]) == 88


@pytest.mark.parametrize(
    ("options", "attestation"),
    [
        (f"--pk {KEY1} --sk {KEY2}", {"symmetricKey": {"primaryKey": KEY1, "secondaryKey": KEY2}}),
        ("--cp FILE", {"x509": {"signingCertificates": {"primary": CERTIFICATE}}}),
        ("--scp FILE", {"x509": {"signingCertificates": {"secondary": CERTIFICATE}}}),
        ("--cp FILE --scp FILE", {"x509": {"signingCertificates": {"primary": CERTIFICATE, "secondary": CERTIFICATE}}}),
        ("--root-ca-name ca1", {"x509": {"caReferences": {"primary": "ca1"}}}),
        ("--ca-name ca1 --scn ca2", {"x509": {"caReferences": {"primary": "ca1", "secondary": "ca2"}}}),
        ("--secondary-ca-name ca2", {"x509": {"caReferences": {"secondary": "ca2"}}}),
    ],
)
def test_create_sends_the_attestation(iot, dps, file, options, attestation):
    assert iot(CREATE + options.replace("FILE", file)).exit_code == 0
    kind = "x509" if "x509" in attestation else "symmetricKey"
    assert dps.sent()[0][3] == {**SYMMETRIC, "attestation": {"type": kind, **attestation}}


def test_create_sends_what_was_given(iot, dps):
    iot(CREATE + "--ps disabled --ee --rp never --tags '{\"a\": 1}' --ap hashed --ih h1.net h2.net")
    assert dps.sent()[0][3] == {
        **SYMMETRIC,
        "provisioningStatus": "disabled",
        "capabilities": {"iotEdge": True},
        "reprovisionPolicy": {"updateHubAssignment": False, "migrateDeviceData": False},
        "initialTwin": {"tags": {"a": 1}},
        "allocationPolicy": "hashed",
        "iotHubs": ["h1.net", "h2.net"],
    }


def test_create_never_overwrites(iot, dps):
    iot(CREATE)
    again = iot(CREATE)
    assert again.exit_code == 1
    assert "EnrollmentGroup already exists. (error 409202, tracking ID " in again.err
    assert "'grp' was not changed. Use `update` to change it." in again.err


ONE = "Use one of them."
GENERATE = "\nGenerate one: openssl rand -base64 32"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--cp FILE --cn ca", f"--certificate-path and --root-ca-name cannot be combined. {ONE}"),
        ("--scp FILE --scn ca", f"--secondary-certificate-path and --secondary-root-ca-name cannot be combined. {ONE}"),
        (
            f"--cp FILE --pk {KEY1}",
            f"--primary-key belongs to symmetricKey attestation, --certificate-path to x509. {ONE}",
        ),
        (
            f"--cn ca --sk {KEY1}",
            f"--secondary-key belongs to symmetricKey attestation, --root-ca-name to x509. {ONE}",
        ),
        ("--cn ''", "--root-ca-name must not be empty."),
        ("--ih h.net", "--iot-hubs requires --allocation-policy."),
        ("--pk short", f"--primary-key must be base64 of 16 to 64 bytes.{GENERATE}"),
    ],
)
@pytest.mark.parametrize("command", ["create", "update"])
def test_what_is_wrong_for_every_group_is_refused_before_anything_is_asked(az, dps, file, command, options, message):
    if command == "update" and "--ih" in options:
        options += " --ap static --ih i.net"
        message = "--allocation-policy static requires exactly one host name in --iot-hubs, not 2."
    line = f"iot dps enrollment-group {command} --gid grp -n mydps --only-show-errors {options.replace('FILE', file)}"
    result = az(line)
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err == f"ERROR: {message}\n"


@pytest.mark.parametrize("option", ["--device-id d", "--info '{}'", "--ek QUFB", "--at tpm"])
def test_what_only_individual_enrollments_have_is_unknown(iot, option):
    assert iot(CREATE + option).exit_code == 2


def info(name):
    return {"info": {"subjectName": f"CN={name}", "unheardOf": None}}


SIGNED = {"signingCertificates": {"primary": info("one"), "secondary": info("two")}}
NAMED = {"caReferences": {"primary": "ca1", "secondary": "ca2"}}


@pytest.mark.parametrize(
    ("x509", "options", "sent"),
    [
        (SIGNED, "--ps disabled", SIGNED),
        (SIGNED, "--cp FILE", {"signingCertificates": {"primary": CERTIFICATE, "secondary": info("two")}}),
        (SIGNED, "--scp FILE", {"signingCertificates": {"primary": info("one"), "secondary": CERTIFICATE}}),
        (SIGNED, "--rc", {"signingCertificates": {"secondary": info("two")}}),
        (SIGNED, "--rsc", {"signingCertificates": {"primary": info("one")}}),
        (SIGNED, "--cp FILE --rsc", {"signingCertificates": {"primary": CERTIFICATE}}),
        (SIGNED, "--cp FILE --rc", {"signingCertificates": {"primary": CERTIFICATE, "secondary": info("two")}}),
        (SIGNED, "--cn new", {"caReferences": {"primary": "new"}}),
        (SIGNED, "--scn new --rc", {"caReferences": {"secondary": "new"}}),
        (NAMED, "--ps disabled", NAMED),
        (NAMED, "--rc", {"caReferences": {"secondary": "ca2"}}),
        (NAMED, "--rsc", {"caReferences": {"primary": "ca1"}}),
        (NAMED, "--cn new", {"caReferences": {"primary": "new", "secondary": "ca2"}}),
        (NAMED, "--cn new --rsc", {"caReferences": {"primary": "new"}}),
        (NAMED, "--cp FILE", {"signingCertificates": {"primary": CERTIFICATE}}),
        (NAMED, "--scp FILE --rc", {"signingCertificates": {"secondary": CERTIFICATE}}),
    ],
)
def test_certificates_and_ca_names_move(iot, dps, file, x509, options, sent):
    group = {"enrollmentGroupId": "grp", "attestation": {"type": "x509", "x509": {**x509, "unheardOf": 1}}}
    dps.groups.put({**group, "etag": "e", "futureMember": "newer"})
    result = iot(UPDATE + options.replace("FILE", file))
    body = dps.sent("PUT")[0][3]
    replaced = f"WARNING: {next(iter(sent))} replaces {next(iter(x509))}: an enrollment group cannot have both.\n"
    assert (replaced in result.err) == (list(sent) != list(x509))
    assert body["attestation"] == {"type": "x509", "x509": {**sent, "unheardOf": 1}}
    assert (body["futureMember"], body["etag"]) == ("newer", "e")


@pytest.mark.parametrize("x509", [SIGNED, NAMED], ids=["certificates", "names"])
def test_an_update_never_leaves_no_certificate(iot, dps, x509):
    dps.groups.put({"enrollmentGroupId": "grp", "attestation": {"type": "x509", "x509": x509}})
    result = iot(UPDATE + "--rc --rsc")
    assert (result.exit_code, dps.sent("PUT")) == (1, [])
    assert result.err == (
        "ERROR: No certificate would be left. Specify one: --certificate-path, --secondary-certificate-path or "
        "--root-ca-name.\n"
    )


def test_an_update_keeps_the_other_key_and_all_else(iot, dps):
    iot(CREATE + f'--pk {KEY1} --sk {KEY2} --tags \'{{"version": null, "a": [null]}}\'')
    updated = iot(UPDATE + f"--pk {NEW} --props '{{\"b\": 1}}'").json
    assert updated["attestation"]["symmetricKey"] == {"primaryKey": NEW, "secondaryKey": KEY2}
    assert updated["initialTwin"] == {"tags": {"a": [None]}, "properties": {"desired": {"b": 1}}}
    assert dps.sent("PUT")[1][2] == dps.requests[0].answer["etag"]


@pytest.mark.parametrize("command", ["show", "update --ps disabled", "delete"])
def test_what_is_not_there_ends_with_3(iot, command):
    result = iot(f"enrollment-group {command} --gid nope")
    assert result.exit_code == 3
    assert "(error 404204" in result.err


def test_show_keys_and_list_and_delete(iot, dps):
    iot(CREATE + f"--pk {KEY1} --sk {KEY2}")
    shown = iot("enrollment-group show --gid grp --show-keys").json
    assert shown["attestation"]["symmetricKey"] == {"primaryKey": KEY1, "secondaryKey": KEY2}
    assert [group["enrollmentGroupId"] for group in iot("enrollment-group list --top 5").json] == ["grp"]
    table = iot("enrollment-group list -o table").out.splitlines()
    assert table[0].split() == ["GroupId", "Attestation", "Status", "LastUpdated"]
    assert iot("enrollment-group delete --gid grp --etag AAAA").exit_code == 1
    assert iot("enrollment-group delete --gid grp").exit_code == 0
    assert iot("enrollment-group list").json == []


def test_a_certificate_of_the_other_kind_is_warned_of(iot, dps, tmp_path, file):
    leaf = (
        f"WARNING: --certificate-path: {file} is a leaf certificate; an enrollment group needs a CA certificate. "
        "Specify the certificate of the CA that signed it.\n"
    )
    assert iot(f"{CREATE} --cp {file}").err == leaf
    authority = tmp_path / "authority.pem"
    authority.write_bytes(certificates.authority().public_bytes(certificates.PEM))
    assert iot(f"enrollment-group create --gid other --cp {authority}").err == ""
    assert iot(f"enrollment create --eid dev --at x509 --cp {file}").err == ""
    said = iot(f"enrollment create --eid dev2 --at x509 --cp {authority}").err
    assert said.endswith(
        "authority.pem is a CA certificate; an enrollment needs a leaf certificate. To create one: openssl req -x509 "
        "-extensions usr_cert -newkey rsa:2048 -nodes -days 365 -subj /CN=<registration ID> -keyout device.key -out "
        "device.pem\n"
    )
