"""Options, rows of CSV and JSON objects that name the same give the same record."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_iot_dps.enrollments.patching import patch_of
from azext_iot_dps.record import columns
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from azext_iot_dps.record.patch import Patch
from azext_iot_dps.record.violation import Violations

KEY = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXc="


@st.composite
def choices(draw, kind):
    """The same choices as options, as cells of a row and as members of a JSON object."""
    options, row, members = {}, {kind.id_member: "dev"}, {kind.id_member: "dev"}

    def choose(option, column, path, *spellings):
        choice = draw(st.none() | st.sampled_from(spellings))
        if choice is None:
            return
        given, cell, value = choice
        options[option], row[column] = given, cell
        *above, last = path.split(".")
        part = members
        for name in above:
            part = part.setdefault(name, {})
        part[last] = value

    if kind is INDIVIDUAL:
        options["attestation_type"], row["attestation"] = "symmetricKey", "SymmetricKey"
        members["attestation"] = {"type": "symmetricKey"}
        choose("device_id", "deviceId", "deviceId", ("d-1", "d-1", "d-1"))
        choose("device_information", "deviceInformation", "optionalDeviceInformation",
               ({"a": [None]}, '{"a": [null]}', {"a": [None]}))  # fmt: skip
    choose("primary_key", "primaryKey", "attestation.symmetricKey.primaryKey", (KEY, KEY, KEY))
    choose("provisioning_status", "provisioningStatus", "provisioningStatus", ("disabled", "Disabled", "disabled"))
    choose("edge_enabled", "edgeEnabled", "capabilities.iotEdge", (True, "TRUE", True), (False, "false", False))
    choose("initial_twin_tags", "tags", "initialTwin.tags", ({"x": 1.5}, '{"x": 1.5}', {"x": 1.5}))
    choose("initial_twin_properties", "desired", "initialTwin.properties.desired",
           ({"version": {}}, '{"version": {}}', {"version": {}}))  # fmt: skip
    choose("reprovision_policy", "reprovisionPolicy", "reprovisionPolicy",
           ("never", "Never", {"updateHubAssignment": False, "migrateDeviceData": False}))  # fmt: skip
    choose("allocation_policy", "allocationPolicy", "allocationPolicy",
           ("hashed", "HASHED", "hashed"), ("static", "static", "static"), ("custom", "custom", "custom"))  # fmt: skip
    choose("iot_hubs", "iotHubs", "iotHubs", (["a b"], "a b", ["a", "b"]), (["a"], " a ", ["a"]))
    choose("webhook_url", "webhookUrl", "customAllocationDefinition.webhookUrl", ("https://f.example",) * 3)
    choose("api_version", "apiVersion", "customAllocationDefinition.apiVersion", ("2021-10-01",) * 3)
    return options, row, members


def outcome(make):
    """What a patch comes to: the record, or the members that are wrong."""
    try:
        return make()
    except Violations as error:
        return [violation.members for violation in error.violations]


@pytest.mark.parametrize("kind", [INDIVIDUAL, GROUP], ids=["individual", "group"])
@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_options_rows_and_objects_that_name_the_same_give_the_same_record(kind, data):
    options, row, members = data.draw(choices(kind))
    stored = {kind.id_member: "dev", "attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": "x"}},
              "allocationPolicy": "hashed", "iotHubs": ["h.net"], "initialTwin": {"tags": {"old": 1}}}  # fmt: skip
    patches = (
        lambda: patch_of(kind, "dev", options),
        lambda: columns.patch(kind, row, lambda column, path: b""),
        lambda: Patch(kind, members),
    )
    for by_options, by_row, by_object in (
        [outcome(lambda patch=patch: patch().new()) for patch in patches],
        [outcome(lambda patch=patch: patch().over(stored)) for patch in patches],
    ):
        assert by_options == by_row == by_object
