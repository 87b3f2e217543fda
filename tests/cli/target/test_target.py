"""Which service: connection strings, and names that are refused before anything is sent."""

from __future__ import annotations

import pytest

from azext_iot_dps.cli.connection_string import parse

LIST = "iot dps enrollment list"
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
WANTED = (
    "Specify the connection string of a Device Provisioning Service policy: "
    "HostName=<name>.azure-devices-provisioning.net;SharedAccessKeyName=<policy>;SharedAccessKey=<key>"
)
COMMANDS = {
    "create": "enrollment create --eid dev1 --at symmetricKey",
    "list": "enrollment list",
    "show": "enrollment show --eid dev1",
    "update": "enrollment update --eid dev1 --device-id x",
    "delete": "enrollment delete --eid dev1",
    "registration-show": "enrollment registration show --eid dev1",
    "registration-delete": "enrollment registration delete --eid dev1",
}


def refusal(result):
    """What stands behind ERROR:, the recommendation included."""
    return result.err.partition("ERROR: ")[2].strip()


@pytest.mark.parametrize(
    "string",
    [
        pytest.param("HostName=@;SharedAccessKeyName=provisioningserviceowner;SharedAccessKey=" + KEY, id="as-copied"),
        pytest.param("SharedAccessKey=" + KEY + ";HostName=@;SharedAccessKeyName=provisioningserviceowner", id="order"),
        pytest.param("hostname=@;SHAREDACCESSKEYNAME=provisioningserviceowner;sharedAccessKey=" + KEY, id="case"),
        pytest.param(
            " HostName = @ ; SharedAccessKeyName = provisioningserviceowner ; SharedAccessKey = " + KEY + " \n",
            id="blanks",
        ),
        pytest.param("HostName=@;SharedAccessKeyName=provisioningserviceowner;SharedAccessKey=" + KEY + ";", id="end"),
        pytest.param(
            "'HostName=@;SharedAccessKeyName=provisioningserviceowner;SharedAccessKey=" + KEY + "'", id="quot"
        ),
        pytest.param(
            "HostName=@;SharedAccessKeyName=provisioningserviceowner;"
            "SharedAccessKey=ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=",
            id="secondary-key",
        ),
        pytest.param(
            "GatewayHostName=x;HostName=@;SharedAccessKeyName=provisioningserviceowner;SharedAccessKey=" + KEY,
            id="more-parts",
        ),
    ],
)
def test_connection_string_asks_neither_arm_nor_for_a_token(az, dps, string):
    result = az(LIST, "--login", string.replace("@", dps.host))
    assert (result.exit_code, result.json) == (0, [])
    assert [(request.method, request.path) for request in dps.requests] == [("POST", "/enrollments/query")]


def test_policy_name_may_hold_signs(az, dps):
    dps.policies = [{"keyName": "a=b c&d", "primaryKey": KEY, "secondaryKey": KEY, "rights": "EnrollmentRead"}]
    result = az(LIST, "--login", f"HostName={dps.host};SharedAccessKeyName=a=b c&d;SharedAccessKey={KEY}")
    assert (result.exit_code, result.json) == (0, [])


def test_host_is_signed_in_lower_case(az, dps):
    result = az(LIST, "-l", dps.connection_string.replace("localhost", "LocalHost"))
    assert (result.exit_code, result.json) == (0, [])
    assert "sr=localhost%3A" in dps.requests[0].headers["Authorization"]


@pytest.mark.parametrize("name", ["-n nodps", "-n nodps -g nogroup", "-n nodps --auth-type login"])
def test_connection_string_wins_over_a_name(iot, dps, name):
    result = iot(f"enrollment list {name}")
    assert (result.exit_code, result.json) == (0, [])
    assert [request.path for request in dps.requests] == ["/enrollments/query"]


def test_connection_string_from_a_file(az, dps, tmp_path):
    file = tmp_path / "login.txt"
    file.write_text(dps.connection_string + "\n")
    result = az(LIST, "--login", f"@{file}")
    assert (result.exit_code, result.json) == (0, [])


@pytest.mark.parametrize(
    ("string", "message"),
    [
        pytest.param(
            "SharedAccessKeyName=kilo;SharedAccessKey=kilo",
            "The connection string has no HostName.",
            id="no-host",
        ),
        pytest.param(
            "HostName=kilo.net;SharedAccessKey=kilo",
            "The connection string has no SharedAccessKeyName.",
            id="no-policy",
        ),
        pytest.param(
            "HostName=kilo.net;SharedAccessKeyName=kilo",
            "The connection string has no SharedAccessKey.",
            id="no-key",
        ),
        pytest.param(
            "HostName=kilo.net;SharedAccessKeyName=kilo;SharedAccessKey=",
            "The connection string has no SharedAccessKey.",
            id="empty-key",
        ),
        pytest.param(
            "kilo",
            "The connection string has no HostName and no SharedAccessKeyName and no SharedAccessKey.",
            id="a-word",
        ),
        *(
            pytest.param(
                f"HostName=kilo.{domain};SharedAccessKeyName=kilo;SharedAccessKey=kilo",
                "This is the connection string of an IoT Hub.",
                id=domain,
            )
            for domain in ("azure-devices.net", "azure-devices.cn", "azure-devices.us", "Azure-Devices.Net:443")
        ),
        pytest.param(
            "HostName=kilo.azure-devices.net;SharedAccessKey=kilo",
            "This is the connection string of an IoT Hub.",
            id="hub-incomplete",
        ),
        pytest.param(
            "HostName=kilo.azure-devices.net;DeviceId=kilo;SharedAccessKey=kilo",
            "This is the connection string of a device.",
            id="device",
        ),
        pytest.param(
            "HostName=kilo.net;deviceid=;SharedAccessKeyName=kilo;SharedAccessKey=kilo",
            "This is the connection string of a device.",
            id="device-id-empty",
        ),
        *(
            pytest.param(
                f"HostName=kilo.net;SharedAccessKeyName=kilo;SharedAccessKey={key}",
                "The SharedAccessKey of the connection string is not base64.",
                id=f"key-{key}",
            )
            for key in ("kilo!", "kilo1", "kilo kilo", "kilö")
        ),
        *(
            pytest.param(
                f"HostName={host};SharedAccessKeyName=kilo;SharedAccessKey=kilo",
                "The HostName of the connection string is not a host name.",
                id=f"host-{host[:9]}",
            )
            for host in ("kilo kilo", "kilo_kilo", "kilo..net", "-kilo", "kilo/x", "kilo?x", "kilo@x", "k" * 64 + "ilo")
        ),
    ],
)
@pytest.mark.parametrize("command", ["list", "create"])
def test_connection_string_is_refused(az, dps, command, string, message):
    result = az(f"iot dps {COMMANDS[command]}", "--login", string)
    assert (result.exit_code, result.out) == (1, "")
    assert refusal(result) == f"--login: {message}\n{WANTED}"
    assert "kil" not in result.err
    assert dps.requests == []


def test_repr_hides_the_key():
    target = parse(f"HostName=my.host;SharedAccessKeyName=policy;SharedAccessKey={KEY}")
    assert repr(target) == "Target(my.host, policy)"
    assert (target.host, target.policy, target.key) == ("my.host", "policy", KEY)


@pytest.mark.parametrize("given", ["", "-g myrg", "-n ''", "-n ' '", "--login ''", "-n '' --auth-type login"])
def test_no_service_named(az, dps, given):
    result = az(f"{LIST} {given}")
    assert (result.exit_code, result.out) == (1, "")
    assert refusal(result) == (
        "Specify the Device Provisioning Service with --dps-name (-n) or --login (-l).\n"
        "To list the names in the current subscription: az iot dps list --query '[].name'"
    )
    assert dps.requests == []


@pytest.mark.parametrize("line", COMMANDS.values(), ids=COMMANDS)
def test_every_command_needs_a_service(az, dps, line):
    result = az(f"iot dps {line}")
    assert (result.exit_code, result.out) == (1, "")
    assert refusal(result).startswith("Specify the Device Provisioning Service with --dps-name (-n) or --login (-l).")
    assert dps.requests == []


@pytest.mark.parametrize("line", COMMANDS.values(), ids=COMMANDS)
def test_every_command_refuses_a_wrong_connection_string(az, dps, line):
    result = az(f"iot dps {line}", "-l", "HostName=my.host;SharedAccessKeyName=policy")
    assert (result.exit_code, result.out) == (1, "")
    assert refusal(result) == f"--login: The connection string has no SharedAccessKey.\n{WANTED}"
    assert dps.requests == []


@pytest.mark.parametrize("auth", ["key", "login"])
@pytest.mark.parametrize("name", ["my dps", "my/dps", "dps?x", "https://", "my..net", "my_dps", "h:port", "u@h.net"])
def test_name_is_refused(az, dps, name, auth):
    result = az(f"{LIST} --auth-type {auth}", "-n", name)
    assert (result.exit_code, result.out) == (1, "")
    assert refusal(result) == "--dps-name must be the name or the host name of a service."
    assert dps.requests == []
