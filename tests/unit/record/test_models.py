"""The models that the schema gives against the service's definitions, both ways, and what a body does."""

import pytest

from azext_iot_dps import exact_json
from azext_iot_dps.exact_json import Number
from azext_iot_dps.record import models
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from tests.unit.record.contract import DEFINITIONS


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_model_has_the_members_and_types_of_its_definition(name):
    declared = {wire["key"]: wire["type"] for wire in models.DEFINITIONS[name]._attribute_map.values()}
    assert declared == DEFINITIONS[name]


def test_no_model_is_without_a_definition():
    assert models.DEFINITIONS.keys() == DEFINITIONS.keys()


def test_a_body_is_what_it_was_made_of():
    record = {
        "registrationId": "dev",
        "attestation": {"type": "x509", "x509": {"clientCertificates": {"primary": {"certificate": "PEM"}}}},
        "capabilities": {"iotEdge": False},
        "initialTwin": {"tags": {"version": None, "a": [1.0, None]}, "properties": {"desired": {"$x": 1}}},
        "reprovisionPolicy": {"updateHubAssignment": True, "migrateDeviceData": False},
        "iotHubs": ["a.net", "b.net"],
    }
    assert models.body(INDIVIDUAL, record) == record


def test_numbers_keep_their_spelling():
    odd = {"a": Number("1E2"), "b": [Number("1.10"), {"c": Number("-0")}]}
    record = {"registrationId": "dev", "optionalDeviceInformation": odd, "initialTwin": {"tags": odd}}
    text = '{"a":1E2,"b":[1.10,{"c":-0}]}'
    sent = models.body(INDIVIDUAL, record)
    assert exact_json.dumps([sent["optionalDeviceInformation"], sent["initialTwin"]["tags"]]) == f"[{text},{text}]"


def test_a_member_that_the_service_does_not_define_is_an_error():
    with pytest.raises(TypeError, match="EnrollmentGroup has no deviceId"):
        models.body(GROUP, {"enrollmentGroupId": "g", "deviceId": "d"})
    with pytest.raises(TypeError, match="InitialTwin has no tag"):
        models.body(GROUP, {"initialTwin": {"tag": {}}})


def test_what_was_not_given_is_not_sent():
    assert models.DEFINITIONS["InitialTwin"](tags={"a": None}).serialize() == {"tags": {"a": None}}
