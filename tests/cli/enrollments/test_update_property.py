"""For any stored record and any options: an update changes nothing but the paths its options own."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azext_iot_dps.enrollments.members import UPDATE, member_options
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from azext_iot_dps.record.values import REPROVISION_FLAGS, Reprovision
from dps_emulator.lab import certificates
from tests.command_line import run
from tests.records import objects, records, values

KEY = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXc="
READ_ONLY = {"registrationState", "createdDateTimeUtc", "lastUpdatedDateTimeUtc"}
ABSENT = object()

# What a change of allocation changes beside the member of its option.
FOLLOWS = {
    "--allocation-policy": [("customAllocationDefinition",)],
    "--iot-hubs": [("iotHubHostName",)],
    "--iot-hub-host-name": [("allocationPolicy",), ("customAllocationDefinition",), ("iotHubs",), ("iotHubHostName",)],
}


def owned_paths(kind):
    """Each option of update and the paths that it owns, by the schema."""
    owns = {"--iot-hub-host-name": []}
    for option in member_options(kind, UPDATE):
        path = tuple(option.path(kind).split("."))
        flags = REPROVISION_FLAGS[Reprovision.NEVER] if path == ("reprovisionPolicy",) else {}
        owns[option.names[0]] = [(*path, flag) for flag in flags] or [path]
    return {option: paths + FOLLOWS.get(option, []) for option, paths in owns.items()}


OWNS = owned_paths(INDIVIDUAL)

jsons = st.sampled_from(["", "{}"]) | objects(values).map(json.dumps)
DEVICE = {
    "--device-id": st.just("new"),
    "--remove-device-id": st.sampled_from(["true", "false"]),
    "--provisioning-status": st.sampled_from(["enabled", "disabled"]),
    "--edge-enabled": st.sampled_from(["true", "false"]),
    "--reprovision-policy": st.sampled_from(["never", "reprovisionandresetdata"]),
    "--device-information": jsons,
    "--initial-twin-tags": jsons,
    "--initial-twin-properties": jsons,
}
ALLOCATION = {
    "--allocation-policy": st.sampled_from(["static", "hashed", "custom"]),
    "--iot-hubs": st.sampled_from(["", "h3.net", "h3.net h4.net"]),
    "--webhook-url": st.just("https://new.example"),
    "--api-version": st.just("2021-10-01"),
}
# All of them, since a part is refused.
POLICY = {
    "--adr-namespace": st.just("new-ns"),
    "--adr-ca-name": st.just("new-ca"),
    "--adr-cert-policy-name": st.just("new-policy"),
}
ATTESTATION = {
    "tpm": {"--endorsement-key": st.just("QkJC")},
    "symmetricKey": {"--primary-key": st.just(KEY), "--secondary-key": st.just(KEY)},
    "x509": {
        "--certificate-path": st.just("FILE"),
        "--secondary-certificate-path": st.just("FILE"),
        "--remove-certificate": st.sampled_from(["true", "false"]),
        "--remove-secondary-certificate": st.sampled_from(["true", "false"]),
    },
}
options = st.fixed_dictionaries({}, optional=DEVICE)
allocations = st.fixed_dictionaries({}, optional=ALLOCATION) | st.just({"--iot-hub-host-name": "h5.net"})
policies = st.just({}) | st.fixed_dictionaries(POLICY)
attestations = {name: st.fixed_dictionaries({}, optional=each) for name, each in ATTESTATION.items()}


@st.composite
def updates(draw):
    """A stored record, and options that fit its attestation."""
    record = draw(records)
    own = draw(attestations[record["attestation"]["type"]])
    return record, {**draw(options), **draw(st.just({}) | allocations), **draw(policies), **own}


def differences(old, new, path=()):
    """The paths at which two JSON values differ; a part that is not there is like an empty one, if the other is not."""
    pair = [
        {} if side in (None, ABSENT) and isinstance(other, dict) and other else side
        for side, other in ((old, new), (new, old))
    ]
    if all(isinstance(side, dict) for side in pair):
        for name in pair[0].keys() | pair[1].keys():
            yield from differences(pair[0].get(name, ABSENT), pair[1].get(name, ABSENT), (*path, name))
    elif old is ABSENT or new is ABSENT or json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True):
        yield path


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("property") / "new.pem"
    path.write_text(certificates.pem())
    return str(path)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(updates())
def test_an_update_changes_nothing_but_what_its_options_own(emulator, file, update):
    record, typed = update
    emulator.reset()
    emulator.enrollments.put(record)
    hold(emulator, "enrollment", typed, file, OWNS)


@settings(max_examples=75, deadline=None, suppress_health_check=list(HealthCheck))
@given(updates().filter(lambda update: update[0]["attestation"]["type"] != "tpm"))
def test_an_update_of_a_group_does_neither(emulator, file, update):
    record, typed = update
    group = {name: value for name, value in record.items() if name not in ("registrationId", *NOT_OF_GROUPS.values())}
    group = json.loads(json.dumps(group).replace('"clientCertificates"', '"signingCertificates"'))
    emulator.reset()
    emulator.groups.put({"enrollmentGroupId": "dev", **group})
    of_groups = {option: value for option, value in typed.items() if option not in NOT_OF_GROUPS}
    hold(emulator, "enrollment-group", of_groups, file, owned_paths(GROUP))


NOT_OF_GROUPS = {
    "--device-id": "deviceId",
    "--remove-device-id": "deviceId",
    "--device-information": "optionalDeviceInformation",
}


def hold(emulator, noun, typed, file, owns):
    """Run the update of `dev`, and hold what was put against what had been shown."""
    line = [word for option, value in typed.items() for word in (option, value.replace("FILE", file))]
    login = emulator.connection_string
    result = run(f"iot dps {noun} update --eid dev --login", login, *line)

    # refused before anything was sent: then there is nothing to compare
    got = emulator.requests[0].answer if emulator.requests else {}
    stored = {name: value for name, value in got.items() if name not in READ_ONLY}
    for request in emulator.requests:
        if request.path.endswith("/attestationmechanism"):
            stored["attestation"] = {**stored["attestation"], **request.answer}
    for _, _, if_match, body in emulator.sent("PUT"):
        owned = [path for option in typed for path in owns[option]]
        changed = list(differences(stored, body))
        assert [path for path in changed if not any(path[: len(own)] == own for own in owned)] == []
        assert if_match == got["etag"]
    unchanged = "already has these values" in result.err
    assert not (unchanged and emulator.sent("PUT"))
    succeeded = unchanged or (emulator.sent("PUT") and emulator.requests[-1].status == 200)
    assert result.exit_code == (0 if succeeded else 1), result.err
    assert "Traceback" not in result.err


def test_differences_are_seen():
    assert list(differences({"a": None}, {})) == [("a",)]
    assert list(differences({"a": {}}, {})) == [("a",)]
    assert list(differences({"a": {"b": 1}}, {})) == [("a", "b")]
    assert list(differences({"a": None}, {"a": {"b": 1}})) == [("a", "b")]
    assert list(differences({"a": [1, None]}, {"a": [1]})) == [("a",)]
    assert list(differences({"a": 1}, {"a": 1.0})) == [("a",)]
    assert list(differences({"a": [{"b": None}]}, {"a": [{"b": None}]})) == []


def test_every_option_of_update_is_tried():
    tried = {
        *DEVICE,
        *ALLOCATION,
        *POLICY,
        "--iot-hub-host-name",
        *(option for each in ATTESTATION.values() for option in each),
    }
    assert tried == OWNS.keys()


def test_the_schema_knows_the_paths_of_options():
    assert OWNS["--device-id"] == [("deviceId",)]
    assert OWNS["--initial-twin-properties"] == [("initialTwin", "properties", "desired")]
    assert OWNS["--reprovision-policy"] == [
        ("reprovisionPolicy", "updateHubAssignment"),
        ("reprovisionPolicy", "migrateDeviceData"),
    ]
    assert OWNS["--remove-certificate"] == [("attestation", "x509", "clientCertificates", "primary")]
    assert owned_paths(GROUP)["--certificate-path"] == [("attestation", "x509", "signingCertificates", "primary")]
