"""az iot device registration create: every end but an assigned device, and the messages."""

from __future__ import annotations

import re

import pytest

from tests.devices import GROUP_KEY, KEY1, KEY2, MEMBER, MEMBER_KEY, group, said, symmetric


def test_a_failed_registration_is_an_error_in_the_services_words(create, dps):
    dps.enrollments.put(symmetric(iotHubs=["gone.azure-devices.net"]))
    result = create(f"--symmetric-key {KEY1}")
    assert (result.exit_code, result.out) == (1, "")
    assert (
        "The registration of 'dev' failed: The hub gone.azure-devices.net is not linked to this service. "
        "(error 404203)\n" in result.err
    )
    assert "az iot dps linked-hub list" in result.err


def test_a_disabled_enrollment_is_an_error(create, dps):
    dps.enrollments.put(symmetric(provisioningStatus="disabled"))
    result = create(f"--symmetric-key {KEY1}")
    assert (result.exit_code, result.out) == (1, "")
    assert "The enrollment of 'dev' is disabled.\n" in result.err
    assert "--provisioning-status enabled" in result.err


def test_401_names_the_likely_causes(create, dps):
    dps.groups.put(group())
    result = create(f"--symmetric-key {GROUP_KEY}", id=MEMBER)
    assert result.exit_code == 1
    assert "Unauthorized (error 401002" in result.err
    for cause in ("--id-scope", "add --compute-key, which derives the device's key from it", "30 minutes"):
        assert cause in result.err


def test_an_enrollment_that_is_not_there_is_exit_code_3(create, dps):
    result = create("--login", dps.connection_string)
    assert result.exit_code == 3
    assert "ERROR: Enrollment 'dev' not found in localhost. (error 404201" in result.err


@pytest.mark.parametrize(
    "attestation, advice",
    [
        ({"type": "x509", "x509": {}}, "--certificate-file-path and --key-file-path"),
        ({"type": "tpm", "tpm": {"endorsementKey": "AAAA"}}, "This command cannot register such a device."),
    ],
)
def test_an_enrollment_without_symmetric_keys_is_refused(create, dps, device_requests, attestation, advice):
    dps.enrollments.put({"registrationId": "dev", "attestation": attestation})
    result = create("--login", dps.connection_string)
    assert result.exit_code == 1
    assert f"'dev' has no symmetric keys because its attestation is {attestation['type']}." in result.err
    assert advice in result.err
    assert device_requests() == []


@pytest.mark.parametrize("line", ["enrollment-group compute-device-key --gid grp", "device"])
def test_a_stored_key_that_is_no_base64_is_an_error(az, dps, create, line):
    shown = {"type": "symmetricKey", "symmetricKey": {"primaryKey": "n o n e", "secondaryKey": KEY2}}
    dps.fail(body=shown, path="attestationmechanism")
    login = ("--login", dps.connection_string)
    result = create(*login) if line == "device" else az(f"iot dps {line} --registration-id dev", *login)
    assert result.exit_code == 1
    assert "a primary key of" in result.err and "that is not base64." in result.err
    assert "n o n e" not in result.err


@pytest.mark.parametrize("secret", [KEY1, KEY2, GROUP_KEY, MEMBER_KEY])
def test_no_key_is_said(create, dps, secret):
    dps.enrollments.put(symmetric())
    dps.groups.put(group())
    results = [
        create("--debug --login", dps.connection_string),
        create("--debug --group-id grp -n mydps", id=MEMBER, where=""),
        create(f"--debug --compute-key --group-id grp --key {GROUP_KEY}", id=MEMBER),
        create(f"--debug --key {GROUP_KEY}"),
    ]
    assert [result.exit_code for result in results] == [0, 0, 0, 1]
    for result in results:
        assert "register: " in result.err
        assert secret not in said(result)
        assert not re.search(r"sig=(?!\*)", said(result))
