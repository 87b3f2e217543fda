"""Allocation policy, on the values that will hold afterwards."""

import pytest

HOOK, VERSION = "https://f.example/api?code=c2VjcmV0", "2019-03-31"
CUSTOM = {"allocationPolicy": "custom", "customAllocationDefinition": {"webhookUrl": HOOK, "apiVersion": VERSION}}
TPM = {"registrationId": "dev", "attestation": {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}}
ALLOCATION = ("allocationPolicy", "iotHubs", "iotHubHostName", "customAllocationDefinition")
NOT_SENT = "WARNING: --webhook-url and --api-version are not sent: they require --allocation-policy custom.\n"


def allocation(dps):
    return {name: value for name, value in dps.sent("PUT")[-1][3].items() if name in ALLOCATION}


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ("", {}),
        ("--ap static --ih h.net", {"allocationPolicy": "static", "iotHubs": ["h.net"]}),
        ("--ap STATIC --ih ' h.net '", {"allocationPolicy": "static", "iotHubs": ["h.net"]}),
        ("--ap hashed", {"allocationPolicy": "hashed"}),
        ("--ap hashed --ih ''", {"allocationPolicy": "hashed"}),
        ("--ap Hashed --ih a.net b.net", {"allocationPolicy": "hashed", "iotHubs": ["a.net", "b.net"]}),
        (
            "--ap hashed --iot-hubs a.net --iot-hubs b.net",
            {"allocationPolicy": "hashed", "iotHubs": ["a.net", "b.net"]},
        ),
        ("--ap hashed --iot-hubs 'a.net b.net'", {"allocationPolicy": "hashed", "iotHubs": ["a.net", "b.net"]}),
        ("--ap geolatency", {"allocationPolicy": "geoLatency"}),
        ("--ap geoLatency --ih a.net", {"allocationPolicy": "geoLatency", "iotHubs": ["a.net"]}),
        (f"--ap custom --wh {HOOK} --av {VERSION}", CUSTOM),
        (f"--ap CUSTOM --wh {HOOK} --av {VERSION} --ih a.net b.net", {**CUSTOM, "iotHubs": ["a.net", "b.net"]}),
        ("--iot-hub-host-name h.net", {"allocationPolicy": "static", "iotHubs": ["h.net"]}),
        ("--hn h.net", {"allocationPolicy": "static", "iotHubs": ["h.net"]}),
    ],
)
def test_create_sends_the_policy(iot, dps, options, sent):
    result = iot("enrollment create --eid dev --at tpm --ek AAgAAQALAAMAsg== " + options)
    assert result.exit_code == 0
    assert allocation(dps) == sent


@pytest.mark.parametrize("options", ["--ap hashed --ih a.net", "--ap static --ih a.net", ""])
def test_webhook_options_without_the_custom_policy_are_not_sent(iot, dps, options):
    result = iot(f"enrollment create --eid dev --at tpm --ek AAgAAQALAAMAsg== {options} --wh {HOOK} --av {VERSION}")
    assert (result.exit_code, result.err) == (0, NOT_SENT)
    assert "customAllocationDefinition" not in allocation(dps)


ONE_HUB = "--allocation-policy static requires exactly one host name in --iot-hubs, not {}."
OLD_HUB = "--iot-hub-host-name cannot be combined with --allocation-policy or --iot-hubs. Use only these two instead."
VERSIONS = "--api-version must be a date, optionally with -preview, from 2018-09-01-preview on, such as 2021-10-01."


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--ap static", ONE_HUB.format(0)),
        ("--ap static --ih ''", ONE_HUB.format(0)),
        ("--ap static --ih a.net b.net", ONE_HUB.format(2)),
        ("--ap Static --ih 'a.net b.net' c.net", ONE_HUB.format(3)),
        ("--ih a.net", "--iot-hubs requires --allocation-policy."),
        ("--ap custom", "--allocation-policy custom requires --webhook-url and --api-version."),
        (f"--ap custom --wh {HOOK}", "--allocation-policy custom requires --api-version."),
        (f"--ap custom --av {VERSION}", "--allocation-policy custom requires --webhook-url."),
        ("--only-show-errors --hn h.net --ap static", OLD_HUB),
        ("--only-show-errors --hn h.net --ap hashed", OLD_HUB),
        ("--only-show-errors --hn h.net --ih i.net", OLD_HUB),
        ("--wh http://f.example/api?code=c2VjcmV0", "--webhook-url must be the https:// URL of a function."),
        ("--wh https://", "--webhook-url must be the https:// URL of a function."),
        ("--wh 'https://[a'", "--webhook-url must be the https:// URL of a function."),
        ("--wh f.example", "--webhook-url must be the https:// URL of a function."),
        ("--av 2018-08-31", VERSIONS),
        ("--av 2021-13-01", VERSIONS),
        ("--av 2021-10-01-beta", VERSIONS),
        ("--av latest", VERSIONS),
    ],
)
def test_create_refuses_before_it_connects(az, dps, options, message):
    result = az("iot dps enrollment create -n mydps --eid dev --at tpm --ek AAgAAQALAAMAsg== " + options)
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err == f"ERROR: {message}\n"


@pytest.mark.parametrize("version", ["2018-09-01-preview", "2018-09-01", "2021-10-01"])
def test_versions_of_the_custom_types(iot, dps, version):
    iot(f"enrollment create --eid dev --at tpm --ek AAgAAQALAAMAsg== --ap custom --wh {HOOK} --av {version}")
    assert allocation(dps)["customAllocationDefinition"] == {"webhookUrl": HOOK, "apiVersion": version}


OTHER = {"webhookUrl": "https://g.example", "apiVersion": VERSION}


@pytest.mark.parametrize(
    ("stored", "options", "sent"),
    [
        (CUSTOM, "--wh https://g.example", {**CUSTOM, "customAllocationDefinition": OTHER}),
        (
            CUSTOM,
            "--av 2021-10-01",
            {**CUSTOM, "customAllocationDefinition": {"webhookUrl": HOOK, "apiVersion": "2021-10-01"}},
        ),
        (CUSTOM, "--ih a.net", {**CUSTOM, "iotHubs": ["a.net"]}),
        (CUSTOM, "--ap hashed", {"allocationPolicy": "hashed"}),
        (CUSTOM, "--hn h.net", {"allocationPolicy": "static", "iotHubs": ["h.net"]}),
        (CUSTOM, "--ap custom --ps disabled", CUSTOM),
        (CUSTOM, "--ps disabled", CUSTOM),
        ({}, f"--ap custom --wh {HOOK} --av {VERSION}", CUSTOM),
        (
            {"allocationPolicy": "static", "iotHubs": ["a.net"]},
            "--ih b.net",
            {"allocationPolicy": "static", "iotHubs": ["b.net"]},
        ),
        ({"allocationPolicy": "static"}, "--ps disabled", {"allocationPolicy": "static"}),
        ({"iotHubHostName": "old"}, "--ps disabled", {"iotHubHostName": "old"}),
        ({"iotHubHostName": "old"}, "--ap hashed", {"iotHubHostName": "old", "allocationPolicy": "hashed"}),
        ({"iotHubHostName": "old"}, "--ap hashed --ih a.net", {"allocationPolicy": "hashed", "iotHubs": ["a.net"]}),
        ({"iotHubHostName": "old"}, "--hn a.net", {"allocationPolicy": "static", "iotHubs": ["a.net"]}),
        ({"allocationPolicy": "hashed", "iotHubs": ["a.net"]}, "--ih ''", {"allocationPolicy": "hashed"}),
    ],
)
def test_update_settles_the_record_as_a_whole(iot, dps, stored, options, sent):
    dps.enrollments.put({**TPM, **stored})
    result = iot(f"enrollment update --eid dev {options}")
    assert result.exit_code == 0
    assert allocation(dps) == sent


def test_update_warns_of_webhook_options_that_the_stored_policy_has_no_use_for(iot, dps):
    dps.enrollments.put({**TPM, "allocationPolicy": "hashed"})
    result = iot(f"enrollment update --eid dev --wh {HOOK}")
    unchanged = "WARNING: The enrollment already has these values. Nothing was changed.\n"
    assert (result.exit_code, result.err) == (0, NOT_SENT + unchanged)
    assert dps.sent("PUT") == []


@pytest.mark.parametrize(
    ("stored", "options", "message"),
    [
        ({}, "--ih a.net", "--iot-hubs requires --allocation-policy."),
        ({"allocationPolicy": "static", "iotHubs": ["a.net"]}, "--ih a.net b.net", ONE_HUB.format(2)),
        ({"allocationPolicy": "hashed", "iotHubs": ["a.net", "b.net"]}, "--ap static", ONE_HUB.format(2)),
        ({"iotHubHostName": "old"}, "--ap static", ONE_HUB.format(0)),
        ({}, "--ap custom --wh https://f.example", "--allocation-policy custom requires --api-version."),
    ],
)
def test_update_refuses_what_would_not_hold_together(iot, dps, stored, options, message):
    dps.enrollments.put({**TPM, **stored})
    result = iot(f"enrollment update --eid dev {options}")
    assert (result.exit_code, result.err) == (1, f"ERROR: {message}\n")
    assert dps.sent("PUT") == []


def test_a_deprecated_option_says_what_to_use(iot):
    result = iot(
        "enrollment create --eid dev --at tpm --ek AAgAAQALAAMAsg== --hn h.net --only-show-errors",
    )
    assert result.err == ""
    assert "Use '--iot-hubs' instead" in iot("enrollment update --eid dev --iot-hub-host-name h.net").err
