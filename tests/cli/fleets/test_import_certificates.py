"""Certificates that cells name by paths, relative to the folder of the file or else to the working folder."""

import io
import sys

import pytest

from dps_emulator.lab import certificates

HEADER = "registrationId,attestation,certificatePath\n"


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """The working folder, and one with the file of records; each has certificates of its own."""
    here, there = tmp_path / "here", tmp_path / "there"
    for folder, subjects in (
        (here, {"both": "here", "working": "here"}),
        (there, {"both": "there", "beside": "there"}),
    ):
        (folder / "certs").mkdir(parents=True)
        for name, subject in subjects.items():
            (folder / "certs" / f"{name}.pem").write_text(certificates.pem(subject))
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(there))
    return here, there


def thumbprints(dps):
    slots = {id: dps.enrollments[id]["attestation"]["x509"]["clientCertificates"] for id in dps.enrollments}
    return {id: slot["primary"]["info"]["sha256Thumbprint"] for id, slot in slots.items()}


def test_the_folder_of_the_file_comes_first(iot, dps, folders):
    here, there = folders
    (there / "a.csv").write_text(
        f"{HEADER}a,x509,certs/both.pem\nb,x509,certs/beside.pem\nc,x509,certs/working.pem\n"
        f"d,x509,~/certs/both.pem\ne,x509,{here}/certs/both.pem\n"
    )
    result = iot("enrollment import --file ../there/a.csv")
    assert (result.exit_code, result.err) == (0, "")
    mine, theirs = certificates.thumbprint("here"), certificates.thumbprint("there")
    assert thumbprints(dps) == {"a": theirs, "b": theirs, "c": mine, "d": theirs, "e": mine}


def test_standard_input_has_no_folder(iot, dps, folders, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(
        f"{HEADER}a,x509,certs/both.pem\nb,x509,certs/beside.pem\n".encode()
    ))))  # fmt: skip
    result = iot("enrollment import --file - --format csv --validate-only")
    assert result.err.splitlines()[1:] == [
        "line 3: certificatePath: cannot read certs/beside.pem: No such file or directory."
    ]


def test_a_folder_is_not_a_certificate_wherever_it_is(iot, folders):
    _, there = folders
    (there / "certs" / "folder.pem").mkdir()
    (there / "a.csv").write_text(f"{HEADER}a,x509,certs/folder.pem\nb,x509,certs/none.pem\n")
    result = iot("enrollment import --file ../there/a.csv --validate-only")
    assert result.err.splitlines()[1:] == [
        "line 2: certificatePath: certs/folder.pem is not a regular file.",
        "line 3: certificatePath: cannot read certs/none.pem: No such file or directory.",
    ]
