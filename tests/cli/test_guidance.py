"""What a refused command line is answered with: examples of the same command, with the names that were typed."""

import shlex

import pytest
import yaml
from knack.help_files import helps

from dps_emulator.lab import certificates

TPM = "--endorsement-key 14963E8F3BA5B3984110B3C1CA8E8B89"
TYPED = "-n mydps -g myrg --enrollment-id dev"


def examples(result):
    assert result.exit_code == 1
    assert result.err.startswith("ERROR: ")
    return result.err.partition("For example:\n")[2].splitlines()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            "enrollment create --eid dev --at tpm -n mydps -g myrg",
            [
                f"az iot dps enrollment create {TYPED} --attestation-type tpm {TPM}",
                f"az iot dps enrollment create {TYPED} --attestation-type tpm {TPM} --reprovision-policy never",
            ],
        ),
        (
            "enrollment create --eid dev --at symmetricKey --allocation-policy static --login HostName=x",
            [
                "az iot dps enrollment create --login @dps.txt --enrollment-id dev --attestation-type symmetricKey "
                "--allocation-policy static --iot-hubs hub1.azure-devices.net",
                "az iot dps enrollment create --login @dps.txt --enrollment-id dev --attestation-type symmetricKey "
                "--allocation-policy hashed --iot-hubs hub1.azure-devices.net hub2.azure-devices.net",
            ],
        ),
        (
            "enrollment update --eid dev -n mydps --hn north --allocation-policy static --only-show-errors",
            [
                "az iot dps enrollment update -n mydps --enrollment-id dev --allocation-policy geolatency "
                "--etag AAAAAAAAAAA= --iot-hubs hub1.azure-devices.net hub2.azure-devices.net hub3.azure-devices.net",
                'az iot dps enrollment update -n mydps --enrollment-id dev --initial-twin-tags ""',
            ],
        ),
        (
            "enrollment-group create --gid grp -n mydps --iot-hubs north.azure-devices.net",
            [
                "az iot dps enrollment-group create -n mydps --group-id grp --edge-enabled "
                "--allocation-policy geolatency --iot-hubs north.azure-devices.net hub1.azure-devices.net "
                "--initial-twin-properties \"{'location':{'region':'US'}}\" --initial-twin-tags \"{'version':'1'}\"",
                "az iot dps enrollment-group create -n mydps --group-id grp",
            ],
        ),
        (
            "enrollment-group update --gid grp -n mydps --root-ca-name ca --primary-key MDEyMzQ1Njc4OWFiY2RlZg==",
            [
                'az iot dps enrollment-group update -n mydps --group-id grp --primary-key "$NEW_PRIMARY_KEY"',
                "az iot dps enrollment-group update -n mydps --group-id grp --root-ca-name root-ca",
            ],
        ),
        (
            "enrollment-group compute-device-key --rid one two",
            [
                'az iot dps enrollment-group compute-device-key --symmetric-key "$PRIMARY_KEY" --registration-id one '
                "thermostat-2",
                "az iot dps enrollment-group compute-device-key -n mydps --group-id thermostats --registration-id one",
            ],
        ),
        (
            "enrollment list -g myrg",
            [
                "az iot dps enrollment list -n mydps -g myrg",
                'az iot dps enrollment list -n mydps --query "length(@)"',
                "az iot dps enrollment list -n mydps --auth-type login --top 10",
            ],
        ),
        # what a converter refuses, which knows none of the names
        (
            "enrollment list -n other --top 0",
            [
                "az iot dps enrollment list -n mydps --auth-type login --top 10",
                "az iot dps enrollment list -n mydps",
            ],
        ),
        (
            "enrollment show -n other --eid 'a b'",
            [
                "az iot dps enrollment show -n mydps --enrollment-id thermostat-1",
                "az iot dps enrollment show -n mydps --enrollment-id thermostat-1 --show-keys",
            ],
        ),
    ],
)
def test_examples_are_about_what_was_refused(az, dps, line, shown):
    assert examples(az(f"iot dps {line}")) == shown
    assert dps.requests == []


def test_examples_of_a_device(az, dps):
    assert examples(az("iot device registration create --rid dev --id-scope 0ne00000A0A --compute-key")) == [
        "az iot device registration create --id-scope 0ne00000A0A --registration-id dev --group-id thermostats "
        '--symmetric-key "$GROUP_KEY" --compute-key',
        "az iot device registration create -n mydps --registration-id dev --group-id thermostats",
    ]


# Each command without the service that it needs, or with something else missing.
LINES = {
    "iot dps enrollment create": "--eid dev --at tpm",
    "iot dps enrollment list": "",
    "iot dps enrollment show": "--eid dev",
    "iot dps enrollment update": "--eid dev",
    "iot dps enrollment delete": "--eid dev",
    "iot dps enrollment export": "--file new.csv",
    "iot dps enrollment import": "--file absent.csv",
    "iot dps enrollment registration show": "--eid dev",
    "iot dps enrollment registration delete": "--eid dev",
    "iot dps enrollment-group create": "--gid dev",
    "iot dps enrollment-group list": "",
    "iot dps enrollment-group show": "--gid dev",
    "iot dps enrollment-group update": "--gid dev",
    "iot dps enrollment-group delete": "--gid dev",
    "iot dps enrollment-group export": "--file new.csv",
    "iot dps enrollment-group import": "--file absent.csv",
    "iot dps enrollment-group compute-device-key": "--rid dev",
    "iot dps enrollment-group registration list": "--gid dev",
    "iot dps enrollment-group registration show": "--rid dev",
    "iot dps enrollment-group registration delete": "--rid dev",
    "iot device registration create": "--rid dev",
}


@pytest.mark.parametrize("command", LINES)
def test_every_command_has_them_and_they_are_understood(az, dps, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "device.pem"
    file.write_text(certificates.pem())
    shown = examples(az(f"{command} {LINES[command]}"))
    assert len(shown) in (2, 3)
    for example in shown:
        words = [str(file) if word.startswith("/certificates") else word for word in shlex.split(example)]
        assert words[: len(command.split()) + 1] == ["az", *command.split()]
        assert az("", *words[1:]).exit_code in (0, 1, 3)


@pytest.mark.parametrize("command", [*LINES, "iot dps connection-string show"])
def test_every_command_has_two_examples_for_what_azure_cli_itself_refuses(command):
    assert len(yaml.safe_load(helps[command])["examples"]) >= 2


@pytest.mark.parametrize(
    "line",
    [
        "enrollment list -n mydps",
        "enrollment show --eid nosuch -n mydps",
        "enrollment list --login HostName=secret;SharedAccessKey=c2VjcmV0",
        "enrollment import --file absent.csv --validate-only",
        # a converter that shows how its text should look
        "enrollment update --eid dev -n mydps --tags [1]",
    ],
)
def test_what_is_no_matter_of_options_has_no_examples(az, dps, line):
    assert "For example:" not in az(f"iot dps {line}").err


@pytest.mark.parametrize("line", ["enrollment list", "enrollment create --eid dev --at tpm -n mydps"])
def test_whoever_wants_no_examples_gets_none(az, monkeypatch, line):
    # as `az config set core.error_recommendation=off` does
    monkeypatch.setenv("AZURE_CORE_ERROR_RECOMMENDATION", "off")
    result = az(f"iot dps {line}")
    assert result.exit_code == 1
    assert "For example:" not in result.err
