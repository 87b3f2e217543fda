"""`python -m dps_emulator`, in processes of its own."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from dps_emulator.lab.certificates import pem, private_key
from emulator_client import KEY1, Client, group, sas, symmetric

HERE = Path(__file__).parent


def command(*options):
    return [sys.executable, "-m", "dps_emulator", *options]


@contextmanager
def started(*options):
    """A running emulator: `client`, `printed`, `program`, and what a `Client` asks of its service."""
    with subprocess.Popen(
        command("--port", "0", *options), cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        try:
            lines = [program.stdout.readline()]
            while lines[-1] and not lines[-1].startswith("az iot dps"):
                lines.append(program.stdout.readline())
            printed = "".join(lines)
            host = re.search(r"HostName=(localhost:\d+);", printed)[1]
            ca_file = re.search(r"REQUESTS_CA_BUNDLE=(\S+)", printed)[1]
            service = SimpleNamespace(host=host, url=f"https://{host}", ca_file=ca_file)
            client = Client(service)
            with client.session:
                yield SimpleNamespace(client=client, printed=printed, program=program, **vars(service))
        finally:
            program.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_what_to_paste_and_ends_quietly(number):
    with started() as tool:
        folders = re.findall(r"(?:REQUESTS_CA_BUNDLE|AZURE_CONFIG_DIR)=(\S+)", tool.printed)
        assert [os.path.exists(folder) for folder in folders] == [True, True]
        assert f"export IDENTITY_ENDPOINT={tool.url}/msi/token IDENTITY_HEADER=x\n" in tool.printed
        assert tool.printed.endswith(
            f"  --endpoint-gallery {tool.url}\naz cloud set -n lab\naz login --identity\n"
            "az iot dps enrollment list -n mydps\n"
        )
        tool.program.send_signal(number)
        assert tool.program.communicate(timeout=10) == ("", "")
        assert tool.program.returncode == 0
    assert [os.path.exists(folder) for folder in folders] == [False, False]


def test_it_ends_at_once_while_an_answer_is_on_its_way():
    with started("--latency", "600000") as tool:
        with pytest.raises(OSError):
            tool.client.session.get(tool.url + "/metadata/endpoints", timeout=(10, 1))
        tool.program.send_signal(signal.SIGTERM)
        out, err = tool.program.communicate(timeout=10)
        assert (tool.program.returncode, out) == (0, "")
        assert re.fullmatch(r"\d\d:\d\d:\d\d GET /metadata/endpoints 200 \d+ ms\n", err)


def register(tool, id):
    path = f"/0ne00000A0A/registrations/{id}"
    token = {"Authorization": sas(path[1:], "registration", KEY1)}
    return tool.client("PUT", path + "/register", {"registrationId": id}, None, "2021-06-01", token)


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


def test_state_keeps_the_certificates_that_devices_come_with(tmp_path):
    files = tmp_path / "device.pem", tmp_path / "device.key"
    files[0].write_text(pem())
    files[1].write_bytes(private_key())
    proof = {"type": "x509", "x509": {"clientCertificates": {"primary": {"certificate": pem()}}}}
    with started("--state", str(tmp_path / "lab.db")) as tool:
        body = {"registrationId": "device", "attestation": proof}
        assert tool.client("PUT", "/enrollments/device", body).status_code == 200
    with started("--state", str(tmp_path / "lab.db")) as again:
        again.client.session.cert = tuple(map(str, files))
        path = "/0ne00000A0A/registrations/device/register"
        body, nothing = {"registrationId": "device"}, {"Authorization": None}
        answer = again.client("PUT", path, body, None, "2021-06-01", nothing)
        assert (answer.status_code, answer.json()["status"]) == (202, "assigning")


def refused(*options):
    line = command("--port", "0", *options)
    done = subprocess.run(line, check=False, cwd=HERE, capture_output=True, text=True, timeout=10)
    return done.returncode, done.stdout, done.stderr.splitlines()[-1]


def test_a_state_file_that_cannot_be_one(tmp_path):
    text, other, used = (tmp_path / name for name in ("notes.txt", "other.db", "lab.db"))
    text.write_text("not a database, and longer than the header of one\n" * 20)
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE fleet (id)")
    connection.close()
    before = text.read_bytes(), other.read_bytes()
    reason = "cannot keep the state:"
    assert refused("--state", str(text)) == (1, "", f"{text} {reason} file is not a database")
    assert refused("--state", str(other)) == (1, "", f"{other} {reason} it is a database of something else")
    assert refused("--state", str(tmp_path)) == (
        1,
        "",
        f"{tmp_path} {reason} [Errno 21] Is a directory: '{tmp_path}'",
    )
    with started("--state", str(used)):
        assert refused("--state", str(used)) == (1, "", f"{used} {reason} database is locked")
    assert (text.read_bytes(), other.read_bytes()) == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--port", "65536"), "argument --port: '65536' is not a whole number from 0 to 65535"),
        (("--latency", "fast"), "argument --latency: 'fast' is not a whole number from 0 to 600000"),
        (("--page-size", "0"), "argument --page-size: '0' is not a whole number from 1 to 100"),
        (("--throttle", "0/min"), "argument --throttle: '0/min' is not a number of calls, as in 60/min"),
        (("--throttle", "60/s"), "argument --throttle: '60/s' is not a number of calls, as in 60/min"),
    ],
)
def test_an_option_that_makes_no_sense(options, said):
    assert refused(*options) == (2, "", f"python -m dps_emulator: error: {said}")


@pytest.mark.parametrize("name", ["style", "kind", "count"])
def test_a_way_to_throttle_that_does_not_exist(name):
    status, out, reason = refused(f"--throttle-{name}", "slow")
    assert (status, out) == (2, "")
    # Python's versions list the choices differently
    assert reason.startswith(f"python -m dps_emulator: error: argument --throttle-{name}: invalid choice: 'slow' (")


def test_pages_are_as_long_as_told():
    with started("--page-size", "2") as tool:
        for id in ("a1", "b2", "c3"):
            tool.client("PUT", f"/enrollments/{id}", symmetric(id))
        body = {"query": "SELECT *"}
        first = tool.client("POST", "/enrollments/query", body, headers={"x-ms-max-item-count": "50"})
        follow = {"x-ms-continuation": first.headers["x-ms-continuation"]}
        second = tool.client("POST", "/enrollments/query", body, headers=follow)
        assert (len(first.json()), len(second.json())) == (2, 1)
        assert "x-ms-continuation" not in second.headers


def test_calls_beyond_so_many_a_minute_meet_429():
    with started("--throttle", "2/min") as tool:
        statuses = [tool.client("GET", "/enrollments/dev").status_code for _ in range(2)]
        assert statuses == [404, 404]
        answer = tool.client("GET", "/enrollments/dev")
        assert (answer.status_code, answer.json()["errorCode"]) == (429, 429001)
        assert 50 <= int(answer.headers["Retry-After"]) <= 60
        assert register(tool, "dev").status_code == 429
        # the sign-in and Azure Resource Manager are not DPS
        assert tool.client("GET", "/metadata/endpoints", version="2022-09-01").status_code == 200


def test_a_429_as_told():
    told = ("--throttle-style", "date", "--throttle-kind", "bucket", "--throttle-count", "records")
    with started("--throttle", "10/min", *told) as tool:
        records = [symmetric(str(number)) for number in range(10)]
        assert tool.client("POST", "/enrollments", {"mode": "create", "enrollments": records}).status_code == 200
        headers = tool.client("GET", "/enrollments/1").headers
        wait = parsedate_to_datetime(headers["Retry-After"]) - parsedate_to_datetime(headers["Date"])
        # a tenth of a minute, not a minute
        assert 1 <= wait.total_seconds() <= 8


def test_answers_take_as_long_as_told():
    with started("--latency", "300") as tool:
        assert tool.client("GET", "/enrollments/dev").elapsed.total_seconds() >= 0.3


def test_a_line_for_each_request_and_no_secret_in_it():
    with started() as tool:
        tool.client("PUT", "/enrollments/dev", symmetric())
        tool.client("GET", "/enrollments/d%0Aev")
        tool.client("GET", "/subscriptions", headers={"Authorization": "Bearer abc.def"})
        tool.client("GET", "/no/such/th%0Aing")
        lines = [tool.program.stderr.readline() for _ in range(4)]
    assert [re.sub(r"\d+ ms", "N ms", re.sub(r"^\d\d:\d\d:\d\d ", "", line)) for line in lines] == [
        "PUT /enrollments/dev 200 N ms\n",
        "GET /enrollments/d%0Aev 404 N ms  404201 Enrollment not found.\n",
        "GET /subscriptions 401 N ms  AuthenticationFailed Authentication failed. The 'Authorization' header is "
        "missing or the access token is invalid.\n",
        "GET /no/such/th%0Aing 501 N ms  501000 The emulator has no GET /no/such/th?ing.\n",
    ]


def test_it_serves_on_when_nobody_reads_its_log():
    with started() as tool:
        tool.program.stderr.close()
        assert [tool.client("GET", "/enrollments/dev").status_code for _ in range(2)] == [404, 404]
