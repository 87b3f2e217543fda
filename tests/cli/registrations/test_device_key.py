"""compute-device-key, offline and from the group; and the registrations of a group's devices."""

import pytest

from azext_iot_dps.service import keys

GROUP_KEY = "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw=="
ID = "sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6"
DEVICE_KEY = "Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc="
COMPUTE = "iot dps enrollment-group compute-device-key"


def test_the_published_vector():
    assert keys.device_key(GROUP_KEY, ID) == DEVICE_KEY


@pytest.mark.parametrize("command", [COMPUTE, "iot dps compute-device-key --only-show-errors"])
def test_offline_nothing_is_asked(az, dps, command):
    result = az(f"{command} --registration-id {ID} --symmetric-key {GROUP_KEY}")
    assert (result.exit_code, result.out, result.err) == (0, f'"{DEVICE_KEY}"\n', "")
    assert dps.requests == []


def test_several_ids_give_a_row_each_in_their_order(az, dps, tmp_path):
    (tmp_path / "ids").write_text(f"{ID}\nother\n")
    for ids in (f"{ID} other", f"@{tmp_path}/ids", f"'{ID} other'"):
        result = az(f"{COMPUTE} --key {GROUP_KEY} --rid {ids}")
        assert result.json == [
            {"registrationId": ID, "key": DEVICE_KEY},
            {"registrationId": "other", "key": keys.device_key(GROUP_KEY, "other")},
        ]
    assert keys.device_key(GROUP_KEY, "other") != keys.device_key(GROUP_KEY, "Other")


def test_a_table_has_a_row_a_device(az):
    lines = az(f"{COMPUTE} --key {GROUP_KEY} --rid {ID} other -o table").out.splitlines()
    assert lines[0].split() == ["RegistrationId", "Key"]
    assert lines[2].split() == [ID, DEVICE_KEY]
    assert len(lines) == 4


@pytest.mark.parametrize("target", ["-n mydps -g myrg", "--auth-type login -n mydps", "LOGIN"])
def test_from_the_group(az, dps, target):
    dps.groups.put(
        {
            "enrollmentGroupId": "grp",
            "attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": GROUP_KEY, "secondaryKey": "cw=="}},
        }
    )
    given = ["--login", dps.connection_string] if target == "LOGIN" else target.split()
    result = az(f"{COMPUTE} --group-id grp --rid {ID}", *given)
    assert (result.exit_code, result.json) == (0, DEVICE_KEY)
    assert dps.sent() == [("POST", "/enrollmentGroups/grp/attestationmechanism", None, None)]


def test_a_group_without_symmetric_keys(iot, dps):
    attestation = {"type": "x509", "x509": {"caReferences": {"primary": "ca"}}}
    dps.groups.put({"enrollmentGroupId": "grp", "attestation": attestation})
    result = iot("enrollment-group compute-device-key --gid grp --rid dev")
    assert (result.exit_code, result.err) == (
        1,
        "ERROR: The devices of group 'grp' have no symmetric keys: its attestation is x509.\n",
    )


def test_a_group_that_is_not_there(iot):
    assert iot("enrollment-group compute-device-key --gid nope --rid dev").exit_code == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--rid dev", "Specify --symmetric-key, or --group-id and the service."),
        ("--rid dev -n mydps", "Specify --symmetric-key, or --group-id and the service."),
        ("--rid dev --gid grp", "Specify the Device Provisioning Service with --dps-name (-n) or --login (-l)."),
        ("--rid dev --key not*base64", "--symmetric-key must be base64 of 16 to 64 bytes."),
        ("--rid dev --key c2hvcnQ=", "--symmetric-key must be base64 of 16 to 64 bytes."),
        (
            f"--rid dev d/v --key {GROUP_KEY}",
            "--registration-id: 'd/v' must be 1 to 128 letters, digits, '-', '.', '_' or ':', and not '.' or '..' "
            "alone.",
        ),
        (f"--rid @absent --key {GROUP_KEY}", "--registration-id: cannot read absent: No such file or directory."),
        (
            f"--rid '' --key {GROUP_KEY}",
            "--registration-id must be 1 to 128 letters, digits, '-', '.', '_' or ':', and not '.' or '..' alone.",
        ),
    ],
)
def test_what_is_refused_before_anything_is_asked(az, dps, options, message):
    result = az(f"{COMPUTE} {options}")
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err.splitlines()[0] == f"ERROR: {message}"


@pytest.fixture
def devices(iot, dps):
    """A group and three devices that registered with keys derived from its own."""
    key = iot("enrollment-group create --gid grp").json["attestation"]["symmetricKey"]["primaryKey"]
    for id in ("dev1", "dev2", "dev3"):
        dps.register(id, key=keys.device_key(key, id), group_id="grp")


@pytest.mark.parametrize("noun", ["enrollment-group registration", "registration --only-show-errors"])
def test_registrations_of_a_group(iot, dps, devices, noun):
    noun, *quiet = noun.split(" --")
    more = "".join(f" --{word}" for word in quiet)
    listed = iot(f"{noun} list --gid grp{more}")
    assert sorted(state["registrationId"] for state in listed.json) == ["dev1", "dev2", "dev3"]
    assert dps.sent()[-1] == ("POST", "/registrations/grp/query", None, None)
    assert len(iot(f"{noun} list --gid grp --top 2{more}").json) == 2
    shown = iot(f"{noun} show --registration-id dev2{more}")
    assert (shown.json["status"], shown.err) == ("assigned", "")
    assert iot(f"{noun} delete --registration-id dev2 --etag {shown.json['etag']}{more}").exit_code == 0
    assert iot(f"{noun} show --registration-id dev2{more}").exit_code == 3
    assert len(iot(f"{noun} list --gid grp{more}").json) == 2


def test_old_names_say_the_new_ones(iot, az, devices):
    assert "Use 'iot dps enrollment-group registration" in iot("registration list --gid grp").err
    old = az(f"iot dps compute-device-key --registration-id {ID} --symmetric-key {GROUP_KEY}")
    assert "Use 'iot dps enrollment-group compute-device-key' instead" in old.err
    assert old.json == DEVICE_KEY


def test_registrations_of_a_group_that_is_not_there(iot):
    result = iot("enrollment-group registration list --gid nope")
    assert result.exit_code == 3
    assert result.err.startswith("ERROR: Enrollment group 'nope' not found in localhost. (error 404204, ")
