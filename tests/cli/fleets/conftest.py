"""Fixtures of tests on files of records."""

from __future__ import annotations

import pytest

from tests.cli.fleets.fleet import KEYS, LINES, RECORDS


@pytest.fixture
def imported_fleet(az, dps, tmp_path):
    """Imports the fleet of 25, or other lines, with one worker."""

    def imported(mode, content=LINES, options="--concurrency 1", login=None):
        (tmp_path / "a.jsonl").write_text(content)
        login = login or f"--login '{dps.connection_string}'"
        line = f"--file {tmp_path}/a.jsonl --failed-file {tmp_path}/b.jsonl --mode {mode} {options} {login}"
        result = az(f"iot dps enrollment import {line}")
        assert "unexpected error" not in result.err
        assert not any(key in result.err for key in KEYS.values())
        return result

    return imported


@pytest.fixture
def seeded_fleet(dps):
    """The service has the fleet of 25, with other device IDs."""
    for record in RECORDS:
        dps.enrollments.put({**record, "deviceId": "old", "etag": "b2xk"})
    return dps
