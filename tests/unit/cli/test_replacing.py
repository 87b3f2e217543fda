"""Files that replace others: their modes and owners, and what is in the folder before and after."""

from __future__ import annotations

import errno
import os
import stat

import pytest
from azure.cli.core.azclierror import FileOperationError

from azext_iot_dps.cli.replacing import replacement

LINUX = pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="only Linux has files without a name")


@pytest.fixture(params=["nameless", "named"])
def way(request, monkeypatch):
    """Both ways to make a file: that of Linux, and that of other systems."""
    if request.param == "named":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    elif not hasattr(os, "O_TMPFILE"):
        pytest.skip("only Linux has files without a name")
    return request.param


def written(folder, private=True, name="a.txt", text="new"):
    with replacement("--file", str(folder / name), private) as replacing:
        before = sorted(path.name for path in folder.iterdir())
        replacing.file.write(text)
    return before


def fail_after_writing(file, failure):
    file.write("new")
    raise failure


def content(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("old", [None, "old"])
def test_a_file_is_there_when_it_is_complete(way, tmp_path, old):
    if old:
        (tmp_path / "a.txt").write_text(old)
    before = written(tmp_path)
    assert len(before) == (1 if old else 0) + (way == "named")
    assert content(tmp_path) == {"a.txt": "new"}
    assert mode(tmp_path / "a.txt") == 0o600


@pytest.mark.parametrize(("private", "after"), [(True, 0o600), (False, 0o644)])
def test_the_mode_of_what_is_replaced(way, tmp_path, private, after):
    (tmp_path / "a.txt").write_text("old")
    (tmp_path / "a.txt").chmod(0o644)
    written(tmp_path, private)
    assert mode(tmp_path / "a.txt") == after


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_a_failure_leaves_the_old_file_and_no_other(way, tmp_path, failure):
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(failure), replacement("--file", str(tmp_path / "a.txt"), True) as replacing:
        fail_after_writing(replacing.file, failure)
    assert content(tmp_path) == {"a.txt": "old"}


def test_what_is_discarded_replaces_nothing(way, tmp_path):
    (tmp_path / "a.txt").write_text("old")
    with replacement("--file", str(tmp_path / "a.txt"), True) as replacing:
        replacing.file.write("new")
        replacing.discarded = True
    assert content(tmp_path) == {"a.txt": "old"}


def test_a_link_stays_and_leads_to_the_new_file(way, tmp_path):
    (tmp_path / "a.txt").symlink_to("b.txt")
    written(tmp_path)
    assert (os.readlink(tmp_path / "a.txt"), content(tmp_path)) == ("b.txt", {"a.txt": "new", "b.txt": "new"})


def test_a_name_that_is_taken_meanwhile_is_replaced_too(way, tmp_path):
    with replacement("--file", str(tmp_path / "a.txt"), True) as replacing:
        replacing.file.write("new")
        (tmp_path / "a.txt").write_text("of another process")
    assert content(tmp_path) == {"a.txt": "new"}


def test_a_long_name(way, tmp_path):
    name = "a" * 250
    (tmp_path / name).write_text("old")
    written(tmp_path, name=name)
    assert content(tmp_path) == {name: "new"}


@LINUX
@pytest.mark.parametrize("number", [errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL])
def test_a_file_system_without_nameless_files(tmp_path, monkeypatch, number):
    open_ = os.open

    def refuse(path, flags, *args, **settings):
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(number, os.strerror(number))
        return open_(path, flags, *args, **settings)

    monkeypatch.setattr(os, "open", refuse)
    assert len(written(tmp_path)) == 1
    assert content(tmp_path) == {"a.txt": "new"}


OTHER = 54321


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
class TestAnotherUser:
    """What belongs to another user."""

    def test_a_private_file_does_not_replace_that_of_another_user(self, way, tmp_path):
        (tmp_path / "a.txt").write_text("old")
        os.chown(tmp_path / "a.txt", OTHER, OTHER)
        with pytest.raises(FileOperationError) as refusal:
            written(tmp_path)
        assert str(refusal.value) == (f"--file: {tmp_path}/a.txt belongs to another user, who could read the keys.")
        assert content(tmp_path) == {"a.txt": "old"}

    def test_nor_does_it_go_where_a_link_of_another_user_leads(self, way, tmp_path):
        (tmp_path / "a.txt").symlink_to("b.txt")
        os.chown(tmp_path / "a.txt", OTHER, OTHER, follow_symlinks=False)
        with pytest.raises(FileOperationError) as refusal:
            written(tmp_path)
        assert str(refusal.value) == (f"--file: {tmp_path}/a.txt is a link of another user, who could read the keys.")
        assert os.listdir(tmp_path) == ["a.txt"]

    def test_a_file_without_keys_does(self, way, tmp_path):
        (tmp_path / "a.txt").write_text("old")
        os.chown(tmp_path / "a.txt", OTHER, OTHER)
        written(tmp_path, private=False)
        assert content(tmp_path) == {"a.txt": "new"}


@pytest.mark.parametrize("name", ["missing/a.txt", "folder", "loop", "\0"])
def test_where_nothing_can_be_written(way, tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(FileOperationError), replacement("--file", f"{tmp_path}/{name}", True):
        raise AssertionError("it was opened")
