"""No key, signature or token in any message, at any verbosity; only in the output of what exists to show it."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
KEYS = ("QUFBQUFBQUFBQUFBQUFBQQ==", "QkJCQkJCQkJCQkJCQkJCQg==")
DEVICE_KEYS = {"primaryKey": KEYS[0], "secondaryKey": KEYS[1]}
WEBHOOK = "https://kilo.net/api/x?code=c2VjcmV0"
RECORD = {
    "registrationId": "dev1",
    "attestation": {"type": "symmetricKey", "symmetricKey": DEVICE_KEYS},
    "allocationPolicy": "custom",
    "customAllocationDefinition": {"webhookUrl": WEBHOOK, "apiVersion": "2021-10-01"},
}
LINES = {
    "create": "enrollment create --eid new --at symmetricKey",
    "create-with-secrets": f"enrollment create --eid new --at symmetricKey --pk {KEYS[0]} --sk {KEYS[1]} --ap custom "
    f"--webhook-url {WEBHOOK} --api-version 2021-10-01",
    "create-existing": f"enrollment create --eid dev1 --at symmetricKey --pk {KEYS[0]}",
    "update-webhook": f"enrollment update --eid dev1 --webhook-url {WEBHOOK}",
    "update-bad-webhook": f"enrollment update --eid dev1 --webhook-url {WEBHOOK} --ap static",
    "list": "enrollment list",
    "show": "enrollment show --eid dev1 --show-keys",
    "show-missing": "enrollment show --eid nosuch",
    "device-config": "enrollment device-config --eid dev1 --format env --show-keys",
    "update": "enrollment update --eid dev1 --device-id x",
    "update-changed": "enrollment update --eid dev1 --device-id x --etag b2xk",
    "update-set": f"enrollment update --eid dev1 --set attestation.symmetricKey.primaryKey={KEYS[1]}",
    "update-bad-path": f"enrollment update --eid dev1 --set attestation.symmetricKey.primaryKey.{KEYS[0]}",
    "delete": "enrollment delete --eid dev1",
    "registration-show": "enrollment registration show --eid dev1",
    "registration-delete": "enrollment registration delete --eid dev1",
}
GIVEN = {"key": "-n mydps -g myrg", "login": "-n mydps --auth-type login"}


def said(result):
    """All but the line in which azure-cli itself repeats what was typed."""
    lines = result.err.splitlines()
    return "\n".join(line for line in lines if not line.startswith("DEBUG: cli.knack.cli: Command arguments:"))


@pytest.fixture
def secrets(dps):
    """Everything secret that the emulator knows and has been sent."""
    dps.enrollments.put({**RECORD, "allocationPolicy": "hashed"})
    dps.register("dev1")
    dps.enrollments.put(RECORD)

    def secrets():
        headers = [request.headers.get("Authorization", "") for request in dps.requests]
        credentials = [header.partition(" ")[2] for header in headers if header]
        signatures = [parse_qs(credential)["sig"][0] for credential in credentials if credential.startswith("sr=")]
        assert credentials
        made = dps.enrollments.get("new") or RECORD
        return {
            *(KEY, dps.policies[0]["secondaryKey"], "c2VjcmV0", "sig=", "Bearer ey", "SharedAccessKey="),
            *DEVICE_KEYS.values(),
            *made["attestation"]["symmetricKey"].values(),
            *credentials,
            *signatures,
        }

    return secrets


@pytest.mark.parametrize("verbosity", ["", "--verbose", "--debug"])
@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_nothing_secret_is_said(az, dps, secrets, line, given, verbosity):
    result = az(f"iot dps {line} {given} {verbosity}")
    assert dps.service_requests
    assert [secret for secret in secrets() if secret in said(result)] == []


@pytest.mark.parametrize("fault", [{"status": 500}, {"drop": "middle"}, {"raw": "<html>"}], ids=["500", "cut", "html"])
@pytest.mark.parametrize("line", ["create", "update", "show"])
def test_nothing_secret_is_said_of_failures(az, dps, secrets, line, fault):
    dps.fail(times=20, headers={"Retry-After": "0"}, path="/enrollments/", **fault)
    result = az(f"iot dps {LINES[line]} -n mydps --debug")
    assert result.exit_code == 1
    assert [secret for secret in secrets() if secret in said(result)] == []


@pytest.mark.parametrize("line", ["list", "update-changed", "show-missing"])
def test_connection_string_is_said_by_azure_cli_alone(az, dps, secrets, line):
    result = az(f"iot dps {LINES[line]} --debug", "--login", dps.connection_string)
    assert "transport: " in said(result)
    assert [secret for secret in secrets() if secret in said(result)] == []


def test_logging_of_a_call(az, dps, secrets):
    result = az("iot dps enrollment show --eid dev1 --debug -n mydps -g myrg")
    (request,) = dps.service_requests
    (said,) = [text for text in result.err.splitlines() if ": GET /enrollments/dev1: 200 in " in text]
    assert said.startswith("DEBUG: cli.azext_iot_dps.service.transport: ")
    sent = " ms (API version 2021-10-01, "
    sent += f"request {request.headers['x-ms-client-request-id']}, tracking ID none); sent nothing; received {{"
    assert sent in said
    assert '"registrationId": "dev1"' in said


@pytest.mark.parametrize("line", ["list", "show-missing"])
def test_keys_are_not_in_the_output_unasked(iot, dps, secrets, line):
    result = iot(LINES[line])
    assert [key for key in DEVICE_KEYS.values() if key in result.out] == []


def test_keys_are_in_the_output_when_asked_for(iot, dps, secrets):
    assert iot(LINES["show"]).json["attestation"]["symmetricKey"] == DEVICE_KEYS
