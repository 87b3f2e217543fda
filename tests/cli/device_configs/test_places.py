"""Where the configuration names a device to register, where it is written, and what is refused."""

from __future__ import annotations

import stat

import pytest

from tests.devices import KEY1, SCOPE, symmetric

DEVICE = "iot dps enrollment device-config --eid dev"


def test_the_id_scope_and_the_host_are_looked_up(az, dps):
    dps.enrollments.put(symmetric())
    for service in dps.arm.services:
        service["properties"]["deviceProvisioningHostName"] = "devices.example"
    result = az(f"{DEVICE} -n mydps -g myrg --show-keys")
    assert (result.exit_code, result.err) == (0, "")
    assert (result.json["provisioningHost"], result.json["idScope"]) == ("devices.example", SCOPE)
    found = [each.path for each in dps.requests if each.path.endswith("/provisioningServices/mydps")]
    assert len(found) == 1


def test_options_come_before_what_is_looked_up(az, dps):
    dps.enrollments.put(symmetric())
    line = f"{DEVICE} -n mydps -g myrg --show-keys --provisioning-host private.example --id-scope 0neABC"
    result = az(line)
    assert (result.json["provisioningHost"], result.json["idScope"]) == ("private.example", "0neABC")


@pytest.mark.parametrize("form", ["edge-toml", "env", "json"])
def test_a_file_has_what_is_printed_otherwise(config, dps, tmp_path, form):
    dps.enrollments.put(symmetric(capabilities={"iotEdge": True}))
    path = tmp_path / "device"
    path.write_text("before")
    path.chmod(0o644)
    result = config(f"--show-keys --format {form} --file {path}")
    assert (result.exit_code, result.json) == (
        0,
        {"file": str(path), "format": form, "registrationId": "dev", "attestation": "symmetricKey"},
    )
    assert result.err == f"WARNING: {path} contains a symmetric key. Only its owner can read it.\n"
    assert path.read_text() == config(f"--show-keys --format {form}").out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert KEY1 in path.read_text()


def test_a_new_file_is_private_too(config, dps, tmp_path):
    dps.enrollments.put(symmetric())
    assert config(f"--format env -f {tmp_path}/new").exit_code == 0
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "--cp /a.pem",
            "--certificate-file-path and --key-file-path require each other. Specify --key-file-path.",
        ),
        (
            "--kp /a.key",
            "--certificate-file-path and --key-file-path require each other. Specify --certificate-file-path.",
        ),
        (
            "--cp a.pem --kp /a.key",
            "--certificate-file-path must be an absolute path on the device, such as /var/secrets/device.pem.",
        ),
        ("--provisioning-host a/b", "--provisioning-host must be a host name."),
    ],
)
def test_what_is_refused_before_a_request(config, dps, line, message):
    result = config(line)
    assert (result.exit_code, result.out, dps.requests) == (1, "", [])
    assert result.err.splitlines()[0] == f"ERROR: {message}"


def test_a_device_of_a_group_needs_an_id(iot, dps):
    result = iot("enrollment-group device-config --group-id grp")
    assert (result.exit_code, dps.requests) == (2, [])
    assert "--registration-id" in result.err


def test_a_certificate_does_not_go_with_a_key(config, dps, tmp_path):
    dps.enrollments.put(symmetric())
    path = tmp_path / "device"
    result = config(f"--cp /a.pem --kp /a.key --file {path}")
    assert (result.exit_code, result.out, path.exists()) == (1, "", False)
    assert result.err == "ERROR: --certificate-file-path cannot be used: the attestation of 'dev' is symmetricKey.\n"


def test_an_attestation_without_a_configuration(config, dps):
    dps.enrollments.put({"registrationId": "dev", "attestation": {"type": "none"}})
    result = config()
    assert (result.exit_code, result.err) == (
        1,
        "ERROR: The attestation of 'dev' is none, for which there is no device configuration.\n",
    )


def test_an_enrollment_that_does_not_exist(config):
    assert config("--format env --file none").exit_code == 3
