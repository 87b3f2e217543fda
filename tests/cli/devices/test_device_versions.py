"""az iot device registration: the versions of the device API, and hosts that do not serve the newest one."""

from __future__ import annotations

import pytest

from tests.devices import KEY1, POLICY, csr, symmetric

PEM = csr("dev").decode()
REGISTER = "/registrations/dev/register"
UNSUPPORTED = {"errorCode": 400004, "message": "Unsupported API version 2026-11-01."}
NEWEST, DEFAULT = "2026-11-01", "2021-06-01"


@pytest.fixture
def behind(dps):
    """The device API does not know the newest version."""
    dps.enrollments.put(symmetric(**POLICY))
    dps.fail(
        times=1000,
        status=400,
        body=UNSUPPORTED,
        where=lambda request: "/registrations/" in request.path and request.query["api-version"] == NEWEST,
    )


def sent(dps):
    return [(each.method, each.path.partition("dev")[2], each.query["api-version"]) for each in dps.requests]


def test_a_csr_is_refused_by_a_host_that_is_behind_and_nothing_registered(create, dps, behind, tmp_path):
    result = create(f"--key {KEY1} --csr", PEM, "--certificate-out", str(tmp_path / "issued.pem"))
    assert (result.exit_code, result.out) == (1, "")
    assert result.err == (
        f"ERROR: {dps.host} does not offer this yet: API version 2026-11-01, which issues certificates for a CSR. "
        "Nothing was registered.\n"
        "Run the command again when the region or cloud offers it, or omit the options that need it.\n"
    )
    assert sent(dps) == [("PUT", "/register", NEWEST), ("POST", "", NEWEST), ("POST", "", DEFAULT)]
    assert (list(dps.registrations), list(tmp_path.iterdir())) == ([], [])


@pytest.mark.parametrize("registered", [False, True])
def test_a_csr_that_a_host_of_the_newest_version_refuses_is_its_own_error(create, dps, registered):
    dps.enrollments.put(symmetric(**POLICY))
    if registered:
        assert create(f"--key {KEY1}").exit_code == 0
        dps.requests.clear()
    dps.fail(status=400, body={"errorCode": 400004, "message": "No such policy."}, path=REGISTER)
    result = create(f"--key {KEY1} --csr", PEM)
    assert (result.exit_code, result.out) == (1, "")
    assert result.err.startswith("ERROR: No such policy. (error 400004")
    assert sent(dps) == [("PUT", "/register", NEWEST), ("POST", "", NEWEST)]


@pytest.mark.parametrize("fault", [{"status": 400}, {"status": 403}])
def test_a_host_that_refuses_every_version_has_its_own_error(create, dps, fault):
    dps.enrollments.put(symmetric())
    dps.fail(times=1000, body={"message": "Not you."}, where=lambda request: "/registrations/" in request.path, **fault)
    result = create(f"--key {KEY1} --csr", PEM)
    assert result.err.startswith("ERROR: Not you.")


@pytest.mark.parametrize("version", ["2021-10-01", "2025-07-01-preview"])
def test_a_configured_version_is_used_for_everything(create, dps, monkeypatch, version):
    dps.enrollments.put(symmetric())
    monkeypatch.setenv("AZURE_IOT_DPS_API_VERSION", version)
    assert create("--login", dps.connection_string).exit_code == 0
    assert {each.query["api-version"] for each in dps.requests} == {version}


def test_a_csr_is_sent_at_a_configured_version_that_has_them(create, dps, monkeypatch, tmp_path):
    monkeypatch.setenv("AZURE_IOT_DPS_API_VERSION", "2025-07-01-preview")
    dps.enrollments.put(symmetric(credentialPolicyName="thirty-days"))
    result = create(f"--key {KEY1} --csr", PEM, "--certificate-out", str(tmp_path / "issued.pem"))
    assert result.exit_code == 0
    assert {each.query["api-version"] for each in dps.requests} == {"2025-07-01-preview"}


def test_a_csr_is_refused_at_an_older_configured_version(create, dps, monkeypatch):
    monkeypatch.setenv("AZURE_IOT_DPS_API_VERSION", "2021-10-01")
    result = create("--csr", PEM, where="-n mydps")
    assert (result.exit_code, result.out) == (1, "")
    assert result.err == (
        "ERROR: The configured API version 2021-10-01 has no CSR. Nothing was sent.\n"
        "Run `az config unset iot_dps.api_version`, or unset AZURE_IOT_DPS_API_VERSION.\n"
    )
    assert dps.requests == []


def test_a_configured_version_that_is_not_served_is_the_services_error(create, dps, monkeypatch):
    monkeypatch.setenv("AZURE_IOT_DPS_API_VERSION", "2027-01-01")
    result = create(f"--key {KEY1} --csr", PEM)
    assert result.err.startswith("ERROR: Unsupported API version 2027-01-01. (error 400004")
