"""What a request log says of a throttled run, by known answers."""

from __future__ import annotations

import pytest

from tools.bench.request_log import calls, later_rate, refused_share

REFUSED = "POST /enrollments 429 75 ms  429001 Too many requests."


def log(*lines):
    return calls([f"{line}\n" for line in lines], 10)


def test_calls_have_seconds_since_the_first_their_status_and_their_units():
    found = log(
        "Warning: others on the network can reach the emulator.",
        "10:59:58 POST /enrollments 200 75 ms",
        "10:59:59 POST /enrollmentGroups 200 75 ms",
        f"11:00:00 {REFUSED}",
        "12:00:00 POST /enrollments/dev/attestationmechanism 200 76 ms",
        "12:00:01 GET /enrollments/dev 404 3 ms  404201 Enrollment not found.",
        "12:00:02 PUT /enrollments/dev dropped 3 ms",
    )
    assert found == [
        (0, "200", 10),
        (1, "200", 10),
        (2, "429", 10),
        (3602, "200", 1),
        (3603, "404", 1),
        (3604, "dropped", 1),
    ]


def test_a_run_may_pass_midnight_and_its_lines_be_out_of_order():
    lines = [f"{time} GET /enrollments/dev 200 3 ms" for time in ("23:59:59", "23:59:58", "00:00:01", "00:00:00")]
    assert [second for second, _, _ in log(*lines)] == [0, -1, 2, 1]


def test_the_refused_share_is_of_all_calls():
    accepted = "10:00:00 POST /enrollments 200 75 ms"
    assert refused_share(log(accepted, accepted, accepted, f"10:00:01 {REFUSED}")) == 0.25
    assert refused_share([]) == 0


def test_the_later_rate_is_that_of_what_was_accepted_after_the_first_minute():
    lines = [
        "10:00:00 POST /enrollments 200 75 ms",
        "10:00:59 POST /enrollments 200 75 ms",
        "10:01:00 POST /enrollments 200 75 ms",
        "10:01:01 GET /enrollments/dev 200 75 ms",
        f"10:01:02 {REFUSED}",
        "10:01:03 POST /enrollments 200 75 ms",
    ]
    # 21 units in the seconds 60, 61, 62 and 63
    assert later_rate(log(*lines)) == 5.25


@pytest.mark.parametrize(
    "lines", [[], ["10:00:00 GET /enrollments/a 200 3 ms", "10:00:59 GET /enrollments/a 200 3 ms"]]
)
def test_there_is_no_later_rate_of_a_short_run(lines):
    assert later_rate(log(*lines)) is None


def test_a_run_that_waits_for_the_last_calls_has_a_low_rate():
    calls_of_a_minute = [f"10:0{minute}:00 POST /enrollments 200 75 ms" for minute in (0, 1, 2, 3)]
    # 30 units in 121 seconds
    assert later_rate(log(*calls_of_a_minute)) == pytest.approx(0.2479, abs=0.0001)
