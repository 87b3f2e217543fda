"""`python -m dps_emulator`, in processes of its own."""

from __future__ import annotations

import os
import re
import signal
from email.utils import parsedate_to_datetime

import pytest

from emulator_client import symmetric
from emulator_tool import refused, register, started


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_what_to_paste_and_ends_quietly(number):
    with started() as tool:
        folders = re.findall(r"(?:REQUESTS_CA_BUNDLE|AZURE_CONFIG_DIR)=(\S+)", tool.printed)
        assert [os.path.exists(folder) for folder in folders] == [True, True]
        assert f"export IDENTITY_ENDPOINT={tool.url}/msi/token\nexport IDENTITY_HEADER=x\n" in tool.printed
        assert tool.printed.endswith(
            "export MSI_SECRET=x\n\naz login --identity\naz iot dps enrollment list -n mydps\n"
        )
        tool.program.send_signal(number)
        assert tool.program.communicate(timeout=10) == ("", "")
        assert tool.program.returncode == 0
    assert [os.path.exists(folder) for folder in folders] == [False, False]


def test_an_address_that_others_can_reach_comes_with_a_warning():
    with started("--host", "0.0.0.0") as tool:
        assert tool.client("GET", "/metadata/endpoints", version="2022-09-01").status_code == 200
        tool.program.terminate()
        warning, *requests = tool.program.communicate(timeout=10)[1].splitlines()
    assert warning == (
        "Warning: others on the network can reach the emulator at 0.0.0.0, and its keys are publicly known. To "
        "keep it on this machine, omit --host."
    )
    assert len(requests) == 1


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost"])
def test_an_address_of_this_machine_alone_comes_without_a_warning(address):
    with started("--host", address) as tool:
        tool.program.terminate()
        assert tool.program.communicate(timeout=10)[1] == ""


def test_it_ends_at_once_while_an_answer_is_on_its_way():
    with started("--latency", "600000") as tool:
        with pytest.raises(OSError):
            tool.client.session.get(tool.url + "/metadata/endpoints", timeout=(10, 1))
        tool.program.send_signal(signal.SIGTERM)
        out, err = tool.program.communicate(timeout=10)
        assert (tool.program.returncode, out) == (0, "")
        assert re.fullmatch(r"\d\d:\d\d:\d\d GET /metadata/endpoints 200 \d+ ms\n", err)


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
    assert refused(*options) == (2, "", f"dps-emulator: error: {said}. Run dps-emulator --help for the options.")


@pytest.mark.parametrize("name", ["style", "kind", "count"])
def test_a_way_to_throttle_that_does_not_exist(name):
    status, out, reason = refused(f"--throttle-{name}", "slow")
    assert (status, out) == (2, "")
    # Python's versions list the choices differently
    assert reason.startswith(f"dps-emulator: error: argument --throttle-{name}: invalid choice: 'slow' (")


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
