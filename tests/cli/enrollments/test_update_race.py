"""update while others change the same record: none undoes the other."""

import pytest

KEY1 = "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk="
KEY2 = "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="
NEW = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXc="
KEYS = {"type": "symmetricKey", "symmetricKey": {"primaryKey": KEY1, "secondaryKey": KEY2}}


@pytest.fixture
def others(dps):
    """Lets other clients change the record before each of the first `times` writes of the command."""

    def others(times, **change):
        left = [times]

        def meddle(request):
            if request.method == "PUT" and left[0]:
                left[0] -= 1
                dps.enrollments.put({**dps.enrollments["dev"], **change, "etag": f"b3RoZXIte{left[0]}"})
            return False

        dps.fail(where=meddle)

    dps.enrollments.put({"registrationId": "dev", "attestation": KEYS, "initialTwin": {"tags": {"a": 1}}})
    return others


@pytest.mark.parametrize(
    ("options", "own"),
    [
        ("--tags '{\"b\": 2}'", {"initialTwin": {"tags": {"b": 2}}}),
        ("--ps disabled", {"provisioningStatus": "disabled"}),
    ],
)
@pytest.mark.parametrize("times", [1, 4])
def test_what_others_change_meanwhile_stays(iot, dps, others, options, own, times):
    rotated = {**KEYS, "symmetricKey": {"primaryKey": NEW, "secondaryKey": NEW}}
    others(times, attestation=rotated, deviceId="theirs")
    result = iot(f"enrollment update --eid dev {options}")
    assert (result.exit_code, result.err) == (0, "")
    stored = dps.enrollments["dev"]
    assert (stored["attestation"], stored["deviceId"]) == (rotated, "theirs")
    assert {name: stored[name] for name in own} == own
    assert [request.status for request in dps.requests if request.method == "PUT"] == [412] * times + [200]


def test_a_conflict_that_does_not_end_is_reported(iot, dps, others):
    others(99, deviceId="theirs")
    result = iot("enrollment update --eid dev --ps disabled")
    assert (result.exit_code, len(dps.sent("PUT"))) == (1, 5)
    assert result.err == (
        "ERROR: Other clients modified 'dev' during each of 5 attempts to update it. Run the command again.\n"
    )
    assert "provisioningStatus" not in dps.enrollments["dev"]


def test_a_change_that_others_made_is_not_made_again(iot, dps, others):
    others(1, provisioningStatus="disabled")
    result = iot("enrollment update --eid dev --ps disabled")
    assert (result.exit_code, len(dps.sent("PUT"))) == (0, 1)
    assert "already has these values" in result.err


def test_with_an_etag_the_record_is_written_once(iot, dps, others):
    etag = dps.enrollments["dev"]["etag"]
    others(1, deviceId="theirs")
    result = iot(f"enrollment update --eid dev --ps disabled --etag {etag}")
    assert (result.exit_code, len(dps.sent("PUT"))) == (1, 1)
    others(1, deviceId="theirs again")
    assert iot("enrollment update --eid dev --device-id mine --etag '*'").exit_code == 0
    assert dps.enrollments["dev"]["deviceId"] == "mine"


def test_an_old_etag_is_refused_even_if_nothing_would_change(iot, dps, others):
    result = iot("enrollment update --eid dev --ps enabled --etag b2xk")
    assert (result.exit_code, len(dps.sent("PUT"))) == (1, 1)
    assert result.err.startswith("ERROR: Precondition failed.")


@pytest.mark.parametrize("noun", ["enrollment --eid", "enrollment-group --gid"])
@pytest.mark.parametrize("options", ["", "--etag abc", "--rc false"])
def test_an_update_that_names_nothing_is_refused_before_it_connects(az, dps, noun, options):
    noun, id = noun.split()
    result = az(f"iot dps {noun} update {id} dev -n mydps {options}")
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err == "ERROR: Nothing to change: specify at least one option.\n"
