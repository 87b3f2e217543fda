"""For which records a JMESPath expression holds, and expressions that are wrong."""

from __future__ import annotations

import pytest
from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iot_dps import exact_json
from azext_iot_dps.cli.where import Where

RECORD = exact_json.loads(
    '{"registrationId": "dev1", "deviceId": "d", "iotHubs": [], "provisioningStatus": "disabled", "capabilities": '
    '{"iotEdge": false}, "initialTwin": {"tags": {"site": "north", "floor": 1E2, "zero": 0, "none": null, "empty": "", '
    '"sizes": [1.10, 2], "a.b": {}}}, "attestation": {"symmetricKey": {"primaryKey": "c2VjcmV0"}}}'
)
EXAMPLES = [
    "In bash, PowerShell and cmd: --where \"provisioningStatus == 'disabled'\"",
    "For a number, in bash and PowerShell: --where 'initialTwin.tags.floor == `3`'",
]
ABSENT = "For a member that not every record has, test it first: member && contains(member, 'text')"


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("provisioningStatus == 'disabled'", True),
        ("provisioningStatus != 'disabled'", False),
        (" provisioningStatus\n== 'disabled'\n", True),
        ("deviceId", True),
        ("unheardOf", False),
        ("initialTwin.tags.none", False),
        ("initialTwin.tags.empty", False),
        ("iotHubs", False),
        ('initialTwin.tags."a.b"', False),
        ("capabilities.iotEdge", False),
        ("!(capabilities.iotEdge)", True),
        # as in JMESPath 0 is true
        ("initialTwin.tags.zero", True),
        ("initialTwin.tags.zero == `false`", False),
        ("initialTwin.tags.floor == `100`", True),
        ("initialTwin.tags.floor == `1e2`", True),
        ("initialTwin.tags.floor > `99.5`", True),
        ("abs(initialTwin.tags.floor) == `100`", True),
        ("type(initialTwin.tags.floor) == 'number'", True),
        ("sum(initialTwin.tags.sizes) == `3.1`", True),
        ("initialTwin.tags.sizes[?@ > `1.5`]", True),
        ("initialTwin.tags.sizes[?@ > `5`]", False),
        ("contains(['dev1', 'dev2'], registrationId)", True),
        ("starts_with(registrationId, 'dev') && initialTwin.tags.site == 'north'", True),
        ("deviceId < 'e'", True),
        ("unheardOf < `5`", False),
    ],
)
def test_holds(expression, holds):
    assert Where(expression).holds(RECORD) is holds


@pytest.mark.parametrize(
    ("expression", "message", "shown"),
    [
        ("deviceId = 'x'", "column 10: Unknown token '='.", ["  deviceId = 'x'", "           ^"]),
        ("deviceId ==", "column 12: it is incomplete.", ["  deviceId ==", "             ^"]),
        ("tags.my-site", "column 8: Unknown token '-'.", ["  tags.my-site", "         ^"]),
        ("a b", "column 3: Unexpected token: b.", ["  a b", "    ^"]),
        ("a &&\nb = 'x'", "line 2, column 3: Unknown token '='.", ["  b = 'x'", "    ^"]),
        ("a = \x1b", "column 3: Unknown token '='.", [r"  a = \x1b", "    ^"]),
        (
            "a." * 40 + "b = " + "c" * 40,
            "column 83: Unknown token '='.",
            [f"  …{'a.' * 24}b = {'c' * 18}…", " " * 53 + "^"],
        ),
        ("foo(a)", "Unknown function: foo().", []),
        ("a && sort_by(b, &lenth(c))", "Unknown function: lenth().", []),
        ("a || contains(b)", "Expected 2 arguments for function contains(), received 1.", []),
        ("!" * 4000 + "a", "it is nested too deeply.", []),
    ],
)
def test_what_is_no_expression_is_refused(expression, message, shown):
    with pytest.raises(InvalidArgumentValueError) as raised:
        Where(expression)
    assert str(raised.value) == f"--where must be a JMESPath expression: {message}"
    assert raised.value.recommendations == [*shown, *EXAMPLES]


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("", "--where must be a JMESPath expression, and not empty."),
        (" \n", "--where must be a JMESPath expression, and not empty."),
        # as --query has it, for which no record would hold
        ("[?deviceId == 'd']", "--where is for a single record, not for a list of them: omit [? and ]."),
    ],
)
def test_what_would_take_no_record_is_refused(expression, message):
    with pytest.raises(InvalidArgumentValueError) as raised:
        Where(expression)
    assert (str(raised.value), raised.value.recommendations) == (message, EXAMPLES)


def test_a_long_expression_is_refused():
    with pytest.raises(InvalidArgumentValueError, match=r"^--where must not be longer than 5,000 characters\.$"):
        Where("a." * 2_500 + "a")


def test_a_negated_member_of_a_member_needs_parentheses():
    """Without them the library negates the first name alone, and the member of that is null."""
    with pytest.raises(InvalidArgumentValueError) as raised:
        Where("deviceId && !capabilities.iotEdge")
    assert str(raised.value) == "--where: ! needs parentheses before a member of a member: !(a.b) instead of !a.b."


@pytest.mark.parametrize(
    ("expression", "reason", "advice"),
    [
        ("contains(unheardOf, 'x')", "contains() takes array or string, not null", [ABSENT]),
        ("starts_with(initialTwin.tags.floor, 'x')", "starts_with() takes string, not number", []),
        ("contains(attestation.symmetricKey, 'x')", "contains() takes array or string, not object", []),
        ("sum([initialTwin.tags.none])", "sum() takes array of number, not null", [ABSENT]),
        ("length(`1`) == deviceId", "length() takes string or array or object, not number", []),
        ("deviceId > `5`", "it compares a string with a number", []),
        ("initialTwin.tags.sizes[::0]", "slice step cannot be zero", []),
    ],
)  # fmt: skip
def test_what_cannot_be_applied_names_the_record(expression, reason, advice):
    with pytest.raises(InvalidArgumentValueError) as raised:
        Where(expression).holds(RECORD)
    assert str(raised.value) == f"--where cannot be applied to 'dev1': {reason}."
    assert raised.value.recommendations == advice


@pytest.mark.parametrize(
    ("record", "name", "named"),
    [
        ({"enrollmentGroupId": "group\x1b1"}, "", r"'group\x1b1'"),
        ({"registrationId": "dev1"}, "line 7 of a.csv", "line 7 of a.csv"),
        ({"registrationId": None}, "", "a record without an ID"),
    ],
)
def test_names_of_records(record, name, named):
    with pytest.raises(InvalidArgumentValueError) as raised:
        Where("abs(deviceId) > `5`").holds(record, name)
    assert str(raised.value) == f"--where cannot be applied to {named}: abs() takes number, not null."
