"""Files of records, wherever they are cut while they are read, and rows of CSV: what comes out is what was put in."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from azext_iot_dps.fleets import json_reading, reading
from azext_iot_dps.fleets.formats import FileFormat
from azext_iot_dps.fleets.writing import Writer
from azext_iot_dps.record import columns
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from azext_iot_dps.record.schema import columns as names_of
from azext_iot_dps.record.violation import Violations
from tests.records import names, objects, plain, records, values

EXAMPLES = settings(deadline=None, suppress_health_check=list(HealthCheck))
NO_OBJECT = "a record must be a JSON object"
ONE_LINE = f"{NO_OBJECT} on one line. For a JSON array use --format json."
KEY = "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk="
ends = st.sampled_from(["\n", "\r\n"])
blanks = st.text(" \t\n\r", max_size=3)
anything = objects(values) | plain | values


@st.composite
def arrays(draw):
    """The text of an array, laid out somehow, with the lines on which its values begin."""
    items, lines = draw(st.lists(anything, max_size=6)), []
    text = draw(blanks) + "[" + draw(blanks)
    for number, item in enumerate(items):
        text += (draw(blanks) + "," + draw(blanks)) if number else ""
        lines.append(text.count("\n") + 1)
        text += json.dumps(item, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 0, 2])))
    return text + draw(blanks) + "]" + draw(blanks), lines


def expected(line, value, refused=NO_OBJECT):
    """What is read of a value that begins on that line."""
    return (line, value, None) if isinstance(value, dict) else (line, {}, refused)


def read(text, format, kind=INDIVIDUAL):
    return [entry[:3] for entry in reading.entries(io.StringIO(text, newline=""), format, kind)]


@EXAMPLES
@given(arrays(), st.integers(1, 9))
def test_an_array_is_read_as_json_reads_it(monkeypatch, array, chunk):
    text, lines = array
    monkeypatch.setattr(json_reading, "CHUNK", chunk)
    assert exact(read(text, FileFormat.ARRAY)) == exact(list(map(expected, lines, json.loads(text))))


@EXAMPLES
@given(
    st.lists(st.tuples(blanks.map(lambda text: text.replace("\r", "")), anything), max_size=6),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
)
def test_lines_are_read_as_json_reads_them(items, ascii, end):
    text, entries = "", []
    for before, value in items:
        text += before
        refused = ONE_LINE if isinstance(value, list) else NO_OBJECT
        entries.append(expected(text.count("\n") + 1, value, refused))
        text += json.dumps(value, ensure_ascii=ascii) + end
    assert exact(read(text, FileFormat.LINES)) == exact(entries)


@EXAMPLES
@given(st.lists(objects(values), max_size=5), st.integers(1, 9))
@pytest.mark.parametrize("format", [FileFormat.LINES, FileFormat.ARRAY])
def test_what_is_written_is_read(monkeypatch, format, items, chunk):
    monkeypatch.setattr(json_reading, "CHUNK", chunk)
    text = written(format, items)
    first = 1 if format is FileFormat.LINES else 2
    assert exact(read(text, format)) == exact([expected(first + place, item) for place, item in enumerate(items)])


def written(format, items, columns=()):
    file = io.StringIO(newline="")
    writer = Writer(file, format, columns)
    for item in items:
        writer.write(item)
    writer.close()
    return file.getvalue()


def exact(entries):
    """As text, in which 1, 1.0 and true differ."""
    return [json.dumps(entry) for entry in entries]


@pytest.mark.parametrize("size", [65_530, 65_536, 200_000, 3_900_000])
def test_an_array_longer_than_what_is_read_at_a_time(size):
    long = {"registrationId": "long", "tags": "x" * size}
    text = json.dumps([{"registrationId": "a"}, long, {"registrationId": "b"}], indent=1)
    assert read(text, FileFormat.ARRAY) == [
        (2, {"registrationId": "a"}, None),
        (5, long, None),
        (9, {"registrationId": "b"}, None),
    ]


def has_cells(row):
    return any(map(str.strip, row))


any_cell = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)


@EXAMPLES
@given(st.lists(st.lists(any_cell | st.just("#"), min_size=22, max_size=22).filter(has_cells), max_size=5))
def test_rows_are_read_as_they_are_written(cells):
    header = names_of(INDIVIDUAL)
    items = [dict(zip(header, row)) for row in cells]
    text, lines = written(FileFormat.CSV, [], header), []
    for _ in items:
        lines.append(1 + len(io.StringIO(text, newline=None).readlines()))
        text = written(FileFormat.CSV, items[: len(lines)], header)
    assert read(text, FileFormat.CSV) == [(line, item, None) for line, item in zip(lines, items)]
    assert list(csv.DictReader(io.StringIO(text, newline=""))) == items
    # the lines of comments are none of a row, but those within a cell are
    before = "# a comment\n#,\n"
    assert read(before + text, FileFormat.CSV) == [(line + 2, item, None) for line, item in zip(lines, items)]


# What a cell may hold that is read and written alike.
no_nulls = objects(st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner | st.none(), max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=8,
))  # fmt: skip
json_cells = st.just("") | no_nulls.filter(bool).map(
    lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
)
CELLS = {
    "attestation": st.sampled_from(["symmetricKey", "x509"]),
    "provisioningStatus": st.sampled_from(["", "enabled", "disabled"]),
    "allocationPolicy": st.sampled_from(["", "static", "hashed", "geoLatency", "custom"]),
    "iotHubs": st.sampled_from(["", "h1.net", "h1.net h2.net"]),
    "reprovisionPolicy": st.sampled_from(
        ["none", "never", "reprovisionandmigratedata", "reprovisionandresetdata"]
    ),
    "edgeEnabled": st.sampled_from(["none", "true", "false"]),
    **dict.fromkeys(("primaryKey", "secondaryKey"), st.sampled_from(["", KEY])),
    **dict.fromkeys(("registrationId", "enrollmentGroupId"), st.sampled_from(["dev", "a.B-1_:"])),
    "endorsementKey": st.just(""),
    "webhookUrl": st.sampled_from(["", "https://f.example/?code=ä"]),
    "apiVersion": st.sampled_from(["", "2021-10-01"]),
    "etag": st.sampled_from(["", "b2xk"]),
    **dict.fromkeys(("certificatePath", "secondaryCertificatePath"), st.just("")),
    **dict.fromkeys(("tags", "desired", "deviceInformation"), json_cells),
}  # fmt: skip
POLICY = ("namespaceName", "certificateAuthorityName", "certificatePolicyName")
policies = st.sampled_from(["", "abc"]).map(lambda name: dict.fromkeys(POLICY, name))
kinds = st.sampled_from([INDIVIDUAL, GROUP])


@st.composite
def kinds_and_rows(draw):
    kind = draw(kinds)
    together = draw(policies)
    return kind, {
        name: draw(CELLS.get(name, any_cell)) if name not in together else together[name] for name in names_of(kind)
    }


def made(kind, row):
    """The record of a row, where its cells do not contradict each other."""
    try:
        patch = columns.patch(kind, row, lambda column, path: b"")
    except Violations:
        reject()
    return {"attestation": {}, **patch.with_defaults(dict(patch.members))}


@EXAMPLES
@given(kinds_and_rows())
def test_a_row_is_that_of_its_record(pair):
    kind, row = pair
    assert columns.row(kind, made(kind, row)) == row


@EXAMPLES
@given(kinds_and_rows(), st.data())
def test_a_record_that_its_row_does_not_hold_is_not_complete(pair, data):
    kind, row = pair
    record = made(kind, row)
    own = {"createdDateTimeUtc": "x", "registrationState": {"status": "y"}, "initialTwin": record.get("initialTwin")}
    assert columns.holds_all(kind, {**record, **own}, row)
    parts = [record, record["attestation"]]
    for each in (record, record["attestation"]):
        # device information is the user's own, all of it
        parts += [part for name, part in each.items() if isinstance(part, dict) and name != "optionalDeviceInformation"]
    data.draw(st.sampled_from(parts))["unheardOf"] = data.draw(values.filter(lambda value: value is not None))
    assert not columns.holds_all(kind, record, columns.row(kind, record))


@EXAMPLES
@given(records)
def test_rows_of_whatever_there_is(record):
    row = columns.row(INDIVIDUAL, record)
    assert list(row) == names_of(INDIVIDUAL)
    assert all(isinstance(cell, str) for cell in row.values())
    complete = columns.holds_all(INDIVIDUAL, record, row)
    assert complete is False or not {"unheardOf", "iotHubHostName", "futureMember"} & {
        name for name, value in record.items() if value is not None
    }
