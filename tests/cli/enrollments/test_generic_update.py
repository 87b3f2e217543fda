"""update --set, --add, --remove and --force-string, as in other commands of az."""

import json
import shlex

import pytest

KEY1 = "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk="
KEY2 = "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="
NEW = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXc="
KEYS = {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY1, "secondaryKey": KEY2}}
TAGS = {"site": "north", "floor": 2, "rooms": [{"id": "a", "size": 1}, {"id": "b"}], "$x": None}
STORED = {
    "registrationId": "dev",
    "deviceId": "device-1",
    "attestation": KEYS,
    "capabilities": {"iotEdge": False},
    "etag": "b2xk",
    "initialTwin": {"tags": TAGS, "properties": {"desired": {"mode": "eco"}}},
    "provisioningStatus": None,
    "reprovisionPolicy": {"updateHubAssignment": True, "migrateDeviceData": True},
    "allocationPolicy": "hashed",
    "iotHubs": ["h1.azure-devices.net"],
    "newer": {"than": ["this"]},
}
UNCHANGED = "WARNING: The enrollment already has these values. Nothing was changed.\n"


@pytest.fixture
def update(iot, dps):
    """Runs an update of the stored record; gives the record that was put, or what was said of a refusal."""
    dps.enrollments.put({**STORED, "createdDateTimeUtc": "2026-01-01T00:00:00.1Z"})

    def run(*options, expected=0):
        result = iot("enrollment update --eid dev", *options)
        assert result.exit_code == expected, result.err
        assert "Traceback" not in result.err
        puts = dps.sent("PUT")
        assert len(puts) == (1 if expected == 0 else 0)
        return puts[0][3] if puts else result.err.splitlines()[0]

    return run


def tags(**changed):
    return {"initialTwin": {**STORED["initialTwin"], "tags": {**TAGS, **changed}}}


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        ("--set initialTwin.tags.floor=3", tags(floor=3)),
        ("--set initialTwin.tags.floor='3'", tags(floor=3)),
        ("--set initialTwin.tags.floor=3 --force-string", tags(floor="3")),
        ("--force-string --set initialTwin.tags.floor=3", tags(floor="3")),
        ("--set initialTwin.tags.floor=three", tags(floor="three")),
        ("--set initialTwin.tags.floor='\"3\"'", tags(floor="3")),
        ("--set initialTwin.tags.floor='{\"a\": [1, null], \"b\": null}'", tags(floor={"a": [1, None]})),
        ("--set initialTwin.tags.floor=\"{'a': True}\"", tags(floor={"a": True})),
        ("--set initialTwin.tags.url=https://x?a=b&c=d", tags(url="https://x?a=b&c=d")),
        ("--set initialTwin.tags.site= initialTwin.tags.floor=1", tags(site="", floor=1)),
        ("--set initialTwin.tags.rooms[0].size=2", tags(rooms=[{"id": "a", "size": 2}, {"id": "b"}])),
        ("--set initialTwin.tags.rooms[id=b].size=5", tags(rooms=[{"id": "a", "size": 1}, {"id": "b", "size": 5}])),
        ("--set initialTwin.tags.rooms[1]=null", tags(rooms=[{"id": "a", "size": 1}, None])),
        ("--set initialTwin.tags.new.deep.er=1", tags(new={"deep": {"er": 1}})),
        ("--set initialTwin.tags.a='{}' --set initialTwin.tags.a.b=1", tags(a={"b": 1})),
        ("--set initialTwin.tags.rooms[0].size=9 --remove initialTwin.tags.rooms 1", tags(
            rooms=[{"id": "a", "size": 9}],
        )),
        ("--add initialTwin.tags.rooms id=c size=3", tags(rooms=[*TAGS["rooms"], {"id": "c", "size": "3"}])),
        ("--add initialTwin.tags.rooms '{\"id\": 1.5}' c null", tags(rooms=[*TAGS["rooms"], {"id": 1.5}, "c", None])),
        ("--add initialTwin.tags.rooms 1 --force-string", tags(rooms=[*TAGS["rooms"], "1"])),
        ("--add initialTwin.tags.new.list x", tags(new={"list": ["x"]})),
        ("--set deviceId=d2 capabilities.iotEdge=True", {"deviceId": "d2", "capabilities": {"iotEdge": True}}),
        ("--set provisioningStatus=disabled", {"provisioningStatus": "disabled"}),
        ("--set someNewMember.x=1", {"someNewMember": {"x": 1}}),
        ("--set newer.than[0]=that newer.more=[]", {"newer": {"than": ["that"], "more": []}}),
        ("--add newer.than all", {"newer": {"than": ["this", "all"]}}),
        ("--add iotHubs h2.azure-devices.net", {"iotHubs": ["h1.azure-devices.net", "h2.azure-devices.net"]}),
        ("--remove iotHubs 0", {"iotHubs": []}),
        ("--set reprovisionPolicy.migrateDeviceData=false", {
            "reprovisionPolicy": {"updateHubAssignment": True, "migrateDeviceData": False},
        }),
        (f"--set attestation.symmetricKey.primaryKey={NEW}", {
            "attestation": {**KEYS, "symmetricKey": {"primaryKey": NEW, "secondaryKey": KEY2}},
        }),
        ("--ps disabled --set initialTwin.tags.floor=3", {"provisioningStatus": "disabled", **tags(floor=3)}),
        ("--tags '{\"a\": 1}' --set initialTwin.tags.b=2", {
            "initialTwin": {**STORED["initialTwin"], "tags": {"a": 1, "b": 2}},
        }),
    ],
)  # fmt: skip
def test_only_what_was_named_changes(update, options, changed):
    assert update(*shlex.split(options)) == {**STORED, **changed}


@pytest.mark.parametrize(
    ("options", "gone"),
    [
        ("--remove deviceId", "deviceId"),
        ("--set deviceId=null", "deviceId"),
        ("--remove provisioningStatus", "provisioningStatus"),
        ("--remove newer", "newer"),
        ("--remove initialTwin", "initialTwin"),
    ],
)
def test_a_member_is_removed(update, options, gone):
    assert update(*shlex.split(options)) == {name: value for name, value in STORED.items() if name != gone}


def test_a_tag_is_removed(update):
    kept = {name: value for name, value in TAGS.items() if name != "floor"}
    assert update("--remove", "initialTwin.tags.floor")["initialTwin"]["tags"] == kept


def test_leaving_custom_and_changing_hubs_follow_the_rules_of_the_options(iot, dps):
    function = {"webhookUrl": "https://x.example/api", "apiVersion": "2021-10-01"}
    dps.enrollments.put({**STORED, "allocationPolicy": "custom", "customAllocationDefinition": function})
    assert iot("enrollment update --eid dev --set allocationPolicy=hashed").exit_code == 0
    assert "customAllocationDefinition" not in dps.sent("PUT")[0][3]


def test_objects_that_are_missing_are_made(iot, dps):
    dps.enrollments.put({"registrationId": "dev", "attestation": KEYS, "initialTwin": None, "etag": "b2xk"})
    options = "--set initialTwin.tags.a=1 initialTwin.properties.desired.b=2 --add initialTwin.tags.c x"
    assert iot(f"enrollment update --eid dev {options}").exit_code == 0
    assert dps.sent("PUT")[0][3]["initialTwin"] == {
        "tags": {"a": 1, "c": ["x"]},
        "properties": {"desired": {"b": 2}},
    }


@pytest.mark.parametrize(
    "options", ["--set initialTwin.tags.floor=2", "--set initialTwin.tags.floor=2.0", "--set etagged=null"]
)
def test_what_changes_nothing_sends_nothing(iot, dps, options):
    dps.enrollments.put(STORED)
    result = iot(f"enrollment update --eid dev {options}")
    assert (result.exit_code, result.err, dps.sent("PUT")) == (0, UNCHANGED, [])


def test_a_conflict_applies_everything_again(iot, dps):
    dps.enrollments.put(STORED)
    others = {**STORED, "deviceId": "theirs", "iotHubs": ["h0.net", "h1.net"], "etag": "bmV3"}
    left = [others]

    def meddle(request):
        if request.method == "PUT" and left:
            dps.enrollments.put(left.pop())
        return False

    dps.fail(where=meddle)
    result = iot("enrollment update --eid dev --ps disabled --set initialTwin.tags.floor=3 --add iotHubs h2.net")
    assert (result.exit_code, result.err) == (0, "")
    assert dps.sent("PUT")[1][3] == {
        **others,
        "provisioningStatus": "disabled",
        "iotHubs": ["h0.net", "h1.net", "h2.net"],
        **tags(floor=3),
    }


def test_numbers_keep_their_spelling(iot, dps):
    odd = "[1E2,1.10,0.1234567890123456789012345678901234567891]"
    raw = (
        '{"registrationId":"dev","etag":"b2xk","attestation":{"type":"tpm","tpm":{"endorsementKey":"QUFB"}},'
        f'"initialTwin":{{"tags":{{"odd":{odd}}}}},"newer":{odd}}}'
    )
    dps.enrollments.put(json.loads(raw))
    dps.fail(method="GET", raw=raw)
    options = f"--set initialTwin.tags.even={odd} newer[1]=2.50 --add newer 1e-400 '{{\"a\":1.0}}'"
    assert iot(f"enrollment update --eid dev {options}").exit_code == 0
    (put,) = [request.text for request in dps.requests if request.method == "PUT"]
    long = "0.1234567890123456789012345678901234567891"
    assert put == (
        raw.replace(f'"odd":{odd}', f'"odd":{odd},"even":{odd}').replace(
            f'"newer":{odd}', f'"newer":[1E2,2.50,{long},1e-400,{{"a":1.0}}]'
        )
    )


def test_groups_have_it_too(iot, dps):
    dps.groups.put({"enrollmentGroupId": "g", "attestation": KEYS, "etag": "b2xk", "iotHubs": ["h1.net"]})
    options = "--set allocationPolicy=static --remove iotHubs 0 --add iotHubs h2.net"
    assert iot(f"enrollment-group update --gid g {options}").exit_code == 0
    assert (dps.groups["g"]["iotHubs"], dps.groups["g"]["attestation"]) == (["h2.net"], KEYS)
