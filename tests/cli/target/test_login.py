"""Sign-ins: tokens, subscriptions, configured defaults, and no sign-in at all."""

from __future__ import annotations

import json

import pytest

LIST = "iot dps enrollment list"
AUDIENCE = "https://azure-devices-provisioning.net"
LAB = "/subscriptions/00000000-0000-0000-0000-0000000000aa"
SPARE = "/subscriptions/00000000-0000-0000-0000-0000000000ab"
PROVIDER = "/providers/Microsoft.Devices/provisioningServices"
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": {"primaryKey": "A" * 24, "secondaryKey": "B" * 24}}
QUERY = ("POST", "/enrollments/query")


def calls(dps):
    """What was asked of ARM and of the service."""
    return [(request.method, request.path) for request in dps.requests if not request.path.startswith("/msi/")]


def audiences(dps):
    """What the tokens were for."""
    return {request.query["resource"] for request in dps.requests if request.path.startswith("/msi/")}


@pytest.mark.parametrize("written", ["{}", "https://{}", "https://{}/", "http://{}/", "HTTPS://{}//", " {} "])
def test_host_name_and_login_ask_nothing_of_arm(az, dps, written):
    host = dps.host.replace("localhost", "127.0.0.1")
    result = az(f"{LIST} --auth-type login", "-n", written.format(host))
    assert (result.exit_code, result.json) == (0, [])
    assert calls(dps) == [QUERY]
    assert audiences(dps) == {AUDIENCE}
    assert dps.service_requests[0].headers["Host"] == host
    assert dps.service_requests[0].headers["Authorization"].startswith("Bearer ey")


def test_name_with_a_port_is_a_host(az, dps):
    result = az(f"{LIST} --auth-type login -n {dps.host}")
    assert (result.exit_code, result.json) == (0, [])
    assert calls(dps) == [QUERY]


def test_name_and_login_ask_arm_for_the_host_only(az, dps):
    result = az(f"{LIST} -n mydps -g myrg --auth-type login")
    assert (result.exit_code, result.json) == (0, [])
    assert calls(dps) == [("GET", f"{LAB}/resourceGroups/myrg{PROVIDER}/mydps"), QUERY]
    assert audiences(dps) == {dps.url, AUDIENCE}
    assert dps.service_requests[0].headers["Authorization"].startswith("Bearer ")


def test_login_without_a_group_searches_the_subscription(az, dps):
    result = az(f"{LIST} -n MyDPS --auth-type login")
    assert (result.exit_code, result.json) == (0, [])
    assert [(method, path.lower()) for method, path in calls(dps)] == [
        ("GET", f"{LAB}{PROVIDER}".lower()),
        ("GET", f"{LAB}{PROVIDER}".lower()),
        QUERY,
    ]


def test_one_token_serves_a_whole_command(az, dps):
    dps.enrollments.put({"registrationId": "dev1", "attestation": SYMMETRIC})
    result = az(f"iot dps enrollment update --eid dev1 --device-id x --auth-type login -n 127.0.0.1:{dps.port}")
    assert result.exit_code == 0
    assert [method for method, _ in calls(dps)] == ["GET", "POST", "PUT"]
    assert len({request.headers["Authorization"] for request in dps.service_requests}) == 1


@pytest.mark.parametrize("which", ["spare", "SPARE", "00000000-0000-0000-0000-0000000000ab"])
@pytest.mark.parametrize(
    ("auth", "keys"),
    [("key", [("POST", f"{SPARE}/resourceGroups/sparerg{PROVIDER}/sparedps/listkeys")]), ("login", [])],
    ids=["key", "login"],
)
def test_subscription_counts(az, dps, which, auth, keys):
    result = az(f"{LIST} -n sparedps --subscription {which} --auth-type {auth}")
    assert (result.exit_code, result.json) == (0, [])
    assert calls(dps) == [("GET", f"{SPARE}{PROVIDER}"), *keys, QUERY]


def test_tokens_are_those_of_the_subscription(az, dps, profile):
    accounts = json.loads(profile.read_text())
    user = {"name": "userAssignedIdentity", "type": "servicePrincipal", "assignedIdentityInfo": "MSIClient-of-spare"}
    accounts["subscriptions"][1]["user"] = user
    profile.write_text(json.dumps(accounts))
    result = az(f"{LIST} -n sparedps --subscription spare --auth-type login")
    assert (result.exit_code, result.json) == (0, [])
    asked = [request.query for request in dps.requests if request.path.startswith("/msi/")]
    assert {(query["resource"], query.get("client_id") or query.get("clientid")) for query in asked} == {
        (dps.url, "of-spare"),
        (AUDIENCE, "of-spare"),
    }


def test_subscription_that_is_not_there(az, dps):
    result = az(f"{LIST} -n mydps --subscription nosuch")
    assert (result.exit_code, result.out) == (1, "")
    assert "nosuch" in result.err
    assert "Traceback" not in result.err
    assert dps.requests == []


def test_configured_group(az, dps, monkeypatch):
    monkeypatch.setenv("AZURE_DEFAULTS_GROUP", "myrg")
    assert az(f"{LIST} -n mydps").exit_code == 0
    assert calls(dps)[0] == ("GET", f"{LAB}/resourceGroups/myrg{PROVIDER}/mydps")


def test_group_on_the_line_wins_over_the_configured_one(az, dps, monkeypatch):
    monkeypatch.setenv("AZURE_DEFAULTS_GROUP", "nogroup")
    assert az(f"{LIST} -n mydps -g myrg").exit_code == 0
    assert calls(dps)[0] == ("GET", f"{LAB}/resourceGroups/myrg{PROVIDER}/mydps")


def test_configured_auth_type(az, dps, monkeypatch):
    monkeypatch.setenv("AZURE_DEFAULTS_IOTDPS-DATA-AUTH-TYPE", "login")
    result = az(f"{LIST} -n 127.0.0.1:{dps.port}")
    assert (result.exit_code, result.json) == (0, [])
    assert calls(dps) == [QUERY]
    assert audiences(dps) == {AUDIENCE}


def test_auth_type_on_the_line_wins_over_the_configured_one(az, dps, monkeypatch):
    monkeypatch.setenv("AZURE_DEFAULTS_IOTDPS-DATA-AUTH-TYPE", "login")
    assert az(f"{LIST} -n mydps -g myrg --auth-type key").exit_code == 0
    assert dps.service_requests[0].headers["Authorization"].startswith("SharedAccessSignature ")


def test_configured_auth_type_in_another_letter_case(az, dps, monkeypatch):
    monkeypatch.setenv("AZURE_DEFAULTS_IOTDPS-DATA-AUTH-TYPE", "Login")
    assert az(f"{LIST} -n mydps -g myrg").exit_code == 0
    assert dps.service_requests[0].headers["Authorization"].startswith("Bearer ")


def test_configured_auth_type_that_is_none(az, dps, monkeypatch):
    monkeypatch.setenv("AZURE_DEFAULTS_IOTDPS-DATA-AUTH-TYPE", "bogus")
    assert az(f"{LIST} -n mydps -g myrg").exit_code == 1
    assert dps.requests == []


@pytest.mark.az
def test_defaults_by_az_config(az, dps):
    settings = ["defaults.group=myrg", "defaults.iotdps-data-auth-type=login"]
    assert az("config set", *settings).exit_code == 0
    try:
        result = az(f"{LIST} -n mydps")
    finally:
        assert az("config unset", *(setting.partition("=")[0] for setting in settings)).exit_code == 0
    assert (result.exit_code, result.json) == (0, [])
    assert calls(dps) == [("GET", f"{LAB}/resourceGroups/myrg{PROVIDER}/mydps"), QUERY]


@pytest.mark.az
def test_active_subscription_counts(az, dps, profile):
    assert az("account set --subscription spare").exit_code == 0
    result = az(f"{LIST} -n sparedps")
    assert (result.exit_code, result.json) == (0, [])
    assert calls(dps)[0] == ("GET", f"{SPARE}{PROVIDER}")


@pytest.mark.parametrize("given", ["-n mydps", "-n mydps -g myrg", "-n 127.0.0.1:1 --auth-type login"])
def test_not_signed_in(az, dps, profile, given):
    profile.unlink()
    result = az(f"{LIST} {given}")
    assert (result.exit_code, result.out) == (1, "")
    assert "Please run 'az login' to setup account." in result.err
    assert "Traceback" not in result.err
    assert dps.requests == []


def test_connection_string_needs_no_sign_in(iot, dps, profile):
    profile.unlink()
    result = iot("enrollment list")
    assert (result.exit_code, result.json) == (0, [])


@pytest.mark.parametrize(
    "fault",
    [{"status": 400}, {"status": 500}, {"drop": "before"}, {"raw": "<html>"}, {"body": {}}, {"body": []}],
    ids=["400", "500", "dropped", "html", "no-token", "list"],
)
@pytest.mark.parametrize("given", ["-n mydps", "-n 127.0.0.1:1 --auth-type login"], ids=["key", "login"])
def test_token_service_fails(az, dps, given, fault):
    dps.fail(times=20, path="/msi/token", **fault)
    result = az(f"{LIST} {given}")
    assert (result.exit_code, result.out) == (1, "")
    assert "ERROR: " in result.err
    assert "Traceback" not in result.err
    assert calls(dps) == []
