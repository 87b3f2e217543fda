"""A service that is named by the environment or by a configured default instead of an option."""

import pytest

LIST = "iot dps enrollment list"
VARIABLE = "AZURE_IOT_DPS_CONNECTION_STRING"
ONE = {"registrationId": "one", "attestation": {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}}


@pytest.fixture
def named(monkeypatch):
    """The configured default of `az configure --defaults iotdps-name=…`, as azure-cli reads it."""
    return lambda name: monkeypatch.setenv("AZURE_DEFAULTS_IOTDPS-NAME", name)


def lookups(dps):
    return [each.path.rpartition("/")[2] for each in dps.requests if each.path.startswith("/subscriptions/")]


def test_a_connection_string_of_the_environment_needs_no_option(az, dps, monkeypatch):
    dps.enrollments.put(ONE)
    monkeypatch.setenv(VARIABLE, dps.connection_string)
    result = az(LIST)
    assert (result.exit_code, [each["registrationId"] for each in result.json], lookups(dps)) == (0, ["one"], [])


def test_options_come_before_the_environment(az, dps, monkeypatch):
    monkeypatch.setenv(VARIABLE, "HostName=127.0.0.1:1;SharedAccessKeyName=p;SharedAccessKey=QUFB")
    assert az(f"{LIST} --login", dps.connection_string).json == []
    assert az(f"{LIST} -n mydps -g myrg").json == []


def test_a_configured_name(az, dps, named):
    named("mydps")
    result = az(f"{LIST} -g myrg")
    assert (result.exit_code, result.json, lookups(dps)) == (0, [], ["mydps", "listkeys"])


def test_the_environment_comes_before_a_configured_name(az, dps, named, monkeypatch):
    named("nowhere")
    monkeypatch.setenv(VARIABLE, dps.connection_string)
    assert (az(LIST).json, lookups(dps)) == ([], [])


def test_an_option_comes_before_a_configured_name(az, dps, named):
    named("nowhere")
    assert az(f"{LIST} -n mydps -g myrg").exit_code == 0
    assert lookups(dps) == ["mydps", "listkeys"]


def test_an_empty_variable_names_no_service(az, dps, monkeypatch):
    monkeypatch.setenv(VARIABLE, "")
    result = az(LIST)
    assert (result.exit_code, dps.requests) == (1, [])
    assert "Specify the Device Provisioning Service with --dps-name (-n) or --login (-l)." in result.err


def test_a_wrong_connection_string_of_the_environment_is_named(az, dps, monkeypatch):
    monkeypatch.setenv(VARIABLE, "HostName=h.azure-devices.net;SharedAccessKeyName=p;SharedAccessKey=c2VjcmV0")
    result = az(LIST)
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err.startswith(
        "ERROR: AZURE_IOT_DPS_CONNECTION_STRING: This is the connection string of an IoT Hub.\n"
    )
    assert "c2VjcmV0" not in result.err


def test_a_device_registers_at_the_service_of_the_environment(az, dps, monkeypatch):
    keys = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
    dps.enrollments.put({"registrationId": "dev", "attestation": {"type": "symmetricKey", "symmetricKey": keys}})
    monkeypatch.setenv(VARIABLE, dps.connection_string)
    result = az(f"iot device registration create --rid dev --id-scope 0ne00000A0A --host {dps.host}")
    assert (result.exit_code, result.json["status"]) == (0, "assigned")
