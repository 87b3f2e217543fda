"""The rulebook, for any stored record and any patch."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from azext_iot_dps.record.comparison import matches
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from azext_iot_dps.record.patch import Patch
from azext_iot_dps.record.paths import get, put
from azext_iot_dps.record.violation import Violations
from tests.records import names, objects, records, values

READ_ONLY = {"registrationState", "createdDateTimeUtc", "lastUpdatedDateTimeUtc"}
KEY = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXc="
# Members whose objects merge member by member; every other value is replaced as a whole.
PARTS = ("attestation", "attestation.symmetricKey", "capabilities", "initialTwin", "initialTwin.properties",
         "reprovisionPolicy", "customAllocationDefinition")  # fmt: skip
# What a change of the policy or of the hubs may also change.
FOLLOWS = {"allocationPolicy": {"customAllocationDefinition"}, "iotHubs": {"iotHubHostName"},
           "customAllocationDefinition": set()}  # fmt: skip

named = st.fixed_dictionaries(
    {},
    optional={
        "deviceId": st.none() | st.text(max_size=5),
        "provisioningStatus": st.sampled_from([None, "enabled", "disabled"]),
        "capabilities": st.none() | st.fixed_dictionaries({}, optional={"iotEdge": st.none() | st.booleans()}),
        "initialTwin": st.none()
        | st.fixed_dictionaries(
            {},
            optional={
                "tags": st.none() | objects(values),
                "properties": st.none() | st.fixed_dictionaries({}, optional={"desired": objects(values)}),
            },
        ),
        "reprovisionPolicy": st.none()
        | st.fixed_dictionaries({}, optional={"updateHubAssignment": st.booleans(), "x": values}),
        "allocationPolicy": st.sampled_from([None, "static", "hashed", "custom", "Static"]),
        "iotHubs": st.none() | st.lists(st.sampled_from(["h3", "h4"]), max_size=2),
        "customAllocationDefinition": st.none()
        | st.fixed_dictionaries({}, optional={"webhookUrl": st.just("https://new.example")}),
        "optionalDeviceInformation": st.none() | objects(values),
        "futureMember": values,
        "unheardOf": values,
    },
)
attestations = {
    "tpm": st.sampled_from([{}, {"tpm": {"endorsementKey": "QkJC"}}, {"type": "tpm"}]),
    "symmetricKey": st.sampled_from(
        [{}, {"symmetricKey": {"primaryKey": KEY}}, {"type": "symmetricKey", "symmetricKey": {"secondaryKey": None}}]
    ),
    "x509": st.sampled_from([{}, {"x509": {"clientCertificates": {"secondary": None}}}]),
}


@st.composite
def changes(draw):
    """A stored record and the members that are named of it."""
    stored = draw(records)
    attestation = draw(attestations[stored["attestation"]["type"]])
    return stored, {"registrationId": "dev", **draw(named), **({"attestation": attestation} if attestation else {})}


def over(stored, members):
    """The updated record, None where the rules refuse it."""
    try:
        return Patch(INDIVIDUAL, members).over(stored)
    except Violations:
        return None


def paths(value, above=""):
    """The paths at which members are named: below the parts, each member is one value."""
    for name, part in value.items():
        path = f"{above}{name}"
        if path in PARTS and isinstance(part, dict):
            yield from paths(part, f"{path}.")
        else:
            yield path


def without(record, path):
    """A copy without what is at the path, and without objects that are empty then, or null."""
    name, _, rest = path.partition(".")
    record = dict(record)
    if rest and isinstance(record.get(name), dict):
        record[name] = without(record[name], rest)
    elif not rest:
        record.pop(name, None)
    return {key: value for key, value in record.items() if value not in (None, {})}


@given(changes())
def test_over_changes_only_what_is_named(pair):
    stored, members = pair
    desired = over(stored, members)
    if desired is None:
        return
    before, after = ({key: value for key, value in each.items() if key not in READ_ONLY} for each in (stored, desired))
    owned = [*paths(members), "etag", "attestation.type", *(more for name in members for more in FOLLOWS.get(name, ()))]
    for path in owned:
        before, after = without(before, path), without(after, path)
    assert json.dumps(after, sort_keys=True) == json.dumps(before, sort_keys=True)


@given(changes())
def test_over_sets_what_is_named(pair):
    stored, members = pair
    desired = over(stored, members)
    if desired is None:
        return
    for path in paths(
        {name: value for name, value in members.items() if name not in ("registrationId", "attestation")}
    ):
        if not path.startswith("customAllocationDefinition"):
            assert get(desired, path) == get(members, path)


@given(changes())
def test_matches_holds_after_over_and_over_again_changes_nothing(pair):
    stored, members = pair
    desired = over(stored, members)
    if desired is None:
        return
    assert matches(desired, desired)
    again = over(desired, members)
    assert again is not None
    assert matches(again, desired)
    assert json.dumps(again, sort_keys=True) == json.dumps(desired, sort_keys=True)


OWN = ("attestation", "capabilities", "initialTwin", "iotHubs", "reprovisionPolicy", "allocationPolicy",
       "customAllocationDefinition", "unheardOf")  # fmt: skip


@given(changes(), st.sets(st.sampled_from(OWN)), st.booleans())
def test_a_record_that_meets_a_patch_matches_what_over_makes_of_it(pair, own, others):
    """Members are named as they are stored, and others perhaps otherwise."""
    stored, members = pair
    members = members if others else {"registrationId": "DEV"}
    members = {**members, **{name: stored[name] for name in own if name in stored}}
    try:
        patch = Patch(INDIVIDUAL, members)
        is_met, desired = patch.is_met_by(stored), patch.over(stored)
    except Violations:
        # such as a stored x509 attestation without a certificate, which no service has
        return
    if is_met:
        assert matches(desired, stored)
        assert patch.notes == []


PARTS_OF_USERS = ("initialTwin.tags", "initialTwin.properties.desired", "optionalDeviceInformation")
single = st.dictionaries(names, values.filter(lambda value: value is None or not isinstance(value, dict)), min_size=1)


@given(records, st.dictionaries(st.sampled_from(PARTS_OF_USERS), single, min_size=1))
def test_members_of_parts_change_and_nothing_else_does(stored, changed):
    members = {"registrationId": "dev"}
    for path, value in changed.items():
        put(members, path, value)
    desired = Patch(INDIVIDUAL, members, parts=tuple(changed)).over(stored)
    expected = json.loads(json.dumps({key: value for key, value in stored.items() if key not in READ_ONLY}))
    for path, value in changed.items():
        *above, last = path.split(".")
        part = expected
        for name in above:
            part[name] = part.get(name) if isinstance(part.get(name), dict) else {}
            part = part[name]
        kept = part.get(last) if isinstance(part.get(last), dict) else {}
        part[last] = {name: each for name, each in {**kept, **value}.items() if each is not None or name not in value}
    assert without_empty(desired) == without_empty(expected)


def without_empty(value):
    """Without objects that are empty, which a removal takes along."""
    if not isinstance(value, dict):
        return value
    return {name: each for name, part in value.items() if (each := without_empty(part)) not in ({}, None)}


@given(changes(), st.sets(st.sampled_from(PARTS_OF_USERS)))
def test_parts_that_are_not_named_change_nothing(pair, parts):
    stored, members = pair
    members = {
        name: value for name, value in members.items() if name not in ("initialTwin", "optionalDeviceInformation")
    }
    try:
        plain = Patch(INDIVIDUAL, members).over(stored)
    except Violations:
        return
    assert Patch(INDIVIDUAL, members, parts=tuple(parts)).over(stored) == plain


broken = st.dictionaries(
    st.sampled_from(["deviceId", "attestation", "capabilities", "iotHubs", "allocationPolicy", "etag", "initialTwin",
                     "reprovisionPolicy", "customAllocationDefinition", "optionalDeviceInformation"]),
    values | objects(objects(values)),
)  # fmt: skip


@given(st.sampled_from([INDIVIDUAL, GROUP]), broken)
def test_every_violation_names_a_member_and_gives_a_reason(kind, members):
    for make in (lambda patch: patch.new(), lambda patch: patch.over({"attestation": {"type": "tpm"}})):
        try:
            make(Patch(kind, {kind.id_member: "dev", **members}))
        except Violations as error:
            for violation in error.violations:
                assert violation.members
                sentence = violation.told(lambda path: f"<{path}>")
                assert any(f"<{member}>" in sentence for member in violation.members)
                assert sentence.endswith(".")


@given(names)
def test_members_that_the_schema_does_not_have_pass_through(name):
    members = {"registrationId": "dev", "attestation": {"type": "symmetricKey"}, f"x-{name}": {"a": [None]}}
    assert Patch(INDIVIDUAL, members).new()[f"x-{name}"] == {"a": [None]}
