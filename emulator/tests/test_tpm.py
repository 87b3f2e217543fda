"""The emulator against contract.md: devices with a TPM. The chip is in chip.py."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives import hashes

from chip import Chip, structures
from dps_emulator.tpm import kdfa, storage_key
from emulator_client import KEY1, sas, symmetric

SCOPE = "0ne00000A0A"
PATH = f"/{SCOPE}/registrations/dev"
CHIP, OTHER = Chip(), Chip()
# In the issues of Microsoft's library for C: the key of its simulated chip.
RECORDED = (
    "AToAAQALAAMAsgAgg3GXZ0SEs/gakMyNRqXXJP1S124GUgtk8qHaGzMUaaoABgCAAEMAEAgAAAAAAAEAopqgkUBwtpr1sCgVJcEZ"
    "xsJtpmtOAt9K7SjGFe4hsp6DJ/dd2E5UFzBC+Jp8Fzqf5ukRBkqrAgIuAvHRsruIedk1uarJSLhbDpFLHxFd7iDNcYfrvdgVNT2T"
    "9zrvkh2y04WuRQg2D5qf0tZF82jeTjR/YJK7uWhaRwWOwZ3b1XD9l6wFOrwK/Ic0PEsjneFXQzL0n9uKyuHmHNz+wHppmOiMAabv"
    "nXXEin9ou7/iowY/+YhFm3j7atsVvxMI5HEM3Mq+W4imUuzPxVX7fZH+oWPKP5ofpWBTf+MdttGby1AjGnv8JE69JriOYoZG2/4q"
    "bsfv9M7a7NFrBlaW7Rt36w=="
)


def tpm(chip=CHIP, **members):
    key = {"endorsementKey": chip.endorsement_key}
    return {"registrationId": "dev", "attestation": {"type": "tpm", "tpm": key}, **members}


@pytest.fixture
def device(api):
    """Calls of a device by its method, what follows the path of its registration, and the key it signs with."""

    def call(method="PUT", rest="/register", key=None, chip=CHIP, version="2019-03-31", **members):
        token = sas(PATH[1:], "registration", key) if key else None
        body = None if method == "GET" else {"registrationId": "dev", "tpm": chip.keys, **members}
        return api(method, PATH + rest, body, version=version, headers={"Authorization": token})

    return call


def refusal(answer):
    return answer.status_code, answer.json()["errorCode"], answer.json()["message"]


def test_a_chip_answers_the_challenge_and_gets_a_key_for_its_hub(api, device, service):
    service.enrollments.put(tpm())
    challenge = device()
    assert challenge.status_code == 401
    assert len(challenge.headers["x-ms-request-id"]) == 36
    body = challenge.json()
    assert list(body) == ["message", "authenticationKey", "unencryptedAuthenticationKey", "keyName"]
    assert body["message"] == "Authorization required, resend request using supplied key"
    assert (body["unencryptedAuthenticationKey"], body["keyName"]) == (None, "registration")
    # the sizes of the service's, but for what goes along
    assert list(map(len, structures(b64decode(body["authenticationKey"]))))[:5] == [52, 256, 142, 256, 48]
    key = CHIP.activated(body["authenticationKey"])
    accepted = device(key=key)
    assert (accepted.status_code, accepted.json()["status"]) == (202, "assigning")
    path = f"/operations/{accepted.json()['operationId']}"
    assert device("GET", path, key).status_code == 202
    state = device("GET", path, key).json()["registrationState"]
    assert (state["status"], state["assignedHub"]) == ("assigned", "linked-hub.azure-devices.net")
    assert list(state["tpm"]) == ["authenticationKey"]
    assert len(b64decode(CHIP.activated(state["tpm"]["authenticationKey"]))) == 32
    assert CHIP.activated(state["tpm"]["authenticationKey"]) != key
    assert device("POST", "", key).json() == state
    del state["tpm"]
    assert api("GET", "/registrations/dev").json() == state


def test_a_key_that_no_chip_activated_is_401(device, service):
    service.enrollments.put(tpm())
    assert refusal(device(key=KEY1)) == (401, 401002, "Unauthorized")
    old = CHIP.activated(device().json()["authenticationKey"])
    assert device(key=old).status_code == 202
    # the last challenge counts
    new = CHIP.activated(device().json()["authenticationKey"])
    assert [device(key=key).status_code for key in (KEY1, old, new)] == [401, 401, 202]


def test_only_the_chip_of_both_keys_can_answer(device, service):
    service.enrollments.put(tpm())
    blob = device().json()["authenticationKey"]
    with pytest.raises(ValueError):
        OTHER.activated(blob)
    mixed = Chip()
    mixed.endorsement_key, mixed.storage_root_key = CHIP.endorsement_key, OTHER.storage_root_key
    with pytest.raises(AssertionError):
        CHIP.activated(device(chip=mixed).json()["authenticationKey"])


def test_another_chip_than_the_enrolled_one_is_401(device, service):
    service.enrollments.put(tpm())
    assert refusal(device(chip=OTHER)) == (401, 401002, "Unauthorized")
    key = CHIP.activated(device().json()["authenticationKey"])
    service.enrollments.put(tpm(OTHER))
    assert refusal(device(key=key)) == (401, 401002, "Unauthorized")


def test_a_chip_without_an_enrollment_registers_as_failed(device, service):
    key = CHIP.activated(device().json()["authenticationKey"])
    answer = device(key=key)
    assert (answer.status_code, answer.json()["status"]) == (200, "failed")
    assert answer.json()["registrationState"] == {
        "registrationId": "dev",
        "status": "failed",
        "errorCode": 404201,
        "errorMessage": "Enrollment not found.",
    }
    assert len(service.registrations) == 0


def test_a_disabled_enrollment_has_no_key_for_a_hub(device, service):
    service.enrollments.put(tpm(provisioningStatus="disabled"))
    answer = device(key=CHIP.activated(device().json()["authenticationKey"]))
    assert (answer.status_code, answer.json()["status"]) == (200, "disabled")
    assert answer.json()["registrationState"]["tpm"] == {}


@pytest.mark.parametrize("name", ["endorsementKey", "storageRootKey"])
@pytest.mark.parametrize(
    "key",
    [
        None,
        7,
        "",
        "not base64",
        "AAAA",
        b64encode(b64decode(CHIP.endorsement_key)[:-1]).decode(),
        b64encode(b64decode(CHIP.endorsement_key) + b"\0").decode(),
        b64encode(b"\x01\x3b" + b64decode(CHIP.endorsement_key)[2:] + b"\0").decode(),
        # a curve in place of RSA
        b64encode(b"\x01\x3a\x00\x23" + b64decode(CHIP.endorsement_key)[4:]).decode(),
    ],
)
def test_a_key_of_a_chip_that_is_none(device, service, name, key):
    service.enrollments.put(tpm())
    message = {
        "endorsementKey": "Endorsement key is invalid, or does not match the Enrollment.",
        "storageRootKey": "Storage root key is invalid.",
    }[name]
    assert refusal(device(tpm={**CHIP.keys, name: key})) == (400, 400004, message)


def test_who_authenticates_by_a_key_is_not_challenged(api, device, service):
    service.enrollments.put(symmetric())
    assert device(key=KEY1).status_code == 202
    assert refusal(device()) == (401, 401002, "Unauthorized")
    assert refusal(api("PUT", f"{PATH}/register", {"registrationId": "dev"}, headers={"Authorization": None}))[0] == 401


def test_another_id_scope_is_401(api, service):
    service.enrollments.put(tpm())
    body = {"registrationId": "dev", "tpm": CHIP.keys}
    answer = api("PUT", "/0ne00000B0B/registrations/dev/register", body, headers={"Authorization": None})
    assert refusal(answer) == (401, 401002, "Unauthorized")


def test_a_device_that_changed_to_a_key_shows_no_key_of_a_chip(device, service):
    service.enrollments.put(tpm())
    assert device(key=CHIP.activated(device().json()["authenticationKey"])).status_code == 202
    service.enrollments.put(symmetric())
    assert device(key=KEY1).status_code == 202
    assert "tpm" not in device("POST", "", KEY1).json()


def test_a_reset_forgets_challenges(device, service):
    service.enrollments.put(tpm())
    key = CHIP.activated(device().json()["authenticationKey"])
    service.reset()
    service.enrollments.put(tpm())
    assert device(key=key).status_code == 401


@pytest.mark.parametrize(
    "label, bits, expected",
    [
        (b"ATH", 256, "63591fea5c8a26cee98e509a3cd1ba3b4e3c079f7014fc56e5805175d15e292b"),
        (b"CFB", 128, "102d8c3954fd6f1e1decad8fa4cc2180"),
    ],
)
def test_keys_are_derived_as_others_derive_them(label, bits, expected):
    # vectors of another implementation
    assert kdfa(hashes.SHA256(), b"\x0b" * 32, label, b"\1" * 16 + b"\2" * 16, bits).hex() == expected


def test_an_endorsement_key_that_was_recorded_is_read():
    key = storage_key(RECORDED)
    assert (key.key.key_size, key.key.public_numbers().e, key.symmetric_bits) == (2048, 65537, 128)
