"""The models against the contract, both ways, and what a body does that a bare msrest model does not."""

import pytest

from azext_iot_dps import models
from tests.unit.record.contract import DEFINITIONS

BODIES = {name: body for name, body in vars(models).items() if isinstance(body, type) and issubclass(body, models.Body)}
# Body itself, and a part that two definitions have alike
NOT_THE_SERVICES = {"Body", "Allocation"}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_model_has_the_members_and_types_of_its_definition(name):
    declared = {wire["key"]: wire["type"] for wire in BODIES[name]._attribute_map.values()}
    assert declared == DEFINITIONS[name]


def test_no_model_is_without_a_definition():
    assert BODIES.keys() - NOT_THE_SERVICES == DEFINITIONS.keys()


def test_what_was_not_given_is_not_sent():
    twin = models.InitialTwin(tags={"a": None})
    assert models.IndividualEnrollment(registration_id="dev", initial_twin=twin).serialize() == {
        "registrationId": "dev",
        "initialTwin": {"tags": {"a": None}},
    }


def test_a_misspelt_field_is_an_error():
    with pytest.raises(TypeError, match="InitialTwin has no tag"):
        models.InitialTwin(tag={})


def test_an_empty_part_is_no_part():
    assert models.InitialTwin.given(tags=None, properties=None) is None
    assert models.DeviceCapabilities.given(iot_edge=False).serialize() == {"iotEdge": False}


def test_parts_merge_and_opaque_json_replaces():
    changes = models.IndividualEnrollment(
        initial_twin=models.InitialTwin(tags={"new": 1}),
        attestation=models.AttestationMechanism(
            type="symmetricKey", symmetric_key=models.SymmetricKeyAttestation(secondary_key="s2")
        ),
    )
    current = {
        "registrationId": "dev",
        "unknown": {"x": [None]},
        "attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": "p1", "secondaryKey": "s1"}},
        "initialTwin": {"tags": {"old": 1, "new": 0}, "properties": {"desired": {"version": None}}},
        "reprovisionPolicy": None,
    }
    assert changes.over(current) == {
        "registrationId": "dev",
        "unknown": {"x": [None]},
        "attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": "p1", "secondaryKey": "s2"}},
        "initialTwin": {"tags": {"new": 1}, "properties": {"desired": {"version": None}}},
        "reprovisionPolicy": None,
    }


def test_a_part_is_laid_over_a_null():
    changes = models.IndividualEnrollment(capabilities=models.DeviceCapabilities(iot_edge=True))
    assert changes.over({"capabilities": None}) == {"capabilities": {"iotEdge": True}}
