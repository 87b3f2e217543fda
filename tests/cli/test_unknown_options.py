"""Options that a command does not have: the message shows the way out, and no value of theirs, which may be a key."""

import pytest

KEY = "c2VjcmV0LWtleS1vZi1hLXBvbGljeS1vZi1kcHM="
LOGIN = f"HostName=h.example.com;SharedAccessKeyName=p;SharedAccessKey={KEY}"
NOT_ONE = "ERROR: 'az iot dps {}' has no option {}.\n{}\n"
GROUP = (
    "A group's attestation follows from its other options: --certificate-path, --root-ca-name, or else symmetric keys."
)
TYPE = "The attestation type of an enrollment cannot be changed: delete the enrollment and create it again."


@pytest.mark.parametrize(
    ("command", "option", "advice"),
    [
        ("enrollment list", "--logn", "Did you mean --login?"),
        ("enrollment list", "--connection-string", "Specify the connection string with --login (-l)."),
        ("enrollment list", "--bogus", "To see its options: az iot dps enrollment list -h"),
        ("enrollment show", "--id", "Did you mean --eid?"),
        ("enrollment show", "--registration-id", "Specify the ID with --enrollment-id (--eid)."),
        ("enrollment delete", "--yes", "This command does not ask: omit it."),
        (
            "enrollment apply",
            "--mode",
            "apply creates and updates. For another mode: az iot dps enrollment import --mode.",
        ),
        ("enrollment-group create", "--ek", "Groups have no TPM attestation: create an enrollment for each device."),
        ("enrollment-group update", "--device-id", "The device ID of a device of a group is its registration ID."),
        ("enrollment list", "--hubs", "To see its options: az iot dps enrollment list -h"),
        ("enrollment list", "--filter", "To filter: --query \"[?provisioningStatus=='disabled']\"."),
        ("enrollment-group registration list", "--filter", "To filter: --query \"[?status=='failed']\"."),
        ("enrollment export", "--filter", "To select records: --where \"provisioningStatus == 'disabled'\"."),
        ("enrollment create", "--atestation-type", "Did you mean --attestation-type?"),
        ("enrollment-group create", "--at", GROUP),
        ("enrollment-group update", "--attestation-type", GROUP),
        ("enrollment update", "--at", TYPE),
        ("enrollment registration delete", "--etga", "Did you mean --etag?"),
        ("enrollment import", "--whatif", "Did you mean --what-if?"),
    ],
)
def test_the_way_out_is_told(az, dps, command, option, advice):
    for given in ((option, LOGIN), (f"{option}={LOGIN}",)):
        result = az(f"iot dps {command}", *given)
        assert (result.exit_code, result.out, dps.requests) == (2, "", [])
        assert result.err == NOT_ONE.format(command, option, advice)


@pytest.mark.parametrize(
    ("command", "options", "missing"),
    [
        ("enrollment create", "--eid dev", "--attestation-type (--at: symmetricKey, tpm, x509)"),
        ("enrollment create", "", "--enrollment-id (--eid), --attestation-type (--at: symmetricKey, tpm, x509)"),
        ("enrollment show", "", "--enrollment-id (--eid)"),
        ("enrollment-group show", "", "--enrollment-id (--group-id/--eid/--gid)"),
    ],
)
def test_a_missing_option_is_named_with_its_values(az, dps, command, options, missing):
    result = az(f"iot dps {command} -n mydps {options}")
    assert (result.exit_code, result.out, dps.requests) == (2, "", [])
    told = f"'az iot dps {command}' requires {missing}.\nTo see its options: az iot dps {command} -h\n"
    assert result.err == f"ERROR: {told}"


@pytest.mark.parametrize("options", ["--enrollment dev --attest tpm", "--eid=dev --at=tpm"])
def test_a_required_option_may_be_shortened(az, dps, options):
    assert az(f"iot dps enrollment create {options} --ek AAgAAQALAAMAsg==", "-l", dps.connection_string).exit_code == 0


def test_a_connection_string_without_its_option(az, dps, tmp_path):
    (tmp_path / "dps.txt").write_text(LOGIN)
    result = az(f"iot dps enrollment list @{tmp_path}/dps.txt")
    assert (result.exit_code, dps.requests) == (2, [])
    told = "The connection string is not the value of an option.\nSpecify it with --login (-l).\n"
    assert result.err == f"ERROR: {told}"


def test_a_file_without_its_at(az, dps, tmp_path):
    (tmp_path / "dps.txt").write_text(LOGIN)
    result = az(f"iot dps enrollment list --login {tmp_path}/dps.txt")
    assert (result.exit_code, dps.requests) == (1, [])
    told = f"ERROR: --login: To read the file {tmp_path}/dps.txt, specify --login @{tmp_path}/dps.txt.\n"
    assert result.err.startswith(told)


@pytest.mark.parametrize("line", ["--lo {}", "-l {}", "--login={}"])
def test_what_azure_cli_takes_is_taken(az, dps, line):
    result = az("iot dps enrollment list --debug --out json", *line.format(dps.connection_string).split())
    assert (result.exit_code, result.json) == (0, [])


def test_a_device_is_named_by_its_registration_id(az):
    told = az("iot device registration create --device-id dev").err.splitlines()[1]
    assert told == "Specify the ID of the device with --registration-id (--rid)."


def test_help_comes_before_an_unknown_option(az):
    assert az("iot dps enrollment list --help").exit_code == 0


def test_a_registration_that_is_not_there(iot):
    told = iot("enrollment registration show --eid dev").err.splitlines()
    assert told[0].startswith("ERROR: Registration 'dev' not found in localhost. (error 404202, ")
    assert told[1:] == ["The device has not registered yet, or its registration was deleted."]
