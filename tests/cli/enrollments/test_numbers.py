"""Numbers of stored records and of options: what is not changed is sent back with its spelling."""

import json

import pytest

FORTY = "0.1234567890123456789012345678901234567891"
ODD = f'[1E2,1.10,{FORTY},1e-400,-0.0,-0,{"9" * 40},{{"a":1.50}}]'
STORED = (
    '{"registrationId":"dev","etag":"b2xk","attestation":{"type":"tpm","tpm":{"endorsementKey":"QUFB"}},'
    f'"initialTwin":{{"tags":{{"odd":{ODD}}},"properties":{{"desired":{{"odd":{ODD}}}}}}},'
    f'"optionalDeviceInformation":{{"odd":{ODD}}},"unheardOf":{ODD}}}'
)


@pytest.fixture
def stored(dps):
    """The service has this record, whose numbers the emulator itself would spell as Python does."""
    dps.enrollments.put(json.loads(STORED))
    dps.fail(method="GET", raw=STORED, times=9)


def put(dps):
    """The text of the only PUT."""
    (request,) = [request for request in dps.requests if request.method == "PUT"]
    assert request.headers["Content-Type"] == "application/json"
    return request.text


def test_an_update_sends_numbers_back_as_they_were(iot, dps, stored):
    result = iot("enrollment update --eid dev --device-id x")
    assert (result.exit_code, result.err) == (0, "")
    assert put(dps) == STORED[:-1] + ',"deviceId":"x"}'


@pytest.mark.parametrize(
    ("tags", "sent"),
    [
        (f'{{"odd": {ODD}}}', f'{{"odd":{ODD}}}'),
        (f"{{'odd': [1E2, -1.10, +2.0e1, {FORTY}]}}", f'{{"odd":[1E2,-1.10,2.0e1,{FORTY}]}}'),
        ("{'ä': 1.10, 'odd': \n[.5, 1_0.5, 1.]}", '{"\\u00e4":1.10,"odd":[0.5,10.5,1.0]}'),
    ],
)
def test_an_option_goes_out_as_typed(iot, dps, tags, sent):
    result = iot("enrollment create --eid dev --at symmetricKey", "--tags", tags)
    assert (result.exit_code, f'"tags":{sent}' in put(dps)) == (0, True)


@pytest.mark.parametrize("tags", ['{"odd": [100, 1.1]}', '{"odd": [1E2, 1.10]}', '{"odd": [1.0e2, 110E-2]}'])
def test_another_spelling_is_no_change(iot, dps, tags):
    raw = '{"registrationId":"dev","etag":"e","attestation":{"type":"tpm"},"initialTwin":{"tags":{"odd":[1E2,1.1]}}}'
    dps.fail(method="GET", raw=raw)
    result = iot("enrollment update --eid dev", "--tags", tags)
    assert result.err == "WARNING: The enrollment already has these values. Nothing was changed.\n"
    assert [method for method, *_ in dps.sent()] == ["GET"]


def test_the_fortieth_digit_is_a_change(iot, dps, stored):
    tags = f'{{"odd":{ODD}}}'.replace(FORTY, FORTY[:-1] + "2")
    assert iot("enrollment update --eid dev", "--tags", tags).exit_code == 0
    assert put(dps).count(FORTY[:-1] + "2") == 1


def test_a_lost_answer_is_settled_by_the_exact_value(iot, dps):
    """The PUT was lost, and what is stored differs in the fortieth digit: another client's."""
    dps.enrollments.put({"registrationId": "dev", "attestation": {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}})
    dps.fail(method="PUT", times=5, drop="before")
    dps.fail(method="GET", times=5, raw=STORED)
    tags = f'{{"odd":{ODD}}}'.replace(FORTY, FORTY[:-1] + "2")
    assert iot("enrollment update --eid dev", "--tags", tags).exit_code == 1


@pytest.mark.parametrize("number", ["1e400", "-1E400", "NaN", "Infinity", "1" * 4301])
@pytest.mark.parametrize("command", ["show", "update --device-id x"])
def test_a_stored_number_that_is_too_large_is_refused(iot, dps, number, command):
    dps.fail(method="GET", raw=STORED.replace("1E2", number))
    result = iot(f"enrollment {command} --eid dev")
    assert (result.exit_code, result.out) == (1, "")
    assert result.err.splitlines()[0] == f"ERROR: {dps.host} returned an unexpected response (HTTP 200)."
    assert [method for method, *_ in dps.sent()] == ["GET"]


@pytest.mark.parametrize(
    ("output", "printed"),
    [("json", "[\n  100.0,\n  1.1\n]\n"), ("yaml", "- 100.0\n- 1.1\n"), ("tsv", "100.0\n1.1\n")],
)
def test_az_prints_the_numbers_of_python(iot, dps, stored, output, printed):
    assert iot(f"enrollment show --eid dev --query unheardOf[:2] -o {output}").out == printed


def test_a_query_calculates_with_them(iot, dps, stored):
    assert iot("enrollment show --eid dev --query sum(unheardOf[:2])").json == 101.1
