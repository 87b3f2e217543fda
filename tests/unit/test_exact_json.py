"""Numbers of JSON that keep their spelling, and are compared by their exact value."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iot_dps import exact_json
from tests.records import values

FORTY = "1234567890.123456789012345678901234567890"
LITERALS = [
    "1E2", "1e2", "1.10", "100.0", "-1.50", "-0", "-0.0", "0.0", "0e0", "1e-400", "-1E-400", "1e16", "1e+16", "1.0E+16",
    FORTY, "9" * 40, "-" + "9" * 40, "12345678901234567890.0", "2.5", "-7", "0.1", "1e300", "5e-324",
]  # fmt: skip


@pytest.mark.parametrize("literal", LITERALS)
@pytest.mark.parametrize("form", ["{}", "[{}]", '{{"a":{}}}', '{{"a":[1,{{"b":[{}]}}],"ä":"1E2"}}', '[1.5,{},"",null]'])
def test_a_number_is_written_as_it_was_read(literal, form):
    text = form.format(literal)
    assert exact_json.dumps(exact_json.loads(text), ascii=False) == text
    assert exact_json.dumps(exact_json.loads(text.encode()), ascii=False) == text
    assert exact_json.dumps(exact_json.DECODER.decode(text), ascii=False) == text


@given(values)
def test_all_else_is_written_as_json_writes_it(value):
    exact_json.Number("1E2")
    assert exact_json.dumps(value) == json.dumps(value, separators=(",", ":"))
    assert exact_json.loads(exact_json.dumps(value)) == value
    assert exact_json.same(value, exact_json.loads(json.dumps(value)))


def test_a_number_is_a_float_to_all_others():
    number = exact_json.loads("1E2")
    assert (number, json.dumps({"a": number}), hasattr(number, "__dict__")) == (100.0, '{"a": 100.0}', False)
    for copied in (copy.copy(number), copy.deepcopy(number), pickle.loads(pickle.dumps(number))):
        assert exact_json.dumps(copied) == "1E2"


def test_only_numbers_that_python_spells_otherwise_have_a_literal():
    assert [type(exact_json.loads(text)) for text in ("1.5", "-0.0", "1e+16", "3")] == [float, float, float, int]


def test_a_plain_value_has_floats_only():
    plain = exact_json.plain({"a": [exact_json.Number("1E2"), 1], "b": {"c": exact_json.Number("1.10")}, "d": "x"})
    assert plain == {"a": [100.0, 1], "b": {"c": 1.1}, "d": "x"}
    assert (type(plain["a"][0]), type(plain["b"]["c"])) == (float, float)


@pytest.mark.parametrize("text", ["1e400", "-1E400", '{"a": [1e999]}', "NaN", "Infinity", "[-Infinity]", "1" * 4301,
                                  "0." + "1" * 4300, "1e-" + "1" * 4300])  # fmt: skip
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match=r"it contains a number that is too large|is not a JSON number"):
        exact_json.loads(text)


@pytest.mark.parametrize("text", ["1e400", '{"a": [-1E400]}', "0." + "1" * 4300])
def test_the_decoder_leaves_a_number_that_is_too_large_to_dumps(text):
    value = exact_json.DECODER.decode(text)
    with pytest.raises(ValueError, match="it contains a number that is too large"):
        exact_json.dumps(value)


def test_python_writes_no_infinity_either():
    for value in (float("inf"), float("nan")):
        with pytest.raises(ValueError):
            exact_json.dumps([value])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1E2", "100", True),
        ("1E2", "100.0", True),
        ("1.10", "1.1", True),
        ("0.00120", "12.0e-4", True),
        ("-0.0", "0", True),
        ("1e-400", "10E-401", True),
        ("1e-400", "0", False),
        ("1e-400", "2e-400", False),
        (FORTY, FORTY, True),
        (FORTY, FORTY[:-1] + "1", False),
        (FORTY, "1234567890.1234567", False),
        ("9" * 40, "9" * 40 + ".0", True),
        ("9" * 40, "9" * 39 + "8", False),
        ("9" * 40, "1e40", False),
        ("1", "-1", False),
        ("1", "true", False),
        ("0", "null", False),
        ("1", '"1"', False),
        ("[1, 2]", "[1]", False),
        ("[1E2]", "[100]", True),
        ('{"a": {"b": 1E2}}', '{"a": {"b": 100}}', True),
        ('{"a": 1}', '{"b": 1}', False),
        ('{"a": true}', '{"a": 1}', False),
        ('{"a": 0}', '{"a": -0}', True),
        ('{"a": null}', '{"a": null}', True),
        ('{"a": 1}', "[]", False),
        ("[]", "{}", False),
    ],
)
def test_numbers_are_compared_by_their_exact_value(one, other, same):
    one, other = exact_json.loads(one), exact_json.loads(other)
    assert exact_json.same(one, other) is exact_json.same(other, one) is same


def test_integers_have_a_limit():
    assert exact_json.integer("9" * 4_300) == int("9" * 4_300)
    with pytest.raises(ValueError, match="it contains a number that is too large"):
        exact_json.integer("9" * 4_301)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"a": 1, "a": 1}', "'a'"),
        ('{"a": {"b": [{"c": 1, "d": 2, "c": null}]}}', "'c'"),
        ('{"a":1,"b":":::","a"\n:\t2}', "'a'"),
        ('{"a": "\\":\\":", "b": ":x", "\\u0062": 2}', "'b'"),
        ('[{"a": 1}, {"x": {}, "x": {}}]', "'x'"),
        ('{"": 1, "": 2}', "''"),
        ('{"\\u001b\\n": 1, "\\u001b\\n": 2}', r"'\x1b\n'"),
        (f'{{"{"k" * 61}": 1, "{"k" * 61}": 2}}', f"'{'k' * 60}…'"),
    ],
)
def test_a_member_that_is_named_twice_is_refused(text, name):
    with pytest.raises(ValueError) as refused:
        exact_json.check_names(text, exact_json.loads(text))
    assert str(refused.value) == f"it contains the member {name} twice"


@given(values, st.sampled_from([None, 1]), st.booleans())
def test_members_that_are_named_once_pass(value, indent, ascii):
    exact_json.check_names(json.dumps(value, indent=indent, ensure_ascii=ascii), value)


@pytest.mark.parametrize(
    "text", ['{"a": "\\":\\":", "b": ":", "A": {"a": 1}}', '[":", {}, {"a":{"a":1}}]', '"a:b"', "1"]
)
def test_the_same_name_in_other_objects_and_other_letters_pass(text):
    exact_json.check_names(text, exact_json.loads(text))
