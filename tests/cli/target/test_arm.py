"""Names: how services are looked up in Azure Resource Manager, and what its answers mean."""

from __future__ import annotations

import pytest

LIST = "iot dps enrollment list"
LAB = "/subscriptions/00000000-0000-0000-0000-0000000000aa"
PROVIDER = "/providers/Microsoft.Devices/provisioningServices"
SEARCH = ("GET", f"{LAB}{PROVIDER}")
READ = ("GET", f"{LAB}/resourceGroups/myrg{PROVIDER}/mydps")
KEYS = ("POST", f"{LAB}/resourceGroups/myrg{PROVIDER}/mydps/listkeys")
QUERY = ("POST", "/enrollments/query")
SERVICE = {"id": f"{LAB}/x", "name": "mydps", "properties": {"serviceOperationsHostName": "my.host"}}
POLICY = {"keyName": "kilo", "primaryKey": "a2lsbw==", "rights": "EnrollmentWrite"}
KEYLESS = "or use --auth-type login with the service's host name, which does not need Azure Resource Manager."
# Whoever retries does so at once.
PERSISTENT = {"times": 20, "path": "/providers/", "headers": {"Retry-After": "0"}}


def calls(dps):
    """What was asked of ARM and of the service, in the letter case of a first page."""
    return [
        (request.method, request.path.replace("microsoft.devices/provisioningservices", PROVIDER[11:]))
        for request in dps.requests
        if not request.path.startswith("/msi/")
    ]


def refusal(result):
    """What stands behind ERROR:, the recommendation included."""
    assert "Traceback" not in result.err
    assert result.out == ""
    return result.err.partition("ERROR: ")[2].strip()


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("-n mydps -g myrg", [READ, KEYS]),
        ("--dps-name mydps --resource-group myrg --auth-type key", [READ, KEYS]),
        ("-n mydps", [SEARCH, SEARCH, KEYS]),
        ("-n MYDPS", [SEARCH, SEARCH, KEYS]),
        ("-n MyDps.azure-devices-provisioning.net", [SEARCH, SEARCH, KEYS]),
        ("-n mydps.azure-devices-provisioning.cn:443 -g myrg", [READ, KEYS]),
        ("-n https://mydps.azure-devices-provisioning.net/", [SEARCH, SEARCH, KEYS]),
        ("-n http://mydps.azure-devices-provisioning.us -g myrg", [READ, KEYS]),
        ("-n HTTPS://mydps/ -g myrg", [READ, KEYS]),
    ],
)
def test_name(az, dps, given, asked):
    result = az(f"{LIST} {given}")
    assert (result.exit_code, result.json) == (0, [])
    assert calls(dps) == [*asked, QUERY]
    versions = {r.query["api-version"] for r in dps.requests if r.path.startswith("/subscriptions/")}
    assert versions == {"2021-10-15"}


def test_search_follows_every_page(az, dps):
    dps.arm.page_size = 1
    dps.arm.services[0:0] = [dps.arm.service(f"other{number}", "myrg") for number in range(5)]
    result = az(f"{LIST} -n mydps")
    assert (result.exit_code, result.json) == (0, [])
    assert calls(dps) == [*[SEARCH] * 8, KEYS, QUERY]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "-n mydps -g nogroup",
            "Resource group 'nogroup' not found in subscription 00000000-0000-0000-0000-0000000000aa.\n"
            "'mydps' is in resource group myrg.\n"
            "Check both names, or omit --resource-group to search the whole subscription.",
        ),
        (
            "-n nodps -g myrg --auth-type login",
            "Device Provisioning Service 'nodps' not found in resource group 'myrg' of subscription "
            "00000000-0000-0000-0000-0000000000aa.\n"
            "Did you mean mydps?\n"
            "Check both names, or omit --resource-group to search the whole subscription.",
        ),
        (
            "-n nodps",
            "Device Provisioning Service 'nodps' not found in subscription 00000000-0000-0000-0000-0000000000aa.\n"
            "Did you mean mydps?\n"
            "Check the name, or select another subscription with --subscription.",
        ),
        (
            "-n mydps --subscription spare --auth-type login",
            "Device Provisioning Service 'mydps' not found in subscription 00000000-0000-0000-0000-0000000000ab.\n"
            "Check the name, or select another subscription with --subscription.",
        ),
    ],
)
def test_not_found(az, dps, given, message):
    result = az(f"{LIST} {given}")
    assert result.exit_code == 3
    assert refusal(result) == message
    assert dps.service_requests == []


def test_subscription_that_arm_does_not_know(az, dps):
    dps.arm.subscriptions = []
    result = az(f"{LIST} -n mydps")
    assert result.exit_code == 3
    assert "The subscription '00000000-0000-0000-0000-0000000000aa' could not be found." in refusal(result)


@pytest.mark.parametrize("given", ["-n mydps", "-n mydps -g myrg", "-n mydps -g myrg --auth-type login"])
def test_reading_is_forbidden(az, dps, given):
    dps.arm.forbid = {"Microsoft.Devices/provisioningServices/read"}
    result = az(f"{LIST} {given}")
    message = refusal(result)
    assert result.exit_code == 1
    assert message.startswith("The current sign-in is not permitted to do this: The client '")
    assert "'Microsoft.Devices/provisioningServices/read' over scope" in message
    assert "(error AuthorizationFailed, tracking ID " in message
    assert message.endswith(f"\nAsk for a role with the action Microsoft.Devices/provisioningServices/read, {KEYLESS}")
    assert dps.service_requests == []


def test_listing_keys_is_forbidden(az, dps):
    dps.arm.forbid = {"Microsoft.Devices/provisioningServices/listkeys/action"}
    result = az(f"{LIST} -n mydps -g myrg")
    message = refusal(result)
    assert result.exit_code == 1
    assert message.startswith("The current sign-in is not permitted to do this: The client '")
    assert message.endswith(
        f"\nAsk for a role with the action Microsoft.Devices/provisioningServices/listkeys/action, {KEYLESS}"
    )
    assert calls(dps) == [READ, KEYS]


def test_login_needs_no_keys(az, dps):
    dps.arm.forbid = {"Microsoft.Devices/provisioningServices/listkeys/action"}
    result = az(f"{LIST} -n mydps -g myrg --auth-type login")
    assert (result.exit_code, result.json) == (0, [])


@pytest.mark.parametrize("given", ["-n mydps", "-n mydps -g myrg", "-n mydps -g myrg --auth-type login"])
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (
            {"status": 401, "body": {"error": {"code": "ExpiredAuthenticationToken", "message": "It has expired."}}},
            "It has expired. (error ExpiredAuthenticationToken)\nThe request was sent with the current sign-in. Check "
            "`az account show`, then run `az logout` and `az login`.",
        ),
        (
            {"status": 400, "body": {"error": {"code": "NoRegisteredProviderFound", "message": "Not in this region."}}},
            "Not in this region. (error NoRegisteredProviderFound)",
        ),
        (
            {"status": 409, "body": {"error": {"code": "ReadOnlyDisabledSubscription", "message": "It is disabled."}}},
            "It is disabled. (error ReadOnlyDisabledSubscription)",
        ),
        ({"status": 429, "body": {"error": {"code": "Busy", "message": "Slow down."}}}, "Slow down. (error Busy)"),
        ({"status": 500, "body": {"code": "Oops", "message": "It broke."}}, "It broke. (error Oops)"),
        ({"status": 503, "raw": "<html>", "content_type": "text/html"}, "The service returned HTTP 503"),
        ({"drop": "before"}, "closed the connection before its response was complete.\nCheck the host name. "),
        ({"raw": "<html>", "content_type": "text/html"}, "returned an unexpected response (HTTP 200)."),
        ({"body": []}, "returned an unexpected response (HTTP 200)."),
        ({"body": "mydps"}, "returned an unexpected response (HTTP 200)."),
    ],
    ids=["401", "400", "409", "429", "500", "503-html", "dropped", "html", "list", "text"],
)
def test_arm_fails(az, dps, given, fault, words):
    dps.fail(**{**PERSISTENT, **fault})
    result = az(f"{LIST} {given}")
    assert result.exit_code == 1
    assert words in refusal(result)
    assert dps.service_requests == []


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/mydps", {}, "Azure Resource Manager returned no host name for 'mydps'."),
        ("/mydps", {**SERVICE, "properties": None}, "Azure Resource Manager returned no host name for 'mydps'."),
        ("/mydps", {**SERVICE, "properties": ["my.host"]}, "Azure Resource Manager returned no host name for 'mydps'."),
        ("/mydps", {**SERVICE, "properties": {"serviceOperationsHostName": 5}}, "returned no host name for 'mydps'."),
        ("/mydps", {**SERVICE, "id": None}, "Azure Resource Manager returned no resource ID for 'mydps'."),
        (
            "/mydps",
            {**SERVICE, "id": "@elsewhere.invalid/x"},
            "Azure Resource Manager returned no resource ID for 'mydps'.",
        ),
        ("/listkeys", {}, "No shared access policy of 'mydps' has the right EnrollmentRead."),
        ("/listkeys", {"value": None}, "No shared access policy of 'mydps' has the right EnrollmentRead."),
        ("/listkeys", {"value": 5}, "returned an unexpected response (HTTP 200)."),
        ("/listkeys", {"value": {"kilo": 1}}, "returned an unexpected response (HTTP 200)."),
        ("/listkeys", {"value": ["kilo"]}, "returned an unexpected response (HTTP 200)."),
        ("/listkeys", {"value": [{**POLICY, "keyName": None}]}, "has the right EnrollmentRead."),
        ("/listkeys", {"value": [{**POLICY, "primaryKey": "****"}]}, "has the right EnrollmentRead."),
        ("/listkeys", {"value": [{**POLICY, "primaryKey": None}]}, "has the right EnrollmentRead."),
        ("/listkeys", {"value": [{**POLICY, "rights": None}]}, "has the right EnrollmentRead."),
        ("/listkeys", {"value": [{**POLICY, "rights": ["EnrollmentWrite"]}]}, "has the right EnrollmentRead."),
    ],
    ids=lambda value: None if isinstance(value, str) else repr(value)[-60:],
)
def test_answer_of_another_shape(az, dps, path, body, words):
    dps.fail(where=lambda request: request.path.endswith(path), body=body)
    result = az(f"{LIST} -n mydps -g myrg")
    assert result.exit_code == 1
    assert words in refusal(result)
    assert dps.service_requests == []


@pytest.mark.parametrize(
    "link",
    ["https://elsewhere.invalid/x", "http://@/x", "https://localhost/x", "https://[/x", "//elsewhere.invalid/x", "x"],
)
@pytest.mark.parametrize("given", ["-n mydps", "-n mydps -g myrg"], ids=["list", "keys"])
def test_next_page_elsewhere_is_not_followed(az, dps, given, link):
    path = "listkeys" if "-g" in given else "provisioningServices"
    fault = {"value": [], "nextLink": link.replace("@", dps.host)}
    dps.fail(where=lambda request: request.path.endswith(path), body=fault)
    result = az(f"{LIST} {given}")
    assert result.exit_code == 1
    assert refusal(result) == "The next page of Azure Resource Manager's list is at another host. It was not requested."
    assert calls(dps) == ([READ, KEYS] if "-g" in given else [SEARCH])


def test_next_pages_in_a_circle(az, dps):
    dps.fail(times=9, path="/providers/", body={"value": [], "nextLink": f"{dps.url}{LAB}{PROVIDER}?page=2"})
    result = az(f"{LIST} -n mydps")
    assert result.exit_code == 1
    assert refusal(result) == "Azure Resource Manager returned a list that links back to one of its own pages."
    assert calls(dps) == [SEARCH, SEARCH]


@pytest.mark.parametrize("group", ["my rg", "rg?x#y", "rg%2F", "grüppe"])
def test_group_is_encoded(az, dps, group):
    result = az(f"{LIST} -n mydps", "-g", group)
    assert result.exit_code == 3
    assert f"'{group}'" in refusal(result)
    asked = next(r for r in dps.requests if r.path.startswith("/subscriptions/"))
    assert asked.path == f"{LAB}/resourceGroups/{group}{PROVIDER}/mydps"
    assert asked.query == {"api-version": "2021-10-15"}
