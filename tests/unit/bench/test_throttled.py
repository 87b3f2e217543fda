"""The plan of throttled runs, and how their results are read."""

from __future__ import annotations

import pytest

from tools.bench.throttled import RUNS, failures, least_seconds, records_for


def test_every_way_to_throttle_is_run_with_each_concurrency_and_exported_once():
    assert [run.name for run in RUNS[:4]] == [
        "window retry-after records -c 1",
        "window retry-after records -c 4",
        "window retry-after records -c 32",
        "window none records -c 1",
    ]
    assert [run.name for run in RUNS[15:]] == [
        "window retry-after calls export",
        "window none calls export",
        "window date calls export",
        "bucket retry-after calls export",
        "bucket none calls export",
    ]
    assert len(RUNS) == 20


@pytest.mark.parametrize(
    "minutes, records, seconds", [(5, 5000, 240), (1.5, 1500, 30), (1, 1000, 0), (0.123, 120, 0), (0, 10, 0)]
)
def test_records_are_those_of_the_minutes(minutes, records, seconds):
    assert (records_for(minutes), least_seconds(minutes)) == (records, seconds)


@pytest.mark.parametrize(
    "printed, failed",
    [
        ('{"total": 50, "created": 50, "failed": 0, "notSent": 0}', 0),
        ('{"total": 50, "created": 20, "failed": 10, "notSent": 20}', 30),
        ('{"count": 50, "file": "exported.jsonl"}', 0),
        ('{"count": 45, "file": "exported.jsonl"}', 5),
        ("", None),
        ('{"total": 50', None),
    ],
)
def test_what_a_result_does_not_have_as_done_has_failed(printed, failed):
    assert failures(printed, 50) == failed
