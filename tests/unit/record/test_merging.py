"""Members by their paths, and named members merged into stored ones."""

import pytest

from azext_iot_dps.record import paths
from azext_iot_dps.record.merging import holds, merged, opened
from azext_iot_dps.record.schema import tree


@pytest.mark.parametrize(
    ("named", "stored", "expected"),
    [
        ({}, {"a": {}}, {"a": {}}),
        ({"deviceId": "n"}, {"deviceId": "o", "x": None}, {"deviceId": "n", "x": None}),
        ({"deviceId": None}, {"deviceId": "o"}, {}),
        ({"deviceId": None}, {}, {}),
        ({"initialTwin": {"tags": {"n": None}}}, {"initialTwin": {"tags": {"o": 1}, "properties": {"desired": {}}}},
         {"initialTwin": {"tags": {"n": None}, "properties": {"desired": {}}}}),
        ({"initialTwin": {"tags": {}}}, {}, {"initialTwin": {"tags": {}}}),
        ({"initialTwin": {"tags": None}}, {"initialTwin": {"tags": {"o": 1}}}, {}),
        ({"initialTwin": {"properties": {"desired": None}}}, {"initialTwin": {"properties": {"desired": {}}}}, {}),
        ({"initialTwin": {"tags": None}}, {"initialTwin": None}, {"initialTwin": None}),
        ({"initialTwin": {"tags": None}}, {"initialTwin": {}}, {"initialTwin": {}}),
        ({"initialTwin": {"tags": {"n": 1}}}, {"initialTwin": None}, {"initialTwin": {"tags": {"n": 1}}}),
        ({"initialTwin": None}, {"initialTwin": {"tags": {}}}, {}),
        ({"reprovisionPolicy": {"migrateDeviceData": True}}, {"reprovisionPolicy": {"updateHubAssignment": False}},
         {"reprovisionPolicy": {"updateHubAssignment": False, "migrateDeviceData": True}}),
        ({"unheardOf": {"n": 1}}, {"unheardOf": {"o": 1}}, {"unheardOf": {"n": 1}}),
        ({"iotHubs": ["n.net"]}, {"iotHubs": ["o.net", "p.net"]}, {"iotHubs": ["n.net"]}),
        ({"attestation": {"x509": {"clientCertificates": {"primary": {"certificate": "n"}}}}},
         {"attestation": {"type": "x509", "x509": {"clientCertificates": {"primary": {"info": {}}, "secondary": {}}}}},
         {"attestation": {"type": "x509",
                          "x509": {"clientCertificates": {"primary": {"certificate": "n"}, "secondary": {}}}}}),
    ],
)  # fmt: skip
def test_what_is_not_named_keeps_its_value(named, stored, expected):
    before = str(stored)
    assert merged(named, stored, tree()) == expected
    assert str(stored) == before


@pytest.mark.parametrize(
    ("named", "stored", "expected"),
    [
        ({}, {"deviceId": "o"}, True),
        ({"deviceId": "o"}, {"deviceId": "o", "x": None}, True),
        ({"deviceId": "n"}, {"deviceId": "o"}, False),
        ({"deviceId": "n"}, {}, False),
        ({"deviceId": None}, {}, True),
        ({"deviceId": None}, {"deviceId": "o"}, False),
        ({"deviceId": None}, {"deviceId": None}, False),
        ({"capabilities": {"iotEdge": True}}, {"capabilities": {"iotEdge": 1}}, False),
        ({"capabilities": {"iotEdge": True}}, {"capabilities": None}, False),
        ({"capabilities": {}}, {}, False),
        ({"initialTwin": {"tags": {"a": 1}}}, {"initialTwin": {"tags": {"a": 1}, "properties": {}}}, True),
        ({"initialTwin": {"tags": {"a": 1}}}, {"initialTwin": {"tags": {"a": 1, "b": 2}}}, False),
        ({"initialTwin": {"tags": {"a": None}}}, {"initialTwin": {"tags": {}}}, False),
        ({"reprovisionPolicy": {"migrateDeviceData": True}},
         {"reprovisionPolicy": {"migrateDeviceData": True, "updateHubAssignment": False}}, True),
        ({"iotHubs": ["a.net", "b.net"]}, {"iotHubs": ["b.net", "a.net"]}, False),
        ({"unheardOf": {"n": 1}}, {"unheardOf": {"n": 1, "o": 1}}, False),
        ({"attestation": {"type": "tpm"}}, {"attestation": {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}}, True),
        ({"attestation": {"type": "tpm"}}, {"attestation": {"type": "x509"}}, False),
    ],
)  # fmt: skip
def test_named_members_hold_where_they_are_stored(named, stored, expected):
    assert holds(named, stored, tree()) is expected


@pytest.mark.parametrize(
    ("named", "stored", "expected"),
    [
        ({"tags": {"a": 1}}, {"tags": {"a": 0, "b": 2}, "x": 3}, {"tags": {"a": 1, "b": 2}, "x": 3}),
        ({"tags": {"a": {"c": 1}}}, {"tags": {"a": {"d": 2}}}, {"tags": {"a": {"c": 1}}}),
        ({"tags": {"a": None}}, {"tags": {"a": 0, "b": 2}}, {"tags": {"b": 2}}),
        ({"tags": {"a": None}}, {"tags": {"a": 0}, "x": 3}, {"x": 3}),
        ({"tags": {"a": None}}, {}, {}),
        ({"tags": {"a": 1}}, {"tags": None}, {"tags": {"a": 1}}),
        ({"tags": None}, {"tags": {"a": 0}, "x": 3}, {"x": 3}),
        ({"properties": {"desired": {"a": 1}}}, {"properties": {"desired": {"b": 2}}},
         {"properties": {"desired": {"a": 1}}}),
    ],
)  # fmt: skip
def test_members_of_an_opened_object_are_set_one_by_one(named, stored, expected):
    nodes = opened(tree(), ["initialTwin.tags"])
    assert merged({"initialTwin": named}, {"initialTwin": stored}, nodes) == {"initialTwin": expected}


def test_opening_leaves_the_schema_as_it_is():
    before = str(tree())
    assert opened(tree(), []) is tree()
    nodes = opened(tree(), ["initialTwin.tags", "initialTwin.properties.desired", "optionalDeviceInformation"])
    assert nodes["initialTwin"] == {"tags": {}, "properties": {"desired": {}}}
    assert nodes["optionalDeviceInformation"] == {}
    assert str(tree()) == before


def test_paths():
    record = {"a": {"b": {"c": 1}, "n": None}, "s": "text"}
    assert (paths.get(record, "a.b.c"), paths.get(record, "a.x.c"), paths.get(record, "s.b")) == (1, None, None)
    assert [paths.is_named(record, path) for path in ("a", "a.n", "a.b.c", "a.b.x", "s.b", "x")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    paths.put(record, "a.d.e", 2)
    paths.put(record, "t", 3)
    assert record == {"a": {"b": {"c": 1}, "n": None, "d": {"e": 2}}, "s": "text", "t": 3}
    assert (paths.as_object({"a": 1}), paths.as_object([1]), paths.as_object(None)) == ({"a": 1}, {}, {})


@pytest.mark.parametrize(
    ("named", "expected"), [({"a": 1}, True), ({"a": 2}, False), ({"b": None}, True), ({"c": 1}, False)]
)
def test_members_of_an_opened_object_hold_one_by_one(named, expected):
    nodes = opened(tree(), ["initialTwin.tags"])
    assert holds({"initialTwin": {"tags": named}}, {"initialTwin": {"tags": {"a": 1, "x": 2}}}, nodes) is expected
