"""Hostile numbers, cells, secrets and registrations: more of them than changed bytes come to."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc

import pytest
from azure.cli.core.azclierror import InvalidArgumentValueError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azext_iot_dps.fleets.formats import FileFormat, ImportMode
from azext_iot_dps.fleets.importing import loaded
from azext_iot_dps.fleets.loading import Rules
from azext_iot_dps.fleets.sources import Source
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from azext_iot_dps.record.schema import columns
from tools.fuzz import wire
from tools.fuzz.targets import TARGETS
from tools.fuzz.trial import SECRET

MEGABYTE = 1_000_000
hostile = settings(max_examples=100, deadline=10_000, suppress_health_check=list(HealthCheck))

numbers = st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
# spellings of few numbers, among which many are equal
equal = st.sampled_from(
    [
        "0",
        "-0",
        "0.0",
        "-0e5",
        "1",
        "1.0",
        "10e-1",
        "0.1E1",
        "100",
        "1E2",
        "1e+2",
        "1e-400",
        "10e-401",
        "0.10",
        "0.1",
        "1e-1",
    ]
)
names = st.text(st.sampled_from('ab:"\\é'), max_size=2).map(json.dumps)
documents = st.recursive(
    numbers | equal | st.sampled_from(["true", "null", '"1"', '""', '":"']),
    lambda inner: (
        st.lists(inner, max_size=5).map(lambda items: f"[{','.join(items)}]")
        | st.lists(st.tuples(names, inner).map(": ".join), max_size=4).map(lambda items: f"{{{','.join(items)}}}")
    ),
    max_leaves=12,
)


@hostile
@given(documents, documents)
def test_numbers(stored, typed):
    TARGETS["number"](f"{stored}\n{typed}".encode())


WORDS = (
    *("symmetricKey", "tpm", "x509", "", "none", "NONE", "true", "False", SECRET, "{}", '{"a": 1E2}', "{'a': None}"),
    *("static", "Custom", "hashed", "h.example", "h.example  i.example", "https://f.example/?code=x", "2021-10-01"),
    *("never", "disabled", "*", "dev", "a\r\nb", 'a"b,c', "é", " ", "\x00", "/dev/null", "-----BEGIN", "ca"),
)


@st.composite
def tables(draw):
    kind = draw(st.sampled_from([INDIVIDUAL, GROUP]))
    known = [kind.id_member, *draw(st.lists(st.sampled_from(columns(kind)[1:]), max_size=6, unique=True))]
    cells = st.sampled_from(WORDS) | st.text(max_size=5)
    rows = draw(st.lists(st.lists(cells, min_size=len(known) - 1, max_size=len(known) - 1), max_size=3))
    if "attestation" not in known:
        known, rows = [*known, "attestation"], [[*row, "symmetricKey"] for row in rows]
    file = io.StringIO()
    csv.writer(file).writerows([known, *([f"dev{place}", *row] for place, row in enumerate(rows))])
    first = 2 * draw(st.integers(0, 3)) + (kind is GROUP)
    return bytes([first]) + file.getvalue().encode("utf-8", "replace")


@hostile
@given(tables())
def test_tables(data):
    TARGETS["table"](data)


secrets = st.text(st.sampled_from("abcXYZ019+/=%2B\"'\\<>&|~ \t\n\b.-_é\U0001f511"), min_size=4, max_size=40)
bytes_ = st.integers(0, 255)


@hostile
@given(bytes_, bytes_, bytes_, st.integers(0, 2), secrets, st.text(max_size=20))
def test_secrets_that_are_repeated(kind, spelling, behind, cut, secret, around):
    raw = secret.encode()
    TARGETS["secret"](bytes([kind, spelling, behind, cut, len(raw)]) + raw + around.encode("utf-8", "replace"))


operations = st.fixed_dictionaries(
    {"status": st.sampled_from(["unassigned", "assigning", "assigning", "assigned", "failed", "disabled", "x", None])},
    optional={
        "operationId": st.sampled_from(["5.a.b", "", ".", "..", "a/../b", "?x", "%2e", "\ud800", "é", 5, None]),
        "registrationState": st.none()
        | st.fixed_dictionaries(
            {},
            optional={
                "errorMessage": st.none() | st.text(st.characters(exclude_categories=()), max_size=9),
                "errorCode": st.none() | st.integers() | st.text(st.characters(exclude_categories=()), max_size=9),
            },
        ),
    },
)


@hostile
@given(
    st.integers(0, 1),
    st.sampled_from([b"", b"{}", b'{"a": 1E2}', b"[]", b"x"]),
    st.lists(
        st.tuples(
            st.sampled_from((*wire.STATUSES, 200, 200, 200)),
            st.sampled_from([b"", b"Retry-After: 0", b"Retry-After: 99999", b"Retry-After: x", b"Location: /x"]),
            operations.map(json.dumps).map(str.encode),
        ),
        max_size=4,
    ),
)
def test_registrations(how, payload, answers):
    packed = b"".join(wire.packed(*answer) for answer in answers)
    TARGETS["registration"](bytes([how, len(payload)]) + payload + packed)


HEADER = b"registrationId,attestation,tags\n"
TABLES = {
    "commas": b"," * 3 * MEGABYTE + b"\n",
    "header": b"x" * 20 * MEGABYTE,
    "quotation marks": HEADER + b'"' * 20 * MEGABYTE,
    "lines in a cell": HEADER + b'dev,symmetricKey,"' + b"\n" * 5 * MEGABYTE,
    "cells": HEADER + b"," * 3 * MEGABYTE + b"x\n",
    "faults": HEADER + b"x\n" * 100_000,
    "id": HEADER + b"a" * 3 * MEGABYTE + b",symmetricKey,\n",
    "lists": HEADER + b'dev,symmetricKey,"' + b"[" * 900_000 + b'"\n',
    "zeros": HEADER + bytes(20 * MEGABYTE),
}


@pytest.mark.parametrize("content", TABLES.values(), ids=TABLES)
def test_tables_without_measure(tmp_path, content):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(InvalidArgumentValueError) as refusal:
            loaded([Source(str(path), FileFormat.CSV)], INDIVIDUAL, Rules(ImportMode.CREATE)).__enter__()
        assert tracemalloc.get_traced_memory()[1] < 100 * MEGABYTE
    finally:
        tracemalloc.stop()
    assert len(str(refusal.value)) < 1000
