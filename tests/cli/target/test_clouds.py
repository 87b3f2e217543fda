"""The sovereign clouds: Azure Resource Manager, hosts and token audience are those of the active cloud."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools.lab.signin import ENDPOINTS

CLOUDS = ["AzureCloud", "AzureChinaCloud", "AzureUSGovernment", "stack"]
AUDIENCE = "https://azure-devices-provisioning.net"
LIST = "iot dps enrollment list --auth-type login -n 127.0.0.1:{}"
DEVICE = "iot device registration create --rid dev --id-scope 0ne00000001 --key AAECAwQFBgcICQoLDA0ODw=="
PROVIDER = "/providers/Microsoft.Devices/provisioningServices"


@pytest.fixture
def active(dps):
    """Makes a cloud the active one, with the emulator for its endpoints and a sign-in to it."""
    folder = Path(os.environ["AZURE_CONFIG_DIR"])
    files = [folder / name for name in ("clouds.config", "config", "azureProfile.json")]
    before = [file.read_text() for file in files]

    def activate(name):
        (folder / "clouds.config").write_text(
            "\n".join([f"[{name}]", *(f"endpoint_{each} = {dps.url}" for each in ENDPOINTS)])
        )
        (folder / "config").write_text(f"[cloud]\nname = {name}\n")
        profile = before[2].replace('"environmentName": "lab"', f'"environmentName": "{name}"')
        (folder / "azureProfile.json").write_text(profile)

    yield activate
    for file, text in zip(files, before):
        file.write_text(text)


@pytest.fixture
def audience(monkeypatch):
    """Sets what `az config set iot_dps.audience=` would, by the variable that azure-cli reads for it."""
    return lambda value: monkeypatch.setenv("AZURE_IOT_DPS_AUDIENCE", value)


def asked(dps):
    """The audiences that tokens were asked for; some azure-cli ask twice for each."""
    return list(dict.fromkeys(request.query["resource"] for request in dps.requests if "/msi/" in request.path))


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_service_is_found_where_the_cloud_keeps_it(az, dps, active, cloud):
    active(cloud)
    result = az("iot dps enrollment list -n mydps -g myrg")
    assert (result.exit_code, result.json, result.err) == (0, [], "")
    found = [request.path for request in dps.requests if request.path.startswith("/subscriptions/")]
    assert found[0].endswith(f"/resourceGroups/myrg{PROVIDER}/mydps")
    assert asked(dps) == [dps.url]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_audience_is_the_one_that_every_client_sends(az, dps, active, cloud):
    active(cloud)
    assert az(LIST.format(dps.port)).exit_code == 0
    assert asked(dps) == [AUDIENCE]


def test_configured_audience_takes_its_place(az, dps, active, audience):
    active("AzureChinaCloud")
    audience("https://azure-devices-provisioning.cn")
    dps.access.audience = "https://azure-devices-provisioning.cn"
    result = az(LIST.format(dps.port))
    assert (result.exit_code, result.json) == (0, [])
    assert asked(dps) == ["https://azure-devices-provisioning.cn"]


def test_configured_audience_is_not_that_of_azure_resource_manager(az, dps, audience):
    audience("https://other.example")
    assert az("iot dps enrollment list -n mydps").exit_code == 0
    assert asked(dps) == [dps.url]


@pytest.mark.parametrize("value", ["yes", "https://", "https://a b", "azure-devices-provisioning.cn"])
def test_configured_audience_that_is_none(az, dps, audience, value):
    audience(value)
    for line in (LIST.format(dps.port), "iot dps enrollment list --auth-type login -n mydps"):
        result = az(line)
        assert (result.exit_code, dps.requests) == (1, [])
        assert result.err == (
            "ERROR: The configured iot_dps.audience is not a URI.\n"
            f"Run `az config set iot_dps.audience={AUDIENCE}` or `az config unset iot_dps.audience`.\n"
        )


def test_empty_configured_audience_is_none(az, dps, audience):
    audience(" ")
    assert az(LIST.format(dps.port)).exit_code == 0
    assert asked(dps) == [AUDIENCE]


@pytest.mark.az
def test_audience_by_az_config(az, dps):
    assert az("config set iot_dps.audience=https://other.example").exit_code == 0
    try:
        result = az(LIST.format(dps.port))
    finally:
        assert az("config unset iot_dps.audience").exit_code == 0
    assert asked(dps) == ["https://other.example"]
    assert (result.exit_code, result.out) == (1, "")
    assert "ERROR: Unauthorized (error 401002" in result.err


@pytest.mark.parametrize(
    ("cloud", "host"),
    [
        ("AzureCloud", "global.azure-devices-provisioning.net"),
        ("AzureChinaCloud", "global.azure-devices-provisioning.cn"),
        ("AzureUSGovernment", "global.azure-devices-provisioning.us"),
        ("stack", "global.azure-devices-provisioning.net"),
    ],
)
def test_devices_register_in_the_active_cloud(az, active, monkeypatch, cloud, host):
    # a proxy that is not there: no device may register in earnest
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    active(cloud)
    result = az(DEVICE)
    assert result.exit_code == 1
    assert f"ERROR: {host} could not be reached.\n" in result.err


def test_devices_register_at_the_host_that_is_given(az, active, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    active("AzureChinaCloud")
    result = az(f"{DEVICE} --host global.azure-devices-provisioning.net")
    assert "ERROR: global.azure-devices-provisioning.net could not be reached.\n" in result.err


@pytest.mark.parametrize(
    ("cloud", "version"), [("AzureCloud", "2026-11-01"), ("AzureChinaCloud", "2021-10-01"), ("stack", "2026-11-01")]
)
def test_the_newest_version_is_tried_first_where_it_comes_first(iot, dps, active, cloud, version):
    attestation = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}
    dps.enrollments.put({"registrationId": "dev", "attestation": attestation})
    active(cloud)
    assert iot("enrollment update --eid dev --provisioning-status disabled").exit_code == 0
    assert {request.query["api-version"] for request in dps.service_requests} == {version}
