"""Whatever members, versions and behavior a service has: an update loses nothing that its own GET showed."""

import os
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.command_line import run

OLD, NEW = "2021-10-01", "2026-11-01"
policies = st.sampled_from(
    [{}, {"namespaceName": "factory-ns", "certificateAuthorityName": "factory-ca", "certificatePolicyName": "ninety"}]
)
members = st.fixed_dictionaries(
    {},
    optional={
        "credentialPolicyName": st.just("old"),
        "deviceTypeRefs": st.just(["urn:example:1"]),
        "unheardOf": st.sampled_from([1, {"a": [None]}, "x"]),
        "optionalDeviceInformation": st.just({"floor": 3}),
    },
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    policy=policies,
    more=members,
    served=st.sampled_from([(OLD,), (OLD, NEW), None]),
    clearing=st.sampled_from(["hide-and-clear", "hide-and-keep", "show-all"]),
    options=st.lists(
        st.sampled_from(["--provisioning-status disabled", "--tags '{\"a\": 1}'"]), min_size=1, max_size=2
    ),
    is_known=st.booleans(),
)
def test_an_update_keeps_every_member_that_its_get_showed(emulator, policy, more, served, clearing, options, is_known):
    emulator.reset()
    if not is_known:
        Path(os.environ["AZURE_CONFIG_DIR"], "iot_dps_api_versions.json").unlink(missing_ok=True)
    record = {"registrationId": "dev", "attestation": {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}}
    emulator.enrollments.put({**record, "provisioningStatus": "enabled", **policy, **more})
    emulator.switches.api_versions, emulator.switches.newer_members = served, clearing
    login = ("--login", emulator.connection_string)
    result = run(f"iot dps enrollment update --eid dev {' '.join(options)} -o none", *login)
    assert (result.exit_code, result.err) == (0, "")
    shown = next(request.answer for request in emulator.service_requests[::-1] if request.method == "GET")
    stored = emulator.enrollments["dev"]
    changing = {"etag", "registrationState", "lastUpdatedDateTimeUtc", "provisioningStatus", "initialTwin"}
    assert {name: stored.get(name) for name in shown if name not in changing} == {
        name: value for name, value in shown.items() if name not in changing
    }
    # what is known may be out of date
    if served != (OLD,) and not is_known:
        assert {name: stored.get(name) for name in policy} == policy
