"""az iot dps connection-string show: of one service, of all of a group, of all of the subscription."""

import pytest

SHOW = "iot dps connection-string show"
OWNER = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
SECOND = "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnktIQ=="
READER = "cmVhZGluZy1wb2xpY3kta2V5LXJlYWRpbmc="


@pytest.fixture(autouse=True)
def policies(dps):
    rights = "ServiceConfig, DeviceConnect, EnrollmentWrite"
    dps.policies = [
        {"keyName": "provisioningserviceowner", "primaryKey": OWNER, "secondaryKey": SECOND, "rights": rights},
        {"keyName": "reader", "primaryKey": READER, "secondaryKey": READER, "rights": "EnrollmentRead"},
    ]


def string(host, policy="provisioningserviceowner", key=OWNER):
    return f"HostName={host};SharedAccessKeyName={policy};SharedAccessKey={key}"


@pytest.mark.parametrize(
    "given", ["-n mydps -g myrg", "-n mydps", "-n MYDPS", "-n mydps.azure-devices-provisioning.net"]
)
def test_of_one_service(az, dps, given):
    assert az(f"{SHOW} {given}").json == {"connectionString": string(dps.host)}


@pytest.mark.parametrize(
    ("options", "policy", "key"),
    [
        ("--key-type secondary", "provisioningserviceowner", SECOND),
        ("--kt PRIMARY", "provisioningserviceowner", OWNER),
        ("--policy-name Reader", "reader", READER),
    ],
)
def test_of_a_policy(az, dps, options, policy, key):
    assert az(f"{SHOW} -n mydps {options}").json == {"connectionString": string(dps.host, policy, key)}


def test_of_all_policies_of_one_service(az, dps):
    assert az(f"{SHOW} -n mydps --show-all --kt secondary").json == {
        "connectionString": [string(dps.host, key=SECOND), string(dps.host, "reader", READER)]
    }


def test_a_table_has_a_row_a_connection_string(az, dps):
    lines = az(f"{SHOW} -n mydps --all -o table").out.splitlines()
    assert lines[0].strip() == "ConnectionString"
    assert [line.strip() for line in lines[2:]] == [string(dps.host), string(dps.host, "reader", READER)]


def test_a_name_that_was_not_set_is_not_all(az, dps):
    result = az(SHOW, "-n", "")
    assert (result.exit_code, dps.requests, result.err) == (1, [], "ERROR: --dps-name must not be empty.\n")


def test_a_policy_that_is_not_there(az, dps):
    result = az(f"{SHOW} -n mydps --pn nosuch")
    assert (result.exit_code, result.err) == (3, "ERROR: Shared access policy 'nosuch' not found in 'mydps'.\n")


@pytest.fixture
def services(dps):
    """Three services in two groups; one of them is not active."""
    made = [
        dps.arm.service(name, group, host=f"{name}.example") for name, group in (("a", "x"), ("b", "y"), ("c", "x"))
    ]
    made[1]["properties"]["state"] = "Suspended"
    dps.arm.services = made


def test_of_all_services(az, dps, services):
    result = az(SHOW)
    assert result.json == [
        {"name": "a", "connectionString": string("a.example")},
        {"name": "c", "connectionString": string("c.example")},
    ]
    assert result.err == "WARNING: 'b' was omitted because its state is Suspended, not Active.\n"


def test_of_all_services_of_a_group(az, dps, services):
    assert [entry["name"] for entry in az(f"{SHOW} -g y --only-show-errors").json] == []
    result = az(f"{SHOW} -g x --show-all")
    assert result.json[1] == {
        "name": "c",
        "connectionString": [string("c.example"), string("c.example", "reader", READER)],
    }
    assert result.err == ""


def test_services_that_lack_the_policy_are_left_out(az, dps, services):
    result = az(f"{SHOW} -g x --pn nosuch")
    assert (result.exit_code, result.json) == (0, [])
    assert sorted(result.err.splitlines()) == [
        "WARNING: 'a' was omitted: Shared access policy 'nosuch' not found in 'a'.",
        "WARNING: 'c' was omitted: Shared access policy 'nosuch' not found in 'c'.",
    ]


@pytest.mark.parametrize("given", ["", "-n a -g x"])
def test_a_missing_permission_is_not_swallowed(az, dps, services, given):
    dps.arm.forbid.add("Microsoft.Devices/provisioningServices/listkeys/action")
    result = az(f"{SHOW} {given}")
    assert (result.exit_code, result.out) == (1, "")
    assert "Microsoft.Devices/provisioningServices/listkeys/action" in result.err


def test_many_services(az, dps):
    dps.arm.services = [dps.arm.service(f"dps{number}", "x", host=f"dps{number}.example") for number in range(25)]
    assert [entry["name"] for entry in az(SHOW).json] == [f"dps{number}" for number in range(25)]


def test_the_old_and_the_new_subscription(az, dps):
    assert az(f"{SHOW} --subscription spare -n sparedps").json == {"connectionString": string(dps.host)}
    assert az(f"{SHOW} -n sparedps").exit_code == 3
