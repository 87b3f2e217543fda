"""What `type=` of an option makes of a string."""

from __future__ import annotations

import pytest
from azure.cli.core.azclierror import FileOperationError, InvalidArgumentValueError

from azext_iot_dps.cli import converters
from azext_iot_dps.record.values import BOOLEAN, ID, OBJECT


def refusal(converter, text):
    with pytest.raises((InvalidArgumentValueError, FileOperationError)) as raised:
        converter(text)
    return str(raised.value)


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("007", 7), ("32", 32)])
def test_a_number_in_range(text, number):
    assert converters.number("--n", 32)(text) == number


@pytest.mark.parametrize("text", ["0", "33", "-1", "+1", "1.0", "", " 1", "1e1", "\u0663", "9" * 5000])
def test_a_number_out_of_range(text):
    assert refusal(converters.number("--n", 32), text) == "--n must be a number from 1 to 32."


def test_minus_one_is_no_limit_where_that_is_allowed():
    unlimited = converters.number("--top", 999_999_999, unlimited=True)
    assert (unlimited("-1"), unlimited("999999999")) == (None, 999_999_999)
    for text in ("0", "-2", "1000000000"):
        assert refusal(unlimited, text) == "--top must be a number of at least 1, or -1 for all."


@pytest.mark.parametrize(("text", "ids"), [("a", ["a"]), ("a b", ["a", "b"]), ("a\nb\r\n\n c\n", ["a", "b", "c"])])
def test_one_word_may_hold_several_values(text, ids):
    assert converters.several("--ids", ID)(text) == ids


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b/c d", "--ids: 'b/c' must be 1 to 128 letters, "),
        ("", "--ids must be 1 to 128 letters, "),
        ("@absent", "--ids: cannot read absent: No such file or directory."),
    ],
)
def test_the_wrong_one_of_several_values_is_named(text, message):
    assert refusal(converters.several("--ids", ID), text).startswith(message)


def test_a_file_that_azure_cli_could_not_read_is_no_value():
    for converter in (converters.typed("--x", ID), converters.name("--x"), converters.file_path("--x")):
        assert refusal(converter, "@no/file") == "--x: cannot read no/file: No such file or directory."


def test_only_json_comes_with_the_quoting_of_shells():
    for value, lines in ((OBJECT, 3), (BOOLEAN, 0)):
        with pytest.raises(InvalidArgumentValueError) as raised:
            converters.typed("--x", value)("what")
        assert len(raised.value.recommendations) == lines


def test_names_and_paths():
    assert converters.name("--x")("a b") == "a b"
    assert refusal(converters.name("--x"), " ") == "--x must not be empty."
    content = "-----BEGIN CERTIFICATE-----"
    assert refusal(converters.file_path("--x"), content) == (
        "--x must be the path of a file, without '@', not its content."
    )
