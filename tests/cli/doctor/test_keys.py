"""az iot dps doctor: devices with symmetric keys."""

from __future__ import annotations

import pytest

from dps_emulator.lab import certificates
from tests.devices import GROUP_KEY, KEY1, KEY2, MEMBER, MEMBER_KEY, group, symmetric, x509

FIRST = "An individual enrollment takes precedence over groups."
SPECIFY = "Specify --symmetric-key or --certificate-file-path to see whether the device would be accepted."
ENABLE = "--provisioning-status enabled"
OTHER = "F" * 44


def shape(examined):
    return [examined.statuses[name] for name in ("credential", "enrollment", "assigned-hub")]


@pytest.mark.parametrize("key", [KEY1, KEY2])
def test_either_key_of_an_individual_enrollment(device, dps, key):
    dps.enrollments.put(symmetric())
    examined = device("dev", "--symmetric-key", key)
    assert shape(examined) == ["ok"] * 3
    assert examined["credential"] == ("The device has a symmetric key.", None)
    assert examined["enrollment"] == (
        "The individual enrollment 'dev' accepts the device: it has this symmetric key.",
        None,
    )
    assert KEY1 not in examined.result.out
    assert KEY2 not in examined.result.out
    assert dps.registrations.get("dev") is None


def test_another_key(device, dps):
    dps.enrollments.put(symmetric())
    examined = device("dev", "--symmetric-key", OTHER)
    assert shape(examined) == ["ok", "failed", "skipped"]
    assert examined["enrollment"] == (
        f"The individual enrollment 'dev' has other symmetric keys. {FIRST}",
        "To see its keys: az iot dps enrollment show --eid dev --show-keys",
    )
    assert OTHER not in examined.result.out


def test_an_individual_enrollment_goes_before_groups(device, dps):
    dps.groups.put(group())
    dps.enrollments.put(symmetric(registrationId=MEMBER))
    assert device(MEMBER, "--symmetric-key", MEMBER_KEY).statuses["enrollment"] == "failed"


def test_a_disabled_enrollment(device, dps):
    dps.enrollments.put(symmetric(provisioningStatus="disabled"))
    examined = device("dev", "--symmetric-key", KEY1)
    assert shape(examined) == ["ok", "failed", "skipped"]
    assert examined["enrollment"] == (
        "The individual enrollment 'dev' is disabled.",
        f"To enable it: az iot dps enrollment update --eid dev {ENABLE}",
    )


def test_another_attestation(device, dps):
    record = {"registrationId": "dev", "attestation": x509("clientCertificates", certificates.pem("dev"))}
    dps.enrollments.put(record)
    assert device("dev", "--symmetric-key", KEY1)["enrollment"] == (
        f"The individual enrollment 'dev' has x509 attestation, and the device authenticates with --symmetric-key. "
        f"{FIRST}",
        "Use --certificate-file-path, or delete the enrollment.",
    )


def test_a_tpm_cannot_be_checked(device, dps):
    tpm = {"type": "tpm", "tpm": {"endorsementKey": "AAAA"}}
    dps.enrollments.put({"registrationId": "dev", "attestation": tpm})
    assert device("dev")["enrollment"] == (
        "The individual enrollment 'dev' has tpm attestation, which cannot be checked.",
        None,
    )


def test_without_a_key_the_enrollment_is_named(device, dps):
    dps.enrollments.put(symmetric())
    examined = device("dev")
    assert shape(examined) == ["skipped", "warning", "ok"]
    assert examined["credential"] == ("Neither key nor certificate of the device is known.", SPECIFY)
    assert examined["enrollment"] == (
        "The individual enrollment 'dev' would be used. It has symmetricKey attestation.",
        SPECIFY,
    )


def test_without_key_and_enrollment(device):
    examined = device("dev")
    assert shape(examined) == ["skipped", "warning", "skipped"]
    assert examined["enrollment"] == (
        "There is no individual enrollment 'dev'. Whether a group accepts the device depends on its key or "
        "certificate.",
        SPECIFY,
    )


def test_the_derived_key_of_a_group(device, dps):
    dps.groups.put({"enrollmentGroupId": "other", "attestation": symmetric()["attestation"]})
    dps.groups.put(group())
    examined = device(MEMBER, "--symmetric-key", MEMBER_KEY)
    assert shape(examined) == ["ok"] * 3
    assert examined["enrollment"] == (
        "The enrollment group 'grp' accepts the device: the key is derived from that of the group.",
        None,
    )
    assert not {MEMBER_KEY, GROUP_KEY, KEY1} & {*examined.result.out.split('"')}


def test_the_key_of_a_group_is_not_that_of_a_device(device, dps):
    dps.groups.put(group())
    assert device(MEMBER, "--symmetric-key", GROUP_KEY)["enrollment"] == (
        "This is the key of the enrollment group 'grp'.",
        "A device needs the key that is derived from it: az iot dps enrollment-group compute-device-key --gid grp "
        f"--rid {MEMBER}",
    )


def test_a_disabled_group(device, dps):
    dps.groups.put(group(provisioningStatus="disabled"))
    assert device(MEMBER, "--symmetric-key", MEMBER_KEY)["enrollment"] == (
        "The enrollment group 'grp' is disabled.",
        f"To enable it: az iot dps enrollment-group update --gid grp {ENABLE}",
    )


def test_a_key_of_no_group(device, dps):
    dps.groups.put(group())
    dps.groups.put(
        {"enrollmentGroupId": "ca", "attestation": x509("signingCertificates", certificates.pem("authority"))}
    )
    message, advice = device("dev", "--symmetric-key", OTHER)["enrollment"]
    assert message == (
        "There is no individual enrollment 'dev', and none of the enrollment groups has a key from which that of the "
        "device is derived. Groups: 2, with this attestation: 1."
    )
    assert advice.startswith("Check the registration ID, whose letter case counts for the derived key, and ")


def test_two_groups_with_one_key(device, dps):
    dps.groups.put(group())
    dps.groups.put({**group(), "enrollmentGroupId": "grp2"})
    examined = device(MEMBER, "--symmetric-key", MEMBER_KEY)
    assert shape(examined) == ["ok", "warning", "skipped"]
    first, second = sorted(["grp", "grp2"], key=examined["enrollment"][0].index)
    assert examined["enrollment"] == (
        f"The enrollment group '{first}' accepts the device: the key is derived from that of the group. The same is "
        f"true of '{second}'.",
        "Which group the service would use is not certain.",
    )


@pytest.mark.parametrize(
    "record, message",
    [
        (symmetric(), "The individual enrollment 'dev' accepts the device if the device has its key."),
        (group(), "There is no individual enrollment 'dev'. A group accepts the device if the device has its key."),
    ],
)
def test_a_reader_cannot_compare_keys(doctor, dps, record, message):
    dps.roles = "reader"
    (dps.groups if "enrollmentGroupId" in record else dps.enrollments).put(record)
    examined = doctor("-n mydps -g myrg --auth-type login --rid dev", "--symmetric-key", KEY1)
    assert examined.changed()["enrollment"] == "warning"
    assert examined["enrollment"] == (
        f"{message} Keys may not be read with this sign-in.",
        "Sign in with a policy that has EnrollmentWrite, or with a role that includes the keys.",
    )


WRONG = {
    "key without ID": (f"--key {KEY1}", "--symmetric-key requires --registration-id."),
    "certificate without ID": ("--cp c.pem", "--certificate-file-path requires --registration-id."),
    "key file alone": ("--rid dev --kp k.pem", "--key-file-path requires --certificate-file-path."),
    "passphrase alone": ("--rid dev --cp c.pem --pass x", "--passphrase requires --key-file-path."),
    "both": (f"--rid dev --key {KEY1} --cp c.pem", "--symmetric-key cannot be used with --certificate-file-path."),
    "bad key": ("--rid dev --key n-o-n-e", "--symmetric-key must be base64 of 16 to 64 bytes."),
    "bad ID": ("--rid a/b", "--registration-id must be 1 to 128 letters"),
}


@pytest.mark.parametrize("line, message", WRONG.values(), ids=WRONG)
def test_options_that_contradict_each_other(az, dps, line, message):
    result = az(f"iot dps doctor -n mydps {line}")
    assert (result.exit_code, result.out) == (1, "")
    assert message in result.err
    assert dps.requests == []
