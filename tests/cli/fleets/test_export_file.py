"""The file that export writes: there as a whole or not at all, and no other file."""

from __future__ import annotations

import os
import pty
import resource
import stat

import pytest

from tests.cli.fleets.homeless import HOMELESS

OLD = "what was there before\n"
SYMMETRIC = {"type": "symmetricKey"}


try:
    os.lstat("fleet\0.jsonl")
except ValueError as error:
    # in Python's words, which differ from version to version
    NO_NULL = str(error)


@pytest.fixture
def folder(dps, tmp_path):
    """An empty folder, and a service of three pages."""
    for number in range(201):
        dps.enrollments.put({"registrationId": f"dev{number}", "attestation": SYMMETRIC})
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture
def export(iot):
    return lambda path, options="", *more: iot(
        f"enrollment export --only-show-errors {options} --file", str(path), *more
    )


@pytest.fixture
def refused(export, dps):
    """Holds that an export to a path is refused before anything is sent, in these words."""

    def refused(path, words):
        result = export(path)
        assert (result.exit_code, result.out, dps.requests) == (1, "", [])
        assert result.err == f"ERROR: --file: {words}\n"

    return refused


def third_page(dps):
    return lambda request: request.path.endswith("/query") and len([r for r in dps.requests if r is not request]) > 1


FAULTS = {
    "refused": {"status": 400, "body": {"message": "Bad Request"}},
    "no-json": {"raw": "<html>"},
    "no-answer": {"drop": "before", "times": 5},
}


def test_a_new_file_is_its_owners_alone(export, folder):
    before = os.umask(0)
    try:
        assert export(folder / "fleet.jsonl").exit_code == 0
    finally:
        os.umask(before)
    assert [entry.name for entry in folder.iterdir()] == ["fleet.jsonl"]
    assert stat.S_IMODE((folder / "fleet.jsonl").stat().st_mode) == 0o600
    assert len((folder / "fleet.jsonl").read_text().splitlines()) == 201


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o400])
def test_a_file_that_is_there_keeps_its_mode(export, folder, mode):
    path = folder / "fleet.jsonl"
    path.write_text(OLD)
    path.chmod(mode)
    assert export(path).exit_code == 0
    assert [entry.name for entry in folder.iterdir()] == ["fleet.jsonl"]
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert len(path.read_text().splitlines()) == 201


def test_the_file_is_replaced_in_the_end(export, dps, folder):
    """What is in the folder while the last page is asked for."""
    path = folder / "fleet.jsonl"
    path.write_text(OLD)
    seen = []

    def look(request):
        seen.append((sorted(entry.name for entry in folder.iterdir()), path.read_text()))
        return False

    dps.fail(where=look)
    assert export(path).exit_code == 0
    assert seen == [(["fleet.jsonl"], OLD)] * 3
    assert [entry.name for entry in folder.iterdir()] == ["fleet.jsonl"]


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("format", ["jsonl", "json", "csv"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_failure_in_the_middle(export, dps, folder, fault, format, there):
    path = folder / f"fleet.{format}"
    if there:
        path.write_text(OLD)
    dps.fail(where=third_page(dps), **fault)
    result = export(path)
    assert (result.exit_code, result.out) == (1, "")
    assert result.err.startswith("ERROR: ")
    assert {entry.name: entry.read_text() for entry in folder.iterdir()} == ({path.name: OLD} if there else {})


def test_a_full_disk(export, folder, monkeypatch):
    # the limit is that of every file, and azure-cli's own log of the commands of this second may be as long
    monkeypatch.setenv("AZURE_LOGGING_ENABLE_LOG_FILE", "no")
    path = folder / "fleet.jsonl"
    path.write_text(OLD)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        result = export(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (result.exit_code, result.out) == (1, "")
    assert result.err == f"ERROR: --file: cannot write {path}: File too large.\n"
    assert {entry.name: entry.read_text() for entry in folder.iterdir()} == {"fleet.jsonl": OLD}


@pytest.mark.parametrize("there", [True, False])
def test_what_a_link_points_to_is_replaced(export, folder, there):
    (folder / "deep").mkdir()
    (folder / "link.jsonl").symlink_to("deep/fleet.jsonl")
    if there:
        (folder / "deep" / "fleet.jsonl").write_text(OLD)
    assert export(folder / "link.jsonl").exit_code == 0
    assert os.readlink(folder / "link.jsonl") == "deep/fleet.jsonl"
    assert sorted(entry.name for entry in folder.iterdir()) == ["deep", "link.jsonl"]
    assert [entry.name for entry in (folder / "deep").iterdir()] == ["fleet.jsonl"]
    assert len((folder / "deep" / "fleet.jsonl").read_text().splitlines()) == 201


def test_the_home_folder(export, folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder))
    result = export("~/fleet.jsonl")
    assert (result.exit_code, result.json["file"]) == (0, "~/fleet.jsonl")
    assert [entry.name for entry in folder.iterdir()] == ["fleet.jsonl"]


@pytest.mark.parametrize("name", ["fleet with blanks.jsonl", "flotte-ü☃.jsonl", "fleet\udcff.jsonl", "☃" * 85])
def test_names(export, folder, monkeypatch, name):
    monkeypatch.chdir(folder)
    assert export(name).exit_code == 0
    assert [entry.name for entry in folder.iterdir()] == [name]


@pytest.fixture
def device():
    """A device as /dev/null is one, which no mistake can replace."""
    ours, theirs = pty.openpty()
    yield os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize("path", [".", "pipe", "link", "device"])
def test_what_is_no_file_is_refused(refused, tmp_path, monkeypatch, device, path):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    os.symlink("pipe", "link")
    os.symlink(device, "device")
    refused(path, f"{path} is not a regular file.")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("missing/fleet.jsonl", "No such file or directory"),
        ("file/fleet.jsonl", "Not a directory"),
        ("x" * 256, "File name too long"),
        ("~nobody-of-that-name/fleet.jsonl", HOMELESS),
        ("loop", "Too many levels of symbolic links"),
        ("fleet\0.jsonl", NO_NULL),
    ],
)
def test_where_nothing_can_be_written(refused, tmp_path, monkeypatch, path, reason):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    refused(path, f"cannot write {path}: {reason}.")


def test_a_folder_that_may_not_be_written(refused, tmp_path):
    # root may write everywhere else
    folder = "/sys" if os.geteuid() == 0 else str(tmp_path)
    tmp_path.chmod(0o500)
    refused(f"{folder}/fleet.jsonl", f"cannot write {folder}/fleet.jsonl: Permission denied.")


@pytest.mark.parametrize("path", ["", " "])
def test_no_name(az, dps, path):
    result = az("iot dps enrollment export -n mydps --file", path)
    assert (result.exit_code, result.err, dps.requests) == (1, "ERROR: --file must not be empty.\n", [])
