"""A group with a certificate policy, a device whose key openssl made, and what an unrelated update leaves."""

import json
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.az
POLICY = {
    "namespaceName": "factory-ns",
    "certificateAuthorityName": "factory-ca",
    "certificatePolicyName": "ninety-days",
}
OPTIONS = "--adr-namespace factory-ns --adr-ca-name factory-ca --adr-cert-policy-name ninety-days"


def openssl(folder, *words):
    return subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def az(real_az, dps):
    """The standard output of a command that succeeds, whose folder is `real_az.folder`."""
    (real_az.config / "iot_dps_api_versions.json").unlink(missing_ok=True)

    def az(line):
        done = real_az.run(f"{line} -n mydps")
        assert done.returncode == 0, done.stderr
        return done.stdout

    return az


@pytest.mark.parametrize("clearing", ["hide-and-clear", "hide-and-keep", "show-all"])
def test_an_update_of_something_else_leaves_the_policy(az, dps, clearing):
    dps.switches.newer_members = clearing
    az(f"iot dps enrollment-group create --gid line-7 {OPTIONS} -o none")
    az("iot dps enrollment-group update --gid line-7 --edge-enabled true -o none")
    stored = dps.groups["line-7"]
    assert stored["capabilities"] == {"iotEdge": True}
    assert {name: stored.get(name) for name in POLICY} == POLICY


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl")
def test_a_device_gets_a_certificate_that_the_root_verifies(az, real_az, dps):
    folder = real_az.folder
    az(f"iot dps enrollment-group create --gid line-7 {OPTIONS} -o none")
    made = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "dev.key")
    openssl(folder, "req", "-new", *made, "-subj", "/CN=dev", "-out", "dev.csr")
    line = "iot device registration create --rid dev --group-id line-7 --csr dev.csr --certificate-out dev.pem"
    assert json.loads(az(line))["status"] == "assigned"
    (folder / "root.pem").write_text(dps.issuing_authority)
    verified = openssl(folder, "verify", "-CAfile", "root.pem", "-untrusted", "dev.pem", "dev.pem")
    assert verified == "dev.pem: OK\n"
    public = openssl(folder, "pkey", "-in", "dev.key", "-pubout")
    assert openssl(folder, "x509", "-in", "dev.pem", "-noout", "-pubkey") == public


def test_a_service_that_is_behind_costs_one_more_request(az, real_az, dps):
    dps.switches.api_versions = dps.switches.device_api_versions = ("2021-10-01",)
    az("iot dps enrollment create --eid dev --at symmetricKey -o none")
    dps.requests.clear()
    for status in ("disabled", "enabled"):
        az(f"iot dps enrollment update --eid dev --provisioning-status {status} -o none")
    assert [(request.method, request.status) for request in dps.service_requests] == [
        ("GET", 400), ("GET", 200), ("POST", 200), ("PUT", 200), ("GET", 200), ("POST", 200), ("PUT", 200),
    ]  # fmt: skip
    refused = real_az.run(f"iot dps enrollment update --eid dev {OPTIONS} -n mydps")
    assert refused.returncode == 1
    assert f"{dps.host} does not offer API version 2026-11-01 yet" in refused.stderr
    assert not POLICY.keys() & dps.enrollments["dev"].keys()
