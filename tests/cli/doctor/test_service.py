"""az iot dps doctor: the steps of the service."""

from __future__ import annotations

import pytest

from tests.cli.doctor.conftest import HEALTHY

PROVIDER = "Microsoft.Devices/provisioningServices"
BY_NAME = "To examine this, specify the name of the service with --dps-name (-n)."


@pytest.fixture
def properties(dps):
    """The properties of mydps in Azure Resource Manager."""
    return next(service for service in dps.arm.services if service["name"] == "mydps")["properties"]


def sent(dps):
    """What was requested of the service, IDs of no enrollment aside."""
    return [(method, path.partition("/doctor-")[0]) for method, path, _, _ in dps.sent()]


def test_a_healthy_service(doctor, dps):
    examined = doctor()
    assert examined.result.err == ""
    assert examined.statuses == HEALTHY
    assert [message for message, _ in map(examined.__getitem__, HEALTHY)] == [
        f"'mydps' is in resource group myrg, its host is {dps.host}.",
        "localhost is 127.0.0.1.",
        f"{dps.host} accepts connections.",
        f"{dps.host} has a trusted certificate, and answers.",
        "This computer's clock and the service's differ by less than 300 seconds.",
        "Requests are signed with the key of policy 'provisioningserviceowner', which has the rights DeviceConnect, "
        "EnrollmentRead, EnrollmentWrite, RegistrationStatusRead, RegistrationStatusWrite, ServiceConfig.",
        "Public network access is enabled, without IP filter rules. No private endpoint.",
        "Linked: linked-hub.azure-devices.net.",
        "Enrollments may be read. There are none.",
        "Enrollments and their symmetric keys may be read.",
    ]
    assert {step["advice"] for step in examined.result.json["steps"]} == {None}
    assert sent(dps) == [("GET", "/"), ("POST", "/enrollments/query"), ("POST", "/enrollments")]


def test_no_key_of_an_enrollment_is_read(doctor, dps):
    dps.enrollments.put({"registrationId": "dev", "attestation": {"type": "symmetricKey"}})
    assert doctor()["read"] == ("An enrollment was read.", None)
    assert "/enrollments/dev/attestationmechanism" not in [path for _, path, _, _ in dps.sent()]


def test_with_a_connection_string_what_takes_arm_is_skipped(doctor, dps):
    examined = doctor("", "--login", dps.connection_string)
    assert examined.changed() == {"network-rules": "skipped", "linked-hubs": "skipped"}
    policy = "policy 'provisioningserviceowner'."
    assert examined["name"] == (f"The connection string names {dps.host} and the {policy}", None)
    assert examined["sign-in"] == (f"Requests are signed with the key of {policy}", None)
    assert (
        examined["network-rules"]
        == examined["linked-hubs"]
        == ("With --login, no request is sent to Azure Resource Manager.", BY_NAME)
    )
    assert dps.policies[0]["primaryKey"] not in examined.result.out + examined.result.err


def test_with_a_host_name_and_login_too(doctor, dps):
    host = dps.host.replace("localhost", "127.0.0.1")
    examined = doctor(f"-n {host} --auth-type login")
    assert examined.changed() == {"network-rules": "skipped", "linked-hubs": "skipped"}
    assert examined["name"] == (f"The host name {host} is used as it is.", None)
    assert examined["sign-in"] == ("There is an access token of the current sign-in.", None)
    assert examined["linked-hubs"] == ("With a host name, no request is sent to Azure Resource Manager.", BY_NAME)


def test_an_unknown_name_ends_it(doctor, dps):
    examined = doctor("-n mydp -g myrg")
    assert examined.statuses == dict.fromkeys(HEALTHY, "skipped") | {"name": "failed"}
    assert examined["name"] == (
        "Device Provisioning Service 'mydp' not found in resource group 'myrg' of subscription "
        "00000000-0000-0000-0000-0000000000aa.",
        "Did you mean mydps? Check both names, or omit --resource-group to search the whole subscription.",
    )
    assert [examined[name][0] for name in ("dns", "read", "rights")] == [
        "It depends on step name.",
        "It depends on step tls.",
        "It depends on step read.",
    ]
    assert dps.sent() == []


@pytest.mark.parametrize(
    "login", ["nonsense", "HostName=h.azure-devices.net;SharedAccessKeyName=x;SharedAccessKey=QQ=="]
)
def test_what_is_no_connection_string_is_a_failed_step(doctor, login):
    assert doctor("", "--login", login).statuses["name"] == "failed"


def test_a_wrong_key(doctor, dps):
    key = "d3Jvbmcta2V5LXdyb25nLWtleQ=="
    line = f"HostName={dps.host};SharedAccessKeyName=provisioningserviceowner;SharedAccessKey={key}"
    examined = doctor("", "--login", line)
    assert (examined.statuses["read"], examined.statuses["rights"]) == ("failed", "skipped")
    message, advice = examined["read"]
    assert message.startswith("Unauthorized (error 401002, tracking ID ")
    assert advice.startswith("The request was signed with the key of policy 'provisioningserviceowner'. Check that")
    assert key not in examined.result.out + examined.result.err


def test_a_reader_may_read_and_not_more(doctor, dps):
    dps.roles = "reader"
    examined = doctor("-n mydps -g myrg --auth-type login")
    assert examined.changed() == {"rights": "warning"}
    assert examined["rights"] == (
        "Symmetric keys may not be read.",
        "Reading is permitted. Symmetric keys and changes require a policy with the right EnrollmentWrite, or the role "
        "'Device Provisioning Service Data Contributor'.",
    )


def test_no_role(doctor, dps):
    dps.roles = None
    examined = doctor("-n mydps -g myrg --auth-type login")
    assert examined.changed() == {"read": "failed", "rights": "skipped"}
    assert examined["read"][1].startswith("The current sign-in needs the role 'Device Provisioning Service Data Contr")


def test_policies_that_may_not_be_listed(doctor, dps):
    dps.arm.forbid = {f"{PROVIDER}/listkeys/action"}
    examined = doctor()
    assert examined.changed() == {"sign-in": "failed", "read": "skipped", "rights": "skipped"}
    assert examined["sign-in"][1].startswith(f"Ask for a role with the action {PROVIDER}/listkeys/action, or use ")


def test_no_policy_that_may_read(doctor, dps):
    dps.policies = [{**dps.policies[0], "rights": "DeviceConnect"}]
    assert doctor()["sign-in"] == (
        "No shared access policy of 'mydps' has the right EnrollmentRead.",
        "Add a policy with the right EnrollmentRead, or use --auth-type login.",
    )


def test_a_policy_that_may_only_read(doctor, dps):
    dps.policies = [{**dps.policies[0], "rights": "EnrollmentRead"}]
    examined = doctor()
    assert examined.changed() == {"rights": "warning"}
    assert examined["sign-in"][0].endswith("'provisioningserviceowner', which has the rights EnrollmentRead.")


def test_no_linked_hub(doctor, properties):
    properties["iotHubs"] = []
    assert doctor()["linked-hubs"] == (
        "No IoT hub is linked to the service. Devices cannot register.",
        "To link a hub: az iot dps linked-hub create --dps-name mydps --hub-name <hub>",
    )


def test_many_linked_hubs(doctor, dps):
    dps.arm.link(*(f"hub{number}.azure-devices.net" for number in range(6)))
    assert doctor()["linked-hubs"][0] == (
        "Linked: linked-hub.azure-devices.net, hub0.azure-devices.net, hub1.azure-devices.net, hub2.azure-devices.net, "
        "hub3.azure-devices.net, and 2 more."
    )


def test_a_service_that_is_suspended(doctor, properties):
    properties["state"] = "Suspended"
    examined = doctor()
    assert examined.changed() == {"name": "warning"}
    assert examined["name"][0].endswith(", and its state is Suspended, not Active.")


CONNECTED = {"properties": {"privateLinkServiceConnectionState": {"status": "Approved"}}}
RULES = {
    "no public access": (
        {"publicNetworkAccess": "Disabled"},
        "failed",
        "Public network access is disabled. No private endpoint.",
    ),
    "a pending endpoint": (
        {"publicNetworkAccess": "Disabled", "privateEndpointConnections": [{}]},
        "failed",
        "Public network access is disabled. Private endpoint connections: Unknown.",
    ),
    "an endpoint": (
        {"publicNetworkAccess": "Disabled", "privateEndpointConnections": [CONNECTED]},
        "warning",
        "Public network access is disabled. Private endpoint connections: Approved.",
    ),
    "filters": (
        {
            "publicNetworkAccess": "Enabled",
            "ipFilterRules": [
                {"filterName": "a", "action": "Accept", "ipMask": "10.0.0.0/8", "target": "serviceApi"},
                {"filterName": "b", "action": "Reject", "ipMask": "0.0.0.0/0"},
            ],
        },
        "warning",
        "Public network access is limited by IP filter rules: Accept 10.0.0.0/8 (serviceApi), Reject 0.0.0.0/0 (all).",
    ),
    "both": (
        {"privateEndpointConnections": [CONNECTED]},
        "ok",
        "Public network access is enabled, without IP filter rules. Private endpoint connections: Approved.",
    ),
}


@pytest.mark.parametrize("rules, status, message", RULES.values(), ids=RULES)
def test_network_rules(doctor, properties, rules, status, message):
    properties.update(rules)
    examined = doctor()
    assert (examined.statuses["network-rules"], examined["network-rules"][0]) == (status, message)


def test_the_table_wraps_and_says_what_to_do(az, dps):
    result = az("iot dps doctor -n mydp -o table")
    assert result.out.splitlines()[2:6] == [
        "name           failed    Device Provisioning Service 'mydp' not found in subscription",
        "                         00000000-0000-0000-0000-0000000000aa.",
        f"{'':25}-> Did you mean mydps? Check the name, or select another subscription with --subscription.",
        "dns            skipped   It depends on step name.",
    ]
    assert (result.exit_code, max(map(len, result.out.splitlines())) <= 120) == (1, True)


def test_without_a_sign_in(doctor, profile, dps):
    profile.write_text('{"installationId": "x", "subscriptions": []}')
    examined = doctor()
    assert examined.statuses == dict.fromkeys(HEALTHY, "skipped") | {"name": "failed"}
    assert examined["name"] == ("Please run 'az login' to setup account.", None)


def test_a_page_of_something_else(doctor, dps):
    dps.fail(raw="<html>Sign in</html>", content_type="text/html", path="/enrollments/query")
    assert doctor()["read"] == (
        f"{dps.host} returned an unexpected response (HTTP 200).",
        "Check that the host name is correct and that no proxy responds in its place.",
    )
