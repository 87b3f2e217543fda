"""JSON that a user typed: read, refused, and shown where it is broken."""

import pytest

from azext_iot_dps.record import json_text
from azext_iot_dps.record.violation import Invalid


def nested(levels):
    return '{"a":' * levels + "1" + "}" * levels


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", {}),
        ("{}", {}),
        ('\ufeff{"a": 1}', {"a": 1}),
        ('{"a": null, "b": {"c": null, "d": [null, {"e": null}]}}', {"b": {"d": [None, {"e": None}]}}),
        ("{'a': 'x', 'b': True, 'c': None, 'd': false}", {"a": "x", "b": True, "d": False}),
        ("{'a': null, 'b': true}", {"b": True}),
        ("{'a': '\\d'}", {"a": "\\d"}),
        ('{"a": "it\'s"}', {"a": "it's"}),
        ('{"a": 1e2, "b": 9007199254740993, "c": "ä"}', {"a": 100.0, "b": 9007199254740993, "c": "ä"}),
        (nested(100), None),
        ('{"a": "' + "x" * 999_991 + '"}', None),
        ('{"a": ' + "9" * 4_000 + "}", None),
    ],
)
def test_objects(text, value):
    read = json_text.parse_object(text)
    assert read == value if value is not None else read


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[1]", "it is a list"),
        ('"a"', "it is a string"),
        ("1", "it is a number"),
        ("1.5", "it is a number"),
        ("true", "it is a boolean"),
        ("null", "it is null"),
        ("{'a'}", "it is a set"),
        ('{"a": 1', "the closing } is missing"),
        ('{\n"a": 1,\n"b" 2}', "line 3, column 5: Expecting ':' delimiter"),
        ("{'a': open}", "line 1, column 2: Expecting property name enclosed in double quotes"),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": 1e999}', "it contains a number that is too large"),
        ('{"a": ' + "9" * 4_301 + "}", "it contains a number that is too large"),
        ("{'a': " + "9" * 4_250 + "}", "it contains a number that is too large"),
        ("{'a': (1,)}", "it contains a tuple, which JSON cannot hold"),
        ("{1: 'a'}", "its member names must be strings"),
        ('{"a": "\\ud800"}', "it contains an unpaired surrogate, which UTF-8 cannot encode"),
        ('{"\\ud800": 1}', "it contains an unpaired surrogate, which UTF-8 cannot encode"),
        (nested(101), "it is nested deeper than 100 levels"),
        ('{"a":' + "[" * 101 + "]" * 101 + "}", "it is nested deeper than 100 levels"),
        ('{"a":' + "[" * 100_000 + "]" * 100_000 + "}", "it is nested too deeply"),
        ('{"a": "' + "x" * 999_993 + '"}', "it is longer than 1,000,000 characters"),
    ],
    ids=str.__len__,
)
def test_what_is_not_an_object_is_refused_with_the_reason(text, reason):
    with pytest.raises(Invalid) as refused:
        json_text.parse_object(text)
    assert refused.value.reason == f"must be a JSON object: {reason}."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"site": "north" "floor": 1}', ('  {"site": "*****" "*****": *}', "                   ^")),
        ('{"key": secret}', ('  {"key": ******}', "          ^")),
        ('{\n  "a": 1,\n  "b": [1,\r\n}', ("  }", "  ^")),
        ("secret", ()),
        ("secret: 1", ()),
        ('{\n"b": 1 2}', ('  "b": * *}', "         ^")),
        ('{"' + "x" * 70 + '": 1 "b"}', ("  …" + "*" * 45 + '": * "*"}', "  " + " " * 51 + "^")),
        ('{"a" "' + "y" * 60 + '"}', ('  {"*" "' + "*" * 19 + "…", "       ^")),
    ],
)
def test_the_place_is_shown_without_values(text, shown):
    with pytest.raises(Invalid) as refused:
        json_text.parse_object(text)
    assert refused.value.advice == shown


def test_nulls_may_be_kept():
    assert json_text.checked({"a": None, "b": {"c": None}}, keep_nulls=True) == {"a": None, "b": {"c": None}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", ""),
        ("3", 3),
        (" 3 ", 3),
        ('"3"', "3"),
        ("'3'", "3"),
        ("012", "012"),
        ("true", True),
        ("True", True),
        ("null", None),
        ("None", None),
        ("three", "three"),
        ("2021-10-01", "2021-10-01"),
        ("https://x?a=b", "https://x?a=b"),
        ("[1, null, {'a': null}]", [1, None, {"a": None}]),
        ('{"a": null, "b": [null]}', {"b": [None]}),
        ("{'a': True, 'b': None}", {"a": True}),
        ("{broken", "{broken"),
    ],
)
def test_any_value(text, value):
    found = json_text.parse_value(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("text", ["3", "true", "null", '{"a": 1}', ""])
def test_a_value_as_a_string(text):
    assert json_text.parse_value(text, as_string=True) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NaN", "NaN is not a JSON number"),
        ("1e999", "it contains a number that is too large"),
        ("{1, 2}", "it contains a set, which JSON cannot hold"),
        ('{"a": 1, "a": 2}', "it contains the member 'a' twice"),
        ("{'a': 1, 'a': 2}", "it contains the member 'a' twice"),
        (nested(102), "it is nested deeper than 100 levels"),
        ("[" * 100_000, "it is nested too deeply"),
        ("x" * 1_000_001, "it is longer than 1,000,000 characters"),
        ("\udc80", "it contains an unpaired surrogate, which UTF-8 cannot encode"),
    ],
)
def test_values_that_are_refused(text, reason):
    with pytest.raises(Invalid) as raised:
        json_text.parse_value(text)
    assert raised.value.reason == f"has a value that cannot be used: {reason}."
