"""Files without end, and records without measure: refused in words, at once and in little memory."""

import io
import json
import os
import sys
import tracemalloc

import pytest

from dps_emulator.lab import certificates

pytestmark = pytest.mark.usefixtures("ten_seconds")
TPM = {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}
LONG = "it is longer than 4,000,000 characters."
HEADER = "registrationId,attestation,endorsementKey,certificatePath,tags\n"
MEGABYTE = 1_000_000


@pytest.fixture
def checked(az, dps, tmp_path, monkeypatch):
    """The errors of a file that is only checked."""
    monkeypatch.chdir(tmp_path)

    def checked(text, name):
        (tmp_path / name).write_text(text)
        result = az(f"iot dps enrollment import --validate-only --file {name}")
        return result.err.splitlines()[1:] if result.exit_code else []

    return checked


def record(size):
    """JSON of a record of this length, in characters."""
    text = json.dumps({"registrationId": "a", "attestation": TPM, "x": ""})
    return text[:-2] + "x" * (size - len(text)) + text[-2:]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--format jsonl", f"line 1: {LONG}"),
        ("--format json", "line 1: a JSON array must begin with '['. For one record per line use --format jsonl."),
        ("--format csv", f"ERROR: line 1: {LONG}"),
    ],
)
def test_a_file_without_end(az, dps, options, message):
    tracemalloc.start()
    result = az(f"iot dps enrollment import --validate-only --file /dev/zero {options}")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (result.exit_code, dps.requests) == (1, [])
    assert message in result.err.splitlines()
    assert peak < 100 * MEGABYTE


class Endless(io.RawIOBase):
    """A start, and the same for ever."""

    def __init__(self, start, then):
        self._start, self._then = start, then

    def readable(self):
        return True

    def readinto(self, buffer):
        content = self._start[: len(buffer)] or (self._then * len(buffer))[: len(buffer)]
        self._start = self._start[len(buffer) :]
        buffer[: len(content)] = content
        return len(content)


@pytest.mark.parametrize(
    ("options", "start", "then", "message"),
    [
        ("--format jsonl", b'{"registrationId": "a"}\n{"x": "', b"x", f"line 2: {LONG}"),
        ("--format json", b'[{"registrationId":\n"a"},\n{"x": "', b"x", f"line 3: {LONG}"),
        ("--format json", b"[[", b"1,", f"line 1: {LONG}"),
        ("--format csv", b'registrationId\na\n"b', b"x", f"line 3: the row cannot be read: {LONG}"),
        ("--format csv", b'registrationId\na\n"b', b"x\n", f"line 3: the row cannot be read: {LONG}"),
        ("--format csv", b"registrationId\na\n", b"b,", f"line 3: the row cannot be read: {LONG}"),
        ("--format csv", b"registrationId\na\n", b'"\n",', f"line 3: the row cannot be read: {LONG}"),
    ],
)
def test_a_record_without_end(az, monkeypatch, options, start, then, message):
    stdin = io.TextIOWrapper(io.BufferedReader(Endless(start, then)))
    monkeypatch.setattr(sys, "stdin", stdin)
    result = az(f"iot dps enrollment import --validate-only --file - {options}")
    assert (result.exit_code, result.err.splitlines()[-1]) == (1, message)


@pytest.mark.parametrize(("name", "form"), [("a.jsonl", "{}"), ("a.jsonl", "\n{}\r\n"), ("a.json", "[{}]")])
def test_four_megabytes_are_taken_and_no_more(checked, name, form):
    assert checked(form.format(record(4_000_000)), name) == []
    line = 2 if form.startswith("\n") else 1
    assert checked(form.format(record(4_000_001)), name) == [f"line {line}: {LONG}"]


def test_an_array_goes_on_behind_a_record_that_is_too_long(checked):
    assert checked(f"[{record(4_000_001)},\n5]", "a.json") == [
        f"line 1: {LONG}",
        "line 2: a record must be a JSON object.",
    ]


def test_a_cell_may_be_as_long_as_a_record(checked):
    cell = '"{""a"": ""' + "x" * 900_000 + '""}"'
    assert checked(f"{HEADER}a,tpm,QUFB,,{cell}\n", "a.csv") == []


@pytest.mark.parametrize("kind", ["pipe", "link", "device", "folder"])
def test_a_certificate_of_a_row_is_a_regular_file(checked, kind):
    """A pipe would wait for ever for one who writes to it."""
    os.mkfifo("pipe")
    os.symlink("pipe", "link")
    os.symlink("/dev/zero", "device")
    os.mkdir("folder")
    found = checked(f"{HEADER}a,x509,,{kind},\n", "a.csv")
    assert found == [f"line 2: certificatePath: {kind} is not a regular file."]


def test_a_certificate_of_a_row_may_be_behind_a_link(checked, tmp_path):
    (tmp_path / "a.pem").write_text(certificates.pem())
    os.symlink("a.pem", "link")
    assert checked(f"{HEADER}a,x509,,link,\n", "a.csv") == []


def test_a_certificate_of_an_option_may_be_a_pipe(iot, dps, tmp_path):
    """As the shell passes <(…)."""
    reader, writer = os.pipe()
    os.write(writer, certificates.pem().encode())
    os.close(writer)
    result = iot(f"enrollment create --eid dev --at x509 --certificate-path /dev/fd/{reader}")
    os.close(reader)
    assert (result.exit_code, list(dps.enrollments)) == (0, ["dev"])
