"""Records of YAML: their values, their lines, and what is refused. What is written is read, by every library."""

import io
import tracemalloc

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azext_iot_dps import exact_json
from azext_iot_dps.fleets import reading, yaml_reading
from azext_iot_dps.fleets.formats import FileFormat
from azext_iot_dps.fleets.writing import Writer
from azext_iot_dps.record.kinds import INDIVIDUAL
from tests.records import objects, values

NO_MAPPING = "a record must be a YAML mapping"


@pytest.fixture(params=["C", "Python"])
def parser(request, monkeypatch):
    """libyaml, and what PyYAML has where that is missing."""
    if request.param == "Python":
        monkeypatch.delattr(yaml, "CSafeLoader")
    elif not hasattr(yaml, "CSafeLoader"):
        pytest.skip("PyYAML has no libyaml here")
    return request.param


def read(text):
    stream = text if hasattr(text, "read") else io.StringIO(text, newline="")
    return [entry[:3] for entry in reading.entries(stream, FileFormat.YAML, INDIVIDUAL)]


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("", []),
        ("# nothing\n---\n...\n---\n", []),
        ("[]", []),
        ("- a: 1\n- a: 2\n  b:\n    - 3\n", [(1, {"a": 1}), (2, {"a": 2, "b": [3]})]),
        ("# first\na: 1\n---\n\nb: 2\r\n---\n- c: 3\n- {d: 4,\n   e: 5}\n- f: 6\n",
         [(2, {"a": 1}), (5, {"b": 2}), (7, {"c": 3}), (8, {"d": 4, "e": 5}), (10, {"f": 6})]),
        ('[{"a": "x"},\n {"a": [1.5, null]}]', [(1, {"a": "x"}), (2, {"a": [1.5, None]})]),
        ("a: &x {b: 1}\nc: *x\n", [(1, {"a": {"b": 1}, "c": {"b": 1}})]),
        ("- &base\n  a: 1\n  b: 2\n- <<: *base\n  b: 3\n- <<: [*base, {c: 4}]\n",
         [(1, {"a": 1, "b": 2}), (4, {"a": 1, "b": 3}), (6, {"c": 4, "a": 1, "b": 2})]),
        ("'<<': 1\n1: &n x\ntrue: y\n2020-01-01: z\n*n : w\n",
         [(1, {"<<": 1, "1": "x", "true": "y", "2020-01-01": "z", "x": "w"})]),
        ("a: |\n  b\n  c\nd: >\n  e\n  f\n", [(1, {"a": "b\nc\n", "d": "e f\n"})]),
    ],
)  # fmt: skip
def test_records_and_their_lines(parser, text, records):
    assert read(text) == [(line, record, None) for line, record in records]


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("1", "1"), ("-0", "-0"), ("1E2", "1E2"), ("1.10", "1.10"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("0.1234567890123456789012345", "0.1234567890123456789012345"), ("~", "null"), ("", "null"), ("Null", "null"),
        ("TRUE", "true"), ("False", "false"), ("yes", '"yes"'), ("off", '"off"'), ("2024-01-31", '"2024-01-31"'),
        ("2024-01-31 10:00:00", '"2024-01-31 10:00:00"'), ("0123", '"0123"'), ("0x1F", '"0x1F"'),
        ("1_000", '"1_000"'),
        ("12:30:45", '"12:30:45"'),
        ("+5", '"+5"'), (".5", '".5"'), (".inf", '".inf"'), 
        ("NaN", '"NaN"'),
        ("8.9E+19", "8.9E+19"),
        ('"5"', '"5"'), ("'true'", '"true"'), ("!!str 5", '"5"'), ("! 5", '"5"'),
        ("!!map {}", "{}"), ("!!seq []", "[]"),
    ],
)  # fmt: skip
def test_scalars(parser, scalar, value):
    ((_, record, fault),) = read(f"a: {scalar}\n")
    assert (exact_json.dumps(record), fault) == ('{"a":' + value + "}", None)


TAG = "the tag {} is not supported: only text, numbers, true, false, null, lists and mappings are"


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        ("x", NO_MAPPING),
        ("[a, b]", NO_MAPPING),
        ("", NO_MAPPING),
        ("{a: 1, b: {c: 2, c: 3}}", "it contains the member 'c' twice"),
        ("{a: 1, 'a': 1}", "it contains the member 'a' twice"),
        ("{[a]: 1}", "the name of a member must be text"),
        ("{a: *none}", "the alias *none has no anchor before it"),
        ("&a {a: *a}", "the alias *a has no anchor before it"),
        ("{<<: 5}", "the value of << must be a mapping"),
        ("!!python/object/apply:os.system [id]", TAG.format("'!!python/object/apply:os.system'")),
        ("{a: !!timestamp 2020-01-01}", TAG.format("'!!timestamp'")),
        ("{a: [!x {}]}", TAG.format("'!x'")),
        ("{a: !!binary aGk=}", TAG.format("'!!binary'")),
        ("{a: 1e999}", "it contains a number that is too large"),
        ("{a: " + "9" * 5000 + "}", "it contains a number that is too large"),
        ("{a: " + "[" * 101 + "]" * 101 + "}", "it is nested deeper than 100 levels"),
        ("{a: " + "x" * 4_000_001 + "}", "it is longer than 4,000,000 characters"),
    ],
)
def test_a_broken_record_does_not_hide_the_next(parser, item, fault):
    assert read(f"- ok: 1\n- {item}\n- ok: 2\n") == [(1, {"ok": 1}, None), (2, {}, fault), (3, {"ok": 2}, None)]


@pytest.mark.parametrize(
    ("text", "line"),
    [("- a: 1\n- {b: 2\n- c: 3\n", 3), ("a: 1\n b: 2\n", 2), ("- a: 'x\n", 2), ("- a: @x\n", 1), ("- a: \x01\n", 1)],
)
def test_broken_yaml_ends_the_reading(parser, text, line):
    *_, (found, record, fault) = read(text)
    assert (found, record, fault.partition(":")[0]) == (line, {}, "broken YAML")


LAUGHS = "- a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n" + "".join(
    f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
LONG = "it is longer than 4,000,000 characters, with what its aliases repeat"


def test_aliases_do_not_blow_up(parser):
    tracemalloc.start()
    assert read(LAUGHS + "- ok: 1\n") == [(1, {}, LONG), (11, {"ok": 1}, None)]
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()


def test_all_aliases_of_a_file_are_bounded(parser, monkeypatch):
    monkeypatch.setattr(yaml_reading, "MAX_ALIASED", 250)
    text = f"- x: &x {'y' * 98}\n- *x\n- {{a: *x}}\n- {{a: *x}}\n"
    assert [fault for _, _, fault in read(text)] == [
        None, NO_MAPPING, None, "the aliases of the file repeat more than 250 characters",
    ]  # fmt: skip


def test_values_with_anchors_are_bounded_in_a_document(parser, monkeypatch):
    monkeypatch.setattr(yaml_reading, "MAX_ANCHORED", 150)
    item = f"- x: &{{}} {'y' * 98}\n"
    again = item.format("a") * 3 + "---\n" + item.format("b")
    assert [fault for _, _, fault in read(again)] == [None] * 4
    fault = "the values with anchors are longer than 150 characters"
    assert [fault for _, _, fault in read(item.format("a") + item.format("b"))] == [None, fault]


class Endless(io.TextIOBase):
    """A text that goes on for ever in the same way."""

    def __init__(self, begin, more):
        self.text, self.more, self.count = begin, more, 0

    def read(self, size=-1):
        while len(self.text) < size:
            self.text += self.more * 1000
        part, self.text = self.text[:size], self.text[size:]
        self.count += size
        return part


@pytest.mark.parametrize(
    ("begin", "more"), [("- ok: 1\n- a: ", "x"), ("- ok: 1\n- a: |\n", "    x\n"), ("- ok: 1\n#", "x")]
)
def test_no_more_than_a_record_is_read_ahead(parser, begin, more):
    text = Endless(begin, more)
    assert read(text)[-1][2] == "it is longer than 4,000,000 characters"
    assert text.count < 4_300_000


EXAMPLES = settings(deadline=None, suppress_health_check=list(HealthCheck))
scalars = st.sampled_from([
    "1e5", "1.5", "-0", "0123",
    "yes", "no", "null", "~", "", "2020-01-01", "1:30", "<<", "=", "- a", "a: b", "#c", "\r",
    "\x85", "\u2028",
    "\ufeff", "\x1b", "é\U0001f600", " x ", "x\n", "%", "@", "`", "!", "&a", "*a", "{", "[", "'", '"', "\\",
])  # fmt: skip
literals = st.sampled_from(["1E2", "1.10", "-0", "1e17", "1e-7", "0.1234567890123456789012", "5e+5"]).map(
    exact_json.loads
)
anything = st.recursive(
    values | scalars | literals,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(scalars, inner, max_size=3),
    max_leaves=8,
)


def written(items):
    file = io.StringIO(newline="")
    writer = Writer(file, FileFormat.YAML)
    for item in items:
        writer.write(item)
    writer.close()
    return file.getvalue()


@EXAMPLES
@given(st.lists(objects(anything) | st.dictionaries(scalars, anything, max_size=3), max_size=3))
def test_what_is_written_is_read(items):
    text = written(items)
    assert [exact_json.dumps(record) for _, record, fault in read(text) if fault is None] == [
        exact_json.dumps(item) for item in items
    ]


def test_how_it_is_written():
    assert written([]) == "[]\n"
    shared = {"b": "ä", "a": ["no", 1.5, exact_json.loads("1E2"), None, True]}
    assert written([{"id": "1e5", "x": shared, "y": shared}, {}]) == (
        "- id: '1e5'\n  x:\n    b: ä\n    a:\n    - 'no'\n    - 1.5\n    - 1E2\n    - null\n    - true\n"
        "  y:\n    b: ä\n    a:\n    - 'no'\n    - 1.5\n    - 1E2\n    - null\n    - true\n- {}\n"
    )
    assert written([{"a": "\ud800"}]) == "- a: \\ud800\n"
