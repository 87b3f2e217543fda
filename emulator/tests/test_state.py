"""`--state`: what outlives the process, and who may read it."""

from __future__ import annotations

import signal
import sqlite3
from pathlib import Path

import pytest

from dps_emulator.lab.certificates import private_key, signed, text
from dps_emulator.state import State
from emulator_client import group, symmetric
from emulator_tool import refused, register, started


def remembered(tool):
    answers = [
        tool.client("GET", "/enrollments/dev"),
        tool.client("POST", "/enrollments/dev/attestationmechanism"),
        tool.client("POST", "/enrollments/query", {"query": "SELECT *"}),
        tool.client("GET", "/enrollmentgroups/grp"),
        tool.client("GET", "/registrations/dev"),
    ]
    assert [answer.status_code for answer in answers] == [200] * 5
    return [answer.json() for answer in answers], Path(tool.ca_file).read_text()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_state_outlives_the_process(tmp_path, end):
    file = tmp_path / "lab.db"
    with started("--state", str(file)) as tool:
        tool.client("PUT", "/enrollments/gone", symmetric("gone"))
        assert tool.client("PUT", "/enrollments/Dev", symmetric("Dev", deviceId="d1")).status_code == 200
        assert tool.client("PUT", "/enrollmentgroups/grp", group()).status_code == 200
        assert register(tool, "Dev").status_code == 202
        assert tool.client("DELETE", "/enrollments/gone").status_code == 204
        before = remembered(tool)
        tool.program.send_signal(end)
        tool.program.communicate(timeout=10)
    port = tool.host.partition(":")[2]
    with started("--state", str(file), "--port", port) as again:
        assert (again.printed, again.host) == (tool.printed, tool.host)
        assert remembered(again) == before
        records = before[0][2]
        assert [(record["registrationId"], record["deviceId"]) for record in records] == [("Dev", "d1")]
        changed = symmetric("dev", deviceId="d2")
        assert again.client("PUT", "/enrollments/dev", changed, etag=records[0]["etag"]).status_code == 200
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o644, 0o666, 0o640])
def test_an_existing_state_becomes_readable_by_its_owner_alone(tmp_path, mode):
    file = tmp_path / "lab.db"
    State(str(file)).close()
    file.chmod(mode)
    state = State(str(file))
    state.keep("enrollments", "dev", {})
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()} == {
        "lab.db": "0o600",
        "lab.db-journal": "0o600",
    }
    state.close()


@pytest.mark.parametrize("earlier", [False, True])
def test_state_keeps_the_certificates_of_groups_that_devices_do_not_send(tmp_path, earlier):
    files = tmp_path / "device.pem", tmp_path / "device.key"
    files[0].write_text(text(signed("device", by="root")))
    files[1].write_bytes(private_key())
    root = text(signed("root", by="root", authority=True))
    proof = {"type": "x509", "x509": {"signingCertificates": {"primary": {"certificate": root}}}}
    with started("--state", str(tmp_path / "lab.db")) as tool:
        body = {"enrollmentGroupId": "grp", "attestation": proof}
        assert tool.client("PUT", "/enrollmentGroups/grp", body).status_code == 200
    if earlier:
        # earlier versions kept the text as it was sent, by a number of their own
        with sqlite3.connect(tmp_path / "lab.db") as connection:
            assert connection.execute("UPDATE entry SET id = '0a1b' WHERE kind = 'anchors'").rowcount == 1
        connection.close()
    with started("--state", str(tmp_path / "lab.db")) as again:
        again.client.session.cert = tuple(map(str, files))
        path = "/0ne00000A0A/registrations/device/register"
        body, nothing = {"registrationId": "device"}, {"Authorization": None}
        answer = again.client("PUT", path, body, None, "2021-06-01", nothing)
        assert (answer.status_code, answer.json()["status"]) == (202, "assigning")


def test_a_state_file_that_cannot_be_one(tmp_path):
    notes, other, used = (tmp_path / name for name in ("notes.txt", "other.db", "lab.db"))
    notes.write_text("not a database, and longer than the header of one\n" * 20)
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE fleet (id)")
    connection.close()
    notes.chmod(0o644)
    other.chmod(0o644)
    before = notes.read_bytes(), other.read_bytes()
    reason = "cannot keep the state:"
    assert refused("--state", str(notes)) == (1, "", f"{notes} {reason} file is not a database")
    assert refused("--state", str(other)) == (1, "", f"{other} {reason} it is a database of something else")
    assert refused("--state", str(tmp_path)) == (
        1,
        "",
        f"{tmp_path} {reason} [Errno 21] Is a directory: '{tmp_path}'",
    )
    newer = tmp_path / "newer.db"
    State(str(newer)).close()
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 7")
    connection.close()
    assert refused("--state", str(newer)) == (
        1,
        "",
        f"{newer} has version 7 of the state, and this emulator keeps version 1. Use the emulator that wrote it, or "
        "specify another file.",
    )
    with started("--state", str(used)):
        assert refused("--state", str(used)) == (1, "", f"{used} {reason} database is locked")
    assert (notes.read_bytes(), other.read_bytes()) == before
    assert [path.stat().st_mode & 0o777 for path in (notes, other)] == [0o644, 0o644]
