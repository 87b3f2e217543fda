"""update: members that no option names keep their values."""

import pytest

KEY1 = "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk="
KEY2 = "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="
NEW = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXc="
STORED = {
    "registrationId": "dev",
    "deviceId": "device-1",
    "optionalDeviceInformation": {"color": "red", "version": None},
    "attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY1, "secondaryKey": KEY2}},
    "capabilities": {"iotEdge": False},
    "initialTwin": {
        "tags": {"version": "3.2.0", "count": [1, None, {"a": None}], "metadata": "x", "$x": 1},
        "properties": {"desired": {"additional_properties": {}, "null": None, "big": 2**70, "ä.b": 0.1}},
    },
    "etag": "ImFhYWFhYWFhLTAwMDAtMDgwMC0wMDAwLTZhMDAwMDAwMDAwMCI=",
    "provisioningStatus": None,
    "reprovisionPolicy": {"updateHubAssignment": True, "migrateDeviceData": False},
    "allocationPolicy": "hashed",
    "iotHubs": ["hub1.azure-devices.net"],
    "futureMember": "newer-than-this-extension",
}


@pytest.fixture
def update(iot, dps):
    """Runs an update of the stored record; gives the record that was put."""
    dps.enrollments.put({**STORED, "createdDateTimeUtc": "2026-01-01T00:00:00.1Z"})

    def run(*options, expected=0):
        result = iot("enrollment update --eid dev", *options)
        assert result.exit_code == expected, result.err
        puts = dps.sent("PUT")
        assert len(puts) == (1 if expected == 0 else 0)
        return puts[0][3] if puts else result.err

    return run


def test_an_update_gets_the_record_and_its_keys_and_puts_both_back(update, dps):
    assert update("--ps", "disabled") == {**STORED, "provisioningStatus": "disabled"}
    assert [(method, path, if_match) for method, path, if_match, _ in dps.sent()] == [
        ("GET", "/enrollments/dev", None),
        ("POST", "/enrollments/dev/attestationmechanism", None),
        ("PUT", "/enrollments/dev", STORED["etag"]),
    ]


def test_a_given_etag_goes_out_as_typed(update, dps):
    update("--ps", "disabled", "--etag", "*")
    assert dps.sent("PUT")[0][2] == "*"


def test_an_old_etag_changes_nothing(iot, dps):
    dps.enrollments.put(STORED)
    result = iot("enrollment update --eid dev --ps disabled --etag AAAAAAAAAAA=")
    assert result.exit_code == 1
    assert (
        "The enrollment was modified after this ETag was read. Run `show` for the current ETag, or omit --etag.\n"
        in result.err
    )
    assert dps.enrollments["dev"]["provisioningStatus"] is None


def test_the_answer_is_printed_as_it_is(iot, dps):
    dps.enrollments.put(STORED)
    result = iot("enrollment update --eid dev --device-id other")
    assert result.json == dps.requests[-1].answer
    assert result.json["deviceId"] == "other"


@pytest.mark.parametrize(
    ("options", "members"),
    [
        (("--device-id", "other"), {"deviceId": "other"}),
        (("--ps", "disabled"), {"provisioningStatus": "disabled"}),
        (("--ee",), {"capabilities": {"iotEdge": True}}),
        (("--rp", "never"), {"reprovisionPolicy": {"updateHubAssignment": False, "migrateDeviceData": False}}),
        (("--info", '{"size": 2}'), {"optionalDeviceInformation": {"size": 2}}),
        (
            ("--tags", '{"new": 1}'),
            {"initialTwin": {"tags": {"new": 1}, "properties": STORED["initialTwin"]["properties"]}},
        ),
        (
            ("--props", "{'new': null, 'b': [null]}"),
            {"initialTwin": {"tags": STORED["initialTwin"]["tags"], "properties": {"desired": {"b": [None]}}}},
        ),
        (
            ("--pk", NEW),
            {"attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": NEW, "secondaryKey": KEY2}}},
        ),
        (
            ("--pk", KEY2, "--sk", KEY1),
            {"attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY2, "secondaryKey": KEY1}}},
        ),
        (("--ap", "geolatency"), {"allocationPolicy": "geoLatency"}),
        (("--ap", "STATIC"), {"allocationPolicy": "static"}),
        (("--ih", "a.net", "b.net"), {"iotHubs": ["a.net", "b.net"]}),
        (("--ih", "a.net b.net", "--ih", "c.net"), {"iotHubs": ["a.net", "b.net", "c.net"]}),
        (("--hn", "h.net"), {"allocationPolicy": "static", "iotHubs": ["h.net"]}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_only_what_was_named_changes(update, options, members):
    assert update(*options) == {**STORED, **members}


TWIN = STORED["initialTwin"]


@pytest.mark.parametrize(
    ("options", "twin"),
    [
        (("--tags", ""), {"properties": TWIN["properties"]}),
        (("--tags", "{}"), {"properties": TWIN["properties"]}),
        (("--props", ""), {"tags": TWIN["tags"]}),
        (("--tags", "", "--props", '{"a": 1}'), {"properties": {"desired": {"a": 1}}}),
        (("--tags", "", "--props", ""), None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_part_of_the_twin_is_cleared_by_itself(update, options, twin):
    body = update(*options)
    assert body.pop("initialTwin", None) == twin
    assert body == {name: value for name, value in STORED.items() if name != "initialTwin"}


@pytest.mark.parametrize(
    ("option", "name"),
    [("--info", "optionalDeviceInformation"), ("--iot-hubs", "iotHubs")],
)
def test_a_member_is_cleared_by_nothing(update, option, name):
    assert update(option, "") == {key: value for key, value in STORED.items() if key != name}


def test_a_device_id_is_removed(update):
    assert update("--remove-device-id") == {key: value for key, value in STORED.items() if key != "deviceId"}


UNCHANGED = "WARNING: The enrollment already has these values. Nothing was changed.\n"


def test_clearing_what_is_not_there_changes_nothing(iot, dps):
    record = {"registrationId": "dev", "attestation": {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}}
    for twin in ({}, {"initialTwin": None}, {"initialTwin": {}}, {"initialTwin": {"properties": {}}}):
        dps.enrollments.put({**record, **twin})
        before = dps.enrollments["dev"]
        result = iot("enrollment update --eid dev --tags '' --props '' --info '' --remove-device-id")
        assert (result.exit_code, result.json, result.err) == (0, dps.requests[-1].answer, UNCHANGED)
        assert (dps.sent("PUT"), dps.enrollments["dev"]) == ([], before)


SYMMETRIC = "but the enrollment has symmetricKey, which cannot be changed."


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--ek", "QUFB"), f"--endorsement-key needs tpm attestation, {SYMMETRIC}"),
        (("--rc",), f"--remove-certificate needs x509 attestation, {SYMMETRIC}"),
        (
            ("--ap", "static", "--ih", ""),
            "--allocation-policy static requires exactly one host name in --iot-hubs, not 0.",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_does_not_fit_the_record_is_refused_before_the_put(update, options, message):
    assert message in update(*options, expected=1)


def test_options_of_two_attestations_are_refused_before_anything_is_asked(az, dps):
    result = az(f"iot dps enrollment update -n mydps --eid dev --ek QUFB --pk {NEW} --rsc")
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err == (
        "ERROR: --primary-key belongs to symmetricKey attestation, --endorsement-key to tpm. Use one of them.\n"
    )


def test_an_update_without_the_keys_is_not_sent(iot, dps):
    dps.enrollments.put(STORED)
    dps.fail(path="/attestationmechanism", status=200, body={"type": "symmetricKey"})
    result = iot("enrollment update --eid dev --ps disabled")
    assert result.exit_code == 1
    assert "The service did not return the symmetric keys of 'dev'. Nothing was changed.\n" in result.err
    assert dps.sent("PUT") == []
