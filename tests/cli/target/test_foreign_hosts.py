"""A sign-in at a host that is not of the active cloud: a warning before its token is sent there."""

from __future__ import annotations

import socket

import pytest

from azext_iot_dps.arm import clouds

LIST = "iot dps enrollment list --auth-type login"
WARNING = "WARNING: The access token of the current sign-in is sent to {}, which is not a host of the active cloud.\n"


def test_a_host_of_the_registered_cloud(az, dps):
    result = az(f"{LIST} -n {dps.host}")
    assert (result.exit_code, result.json, result.err) == (0, [], "")


def test_a_service_of_the_registered_cloud(az, dps):
    result = az(f"{LIST} -n mydps -g myrg")
    assert (result.exit_code, result.json, result.err) == (0, [], "")


def test_another_host(az, dps):
    for number in range(205):
        dps.enrollments.put({"registrationId": f"dev{number}", "attestation": {"type": "none"}})
    result = az(f"{LIST} -n 127.0.0.1:{dps.port}")
    assert (result.exit_code, len(result.json)) == (0, 205)
    assert result.err == WARNING.format(f"127.0.0.1:{dps.port}")


def test_an_import_warns_once(az, dps, tmp_path):
    lines = (
        f'{{"registrationId": "dev{number}", "attestation": {{"type": "symmetricKey"}}}}\n' for number in range(50)
    )
    (tmp_path / "a.jsonl").write_text("".join(lines))
    line = f"iot dps enrollment import --concurrency 4 --file {tmp_path}/a.jsonl --auth-type login"
    result = az(f"{line} -n 127.0.0.1:{dps.port}")
    assert (result.exit_code, result.err.count("WARNING: The access token")) == (0, 1)


def test_another_host_with_a_key(az, dps):
    host = f"127.0.0.1:{dps.port}"
    result = az("iot dps enrollment list", "--login", dps.connection_string.replace(dps.host, host))
    assert (result.exit_code, result.err) == (0, "")


@pytest.mark.parametrize(
    ("host", "warning"),
    [
        ("kilo.azure-devices-provisioning.net", ""),
        ("kilo.azure-devices-provisioning.cn:443", ""),
        ("KILO.Azure-Devices-Provisioning.US", ""),
        ("kilo.azure-devices-provisioning.net.example", "!"),
        ("kiloazure-devices-provisioning.net", "!"),
        ("azure-devices-provisioning.example:443", "!"),
    ],
)
def test_the_warning_comes_before_the_request(az, dps, monkeypatch, host, warning):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        # no request may leave this computer
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{unused.getsockname()[1]}")
        monkeypatch.setenv("NO_PROXY", "localhost")
        result = az(f"{LIST} -n {host}")
    assert result.exit_code == 1
    assert result.err.startswith(WARNING.format(host)) is bool(warning)
    assert result.err.count("WARNING: The access token") == len(warning)


@pytest.mark.parametrize(
    ("name", "host", "known"),
    [
        ("stack", "dps.local.azurestack.external", True),
        ("stack", "DPS.Local.AzureStack.External:444", True),
        ("stack", "management.local.azurestack.external", True),
        ("stack", "kilo.azure-devices-provisioning.net", True),
        ("stack", "kilo.storage.example", True),
        ("stack", "storage.example", False),
        ("stack", "kilo.example", False),
        ("stack", "localazurestack.external", False),
        # anyone may have a host under the suffixes of Azure's own clouds
        ("AzureCloud", "kilo.storage.example", False),
        ("azurecloud", "management.local.azurestack.external", True),
    ],
)
def test_hosts_of_a_cloud(name, host, known):
    suffixes = [None, ".storage.example", "local.azurestack.external", ""]
    assert clouds.has_host(name, "https://management.local.azurestack.external/", suffixes, host) is known
